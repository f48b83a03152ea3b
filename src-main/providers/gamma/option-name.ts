import { unixMs, type UnixMs } from '../../contract/market.ts';
import { Unreadable } from '../parse.ts';
import { word } from '../parse/numbers.ts';
import type { ChainOption } from './chain.ts';

export type OptionName = Pick<ChainOption, 'type' | 'strike' | 'expiry'> & { readonly coin: string };

/** `BTC-27SEP24-40000-C`; Bybit adds the currency it settles in (`-USDT`), Deribit writes decimals as `0d55`. */
const pattern = /^([A-Z0-9]{1,20})-(\d{1,2})([A-Z]{3})(\d{2})-(\d{1,12}(?:[.d]\d{1,12})?)-([CP])(?:-[A-Z]{3,5})?$/;
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** Both exchanges' options expire at 08:00 UTC of the day in their name. */
export function optionName(value: unknown): OptionName {
  const name = word(value);
  const [, coin, day, month, year, strikeText, side] = pattern.exec(name) ?? [];
  if (coin === undefined) throw new Unreadable('is not the name of an option');
  const expiry = expiryOf(Number(day), months.indexOf(month!), 2000 + Number(year));
  const strike = Number(strikeText!.replace('d', '.'));
  if (expiry === null || !(strike > 0)) throw new Unreadable('is not the name of an option');
  return { coin, expiry, strike, type: side === 'C' ? 'call' : 'put' };
}

function expiryOf(day: number, month: number, year: number): UnixMs | null {
  const expiry = new Date(Date.UTC(year, month, day, 8));
  return month >= 0 && expiry.getUTCMonth() === month && expiry.getUTCDate() === day ? unixMs(expiry.getTime()) : null;
}
