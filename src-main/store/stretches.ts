import type { PinnedRange } from '../contract/keeping.ts';
import type { Asset } from '../contract/market.ts';

/** Milliseconds: `from` ≤ time < `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export const hourMs = 3_600_000;
export const hourBefore = (time: number): number => Math.floor(time / hourMs) * hourMs;

/**
 * What pinned ranges keep of an asset (null: of what belongs to none), ascending and apart from each other. Whole hours:
 * an hour may be packed, and then it stays or goes as one.
 */
export function pinnedHours(pinned: readonly PinnedRange[], asset: Asset | null): readonly Stretch[] {
  const hours = pinned
    .filter((range) => range.asset === null || range.asset === asset)
    .map(({ from, to }) => ({ from: hourBefore(from), to: Math.ceil(to / hourMs) * hourMs }))
    .sort((a, b) => a.from - b.from);
  const merged: Stretch[] = [];
  for (const next of hours) {
    const last = merged.at(-1);
    if (last === undefined || next.from > last.to) merged.push(next);
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
  }
  return merged;
}

/**
 * Where rows begin that are over before `to`, were not before `from`, and touch no pinned hour. A row goes on for
 * `spanMs` whole milliseconds; 0: it is of a moment.
 */
export function stretchesOf({ from, to }: Stretch, spanMs: number, pins: readonly Stretch[]): Stretch[] {
  const overBy = (time: number): number => (spanMs === 0 ? time : time - spanMs + 1);
  const free: Stretch[] = [];
  const end = overBy(to);
  let start = overBy(from);
  for (const pin of pins) {
    const stop = Math.min(overBy(pin.from), end);
    if (start < stop) free.push({ from: start, to: stop });
    start = Math.max(start, pin.to);
  }
  if (start < end) free.push({ from: start, to: end });
  return free;
}
