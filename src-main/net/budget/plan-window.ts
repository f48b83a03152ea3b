import type { LimitRule, PlanOverride, RuleState } from '../../contract/limits.ts';
import { unixMs } from '../../contract/market.ts';
import type { PlanWindow } from './plan.ts';
import { isLong, type Bounds } from './windows.ts';

/** How a rule stands, pauses left out. */
export interface Count {
  readonly amount: number | null;
  readonly basis: RuleState['amountBasis'];
  readonly used: number;
  readonly left: number | null;
  /** Of a fixed window. */
  readonly bounds: Bounds | null;
}

interface Moments {
  readonly now: number;
  /** When the first unit of the window was spent; null: none was. */
  readonly first: number | null;
  /** A 429 holds the rule until then. */
  readonly pausedUntil: number | null;
}

const hourMs = 3_600_000;

export function planWindow(
  rule: LimitRule,
  { amount, used, left, bounds }: Count,
  { reserve, hours }: PlanOverride,
  { now, first, pausedUntil }: Moments,
): PlanWindow {
  if (!bounds || !isLong(rule)) {
    // What is used now leaves the window by its end, so all of the amount is there again and again.
    const steady = { left: amount ?? left, horizonMs: rule.windowMs, used: 0, resetAt: unixMs(now + rule.windowMs) };
    return { rule, amount, reserve: isLong(rule) ? reserve : 0, ...steady };
  }
  const from = Math.max(now, pausedUntil ?? now);
  const end = endOfUse(bounds, hours, now, first ?? now);
  const isPausedThrough = from >= bounds.renewsAt;
  return {
    rule,
    amount,
    left: isPausedThrough && left !== null ? 0 : left,
    reserve,
    horizonMs: Math.max(1, isPausedThrough ? from - now : (from < end ? end : bounds.end) - from),
    used,
    resetAt: unixMs(bounds.end),
  };
}

/** Hours of use are counted from the window's first request; what is then left lasts until the reset. */
function endOfUse(bounds: Bounds, hours: number | null, now: number, first: number): number {
  if (hours === null) return bounds.end;
  const end = Math.min(first, now) + hours * hourMs;
  return end > now ? Math.min(end, bounds.end) : bounds.end;
}
