import type { LimitRule } from '../../contract/limits.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { Tier } from '../../contract/plan.ts';
import { share } from './share.ts';
import type { Weights } from './ledger.ts';
import { isLong } from './windows.ts';

/** What is asked again and again. Among equals the first listed gets what cannot be divided. */
export interface Demand {
  readonly weights: Weights;
  readonly wantedMs: number;
  readonly tier: Tier;
  /** Careful time of the last request; null: never. Without it, nobody is known to have waited longer than others. */
  readonly askedAt?: UnixMs | null;
}

/** A rule as the plan sees it. */
export interface PlanWindow {
  readonly rule: LimitRule;
  /** Null: no limit. */
  readonly amount: number | null;
  /** Units that may be spent before the horizon; null: no limit. */
  readonly left: number | null;
  /** Of those, what is kept for the user's own requests. */
  readonly reserve: number;
  /** What is left is to last so long. */
  readonly horizonMs: number;
  /** Units used in the window that ends at the horizon; 0 where they leave it by then. */
  readonly used: number;
  readonly resetAt: UnixMs;
}

export interface Planned {
  /** Milliseconds per demand, never shorter than wanted; null: not once before the reset. */
  readonly intervals: readonly (number | null)[];
  /** Id of the rule that stretches most; null: none does. */
  readonly limitedBy: string | null;
  /** Units by rule id, what is used now included. */
  readonly usedAtReset: ReadonlyMap<string, number>;
  /** The same, had every demand its wanted interval. */
  readonly wantedAtReset: ReadonlyMap<string, number>;
}

/** Of a window that renews itself within the hour: a part is left to clicks and history. */
const headroom = 0.2;

/**
 * What each demand's interval can be, so that no rule's window is overspent before its horizon.
 *
 * Tiers take what they need from pinned down to archive. Within a tier that cannot have all, every demand is stretched by
 * the same factor, but none below one request while there is one for each. Whole requests are counted: `⌊horizon ÷
 * interval⌋` of each. What the rounding leaves over goes, one request each, to those whose share was cut most, among
 * equals to the first listed: of 4 calls for 3 equal demands the first has 2 (an interval of half the horizon), the others
 * 1 each (at three quarters of it), since a call that is kept back for fairness helps nobody; as time passes and this is
 * computed anew, nothing is lost by having been second. Pinned demands leave one request to every visible one that was not asked
 * in this window yet, as long as each of them has one itself; where there is not one for each, those that have waited
 * longest are first.
 *
 * In rolling windows and those shorter than an hour there is no end to count towards: there, rates are shared.
 */
export function plan(demands: readonly Demand[], windows: readonly PlanWindow[]): Planned {
  const intervals: (number | null)[] = demands.map(({ wantedMs }) => wantedMs);
  let limitedBy: string | null = null;
  let mostStretched = 1;
  for (const window of windows) {
    const capacity = capacityOf(window);
    if (capacity === null) continue;
    share(demands, window.rule.id, {
      capacity,
      horizonMs: window.horizonMs,
      isWhole: isWhole(window.rule),
      start: window.resetAt - window.rule.windowMs,
    }).forEach((interval, index) => {
      const wantedMs = demands[index]?.wantedMs ?? 1;
      const stretch = interval === null ? Infinity : interval / wantedMs;
      if (stretch > mostStretched) [mostStretched, limitedBy] = [stretch, window.rule.id];
      const before = intervals[index] ?? null;
      intervals[index] = before === null || interval === null ? null : Math.max(before, interval);
    });
  }
  const wanted = demands.map(({ wantedMs }) => wantedMs);
  return {
    intervals,
    limitedBy,
    usedAtReset: new Map(windows.map((window) => [window.rule.id, spentBy(window, demands, intervals)])),
    wantedAtReset: new Map(windows.map((window) => [window.rule.id, spentBy(window, demands, wanted)])),
  };
}

/** Whole requests until an end; otherwise rates. */
const isWhole = (rule: LimitRule): boolean => rule.window === 'fixed' && isLong(rule);

function capacityOf({ rule, left, reserve }: PlanWindow): number | null {
  if (left === null) return null;
  return Math.max(0, isLong(rule) ? left - reserve : Math.floor(left * (1 - headroom)) - reserve);
}

function spentBy(
  { rule, horizonMs, used }: PlanWindow,
  demands: readonly Demand[],
  intervals: readonly (number | null)[],
): number {
  let units = 0;
  demands.forEach(({ weights }, index) => {
    const interval = intervals[index] ?? null;
    if (interval === null) return;
    const times = isWhole(rule) ? Math.floor(horizonMs / interval) : horizonMs / interval;
    units += times * (weights[rule.id] ?? 0);
  });
  return used + Math.round(units);
}
