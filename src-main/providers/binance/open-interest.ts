import { z } from 'zod';
import { FailureError } from '../../contract/failure.ts';
import type { Instrument } from '../../contract/market.ts';
import type { OpenInterest } from '../../contract/positioning.ts';
import { at, extraOf, isObject, readShape, Unreadable } from '../parse.ts';
import { changeOverDay, unknownChange, type PastValue } from '../parse/day-change.ts';
import { shapeOf, size, word } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import type { ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';
import { checkSymbol, fetchPremiumIndex } from './premium-index.ts';

const shape = z.looseObject({ symbol: shapeOf(word), openInterest: shapeOf(size), time: shapeOf(time) });
const fields: ReadonlySet<string> = new Set(Object.keys(shape.shape));
const pastShape = z.looseObject({ sumOpenInterestValue: shapeOf(size), timestamp: shapeOf(time) });

/** Hours of history: 24 and one to spare. */
const pastRows = 25;

/**
 * Open interest in US dollars: coins of `GET /fapi/v1/openInterest` × mark price of `GET /fapi/v1/premiumIndex`; the
 * change over a day by `GET /futures/data/openInterestHist`, unknown when that fails. One venue is no total.
 */
export async function fetchOpenInterest(
  context: ProviderContext,
  instrument: Instrument,
  signal: AbortSignal,
): Promise<OpenInterest> {
  const { symbol, asset } = instrument;
  const { markPrice } = await fetchPremiumIndex(context, symbol, signal);
  const [now, history] = await Promise.all([
    ask(context, `/fapi/v1/openInterest?symbol=${symbol}`, signal, (payload, receivedAt) => ({
      ...readOpenInterest(payload, symbol, markPrice),
      receivedAt,
    })),
    fetchHistory(context, symbol, signal),
  ]);
  const change = history === null ? unknownChange : changeOverDay(now.usd, now.time, history);
  return {
    kind: 'open-interest',
    source: context.source,
    asset,
    variant: '',
    takenAt: now.time,
    takenAtBasis: 'provider',
    receivedAt: now.receivedAt,
    confirmedAt: now.receivedAt,
    transport: 'rest',
    extra: now.extra,
    totalUsd: null,
    exchanges: [{ exchange: 'binance', openInterestUsd: now.usd, ...change }],
  };
}

export function readOpenInterest(payload: unknown, symbol: string, markPrice: number) {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  const { symbol: named, openInterest, time: takenAt } = readShape(shape, payload);
  checkSymbol(named, symbol);
  const usd = openInterest * markPrice;
  if (!Number.isFinite(usd)) throw new Unreadable('is too large for a number', '.openInterest');
  return { usd, time: takenAt, extra: extraOf(payload, fields) };
}

/** Null when it cannot be had now; what could not be read is recorded. */
async function fetchHistory(
  context: ProviderContext,
  symbol: string,
  signal: AbortSignal,
): Promise<readonly PastValue[] | null> {
  try {
    const path = `/futures/data/openInterestHist?symbol=${symbol}&period=1h&limit=${pastRows}`;
    return await ask(context, path, signal, readHistory);
  } catch (thrown) {
    if (!(thrown instanceof FailureError) || thrown.failure.kind === 'cancelled') throw thrown;
    return null;
  }
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
