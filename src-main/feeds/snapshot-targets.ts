import type { Failure } from '../contract/failure.ts';
import type { Asset } from '../contract/market.ts';
import type { Tier } from '../contract/plan.ts';
import { tiers } from '../contract/plan.ts';
import type { SnapshotKind } from '../contract/snapshot.ts';
import type { WantedKind } from './demands.ts';

/** One kind of snapshot of one asset, and where asking for it stands. Times are on the clock that only goes forward. */
export interface Target {
  readonly kind: SnapshotKind;
  readonly asset: Asset;
  tier: Tier;
  dueAt: number;
  /** When REST was last asked, and when it last answered. */
  askedAt: number;
  answeredAt: number;
  /** Failures in a row. */
  failures: number;
  /** What was last told to the screen; undefined before anything was. */
  told: Failure | null | undefined;
  /** The stream was away since then, and REST has not answered since; null: nothing was missed. */
  missedSince: number | null;
  /** A failure that concerns it and is not over. */
  reason: Failure | null;
}

const keyOf = (kind: SnapshotKind, asset: Asset): string => `${kind} ${asset}`;

/** Every target of a session: what is unwanted for a while is not asked again any sooner for it. */
export class SnapshotTargets {
  readonly #known = new Map<string, Target>();
  #wanted: readonly Target[] = [];

  /** Wanted now, most urgent first. */
  get wanted(): readonly Target[] {
    return this.#wanted;
  }

  get all(): Iterable<Target> {
    return this.#known.values();
  }

  get(kind: SnapshotKind, asset: Asset): Target | undefined {
    return this.#known.get(keyOf(kind, asset));
  }

  /** Replaces what was wanted before. Returns those that were not known. */
  want(wanted: readonly WantedKind[]): Target[] {
    const fresh: Target[] = [];
    this.#wanted = wanted.map(({ kind, asset, tier }) => {
      const known = this.get(kind, asset);
      if (known) {
        known.tier = tier;
        return known;
      }
      const never = Number.NEGATIVE_INFINITY;
      const made = {
        kind,
        asset,
        tier,
        dueAt: never,
        askedAt: never,
        answeredAt: never,
        failures: 0,
        told: undefined,
      } as const;
      const target: Target = { ...made, missedSince: null, reason: null };
      this.#known.set(keyOf(kind, asset), target);
      fresh.push(target);
      return target;
    });
    return fresh;
  }

  nextDue(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#wanted.map(({ dueAt }) => dueAt));
  }

  /** Of what is due, the most urgent tier's; within it the one that is due longest, among equals the first wanted. */
  due(now: number): Target | null {
    return this.#wanted
      .filter(({ dueAt }) => dueAt <= now)
      .reduce<Target | null>((first, target) => (first && !isBefore(target, first) ? first : target), null);
  }
}

function isBefore(one: Target, other: Target): boolean {
  const rank = tiers.indexOf(one.tier) - tiers.indexOf(other.tier);
  return rank === 0 ? one.dueAt < other.dueAt : rank > 0;
}
