import { timeframeMs, type CandleSeries, type Instrument, type Timeframe } from '../../contract/market.ts';
import { at, isObject, Unreadable } from '../parse.ts';
import {
  isForming,
  pagesBackwards,
  readCandleRows,
  seriesOf,
  type CandleLayout,
  type PageRange,
} from '../parse/candle-pages.ts';
import type { CandleQuery, ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';

/** Candles of one answer; documented: of each length only the newest 5,000 are kept. */
export const pageRows = 5000;

export const intervalOf: Readonly<Record<Timeframe, string>> = {
  ...{ '1m': '1m', '5m': '5m', '15m': '15m', '1h': '1h', '4h': '4h', '1D': '1d' },
};

/** Documented names: `t` start, `T` end, `v` volume in the base coin; oldest first. */
const layout: CandleLayout = {
  ...{ openTime: 't', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' },
  ...{ takerBuyVolume: null, order: 'ascending' },
};

/** Candles with `from` ≤ open time < `to`, at most `limit` of them; those that the venue keeps no more are absent. */
export async function fetchCandles(
  context: ProviderContext,
  instrument: Instrument,
  query: CandleQuery,
  signal: AbortSignal,
): Promise<CandleSeries> {
  const { timeframe } = query;
  const { symbol: coin } = instrument;
  const now = context.now();
  const length = timeframeMs[timeframe];
  const pages = await pagesBackwards(query, pageRows, now, (range) => {
    const end = range.to ?? now + length; // the venue's clock may be ahead
    const start = range.from ?? Math.max(0, end - (range.limit + 1) * length);
    const req = { coin, interval: intervalOf[timeframe], startTime: start, endTime: end - 1 };
    return ask(context, { type: 'candleSnapshot', req }, signal, (payload, receivedAt) => {
      const columns = readCandles(payload, coin, timeframe, range);
      return { columns, lastIsForming: isForming(columns, timeframe, receivedAt), receivedAt };
    });
  });
  return seriesOf(instrument, timeframe, pages, now);
}

/**
 * Rows of `candleSnapshot` as columns. Whether both ends of a range belong to it is not documented (inferred: a candle
 * counts when it overlaps), so an answer may have a candle more at each end; those are left out.
 */
export function readCandles(
  payload: unknown,
  coin: string,
  timeframe: Timeframe,
  { from, to, limit }: PageRange,
): readonly Float64Array[] {
  if (!Array.isArray(payload)) throw new Unreadable('answered with something other than a list of candles');
  (payload as readonly unknown[]).forEach((row, index) => at(`[${index}]`, () => checkNames(row, coin, timeframe)));
  const columns = readCandleRows(payload, layout, timeframe, { from: null, to: null, limit: limit + 3 });
  const times = columns[0]!;
  const within = times.findLastIndex((time) => to === null || time < to) + 1;
  const first = times.findIndex((time) => from === null || time >= from);
  const begin = Math.max(first < 0 ? within : first, within - limit);
  return columns.map((column) => column.slice(begin, within));
}

/** Candles of another coin or length are not what was asked for. */
export function checkNames(row: unknown, coin: string, timeframe: Timeframe): void {
  if (!isObject(row)) throw new Unreadable('is not an object');
  if (row['s'] !== coin) throw new Unreadable(`is not ${coin}, which was asked for`, '.s');
  const interval = intervalOf[timeframe];
  if (row['i'] !== interval) throw new Unreadable(`is not ${interval}, which was asked for`, '.i');
}
