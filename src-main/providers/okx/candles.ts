import { timeframeMs, type CandleSeries, type Instrument, type Timeframe, type UnixMs } from '../../contract/market.ts';
import { Unreadable } from '../parse.ts';
import {
  pagesBackwards,
  readCandleRows,
  seriesOf,
  type CandleLayout,
  type CandlePage,
  type PageRange,
} from '../parse/candle-pages.ts';
import type { CandleQuery, ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';

/** Most rows of one answer. */
const pageRows = 300;
/** `/market/candles` reaches back 1,440 candles; a page must lie in it whole, with some to spare for a clock that is off. */
const recentRows = 1_440 - pageRows - 40;

/** Days open at midnight UTC with `1Dutc` alone: `1D` is a day of Hong Kong. */
export const barOf: Readonly<Record<Timeframe, string>> = {
  '1m': '1m',
  '5m': '5m',
  '15m': '15m',
  '1h': '1H',
  '4h': '4H',
  '1D': '1Dutc',
};

/** Row positions as documented: time, o, h, l, c, volume in contracts, in the base coin, in the quote, confirm. */
export const candleLayout: CandleLayout = {
  openTime: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 6,
  takerBuyVolume: null,
  order: 'descending',
};
const confirmAt = 8;

/**
 * Candles with `from` ≤ open time < `to`, at most `limit` of them: the first ones from `from`, or without it the last ones
 * before `to`. As many requests as that takes, each at most 300 rows. Older than the newest 1,440 come from
 * `/market/history-candles`.
 */
export async function fetchCandles(
  context: ProviderContext,
  instrument: Instrument,
  query: CandleQuery,
  signal: AbortSignal,
): Promise<CandleSeries> {
  const now = context.now();
  const pages = await pagesBackwards(query, pageRows, now, (range) => {
    const endpoint = isRecent(range.to, query.timeframe, now) ? 'candles' : 'history-candles';
    return ask(
      context,
      `/api/v5/market/${endpoint}?${search(instrument, query.timeframe, range)}`,
      signal,
      (data, receivedAt) => readPage(data, query.timeframe, range, receivedAt),
    );
  });
  return seriesOf(instrument, query.timeframe, pages, now);
}

const isRecent = (to: number | null, timeframe: Timeframe, now: UnixMs): boolean =>
  to === null || now - to < recentRows * timeframeMs[timeframe];

function search({ symbol }: Instrument, timeframe: Timeframe, { from, to, limit }: PageRange): string {
  const query = new URLSearchParams({ instId: symbol, bar: barOf[timeframe] });
  // The names look back in time: `after` a candle come the older ones, `before` it the newer. Neither is included.
  if (to !== null) query.set('after', String(to));
  if (from !== null) query.set('before', String(from - 1));
  query.set('limit', String(limit));
  return query.toString();
}

function readPage(data: unknown, timeframe: Timeframe, range: PageRange, receivedAt: UnixMs): CandlePage {
  const columns = readCandleRows(data, candleLayout, timeframe, range);
  const newest = (data as readonly (readonly unknown[])[])[0];
  return { columns, lastIsForming: newest !== undefined && !isConfirmed(newest, '[0]'), receivedAt };
}

/** Whether a candle is over, by the row's own word. */
export function isConfirmed(row: readonly unknown[], path: string): boolean {
  const confirm = row[confirmAt];
  if (confirm !== '0' && confirm !== '1' && confirm !== 0 && confirm !== 1) {
    throw new Unreadable('is neither 0 nor 1', `${path}[${confirmAt}]`);
  }
  return Number(confirm) === 1;
}
