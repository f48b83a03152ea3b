import {
  unixMs,
  timeframeMs,
  type CandleSeries,
  type Instrument,
  type Timeframe,
  type UnixMs,
} from '../../contract/market.ts';
import { at, Unreadable } from '../parse.ts';
import { anyNumber, price, size, type NumberReader } from '../parse/numbers.ts';
import type { CandleQuery, ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';

/** Most rows of one `GET /fapi/v1/klines`. */
const pageRows = 1500;

export const intervalOf: Readonly<Record<Timeframe, string>> = {
  '1m': '1m',
  '5m': '5m',
  '15m': '15m',
  '1h': '1h',
  '4h': '4h',
  '1D': '1d',
};

/** Columns of one or more pages; row positions as documented: open time, o, h, l, c, volume, close time, …, [9] taker buy volume. */
const positions = [0, 1, 2, 3, 4, 5, 9] as const;
const wholeTime: NumberReader = (value) => {
  const number = anyNumber(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new Unreadable('is not a time in milliseconds');
  return number;
};
const readers: readonly NumberReader[] = [wholeTime, price, price, price, price, size, size];

interface Page {
  readonly columns: readonly Float64Array[];
  readonly lastCloseTime: number;
  readonly receivedAt: UnixMs;
}

/**
 * Candles with `from` ≤ open time < `to`, at most `limit` of them: the first ones from `from`, or without it the last ones
 * before `to`. As many requests as that takes, each at most 1500 rows.
 */
export async function fetchKlines(
  context: ProviderContext,
  instrument: Instrument,
  query: CandleQuery,
  signal: AbortSignal,
): Promise<CandleSeries> {
  const pages: Page[] = [];
  const forward = query.from !== null;
  let from: number | null = query.from;
  let to: number | null = query.to;
  let left = Math.max(0, Math.floor(query.limit));
  while (left > 0 && (from === null || to === null || from < to)) {
    const limit = Math.min(left, pageRows);
    const page = await fetchPage(
      context,
      instrument,
      query.timeframe,
      { from: forward ? from : null, to, limit },
      signal,
    );
    const times = page.columns[0]!;
    pages.push(page);
    left -= times.length;
    if (times.length < limit) break;
    if (forward) from = times[times.length - 1]! + timeframeMs[query.timeframe];
    else to = times[0]!;
  }
  if (!forward) pages.reverse();
  return seriesOf(instrument, query.timeframe, pages, context.now());
}

function fetchPage(
  context: ProviderContext,
  { symbol }: Instrument,
  timeframe: Timeframe,
  { from, to, limit }: { from: number | null; to: number | null; limit: number },
  signal: AbortSignal,
): Promise<Page> {
  const query = new URLSearchParams({ symbol, interval: intervalOf[timeframe] });
  if (from !== null) query.set('startTime', String(from));
  if (to !== null) query.set('endTime', String(to - 1)); // both ends are inclusive, by open time
  query.set('limit', String(limit));
  return ask(context, `/fapi/v1/klines?${query.toString()}`, signal, (payload, receivedAt) => {
    const page = readKlines(payload);
    const times = page.columns[0]!;
    if (times.length > limit)
      throw new Unreadable(`answered with ${times.length} candles, more than the ${limit} asked for`);
    for (let index = 0; index < times.length; index += 1) {
      const openTime = times[index]!;
      if ((from !== null && openTime < from) || (to !== null && openTime >= to)) {
        throw new Unreadable('is outside of what was asked for', `[${index}][0]`);
      }
      if (openTime % timeframeMs[timeframe] !== 0) {
        throw new Unreadable(`is not the start of a ${timeframe} candle`, `[${index}][0]`);
      }
    }
    return { ...page, receivedAt };
  });
}

/** The rows of `GET /fapi/v1/klines` as columns; they must ascend, and hold their own open and close within high and low. */
export function readKlines(payload: unknown): Omit<Page, 'receivedAt'> {
  if (!Array.isArray(payload)) throw new Unreadable('answered with something other than a list of candles');
  const rows: readonly unknown[] = payload;
  if (rows.length > pageRows)
    throw new Unreadable(`answered with ${rows.length} candles: more than ${pageRows} are never sent at once`);
  const columns = positions.map(() => new Float64Array(rows.length));
  let lastCloseTime = NaN;
  rows.forEach((row, index) =>
    at(`[${index}]`, () => {
      if (!Array.isArray(row)) throw new Unreadable('is not a list');
      const cells: readonly unknown[] = row;
      positions.forEach((position, column) => {
        columns[column]![index] = at(`[${position}]`, () => readers[column]!(cells[position]));
      });
      lastCloseTime = at('[6]', () => wholeTime(cells[6]));
      const [times, open, high, low, close] = columns as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      if (index > 0 && !(times[index]! > times[index - 1]!)) throw new Unreadable('is out of order', '[0]');
      checkRange(open[index]!, high[index]!, low[index]!, close[index]!);
    }),
  );
  return { columns, lastCloseTime };
}

export function checkRange(open: number, high: number, low: number, close: number): void {
  if (high < Math.max(open, close, low) || low > Math.min(open, close)) {
    throw new Unreadable('has a high or low that its own open or close lies outside of');
  }
}

function seriesOf(instrument: Instrument, timeframe: Timeframe, pages: readonly Page[], now: UnixMs): CandleSeries {
  const length = pages.reduce((sum, page) => sum + page.columns[0]!.length, 0);
  const [openTimes, open, high, low, close, volume, takerBuyVolume] = positions.map((_, column) => {
    const joined = new Float64Array(length);
    let offset = 0;
    for (const page of pages) {
      joined.set(page.columns[column]!, offset);
      offset += page.columns[column]!.length;
    }
    return joined;
  }) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const newest = pages.findLast((page) => page.columns[0]!.length > 0);
  return {
    instrument,
    timeframe,
    openTimes,
    open,
    high,
    low,
    close,
    volume,
    takerBuyVolume,
    // Forming: it closes after the moment its answer came.
    lastIsForming: newest !== undefined && newest.lastCloseTime > newest.receivedAt,
    receivedAt: newest?.receivedAt ?? unixMs(now),
  };
}
