import { z } from 'zod';
import type { Instrument } from '../../contract/market.ts';
import type { OpenInterest } from '../../contract/positioning.ts';
import { at, extraOf, isObject, readShape, Unreadable } from '../parse.ts';
import type { PastValue } from '../parse/day-change.ts';
import { nullUnlessHad } from '../parse/null-unless-had.ts';
import { shapeOf, size, word } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import { pastRows, venueInterest } from '../parse/venue-interest.ts';
import type { ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';
import { checkSymbol, fetchPremiumIndex } from './premium-index.ts';

const shape = z.looseObject({ symbol: shapeOf(word), openInterest: shapeOf(size), time: shapeOf(time) });
const fields: ReadonlySet<string> = new Set(Object.keys(shape.shape));
const historyPath = '/futures/data/openInterestHist';
const pastShape = z.looseObject({ sumOpenInterestValue: shapeOf(size), timestamp: shapeOf(time) });

/**
 * Open interest in US dollars: coins of `GET /fapi/v1/openInterest` × mark price of `GET /fapi/v1/premiumIndex`; the
 * change over a day by `GET /futures/data/openInterestHist`, unknown when that fails. One venue is no total.
 */
export async function fetchOpenInterest(
  context: ProviderContext,
  { symbol, asset }: Instrument,
  signal: AbortSignal,
): Promise<OpenInterest> {
  const { markPrice } = await fetchPremiumIndex(context, symbol, signal);
  const [now, history] = await Promise.all([
    ask(context, `/fapi/v1/openInterest?symbol=${symbol}`, signal, (payload, receivedAt) => ({
      ...readOpenInterest(payload, symbol, markPrice),
      receivedAt,
    })),
    nullUnlessHad(ask(context, `${historyPath}?symbol=${symbol}&period=1h&limit=${pastRows}`, signal, readHistory)),
  ]);
  return venueInterest({ source: context.source, asset, exchange: 'binance', history, ...now });
}

export function readOpenInterest(payload: unknown, symbol: string, markPrice: number) {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  const { symbol: named, openInterest, time: takenAt } = readShape(shape, payload);
  checkSymbol(named, symbol);
  const usd = openInterest * markPrice;
  if (!Number.isFinite(usd)) throw new Unreadable('is too large for a number', '.openInterest');
  return { usd, time: takenAt, extra: extraOf(payload, fields) };
}

export function readHistory(payload: unknown): readonly PastValue[] {
  if (!Array.isArray(payload)) throw new Unreadable('answered with something other than a list');
  return (payload as readonly unknown[]).slice(-pastRows).map((row, index) =>
    at(`[${index}]`, () => {
      if (!isObject(row)) throw new Unreadable('is not an object');
      const { timestamp, sumOpenInterestValue } = readShape(pastShape, row);
      return { time: timestamp, usd: sumOpenInterestValue };
    }),
  );
}
