import { z } from 'zod';
import { FailureError } from '../../contract/failure.ts';
import type { Instrument } from '../../contract/market.ts';
import type { OpenInterest } from '../../contract/positioning.ts';
import { at, extraOf, readShape, Unreadable } from '../parse.ts';
import { changeOverDay, unknownChange, type PastValue } from '../parse/day-change.ts';
import { price, shapeOf, size } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import type { ProviderContext } from '../provider.ts';
import { ask, onlyRow } from './ask.ts';

const shape = z.looseObject({ oiCcy: shapeOf(size), ts: shapeOf(time) });
const fields: ReadonlySet<string> = new Set(['instId', 'instType', 'oi', 'oiCcy', 'oiUsd', 'ts']);
const markShape = z.looseObject({ markPx: shapeOf(price) });

/** Hours of history: 24 and one to spare. */
const pastRows = 25;

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
    fetchHistory(context, symbol, signal),
  ]);
  const usd =
    now.usd ??
    (await ask(context, `/api/v5/public/mark-price?${query}`, signal, (data) => dollars(data, symbol, now.coins)));
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
    exchanges: [
      {
        exchange: 'okx',
        openInterestUsd: usd,
        ...(history === null ? unknownChange : changeOverDay(usd, now.time, history)),
      },
    ],
  };
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

/** Null when it cannot be had now; what could not be read is recorded. */
async function fetchHistory(
  context: ProviderContext,
  symbol: string,
  signal: AbortSignal,
): Promise<readonly PastValue[] | null> {
  try {
    const path = `/api/v5/rubik/stat/contracts/open-interest-history?instId=${symbol}&period=1H&limit=${pastRows}`;
    return await ask(context, path, signal, readHistory);
  } catch (thrown) {
    if (!(thrown instanceof FailureError) || thrown.failure.kind === 'cancelled') throw thrown;
    return null;
  }
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
