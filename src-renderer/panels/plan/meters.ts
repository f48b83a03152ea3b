import type { BudgetState, RuleState } from '../../../src-main/contract/limits.ts';
import type { UnixMs } from '../../../src-main/contract/market.ts';
import { isLong, nearestRule, ruleAt, usedShare } from '../../state/budgets.svelte.ts';

/** What a meter shows of a provider. */
export interface MeterView {
  readonly budget: BudgetState;
  /** The rule that is nearest to its end. */
  readonly nearest: RuleState;
  /** All rules, that one first. */
  readonly states: readonly RuleState[];
  /** Null: it is not paused. */
  readonly pausedUntil: UnixMs | null;
}

/** A short window is watched only once this share of it is used; one of seconds never: it is over before it is read. */
const muchUsed = 0.5;
const shortestMs = 60_000;

/** Null where the provider limits nothing, or nothing that needs watching. */
export function meterOf(budget: BudgetState, now: UnixMs): MeterView | null {
  const all = budget.rules.map((state) => ruleAt(state, now));
  const pausedUntil = budget.pausedUntil !== null && budget.pausedUntil > now ? budget.pausedUntil : null;
  const watched = all.filter(
    (state) => isLong(state) || (state.rule.windowMs >= shortestMs && usedShare(state) >= muchUsed),
  );
  const nearest = nearestRule(watched) ?? (pausedUntil === null ? null : nearestRule(all));
  if (nearest === null) return null;
  return { budget, nearest, states: [nearest, ...all.filter((state) => state !== nearest)], pausedUntil };
}
