import type { BudgetState, LimitRule, RuleState } from '../../../src-main/contract/limits.ts';
import type { UnixMs } from '../../../src-main/contract/market.ts';
import type { ProviderPlan } from '../../../src-main/contract/plan.ts';
import { exactNumber } from '../../format/price.ts';
import { formatTime } from '../../format/time.ts';
import type { TimeZoneChoice } from '../../format/time.ts';

export const ruleOf = (budget: BudgetState | null, id: string): RuleState | null =>
  budget?.rules.find(({ rule }) => rule.id === id) ?? null;

/** `88 of 100 calls a day`; without the rule’s own words, `88 of 100`. */
export function countText(count: number, amount: number, rule: LimitRule | null): string {
  return `${exactNumber(Math.round(count))} of ${exactNumber(amount)}${rule === null ? '' : ` ${rule.label}`}`;
}

/** What stretches the intervals. */
export function limitedText({ limitedBy }: ProviderPlan, budget: BudgetState | null): string {
  if (limitedBy === null) return 'No limit slows anything down.';
  const rule = ruleOf(budget, limitedBy)?.rule;
  return `The limit of ${rule?.label ?? limitedBy} slows down what is asked.`;
}

/** From now to the reset, as sentences. */
export function forecastText(plan: ProviderPlan, budget: BudgetState | null, zone: TimeZoneChoice): string {
  const { forecast } = plan;
  if (forecast === null) return 'Nothing that is asked is limited, so there is nothing to forecast.';
  const { amount, resetAt, usedAtReset, usedNow, wantedAtReset } = forecast;
  const rule = ruleOf(budget, forecast.rule)?.rule ?? null;
  const wants = `At the wanted intervals it would be ${exactNumber(Math.round(wantedAtReset))}`;
  return [
    `${countText(usedNow, amount, rule)} are used now, and ${exactNumber(Math.round(usedAtReset))} will be at the reset,`,
    `${formatTime(resetAt as UnixMs, zone)}.`,
    wantedAtReset > amount ? `${wants}, more than there are.` : `${wants}.`,
    'Streams, retries and your own clicks are not counted.',
  ].join(' ');
}
