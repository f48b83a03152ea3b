import {
  timeframeMs,
  unixMs,
  type CandleSeries,
  type Instrument,
  type Timeframe,
  type UnixMs,
} from '../../contract/market.ts';
import { at, isObject, member, Unreadable } from '../parse.ts';
import type { CandleQuery } from '../provider.ts';
import { anyNumber, price, size, type NumberReader } from './numbers.ts';

/** Where a row has its values: positions in a list, or names in an object. */
export interface CandleLayout {
  readonly openTime: number | string;
  readonly open: number | string;
  readonly high: number | string;
  readonly low: number | string;
  readonly close: number | string;
  /** In the base coin. */
  readonly volume: number | string;
  /** Null: the venue does not tell it. */
  readonly takerBuyVolume: number | string | null;
  readonly order: 'ascending' | 'descending';
}

/** What one request asks for: `from` ≤ open time < `to`, at most `limit` rows. */
export interface PageRange {
  readonly from: number | null;
  readonly to: number | null;
  readonly limit: number;
}

/** Candles of one answer, ascending. */
export interface CandlePage {
  /** Open time, open, high, low, close, volume, taker buy volume. */
  readonly columns: readonly Float64Array[];
  readonly lastIsForming: boolean;
  readonly receivedAt: UnixMs;
}

const wholeTime: NumberReader = (value) => {
  const number = anyNumber(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new Unreadable('is not a time in milliseconds');
  return number;
};
const readers: readonly NumberReader[] = [wholeTime, price, price, price, price, size, size];

/**
 * Rows as columns, ascending. They must be in the venue's order without repeats, open on multiples of the timeframe
 * within what was asked for, and hold their own open and close within high and low. One bad row refuses the list.
 */
export function readCandleRows(
  list: unknown,
  layout: CandleLayout,
  timeframe: Timeframe,
  { from, to, limit }: PageRange,
): readonly Float64Array[] {
  if (!Array.isArray(list)) throw new Unreadable('is not a list of candles');
  const rows: readonly unknown[] = list;
  if (rows.length > limit)
    throw new Unreadable(`answered with ${rows.length} candles, more than the ${limit} asked for`);
  const { openTime, open, high, low, close, volume, takerBuyVolume, order } = layout;
  const keys = [openTime, open, high, low, close, volume, takerBuyVolume];
  const columns = keys.map((key) => new Float64Array(rows.length).fill(key === null ? NaN : 0));
  const descends = order === 'descending';
  let before = descends ? Infinity : -Infinity;
  rows.forEach((row, index) =>
    at(`[${index}]`, () => {
      const cells = cellsOf(row, openTime);
      const target = descends ? rows.length - 1 - index : index;
      keys.forEach((key, column) => {
        if (key !== null) columns[column]![target] = at(step(key), () => readers[column]!(cells[key]));
      });
      const time = columns[0]![target]!;
      at(step(openTime), () => {
        if (descends ? time >= before : time <= before) throw new Unreadable('is out of order');
        checkOpenTime(time, timeframe);
        if ((from !== null && time < from) || (to !== null && time >= to)) {
          throw new Unreadable('is outside of what was asked for');
        }
      });
      before = time;
      checkRange(columns[1]![target]!, columns[2]![target]!, columns[3]![target]!, columns[4]![target]!);
    }),
  );
  return columns;
}

function cellsOf(row: unknown, key: number | string): Readonly<Record<number | string, unknown>> {
  if (typeof key === 'number' ? Array.isArray(row) : isObject(row)) {
    return row as Readonly<Record<number | string, unknown>>;
  }
  throw new Unreadable(typeof key === 'number' ? 'is not a list' : 'is not an object');
}

const step = (key: number | string): string => (typeof key === 'number' ? `[${key}]` : member(key));

export function checkOpenTime(time: number, timeframe: Timeframe): void {
  if (time % timeframeMs[timeframe] !== 0) throw new Unreadable(`is not the start of a ${timeframe} candle`);
}

export function checkRange(open: number, high: number, low: number, close: number): void {
  if (high < Math.max(open, close, low) || low > Math.min(open, close)) {
    throw new Unreadable('has a high or low that its own open or close lies outside of');
  }
}

/**
 * The pages of a query at a venue that answers with the newest candles of a range: from the newest backwards, as many
 * requests as that takes. With `from` it covers `limit` candle lengths from there, so a venue's own gap makes it fewer
 * candles, never later ones. Ascending.
 */
export async function pagesBackwards(
  { timeframe, from, to, limit }: CandleQuery,
  pageRows: number,
  now: UnixMs,
  askPage: (range: PageRange) => Promise<CandlePage>,
): Promise<readonly CandlePage[]> {
  const length = timeframeMs[timeframe];
  const pages: CandlePage[] = [];
  let left = Math.max(0, Math.floor(limit));
  const first = from === null ? null : Math.ceil(from / length) * length;
  // One candle more than the clock allows: it may be behind the venue's.
  const newest = (Math.floor(now / length) + 2) * length;
  let end = first === null ? to : Math.min(to ?? Infinity, first + left * length, newest);
  while (left > 0 && (first === null || end === null || end > first)) {
    const rows = Math.min(left, pageRows);
    const start = first === null || end === null ? null : Math.max(first, end - rows * length);
    const page = await askPage({ from: start, to: end, limit: rows });
    const times = page.columns[0]!;
    pages.push(page);
    left -= times.length;
    if (start === null && times.length < rows) break;
    end = start ?? times[0]!;
  }
  return pages.reverse();
}

/** Ascending pages as one series; `now` is its arrival when there is no page. */
export function seriesOf(
  instrument: Instrument,
  timeframe: Timeframe,
  pages: readonly CandlePage[],
  now: UnixMs,
): CandleSeries {
  const length = pages.reduce((sum, page) => sum + page.columns[0]!.length, 0);
  const [openTimes, open, high, low, close, volume, takerBuyVolume] = readers.map((_, column) => {
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
    lastIsForming: newest?.lastIsForming ?? false,
    receivedAt: newest?.receivedAt ?? unixMs(now),
  };
}

/** Whether the last of these candles closes after the moment its answer came; for venues that do not say. */
export function isForming(columns: readonly Float64Array[], timeframe: Timeframe, receivedAt: UnixMs): boolean {
  const last = columns[0]!.at(-1);
  return last !== undefined && last + timeframeMs[timeframe] > receivedAt;
}
