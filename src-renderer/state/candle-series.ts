import type { CandleTick } from '../../src-main/contract/channels.ts';
import type { CandleSeries, Instrument } from '../../src-main/contract/market.ts';
import { sourceKey } from '../../src-main/contract/source.ts';

const columns = ['openTimes', 'open', 'high', 'low', 'close', 'volume', 'takerBuyVolume'] as const;
type Column = (typeof columns)[number];

export const isSameInstrument = (a: Instrument, b: Instrument): boolean =>
  a.symbol === b.symbol && a.asset === b.asset && sourceKey(a.source) === sourceKey(b.source);

/** Both series as one, ascending, each open time once; where both have a candle, `newer` is right. */
export function mergeSeries(older: CandleSeries, newer: CandleSeries): CandleSeries {
  if (!isSameInstrument(older.instrument, newer.instrument) || older.timeframe !== newer.timeframe) return newer;
  if (newer.openTimes.length === 0) return older;
  if (older.openTimes.length === 0) return newer;

  if (older.openTimes.at(-1)! < newer.openTimes[0]!) return joinSeries(older, newer);

  const rows: { from: CandleSeries; row: number }[] = [];
  let a = 0;
  let b = 0;
  while (a < older.openTimes.length || b < newer.openTimes.length) {
    const timeA = older.openTimes[a] ?? Infinity;
    const timeB = newer.openTimes[b] ?? Infinity;
    if (timeB <= timeA) {
      rows.push({ from: newer, row: b });
      b += 1;
      if (timeA === timeB) a += 1;
    } else {
      rows.push({ from: older, row: a });
      a += 1;
    }
  }

  const merged = {} as Record<Column, Float64Array>;
  for (const column of columns) merged[column] = Float64Array.from(rows, ({ from, row }) => from[column][row] ?? NaN);
  const last = rows[rows.length - 1]!;
  return {
    ...merged,
    instrument: newer.instrument,
    timeframe: newer.timeframe,
    lastIsForming: last.from.lastIsForming && last.row === last.from.openTimes.length - 1,
    receivedAt: older.receivedAt > newer.receivedAt ? older.receivedAt : newer.receivedAt,
  };
}

/** Two series of which one ends before the other begins; much cheaper than a merge row by row. */
function joinSeries(older: CandleSeries, newer: CandleSeries): CandleSeries {
  const joined = {} as Record<Column, Float64Array>;
  for (const column of columns) {
    joined[column] = new Float64Array(older.openTimes.length + newer.openTimes.length);
    joined[column].set(older[column]);
    joined[column].set(newer[column], older.openTimes.length);
  }
  return { ...newer, ...joined, receivedAt: older.receivedAt > newer.receivedAt ? older.receivedAt : newer.receivedAt };
}

/** The series with the ticks laid on top that arrived after it. `ticks` ascending by open time, one a candle. */
export function applyTicks(series: CandleSeries, ticks: readonly CandleTick[]): CandleSeries {
  const later = ticks.filter((tick) => tick.receivedAt >= series.receivedAt);
  const last = later[later.length - 1];
  if (last === undefined) return series;
  const column = (read: (tick: CandleTick) => number): Float64Array => Float64Array.from(later, read);
  return mergeSeries(series, {
    instrument: series.instrument,
    timeframe: series.timeframe,
    openTimes: column((tick) => tick.candle.openTime),
    open: column((tick) => tick.candle.open),
    high: column((tick) => tick.candle.high),
    low: column((tick) => tick.candle.low),
    close: column((tick) => tick.candle.close),
    volume: column((tick) => tick.candle.volume),
    takerBuyVolume: column((tick) => tick.candle.takerBuyVolume),
    lastIsForming: !last.candle.closed,
    receivedAt: last.receivedAt,
  });
}
