import { unixMs, type UnixMs } from '../contract/market.ts';
import { sourceKey, type Source } from '../contract/source.ts';
import type { Spend, Weights } from '../net/budget/ledger.ts';
import type { Store } from '../store/database.ts';
import type { KeptLimits } from '../store/limits.ts';
import { isOnTheNet } from './place.ts';
import type { StoreGuard } from './store-guard.ts';

export interface BudgetTools {
  readonly store: Store;
  readonly guard: StoreGuard;
  readonly now: () => UnixMs;
  readonly elapsed: () => number;
}

interface Owed {
  at: UnixMs;
  readonly weights: Weights;
  isOpen: boolean;
}

const clockEveryMs = 60_000;
const pruneEveryMs = 3_600_000;
/** Twice the longest window of any rule. */
const spendsKeptMs = 2 * 86_400_000;

/**
 * What outlives a restart of one account's count. What the disk does not take is written as soon as it takes something
 * again. The simulated market's servers forget with the program, and so do their counts.
 */
export class BudgetMemory {
  readonly #source: Source;
  readonly #account: string;
  readonly #tools: BudgetTools;
  readonly #isKept: boolean;
  /** Spends that are not written, by an id below zero. */
  readonly #owed = new Map<number, Owed>();
  /** Their ids since they are. */
  readonly #written = new Map<number, number>();
  #lastOwed = 0;
  #clockKeptAt = Number.NEGATIVE_INFINITY;
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor(source: Source, account: string, tools: BudgetTools) {
    this.#source = source;
    this.#account = account;
    this.#tools = tools;
    this.#isKept = source.environment !== 'simulated';
  }

  /** All there are: a wall that is ahead must not hide today's. */
  spent(): readonly Spend[] {
    return this.#tools.store.spends.since(sourceKey(this.#source), this.#account, unixMs(0));
  }

  told(): KeptLimits | null {
    return this.#tools.store.limits.read(sourceKey(this.#source), this.#account);
  }

  /** The spend's id; the spend is open. */
  add(at: UnixMs, weights: Weights): number {
    const isCounted = this.#isKept && Object.values(weights).some((weight) => weight > 0);
    if (!isCounted) return --this.#lastOwed;
    const { store, guard } = this.#tools;
    let id = 0;
    if (guard.attempt(() => (id = store.spends.add(this.#source, this.#account, at, weights)))) {
      this.#writeOwed();
      return id;
    }
    this.#owed.set(--this.#lastOwed, { at, weights, isOpen: true });
    return this.#lastOwed;
  }

  remove(id: number): void {
    this.#owed.delete(id);
    const kept = this.#keptId(id);
    const { store, guard } = this.#tools;
    if (kept !== null) guard.attempt(() => store.spends.remove(kept));
  }

  close(spends: readonly Spend[]): void {
    for (const { id, at } of spends) {
      const owed = this.#owed.get(id);
      if (owed) [owed.at, owed.isOpen] = [at, false];
    }
    const kept = spends.flatMap(({ id, at }) => {
      const own = this.#keptId(id);
      return own === null ? [] : [{ id: own, at }];
    });
    const { store, guard } = this.#tools;
    if (kept.length > 0) guard.attempt(() => store.spends.close(kept));
  }

  write(told: KeptLimits | null): void {
    const { store, guard } = this.#tools;
    if (told) guard.attempt(() => store.limits.write(this.#source, this.#account, told));
  }

  /** The `Date` of an answer. Only servers on the net know the time: of any other it may be this machine's own, and wrong. */
  heard(date: UnixMs): void {
    if (!isOnTheNet(this.#source)) return;
    const { store, guard, elapsed } = this.#tools;
    if (elapsed() - this.#clockKeptAt >= clockEveryMs) {
      this.#clockKeptAt = elapsed();
      guard.attempt(() => store.clock.write(date));
    }
    if (date - this.#prunedAt < pruneEveryMs) return;
    this.#prunedAt = date;
    guard.attempt(() => store.spends.prune(unixMs(date - spendsKeptMs)));
  }

  #writeOwed(): void {
    const { store, guard } = this.#tools;
    for (const [owedId, { at, weights, isOpen }] of this.#owed) {
      const isWritten = guard.attempt(() => {
        const id = store.spends.add(this.#source, this.#account, at, weights);
        this.#written.set(owedId, id);
        if (!isOpen) store.spends.close([{ id, at }]);
      });
      if (!isWritten && !this.#written.has(owedId)) return;
      this.#owed.delete(owedId);
    }
  }

  #keptId(id: number): number | null {
    return id > 0 ? id : (this.#written.get(id) ?? null);
  }
}
