import type { CandleSeries, Instrument, Timeframe } from '../../contract/market.ts';
import { at, Unreadable } from '../parse.ts';
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

/** Most rows of one `GET /v5/market/kline`. */
const pageRows = 1000;

export const intervalOf: Readonly<Record<Timeframe, string>> = {
  '1m': '1',
  '5m': '5',
  '15m': '15',
  '1h': '60',
  '4h': '240',
  '1D': 'D',
};

/** Row positions as documented: start, o, h, l, c, volume (base coin of linear contracts), turnover; newest first. */
const layout: CandleLayout = {
  openTime: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 5,
  takerBuyVolume: null,
  order: 'descending',
};

/**
 * Candles with `from` ≤ open time < `to`, at most `limit` of them: the first ones from `from`, or without it the last ones
 * before `to`. As many requests as that takes, each at most 1000 rows.
 */
export async function fetchKlines(
  context: ProviderContext,
  instrument: Instrument,
  query: CandleQuery,
  signal: AbortSignal,
): Promise<CandleSeries> {
  const { symbol } = instrument;
  const { timeframe } = query;
  const now = context.now();
  const pages = await pagesBackwards(query, pageRows, now, (range) =>
    ask(context, `kline?${search(symbol, timeframe, range)}`, signal, (result, { time, receivedAt }) => {
      if (result['symbol'] !== symbol) throw new Unreadable(`is not ${symbol}, which was asked for`, '.symbol');
      const columns = at('.list', () => readCandleRows(result['list'], layout, timeframe, range));
      // By the venue's own clock: rows do not say whether they are over.
      return { columns, lastIsForming: isForming(columns, timeframe, time), receivedAt };
    }),
  );
  return seriesOf(instrument, timeframe, pages, now);
}

function search(symbol: string, timeframe: Timeframe, { from, to, limit }: PageRange): string {
  const query = new URLSearchParams({ category: 'linear', symbol, interval: intervalOf[timeframe] });
  if (from !== null) query.set('start', String(from));
  if (to !== null) query.set('end', String(to - 1)); // both ends are inclusive, by open time
  query.set('limit', String(limit));
  return query.toString();
}
