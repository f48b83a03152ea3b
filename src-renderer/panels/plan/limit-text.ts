import type { BudgetState, LimitRule, RuleState } from '../../../src-main/contract/limits.ts';
import type { UnixMs } from '../../../src-main/contract/market.ts';
import { exactNumber } from '../../format/price.ts';
import { providerName } from '../../format/source.ts';
import { clockParts, formatTime } from '../../format/time.ts';
import type { TimeZoneChoice } from '../../format/time.ts';
import { isLong, keptOf } from '../../state/budgets.svelte.ts';
import { spanText } from './spans.ts';

/** `38 of 100 calls a day used, 62 left`; where there is no limit, what was used all the same. */
export function usedText({ rule, amount, used, left }: RuleState): string {
  if (amount === null) return `${exactNumber(used)} ${rule.label} used`;
  return `${exactNumber(used)} of ${exactNumber(amount)} ${rule.label} used, ${exactNumber(left)} left`;
}

/** What one unit is, where it is not a call. */
export const unitText = (unit: LimitRule['unit']): string | null =>
  unit === 'weight' ? 'Weight: a request is charged by what it asks for, not one each.' : null;

/** `Resets 2025-11-22 00:00 UTC, in 11 h 20 min`; whose word the moment is follows. */
export function resetText({ rule, resetAt, resetBasis }: RuleState, now: UnixMs, zone: TimeZoneChoice): string {
  if (resetAt === null) return 'Nothing is used yet, so nothing has to be reset.';
  if (resetAt <= now) return 'The oldest of it leaves the window now.';
  const when = `${formatTime(resetAt, zone)}, in ${spanText(resetAt - now)}`;
  if (rule.window === 'rolling') return `The oldest of it leaves the window at ${when}.`;
  return `Resets at ${when}, ${resetBasis === 'told' ? 'as the provider says' : 'as Halcyon assumes'}.`;
}

/** For a narrow place: `resets 00:00 UTC`. Null where it comes and goes by the second. */
export function shortResetText(state: RuleState, zone: TimeZoneChoice): string | null {
  const { rule, resetAt } = state;
  if (resetAt === null || !isLong(state)) return null;
  const { hour, minute, zone: name } = clockParts(resetAt, zone);
  return `${rule.window === 'rolling' ? 'more from' : 'resets'} ${hour}:${minute} ${name}`;
}

/** Whose word the amount is, as a sentence. */
export function amountText(state: RuleState, provider: BudgetState['provider']): string {
  const { amount, amountBasis } = state;
  const name = providerName(provider);
  if (amountBasis === 'told') {
    return amount === null
      ? `No limit told: ${name}’s answers name none.`
      : `The amount is what ${name}’s answers say.`;
  }
  if (amountBasis === 'settings')
    return amount === null ? 'No limit, by your own setting.' : 'The amount is your own setting.';
  return amount === null ? 'No limit is documented.' : 'The amount is the documented one.';
}

/** What the rule declares, and where that is documented. */
export const declaredText = ({ amount, label, basis }: LimitRule): string =>
  `Documented: ${amount === null ? 'no limit' : `${exactNumber(amount)} ${label}`}. ${basis}`;

/** `The last 10 are kept for your own clicks.` Null where nothing is kept of this rule. */
export function reserveText(state: RuleState, budget: BudgetState): string | null {
  const kept = keptOf(state, budget);
  if (kept === 0) return null;
  return `The last ${kept === 1 ? 'one is' : `${exactNumber(kept)} are`} kept for your own clicks.`;
}

export const pausedText = (until: UnixMs, now: UnixMs, zone: TimeZoneChoice): string =>
  `Nothing is sent before ${formatTime(until, zone, 'full')}, in ${spanText(until - now)}.`;

/** Everything there is to say of one rule, as sentences. */
export function ruleText(state: RuleState, budget: BudgetState, now: UnixMs, zone: TimeZoneChoice): string {
  return [
    `${usedText(state)}.`,
    state.amount === null ? null : resetText(state, now, zone),
    amountText(state, budget.provider),
    reserveText(state, budget),
  ]
    .filter((each) => each !== null)
    .join(' ');
}

/** All rules, the nearest to its end first, and the pause: for the hover text, one line each. */
export function budgetText(
  budget: BudgetState,
  states: readonly RuleState[],
  now: UnixMs,
  zone: TimeZoneChoice,
): string {
  const isPaused = budget.pausedUntil !== null && budget.pausedUntil > now;
  return [
    ...states.map((state) => ruleText(state, budget, now, zone)),
    ...(isPaused && budget.pausedUntil !== null ? [pausedText(budget.pausedUntil, now, zone)] : []),
  ].join('\n');
}
