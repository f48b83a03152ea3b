import type { PlanQuestion, PlanRow, PlanSettings, ProviderPlan } from '../../src-main/contract/plan.ts';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { BudgetState } from '../../src-main/contract/limits.ts';
import type { Asset, UnixMs } from '../../src-main/contract/market.ts';
import type { ProviderId } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';
import { slowedRows } from './slowed.ts';
import type { SlowedRow } from './slowed.ts';

/** While nothing else changes, main is asked this often what it plans; it costs no provider's call. */
const refreshMs = 15_000;

/** What the budgets afford now, and what they would afford; asking sends nothing to a provider. */
export class Plans {
  readonly #client: Client;
  #list: readonly ProviderPlan[] = $state.raw([]);
  #failure: Failure | null = $state.raw(null);
  #turn = 0;
  /** Whether the Plan dialog is open, and whose plan it shows. */
  isOpen = $state(false);
  shown: ProviderId = $state('kingfisher');
  /** Rows on screen that come noticeably more slowly than wanted. */
  readonly slowed: readonly SlowedRow[] = $derived(slowedRows(this.#list));

  constructor(client: Client) {
    this.#client = client;
  }

  get list(): readonly ProviderPlan[] {
    return this.#list;
  }

  /** Why the newest plan is not known; null while it is. */
  get failure(): Failure | null {
    return this.#failure;
  }

  of(provider: ProviderId): ProviderPlan | null {
    return this.#list.find((plan) => plan.provider === provider) ?? null;
  }

  slowedOf(asset: Asset): readonly SlowedRow[] {
    return this.slowed.filter(({ row }) => row.asset === asset);
  }

  rowOf(provider: ProviderId, kind: PlanRow['kind'], asset: Asset): PlanRow | null {
    return this.of(provider)?.rows.find((row) => row.kind === kind && row.asset === asset) ?? null;
  }

  open(provider: ProviderId = this.shown): void {
    this.shown = provider;
    this.isOpen = true;
  }

  /** Throws FailureError. */
  ask(question: PlanQuestion): Promise<readonly ProviderPlan[]> {
    return this.#client.request('plan/forecast', question);
  }

  /** The plan with what main was told is wanted; the settings are given, for a change of them may still be on its way. */
  async refresh(plan: PlanSettings): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const list = await this.ask({ wanted: null, plan });
      if (turn !== this.#turn) return;
      this.#list = list;
      this.#failure = null;
    } catch (thrown) {
      if (turn === this.#turn) this.#failure = toFailure(thrown);
    }
  }

  /** Other sources are in use from now on. */
  clear(): void {
    this.#turn += 1;
    this.#list = [];
    this.#failure = null;
  }
}

/** Changes when another plan may follow. Counts change with every call, and are left to the clock. */
export function planKey(wanted: string, plan: PlanSettings, budgets: readonly BudgetState[], now: UnixMs): string {
  const limits = budgets.map(({ provider, pausedUntil, rules }) => [
    provider,
    pausedUntil,
    rules.map(({ rule, amount, resetAt }) => [amount, rule.window === 'fixed' ? resetAt : null]),
  ]);
  return JSON.stringify([wanted, plan, limits, Math.floor(now / refreshMs)]);
}
