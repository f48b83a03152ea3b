import { timeframeMs, type CandleSeries, type Instrument, type Timeframe } from '../../contract/market.ts';
import { Unreadable } from '../parse.ts';
import {
  isForming,
  readCandleRows,
  seriesOf,
  type CandleLayout,
  type CandlePage,
  type PageRange,
} from '../parse/candle-pages.ts';
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

/** Row positions as documented: open time, o, h, l, c, volume, close time, …, [9] taker buy volume. */
const layout: CandleLayout = {
  openTime: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 5,
  takerBuyVolume: 9,
  order: 'ascending',
};

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
  const pages: CandlePage[] = [];
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
  range: PageRange,
  signal: AbortSignal,
): Promise<CandlePage> {
  const { from, to, limit } = range;
  const query = new URLSearchParams({ symbol, interval: intervalOf[timeframe] });
  if (from !== null) query.set('startTime', String(from));
  if (to !== null) query.set('endTime', String(to - 1)); // both ends are inclusive, by open time
  query.set('limit', String(limit));
  return ask(context, `/fapi/v1/klines?${query.toString()}`, signal, (payload, receivedAt) => {
    if (!Array.isArray(payload)) throw new Unreadable('answered with something other than a list of candles');
    const columns = readCandleRows(payload, layout, timeframe, range);
    return { columns, lastIsForming: isForming(columns, timeframe, receivedAt), receivedAt };
  });
}
