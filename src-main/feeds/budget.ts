import { setTimeout as wait } from 'node:timers/promises';
import { failure, FailureError, type Failure } from '../contract/failure.ts';
import { noOverride, type BudgetState, type LimitRule, type PlanOverride } from '../contract/limits.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { RateLimits } from '../contract/provider-status.ts';
import type { Source } from '../contract/source.ts';
import { Ledger, type Permission, type Weights } from '../net/budget/ledger.ts';
import type { PlanWindow } from '../net/budget/plan.ts';
import type { Provider, WeighedRequest } from '../providers/provider.ts';
import { BudgetMemory, type BudgetTools } from './budget-memory.ts';
import { HeldBackError, type Charge } from './charge.ts';
import type { Purpose } from './purpose.ts';
import { Turns } from './turns.ts';

/** A request waits so long for its place in a short window before it is refused instead. */
const longestWaitMs = 10_000;
const hourMs = 3_600_000;
/** Of the answer's `Date` header: what no server can mean. */
const plausible = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2100, 0, 1) };

/** The provider's own time, as far as it is known. */
export interface BudgetClock {
  time(): UnixMs;
  inWallTime(at: UnixMs): UnixMs;
  /** The `Date` of an answer. */
  heard(date: UnixMs): void;
}

/**
 * What one account of one source may still be asked. Every request is counted, and the count committed, before it
 * leaves; answers put the count right. It outlives connections and restarts.
 */
export class Budget {
  readonly provider: Provider;
  readonly source: Source;
  readonly account: string;
  readonly #tools: BudgetTools;
  readonly #clock: BudgetClock;
  readonly #ledger: Ledger;
  readonly #memory: BudgetMemory;
  readonly #rules: readonly LimitRule[];
  /** Until the first answer of this run only the wall's word on the time is known. */
  readonly #turns = new Turns();
  #pausedUntil: UnixMs | null = null;
  #corrections = 0;

