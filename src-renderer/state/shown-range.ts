import type { CandleSeries, UnixMs } from '../../src-main/contract/market.ts';
import { unixMs } from '../../src-main/contract/market.ts';

const dayMs = 86_400_000;
/** So much of the past is read in any case, for the tables beside the chart. */
const leastMs = 7 * dayMs;

/**
 * From when on what happened is on screen: the first candle that is held, at least a week. In steps of a day, so that it
 * does not change with every second and every page.
 */
export function shownFrom(series: CandleSeries | null, now: UnixMs): UnixMs {
  const first = series?.openTimes[0] ?? Infinity;
  return unixMs(Math.floor(Math.min(first, now - leastMs) / dayMs) * dayMs);
}
