import type { BudgetState, LimitRule, RuleState } from '../../../src-main/contract/limits.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { PlanRow, ProviderPlan } from '../../../src-main/contract/plan.ts';
import { sampleNow, sourceOf } from './samples.ts';

const minute = 60_000;

export const ruleOf = (more: Partial<LimitRule> = {}): LimitRule => ({
  id: 'day',
  label: 'calls a day',
  unit: 'calls',
  amount: 100,
  windowMs: 1440 * minute,
  window: 'fixed',
  told: true,
  basis: 'The Pro plan has 100 calls a day.',
  ...more,
});

export const weightRule = ruleOf({
  id: 'minute',
  label: 'weight a minute',
  unit: 'weight',
  amount: 2_400,
  windowMs: minute,
  window: 'rolling',
  told: false,
  basis: 'exchangeInfo names 2,400 a minute.',
});

/** Midnight is 12 h after `sampleNow` here, so that hours and minutes can be told apart. */
export const noonReset = unixMs(sampleNow + 720 * minute);

export const stateOf = (rule: LimitRule, used: number, more: Partial<RuleState> = {}): RuleState => ({
  rule,
  amount: rule.amount,
  amountBasis: 'declared',
  used,
  left: rule.amount === null ? null : rule.amount - used,
  resetAt: noonReset,
  resetBasis: 'told',
  ...more,
});

export const budgetOf = (rules: readonly RuleState[], more: Partial<BudgetState> = {}): BudgetState => ({
  provider: 'kingfisher',
  source: sourceOf('kingfisher'),
  rules,
  reserve: 10,
  pausedUntil: null,
  at: sampleNow,
  ...more,
});

export const rowOf = (asset: string | null, intervalMin: number | null, more: Partial<PlanRow> = {}): PlanRow => ({
  kind: 'liquidation-map',
  asset,
  tier: 'visible',
  weight: 1,
  wantedMs: 15 * minute,
  intervalMs: intervalMin === null ? null : intervalMin * minute,
  isStreamed: false,
  ...more,
});

export const planOf = (
  rows: readonly PlanRow[],
  usedAtReset: number,
  wantedAtReset: number,
  more: Partial<ProviderPlan> = {},
): ProviderPlan => ({
  provider: 'kingfisher',
  rows,
  limitedBy: wantedAtReset > 100 ? 'day' : null,
  forecast: { rule: 'day', resetAt: noonReset, amount: 100, usedNow: 38, usedAtReset, wantedAtReset },
  ...more,
});