  constructor(
    provider: Provider,
    { source, account }: { readonly source: Source; readonly account: string },
    tools: BudgetTools,
    clock: BudgetClock,
  ) {
    this.provider = provider;
    this.source = source;
    this.account = account;
    this.#tools = tools;
    this.#clock = clock;
    this.#rules = provider.info.limits;
    this.#memory = new BudgetMemory(source, account, tools);
    this.#ledger = new Ledger({
      rules: this.#rules,
      override: noOverride,
      time: () => clock.time(),
      spent: this.#memory.spent(),
      told: this.#memory.told(),
    });
  }

  set override(override: PlanOverride) {
    this.#ledger.override = override;
    this.#corrections++;
  }

  get override(): PlanOverride {
    return this.#ledger.override;
  }

  /** Rises whenever an answer or the user has said something about the limits: plans of before are out of date. */
  get corrections(): number {
    return this.#corrections;
  }

  /** As the provider told it last; null: it never spoke of limits. */
  get told(): RateLimits | null {
    const told = this.#ledger.remembered();
    if (told === null || (told.limit ?? told.remaining ?? told.resetAt) === null) return null;
    const { limit, remaining, resetAt, seenAt } = told;
    return { limit, remaining, resetAt, seenAt: unixMs(Math.floor(seenAt)) };
  }

  /** The provider's own time, as far as it is known. */
  time(): UnixMs {
    return this.#clock.time();
  }

  windows(): readonly PlanWindow[] {
    return this.#ledger.windows();
  }

  /** As they would be under another word of the user's. */
  windowsUnder(override: PlanOverride = noOverride): readonly PlanWindow[] {
    return this.#ledger.windows(override);
  }

  /** When the last of the long windows begins anew; null: none is counted. */
  resetsAt(): UnixMs | null {
    const long = this.windows().filter(({ rule, amount }) => amount !== null && rule.windowMs >= hourMs);
    return long.length === 0 ? null : this.inWallTime(unixMs(Math.max(...long.map(({ resetAt }) => resetAt))));
  }

  /** A moment of the provider's time on the clock on the wall. */
  inWallTime(at: UnixMs): UnixMs {
    return this.#clock.inWallTime(at);
  }

  state(): BudgetState {
    const { provider, source } = this;
    const now = this.#tools.now();
    const pausedUntil = this.#pausedUntil !== null && this.#pausedUntil > now ? this.#pausedUntil : null;
    return {
      provider: provider.info.id,
      source,
      rules: this.#ledger
        .states()
        .map((rule) => ({ ...rule, resetAt: rule.resetAt === null ? null : this.inWallTime(rule.resetAt) })),
      reserve: this.#ledger.override.reserve,
      pausedUntil,
      at: now,
    };
  }

  /** For the meters: nothing is sent before this moment. */
  pausedUntil(until: UnixMs | null): void {
    this.#pausedUntil = until;
  }

  /** Why a question that costs this may not be asked now; null: it may, or only has to wait a moment. */
  refusal(weights: Weights, purpose: Purpose): Failure | null {
    const permission = this.#look(weights, purpose);
    if (permission.ok) return null;
    const reason = this.#reason(permission);
    return reason.retryAt! - this.#tools.now() <= longestWaitMs ? null : reason;
  }

  /** Counts a request that is about to leave; waits for its place in a short window. Throws FailureError: HeldBackError, cancelled. */
  async charge(request: WeighedRequest, purpose: Purpose, signal: AbortSignal | undefined): Promise<Charge> {
    const weights = this.#weigh(request);
    const { now, elapsed } = this.#tools;
    let waitedMs = 0;
    for (;;) {
      if (signal?.aborted) throw new FailureError(failure('cancelled', 'The request was cancelled.'));
      if (this.#turns.mustWait) {
        await this.#turns.next(signal);
        continue;
      }
      const permission = this.#look(weights, purpose);
      if (permission.ok) return this.#take(weights);
      const reason = this.#reason(permission);
      const pause = Math.max(5, reason.retryAt! - now());
      // One that others overtake again and again, or that is more than the amount, does not wait for ever.
      if (waitedMs + pause > longestWaitMs) throw new HeldBackError(reason);
      const from = elapsed();
      await wait(pause, undefined, signal ? { signal } : {}).catch(() => undefined);
      waitedMs += elapsed() - from;
    }
  }

  /** `spend`: whose answer told them; null where that is not known. */
  heardLimits(limits: RateLimits, spend: number | null): void {
    this.#ledger.told(limits, spend);
    this.#corrected();
  }

  /** A good answer without a word on limits. */
  heardNothing(): void {
    if (this.told === null && !this.#rules.some(({ told }) => told)) return;
    this.#ledger.silent();
    this.#corrected();
  }

  /** A 429 named the moment it will answer again. */
  spentUntil(retryAt: UnixMs): void {
    const wait = retryAt - this.#tools.now();
    this.#ledger.spentUntil(unixMs(this.#clock.time() + wait));
    this.#corrected();
  }

  #look(weights: Weights, purpose: Purpose): Permission {
    return this.#ledger.look(weights, purpose === 'user' ? 'user' : 'background');
  }

  #reason({ reason, waitUntil }: Extract<Permission, { ok: false }>): Failure {
    return failure('rate-limited', `${this.provider.info.name}: ${reason}`, { retryAt: this.inWallTime(waitUntil) });
  }

  #weigh(request: WeighedRequest): Weights {
    const { provider } = this;
    return Object.fromEntries(this.#rules.map(({ id }) => [id, provider.weigh?.(request, id) ?? 1]));
  }

  #take(weights: Weights): Charge {
    const at = this.#clock.time();
    const id = this.#memory.add(at, weights);
    this.#ledger.take({ id, at, weights, isOpen: true });
    this.#turns.begin();
    const first = this.#rules[0];
    return {
      weights,
      spend: id,
      charged: first ? (weights[first.id] ?? 1) : 1,
      answered: (date) => this.#answered(id, date),
      lost: () => {
        this.#ledger.lost(id);
        this.#turns.ended();
      },
      giveBack: () => {
        this.#ledger.giveBack(id);
        this.#turns.ended();
        this.#memory.remove(id);
      },
    };
  }

  #answered(id: number, date: string | undefined): void {
    const time = date === undefined ? NaN : Date.parse(date);
    const told = time >= plausible.from && time < plausible.to ? unixMs(time) : null;
    if (told !== null) this.#clock.heard(told);
    this.#memory.close(this.#ledger.answered(id, told));
    this.#turns.answered();
    if (told !== null) this.#memory.heard(told);
  }

  #corrected(): void {
    this.#corrections++;
    this.#memory.write(this.#ledger.remembered());
  }
}
