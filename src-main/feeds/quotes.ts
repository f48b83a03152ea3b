import { timeframeMs, unixMs, type CandleSeries, type Quote, type UnixMs } from '../contract/market.ts';
import type { CandleUpdate } from '../providers/provider.ts';

const dayMs = 86_400_000;
const mostAsideMs = 900_000;

/**
 * The close that stood 24 hours before `time`: of the last candle that had closed by then. Null when the series does not
 * reach back that far, or has a hole there of more than a quarter of an hour.
 */
export function closeDayBefore(series: CandleSeries | null, time: UnixMs): number | null {
  if (!series) return null;
  const length = timeframeMs[series.timeframe];
  const moment = time - dayMs;
  for (let row = series.openTimes.length - 1; row >= 0; row--) {
    const closedAt = series.openTimes[row]! + length;
    if (closedAt > moment) continue;
    return moment - closedAt <= mostAsideMs ? series.close[row]! : null;
  }
  return null;
}

/** The quote that a series ends on: what is known of a price while nothing newer has come. */
export function quoteOf(series: CandleSeries, price24hAgo: number | null): Quote | null {
  const last = series.openTimes.length - 1;
  if (last < 0) return null;
  const closedAt = series.openTimes[last]! + timeframeMs[series.timeframe];
  // A forming candle's close is as old as its arrival; a closed one's is as old as its end.
  const time = series.lastIsForming ? Math.min(series.receivedAt, closedAt) : closedAt;
  return {
    instrument: series.instrument,
    price: series.close[last]!,
    time: unixMs(time),
    receivedAt: series.receivedAt,
    price24hAgo,
  };
}

export function quoteOfUpdate(update: CandleUpdate, price24hAgo: number | null): Quote {
  return {
    instrument: update.instrument,
    price: update.candle.close,
    time: update.eventTime,
    receivedAt: update.receivedAt,
    price24hAgo,
  };
}
