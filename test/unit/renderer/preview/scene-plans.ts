import type { Wanted } from '../../../../src-main/contract/channels.ts';
import type { BudgetState, LimitRule, RuleState } from '../../../../src-main/contract/limits.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';
import type { PlanQuestion, PlanRow, PlanSettings, ProviderPlan } from '../../../../src-main/contract/plan.ts';
import { snapshotKinds } from '../../../../src-main/contract/snapshot.ts';
import type { Environment, ProviderId } from '../../../../src-main/contract/source.ts';
import { sourceOf } from '../samples.ts';

const day = 86_400_000;
const minute = 60_000;

const rule = (id: string, label: string, amount: number | null, more: Partial<LimitRule> = {}): LimitRule => ({
  id,
  label,
  unit: 'calls',
  amount,
  windowMs: day,
  window: 'fixed',
  told: true,
  basis: 'The plan’s page says so.',
  ...more,
});

const stateOf = (of: LimitRule, used: number, more: Partial<RuleState> = {}): RuleState => ({
  rule: of,
  amount: of.amount,
  amountBasis: 'declared',
  used,
  left: of.amount === null ? null : of.amount - used,
  resetAt: unixMs(Math.ceil(Date.now() / day) * day),
  resetBasis: 'told',
  ...more,
});

/** Kingfisher counts calls a day, Kiyotaka weight a minute and a month, Kaiko nothing, Binance much a minute. */
export function sceneBudgets(scene: string, environment: Environment): BudgetState[] {
  const now = Date.now();
  const soon = unixMs(now + 41_000);
  const budget = (provider: ProviderId, rules: RuleState[], more: Partial<BudgetState> = {}): BudgetState => ({
    provider,
    source: sourceOf(provider, environment),
    rules,
    reserve: 10,
    pausedUntil: null,
    at: unixMs(now),
    ...more,
  });
  const weight = { unit: 'weight', windowMs: minute, window: 'rolling' } as const;
  return [
    budget(
      'kingfisher',
      [
        stateOf(rule('day', 'calls a day', 100), scene === 'short' ? 71 : 38, { amountBasis: 'told' }),
        stateOf(rule('minute', 'calls a minute', 60, { ...weight, unit: 'calls', told: false }), 2, {
          resetAt: soon,
          resetBasis: 'assumed',
        }),
      ],
      { pausedUntil: scene === 'limited' ? soon : null },
    ),
    budget('kaiko', [stateOf(rule('month', 'calls a month', null), 12, { amountBasis: 'told', resetAt: null })]),
    budget('kiyotaka', [stateOf(rule('minute', 'weight a minute', 600, weight), 420, { resetAt: soon })]),
    budget('binance', [stateOf(rule('minute', 'weight a minute', 2_400, weight), 31, { resetAt: soon })]),
  ];
}

/** A planner good enough to look at: what is left above the reserve is spread evenly. */
export function sceneForecast(
  { wanted, plan }: PlanQuestion,
  now: { readonly wanted: Wanted | null; readonly plan: PlanSettings; readonly budgets: readonly BudgetState[] },
): ProviderPlan[] {
  const asked = wanted ?? now.wanted;
  const settings = plan ?? now.plan;
  if (asked === null) return [];
  return now.budgets.map(({ provider, rules, reserve }) => {
    const own = settings.providers[provider];
    const first = rules[0]!;
    const amount = own?.amounts[first.rule.id] ?? first.amount;
    const resetAt = first.resetAt ?? unixMs(Date.now() + day);
    const span = Math.min(resetAt - Date.now(), (own?.hours ?? Infinity) * 3_600_000);
    const wants = asked.snapshots
      .filter((each) => each.provider === provider)
      .flatMap(({ kind, scope }) =>
        (scope === 'focus' ? [asked.focus.asset] : asked.assets).map((asset) => ({ kind, asset })),
      );
    const rows = snapshotKinds
      .flatMap((kind) => wants.filter((each) => each.kind === kind))
      .map(({ kind, asset }): PlanRow => {
        const isPinned = settings.pins.some(
          (pin) => pin.provider === provider && pin.asset === asset && pin.kind === kind,
        );
        const wantedMs = settings.intervals[kind] ?? (provider === 'binance' ? 5 : 15) * minute;
        const tier = isPinned ? 'pinned' : asked.visible.includes(asset) ? 'visible' : 'background';
        return { kind, asset, tier, weight: 1, wantedMs, intervalMs: wantedMs, isStreamed: false };
      });
    if (amount === null || provider === 'kiyotaka' || rows.length === 0) {
      return { provider, rows, limitedBy: null, forecast: null };
    }
    const calls = rows.reduce((sum, row) => sum + span / row.wantedMs, 0);
    const left = amount - first.used - (own?.reserve ?? reserve);
    const stretch = Math.max(1, calls / Math.max(0.1, left));
    return {
      provider,
      rows: rows.map((row) => ({
        ...row,
        isStreamed: row.kind === 'order-flow',
        intervalMs: row.wantedMs * stretch > span ? null : row.wantedMs * stretch,
      })),
      limitedBy: stretch > 1 ? first.rule.id : null,
      forecast: {
        rule: first.rule.id,
        resetAt,
        amount,
        usedNow: first.used,
        usedAtReset: first.used + calls / stretch,
        wantedAtReset: first.used + calls,
      },
    };
  });
}
