import { timeframeMs, unixMs, type CandleSeries, type UnixMs } from '../contract/market.ts';
import type { CandleSubscription } from '../providers/provider.ts';

/** A stretch without candles: `from` ≤ open time < `to`. */
export interface Hole {
  /** Null: longer than `most`; only its newer end is asked for. */
  readonly from: UnixMs | null;
  readonly to: UnixMs;
  readonly count: number;
}

/**
 * Holes inside a series (candles missed while the app was closed), and between it and `end`, from the newest to the
 * oldest, each told once: a venue's own gap stays one.
 */
export class CandleHoles {
  readonly #tried = new Set<string>();

  of({ asset, timeframe }: CandleSubscription, series: CandleSeries, end: number | null, most: number): Hole[] {
    const step = timeframeMs[timeframe];
    const opens = end === null ? [...series.openTimes] : [...series.openTimes, end];
    const holes: Hole[] = [];
    for (let row = opens.length - 1; row > 0; row--) {
      const from = opens[row - 1]! + step;
      const to = opens[row]!;
      const hole = `${asset} ${timeframe} ${to}`;
      if (to <= from || this.#tried.has(hole)) continue;
      this.#tried.add(hole);
      const missing = Math.ceil((to - from) / step);
      holes.push({ from: missing <= most ? unixMs(from) : null, to: unixMs(to), count: Math.min(missing, most) });
    }
    return holes;
  }
}
