import { SvelteMap } from 'svelte/reactivity';
import type { BudgetState, RuleState } from '../../src-main/contract/limits.ts';
import type { UnixMs } from '../../src-main/contract/market.ts';
import { sourceKey } from '../../src-main/contract/source.ts';
import type { ProviderId, Source } from '../../src-main/contract/source.ts';

/** What each provider's limits leave, as main counts it. */
export class Budgets {
  readonly #isInUse: (source: Source) => boolean;
  readonly #byProvider = new SvelteMap<ProviderId, BudgetState>();
  readonly list: readonly BudgetState[] = $derived([...this.#byProvider.values()]);

  /** `isInUse` tells whether numbers of a source may be shown now. */
  constructor(isInUse: (source: Source) => boolean) {
    this.#isInUse = isInUse;
  }

  of(provider: ProviderId): BudgetState | null {
    return this.#byProvider.get(provider) ?? null;
  }

  /** An answer may be overtaken by a newer event of the same source. */
  accept(budget: BudgetState): void {
    if (!this.#isInUse(budget.source)) return;
    const known = this.#byProvider.get(budget.provider);
    const isOlder = known !== undefined && sourceKey(known.source) === sourceKey(budget.source) && budget.at < known.at;
    if (!isOlder) this.#byProvider.set(budget.provider, budget);
  }

  /** Other sources are in use from now on. */
  clear(): void {
    this.#byProvider.clear();
  }
}

/**
 * The rule as it stands at a moment: of a fixed window that is over, nothing is used any more. Of a rolling one main names
 * when the oldest call leaves it; a window later the newest has, too, and main tells only of what is sent.
 */
export function ruleAt(state: RuleState, now: UnixMs): RuleState {
  const { rule, resetAt } = state;
  if (resetAt === null || now < (rule.window === 'fixed' ? resetAt : resetAt + rule.windowMs)) return state;
  return { ...state, used: 0, left: state.amount, resetAt: null };
}

/** The rule of which the smallest share is left: what stops the provider first. Null where nothing is limited. */
export function nearestRule(rules: readonly RuleState[]): RuleState | null {
  let nearest: RuleState | null = null;
  for (const state of rules) {
    if (state.amount === null) continue;
    if (nearest === null || usedShare(state) > usedShare(nearest)) nearest = state;
  }
  return nearest;
}

/** Windows of an hour or more have a reserve; shorter ones are full again before anybody misses it. */
export const isLong = ({ rule }: RuleState): boolean => rule.windowMs >= 3_600_000;

/** Units of the rule that are kept for the user's own clicks. */
export const keptOf = (state: RuleState, { reserve }: BudgetState): number =>
  isLong(state) ? Math.max(0, Math.min(reserve, state.amount ?? 0)) : 0;

/** 0 … 1; 0 where there is no limit. */
export function usedShare({ amount, used }: RuleState): number {
  if (amount === null) return 0;
  return amount <= 0 ? 1 : Math.min(1, Math.max(0, used / amount));
}
