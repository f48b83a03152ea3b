import { z } from 'zod';
import type { Instrument } from '../../contract/market.ts';
import type { OpenInterest } from '../../contract/positioning.ts';
import { at, extraOf, readShape, Unreadable } from '../parse.ts';
import type { PastValue } from '../parse/day-change.ts';
import { nullUnlessHad } from '../parse/null-unless-had.ts';
import { price, shapeOf, size } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import { pastRows, venueInterest } from '../parse/venue-interest.ts';
import type { ProviderContext } from '../provider.ts';
import { ask, onlyRow } from './ask.ts';

const shape = z.looseObject({ oiCcy: shapeOf(size), ts: shapeOf(time) });
const fields: ReadonlySet<string> = new Set(['instId', 'instType', 'oi', 'oiCcy', 'oiUsd', 'ts']);
const markShape = z.looseObject({ markPx: shapeOf(price) });
const historyPath = '/api/v5/rubik/stat/contracts/open-interest-history';

/**
 * Open interest in US dollars as the exchange gives it, or (where it gives coins alone) coins × mark price; the change
 * over a day by its hourly history, unknown when that fails. One venue is no total.
 */
export async function fetchOpenInterest(
  context: ProviderContext,
  { symbol, asset }: Instrument,
  signal: AbortSignal,
): Promise<OpenInterest> {
  const query = `instType=SWAP&instId=${symbol}`;
  const [now, history] = await Promise.all([
    ask(context, `/api/v5/public/open-interest?${query}`, signal, (data, receivedAt) => ({
      ...readOpenInterest(data, symbol),
      receivedAt,
    })),
    nullUnlessHad(ask(context, `${historyPath}?instId=${symbol}&period=1H&limit=${pastRows}`, signal, readHistory)),
  ]);
  const usd =
    now.usd ??
    (await ask(context, `/api/v5/public/mark-price?${query}`, signal, (data) => dollars(data, symbol, now.coins)));
  return venueInterest({ source: context.source, asset, exchange: 'okx', history, ...now, usd });
}

/** `usd` null: not given. */
export function readOpenInterest(data: unknown, instId: string) {
  return onlyRow(data, instId, (row) => {
    const { oiCcy, ts } = readShape(shape, row);
    const { oiUsd } = row;
    const usd = oiUsd === undefined || oiUsd === null || oiUsd === '' ? null : at('.oiUsd', () => size(oiUsd));
    return { coins: oiCcy, usd, time: ts, extra: extraOf(row, fields) };
  });
}

function dollars(data: unknown, instId: string, coins: number): number {
  return onlyRow(data, instId, (row) => {
    const usd = coins * readShape(markShape, row).markPx;
    if (!Number.isFinite(usd)) throw new Unreadable('is too large for a number', '.markPx');
    return usd;
  });
}

/** Rows of time, contracts, coins, US dollars. */
export function readHistory(data: unknown): readonly PastValue[] {
  if (!Array.isArray(data)) throw new Unreadable('is missing or not a list');
  return (data as readonly unknown[]).slice(0, pastRows).map((row, index) =>
    at(`[${index}]`, () => {
      if (!Array.isArray(row)) throw new Unreadable('is not a list');
      const cells: readonly unknown[] = row;
      return { time: at('[0]', () => time(cells[0])), usd: at('[3]', () => size(cells[3])) };
    }),
  );
}
