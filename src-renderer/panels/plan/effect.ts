import type { PlanRow, ProviderPlan } from '../../../src-main/contract/plan.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';

/** One row that another plan asks at another pace. */
export interface RowChange {
  readonly row: Pick<PlanRow, 'kind' | 'asset'>;
  readonly change: 'slower' | 'faster' | 'new' | 'gone';
  /** Null: it is not asked. */
  readonly before: PlanRow | null;
  readonly after: PlanRow | null;
}

/** What a change of the plan does to one provider. */
export interface Effect {
  readonly provider: ProviderId;
  readonly before: ProviderPlan | null;
  readonly after: ProviderPlan | null;
  readonly rows: readonly RowChange[];
}

/** Paces that differ by less than this share are the same to a reader. */
const alike = 0.02;
const order = { slower: 0, new: 1, faster: 2, gone: 3 } as const;

/** Before → after, of the providers to which something happens. What slows down comes first. */
export function effectsOf(before: readonly ProviderPlan[], after: readonly ProviderPlan[]): readonly Effect[] {
  const providers = [...new Set([...before, ...after].map(({ provider }) => provider))];
  return providers
    .map((provider) => {
      const was = before.find((plan) => plan.provider === provider) ?? null;
      const is = after.find((plan) => plan.provider === provider) ?? null;
      return { provider, before: was, after: is, rows: rowChanges(was?.rows ?? [], is?.rows ?? []) };
    })
    .filter(({ before: was, after: is, rows }) => rows.length > 0 || forecastOf(was) !== forecastOf(is));
}

const forecastOf = (plan: ProviderPlan | null): string => {
  const forecast = plan?.forecast ?? null;
  return JSON.stringify(forecast && [forecast.rule, forecast.amount, forecast.usedAtReset, forecast.wantedAtReset]);
};

function rowChanges(before: readonly PlanRow[], after: readonly PlanRow[]): readonly RowChange[] {
  const was = new Map(before.map((row) => [keyOf(row), row]));
  const is = new Map(after.map((row) => [keyOf(row), row]));
  const changes: RowChange[] = [];
  for (const [key, row] of is) {
    const old = was.get(key) ?? null;
    const change = old === null ? 'new' : paceChange(old, row);
    if (change !== null) changes.push({ row, change, before: old, after: row });
  }
  for (const [key, row] of was) if (!is.has(key)) changes.push({ row, change: 'gone', before: row, after: null });
  return changes.sort((a, b) => order[a.change] - order[b.change]);
}

const keyOf = ({ kind, asset }: PlanRow): string => `${kind}/${asset ?? ''}`;

function paceChange(before: PlanRow, after: PlanRow): 'slower' | 'faster' | null {
  const was = before.intervalMs ?? Number.POSITIVE_INFINITY;
  const is = after.intervalMs ?? Number.POSITIVE_INFINITY;
  if (was === is || Math.abs(is - was) <= alike * Math.min(was, is)) return null;
  return is > was ? 'slower' : 'faster';
}
