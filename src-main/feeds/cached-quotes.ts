import {
  timeframeMs,
  timeframes,
  unixMs,
  type Asset,
  type Quote,
  type Timeframe,
  type UnixMs,
} from '../contract/market.ts';
import type { SourceKey } from '../contract/source.ts';
import type { Store } from '../store/database.ts';
import { closeDayBefore, quoteOf } from './quotes.ts';

const dayMs = 86_400_000;
/** Candles that prices and the 24 h change are read from. */
export const quoteTimeframe: Timeframe = '1m';

/** The stored close 24 hours before `time`; null when the store does not know it. */
export function storedCloseDayBefore(store: Store, source: SourceKey, asset: Asset, time: UnixMs): number | null {
  const upTo = unixMs(time - dayMs + timeframeMs[quoteTimeframe]);
  return closeDayBefore(store.candles.read(source, asset, quoteTimeframe, upTo, 20), time);
}

/** The newest quote that the store knows of each asset: the first paint, and all there is without a network. */
export function cachedQuotes(store: Store, source: SourceKey, assets: readonly Asset[]): Quote[] {
  return assets.flatMap((asset) => {
    const newest = timeframes
      .map((timeframe) => store.candles.read(source, asset, timeframe, null, 1))
      .map((series) => (series ? quoteOf(series, null) : null))
      .filter((quote) => quote !== null)
      .sort((a, b) => b.time - a.time)[0];
    return newest ? [{ ...newest, price24hAgo: storedCloseDayBefore(store, source, asset, newest.time) }] : [];
  });
}
