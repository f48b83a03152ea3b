import type { BudgetState } from '../../../src-main/contract/limits.ts';
import type { ProviderPlan } from '../../../src-main/contract/plan.ts';
import { providerIds } from '../../../src-main/contract/source.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';

/** Of whom there is something to tell: a limit, or something that is asked; and who is shown now. */
export function providersWithPlan(
  budgets: readonly BudgetState[],
  plans: readonly ProviderPlan[],
  shown: ProviderId,
): readonly ProviderId[] {
  const told = new Set<ProviderId>([
    shown,
    ...budgets.filter(({ rules }) => rules.length > 0).map(({ provider }) => provider),
    ...plans.filter(({ rows }) => rows.length > 0).map(({ provider }) => provider),
  ]);
  return providerIds.filter((id) => told.has(id));
}
