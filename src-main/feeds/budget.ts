import { setTimeout as wait } from 'node:timers/promises';
import { failure, FailureError, type Failure } from '../contract/failure.ts';
import { noOverride, type BudgetState, type LimitRule, type PlanOverride } from '../contract/limits.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { RateLimits } from '../contract/provider-status.ts';
import { sourceKey, type Source } from '../contract/source.ts';
import { Ledger, type Weights } from '../net/budget/ledger.ts';
import type { PlanWindow } from '../net/budget/plan.ts';
import type { Provider, WeighedRequest } from '../providers/provider.ts';
import type { Store } from '../store/database.ts';
import type { Purpose } from './purpose.ts';
import type { StoreGuard } from './store-guard.ts';

export interface BudgetTools {
  readonly store: Store;
  readonly guard: StoreGuard;
  readonly now: () => UnixMs;
  readonly elapsed: () => number;
}

/** A request waits so long for its place in a short window before it is refused instead. */
const longestWaitMs = 10_000;
const clockEveryMs = 60_000;
const hourMs = 3_600_000;
/** Twice the longest window of any rule. */
const spendsKeptMs = 2 * 86_400_000;
/** Of the answer's `Date` header: what no server can mean. */
const plausible = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2100, 0, 1) };

/** The provider's own time, as far as it is known. */
export interface BudgetClock {
  time(): UnixMs;
  inWallTime(at: UnixMs): UnixMs;
  /** The `Date` of an answer. */
  heard(date: UnixMs): void;
}

/** A request that counts. */
export interface Charge {
  readonly spend: number;
  /** By rule. */
  readonly weights: Weights;
  /** Of the provider's first rule, for the log. */
  readonly charged: number;
  /** An answer came; `date`: its `Date` header. */
  answered(date: string | undefined): void;
  /** No answer came, and none will. */
  lost(): void;
  /** It never left this machine. */
  giveBack(): void;
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
  readonly #rules: readonly LimitRule[];
  #clockKeptAt = Number.NEGATIVE_INFINITY;
  /** Ids of spends that could not be written down, below zero. */
  #unkept = 0;
  #pausedUntil: UnixMs | null = null;
  /** Until the first answer of this run only the wall's word on the time is known: one request at a time. */
  #hasAnswered = false;
  #isAsking = false;
  #prunedAt = Number.NEGATIVE_INFINITY;
  readonly #waiting = new Set<() => void>();

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
    const { store } = tools;
    this.#ledger = new Ledger({
      rules: this.#rules,
      override: noOverride,
      time: () => clock.time(),
      // All there are: a wall that is ahead must not hide today's.
      spent: store.spends.since(sourceKey(source), account, unixMs(0)),
      told: store.limits.read(sourceKey(source), account),
    });
  }

  set override(override: PlanOverride) {
    this.#ledger.override = override;
  }

  get override(): PlanOverride {
    return this.#ledger.override;
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
    const permission = this.#ledger.look(weights, purpose === 'user' ? 'user' : 'background');
    if (permission.ok) return null;
    const retryAt = this.inWallTime(permission.waitUntil);
    if (retryAt - this.#tools.now() <= longestWaitMs) return null;
    return failure('rate-limited', `${this.provider.info.name}: ${permission.reason}`, { retryAt });
  }

  /** Counts a request that is about to leave; waits for its place in a short window. Throws FailureError: rate-limited. */
  async charge(request: WeighedRequest, purpose: Purpose, signal: AbortSignal | undefined): Promise<Charge> {
    const weights = this.#weigh(request);
    const party = purpose === 'user' ? 'user' : 'background';
    for (;;) {
      if (signal?.aborted) throw new FailureError(failure('cancelled', 'The request was cancelled.'));
      if (!this.#hasAnswered && this.#isAsking) {
        await this.#turn(signal);
        continue;
      }
      const permission = this.#ledger.look(weights, party);
      if (permission.ok) break;
      const refusal = this.refusal(weights, purpose);
      if (refusal) throw new FailureError(refusal);
      const pause = this.inWallTime(permission.waitUntil) - this.#tools.now();
      await wait(Math.max(5, pause), undefined, signal ? { signal } : {}).catch(() => undefined);
    }
    return this.#take(weights);
  }

  /** `spend`: whose answer told them; null where that is not known. */
  heardLimits(limits: RateLimits, spend: number | null): void {
    this.#ledger.told(limits, spend);
    this.#keepTold();
  }

  /** A good answer without a word on limits. */
  heardNothing(): void {
    if (this.told === null && !this.#rules.some(({ told }) => told)) return;
    this.#ledger.silent();
    this.#keepTold();
  }

  /** A 429 named the moment it will answer again. */
  spentUntil(retryAt: UnixMs): void {
    const wait = retryAt - this.#tools.now();
    this.#ledger.spentUntil(unixMs(this.#clock.time() + wait));
    this.#keepTold();
  }

  #weigh(request: WeighedRequest): Weights {
    const { provider } = this;
    return Object.fromEntries(this.#rules.map(({ id }) => [id, provider.weigh?.(request, id) ?? 1]));
  }

  #take(weights: Weights): Charge {
    const { store, guard } = this.#tools;
    const at = this.#clock.time();
    let id = --this.#unkept;
    const isCounted = Object.values(weights).some((weight) => weight > 0);
    if (isCounted) guard.attempt(() => (id = store.spends.add(this.source, this.account, at, weights)));
    this.#keepClock(at);
    this.#ledger.take({ id, at, weights, isOpen: true });
    this.#isAsking = true;
    const first = this.#rules[0];
    return {
      weights,
      spend: id,
      charged: first ? (weights[first.id] ?? 1) : 1,
      answered: (date) => this.#answered(id, date),
      lost: () => {
        this.#ledger.lost(id);
        this.#ended();
      },
      giveBack: () => {
        this.#ledger.giveBack(id);
        this.#ended();
        if (id > 0) guard.attempt(() => store.spends.remove(id));
      },
    };
  }

  #answered(id: number, date: string | undefined): void {
    const time = date === undefined ? NaN : Date.parse(date);
    const told = time >= plausible.from && time < plausible.to ? unixMs(time) : null;
    if (told !== null) this.#clock.heard(told);
    this.#hasAnswered = true;
    this.#ended();
    const closed = this.#ledger.answered(id, told).filter(({ id: each }) => each > 0);
    const { store, guard } = this.#tools;
    if (closed.length > 0) guard.attempt(() => store.spends.close(closed));
    if (told === null || this.source.environment === 'custom' || told - this.#prunedAt < hourMs) return;
    this.#prunedAt = told;
    guard.attempt(() => store.spends.prune(unixMs(told - spendsKeptMs)));
  }

  /** Resolves when the request under way has ended, or this one is not wanted any more. */
  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.#waiting.delete(go);
        signal?.removeEventListener('abort', go);
        resolve();
      };
      this.#waiting.add(go);
      signal?.addEventListener('abort', go, { once: true });
    });
  }

  #ended(): void {
    this.#isAsking = false;
    for (const go of [...this.#waiting]) go();
  }

  #keepClock(at: UnixMs): void {
    const { store, guard, elapsed } = this.#tools;
    const { environment } = this.source;
    if (environment === 'custom' || environment === 'simulated' || elapsed() - this.#clockKeptAt < clockEveryMs) return;
    this.#clockKeptAt = elapsed();
    guard.attempt(() => store.clock.write(at));
  }

  #keepTold(): void {
    const { store, guard } = this.#tools;
    const told = this.#ledger.remembered();
    if (told) guard.attempt(() => store.limits.write(this.source, this.account, told));
  }
}
