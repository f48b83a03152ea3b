import type { LimitRule } from '../../contract/limits.ts';

const hourMs = 3_600_000;
/** A told reset is cut to whole seconds. */
const resetResolutionMs = 1_000;
/** A told reset later than this is taken for nonsense. */
const longestResetMs = 32 * 24 * hourMs;

/** Where a fixed window begins and ends, careful time. */
export interface Bounds {
  readonly start: number;
  readonly end: number;
  /** From when on the next one is relied on. */
  readonly renewsAt: number;
  /** Whether the provider named the end. */
  readonly isTold: boolean;
}

/** Windows of an hour or more have a reserve; shorter ones are full again before anybody misses it. */
export const isLong = (rule: LimitRule): boolean => rule.windowMs >= hourMs;

/**
 * The fixed window that `time` lies in. After a told reset they follow one another at the window's length; without one
 * they begin at multiples of it since 1970, which is midnight UTC for a day.
 */
export function fixedBounds({ windowMs }: LimitRule, toldReset: number | null, time: number): Bounds {
  const named = toldReset === null || toldReset > time + longestResetMs ? null : toldReset;
  const late = named === null ? 0 : resetResolutionMs;
  const origin = named ?? 0;
  const start = origin + Math.floor((time - origin - late) / windowMs) * windowMs;
  const isTold = named !== null && time < named + late;
  const end = isTold ? named : start + windowMs;
  return { start, end, renewsAt: end + late, isTold };
}

/** Two told resets this close are one: some servers compute it anew for each answer. */
export const isSameReset = (a: number | null, b: number | null, windowMs: number): boolean =>
  a === b || (a !== null && b !== null && Math.abs(a - b) <= Math.min(60_000, windowMs / 20));
