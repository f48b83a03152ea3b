import type { Events } from '../contract/channels.ts';
import { failure, FailureError, isRetried, toFailure, type Failure } from '../contract/failure.ts';
import { unixMs, type Asset, type UnixMs } from '../contract/market.ts';
import { snapshotKinds, type Snapshot, type SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey } from '../contract/source.ts';
import type { SnapshotSubscription } from '../providers/provider.ts';
import type { Store } from '../store/database.ts';
import type { Connection } from './connection.ts';
import { leastPauseMs, pauseAfter } from './ask-again.ts';
import { pollIntervalMs } from './poll-plan.ts';
import type { StoreGuard } from './store-guard.ts';
import { StreamedSnapshots } from './streamed-snapshots.ts';

export interface FeedTools {
  readonly store: Store;
  readonly guard: StoreGuard;
  readonly now: () => UnixMs;
  /** Milliseconds that only go forward, whatever is done to the clock on the wall. */
  readonly elapsed: () => number;
  readonly random: () => number;
  publish<Name extends keyof Events>(name: Name, event: Events[Name]): void;
}

interface Target {
  readonly kind: SnapshotKind;
  readonly asset: Asset;
  /** On the clock that only goes forward. */
  dueAt: number;
  /** When REST last answered. */
  answeredAt: number;
  /** Failures in a row. */
  failures: number;
  /** What was last told to the screen; undefined before anything was. */
  told: Failure | null | undefined;
}

const hourMs = 3_600_000;

const never = {
  dueAt: Number.NEGATIVE_INFINITY,
  answeredAt: Number.NEGATIVE_INFINITY,
  failures: 0,
  told: undefined,
};

const keyOf = (kind: SnapshotKind, asset: Asset): string => `${kind} ${asset}`;

/**
 * Keeps the wanted snapshots of one provider fresh: asks for each when it is due, one at a time (so that the limits of an
 * answer are known before the next question), commits every answer before it is published, and takes what the stream
 * brings. A cached snapshot that is still young enough costs no call after a restart.
 */
export class SnapshotFeed {
  readonly #connection: Connection;
  readonly #tools: FeedTools;
  readonly #streamed: StreamedSnapshots;
  /** Every target of this session: what is unwanted for a while is not asked again any sooner for it. */
  readonly #targets = new Map<string, Target>();
  #wanted: readonly Target[] = [];
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  #closed = false;

  constructor(connection: Connection, tools: FeedTools) {
    this.#connection = connection;
    this.#tools = tools;
    this.#streamed = new StreamedSnapshots(connection, tools, {
      gap: () => this.#askStreamed(() => 0),
      // What the stream no longer brings is due at the pace of polling.
      lost: () => this.#askStreamed((target) => this.#interval(target)),
      unusable: (kind, asset, reason) => {
        const target = this.#targets.get(keyOf(kind, asset));
        if (target) target.dueAt = Math.min(target.dueAt, target.answeredAt + leastPauseMs);
        this.#tell(target, kind, asset, reason);
        this.#arm();
      },
      brought: (kind, asset) => {
        const target = this.#targets.get(keyOf(kind, asset));
        if (!target || target.failures > 0) return;
        target.dueAt = Math.max(target.dueAt, target.answeredAt + this.#interval(target));
        this.#arm();
      },
    });
  }

  get kinds(): readonly SnapshotKind[] {
    const { snapshots } = this.#connection.client;
    return snapshots ? snapshotKinds.filter((kind) => snapshots[kind]) : [];
  }

  /** What is wanted now, most urgent first; replaces what was wanted before. */
  want(wanted: readonly SnapshotSubscription[]): void {
    const served = wanted.filter(({ kind }) => this.kinds.includes(kind));
    const known = served.map(({ kind, asset }) => this.#targets.get(keyOf(kind, asset)));
    this.#wanted = served.map(({ kind, asset }, row) => {
      return known[row] ?? { kind, asset, ...never };
    });
    for (const [row, target] of this.#wanted.entries()) {
      this.#targets.set(keyOf(target.kind, target.asset), target);
      if (!known[row]) target.dueAt = this.#firstDue(target);
    }
    this.#streamed.want(served.filter(({ kind, asset }) => this.#offers(kind, asset)));
    this.#arm();
  }

  /** Asks now because the user wants it; throws FailureError. */
  async refresh(kind: SnapshotKind, asset: Asset): Promise<Snapshot> {
    try {
      return await this.#ask('user', kind, asset);
    } finally {
      this.#arm();
    }
  }

  /** What another question brought along: it counts as this feed's own answer. */
  accept(snapshot: Snapshot): void {
    const target = this.#targets.get(keyOf(snapshot.kind, snapshot.asset));
    if (!this.#tools.guard.attempt(() => this.#tools.store.snapshots.save(snapshot))) return;
    this.#tools.publish('snapshot/changed', snapshot);
    if (!target) return;
    target.failures = 0;
    target.answeredAt = this.#tools.elapsed();
    target.dueAt = target.answeredAt + this.#interval(target);
    this.#tell(target, snapshot.kind, snapshot.asset, null);
    this.#arm();
  }

  /** Everything wanted is due again: the key, the network or the user's patience changed. */
  dueNow(): void {
    for (const target of this.#targets.values()) target.dueAt = Number.NEGATIVE_INFINITY;
    this.#streamed.reopen();
    this.#arm();
  }

  /** Commits what the stream brought last. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#streamed.close();
  }

  #offers(kind: SnapshotKind, asset: Asset): boolean {
    return this.#connection.provider.info.assets[kind]?.includes(asset) ?? true;
  }

  /** At once, or when the cached snapshot is as old as the interval. One from the future says nothing. */
  #firstDue(target: Target): number {
    const { store, now, elapsed } = this.#tools;
    const cached = store.snapshots.latest(
      sourceKey(this.#connection.place.source),
      target.kind,
      target.asset,
      this.#connection.variant(target.kind, target.asset),
    );
    if (!cached || cached.confirmedAt > now()) return Number.NEGATIVE_INFINITY;
    return elapsed() + this.#interval(target) - (now() - cached.confirmedAt);
  }

  #interval({ kind, asset }: Target): number {
    const paid = this.#wanted.filter((target) => this.#offers(target.kind, target.asset)).map((target) => target.kind);
    const streamed = this.#streamed.brings(kind, asset);
    return pollIntervalMs(kind, paid, this.#connection.limits, this.#tools.now(), streamed);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#asking || this.#wanted.length === 0) return;
    const next = Math.min(...this.#wanted.map(({ dueAt }) => dueAt));
    if (next === Number.POSITIVE_INFINITY) return;
    const wait = Math.min(Math.max(0, next - this.#tools.elapsed()), hourMs);
    this.#timer = setTimeout(() => void this.#askDue(), Math.ceil(wait));
  }

  /** Of what is due, the one that is due longest; among equals the most urgent. */
  async #askDue(): Promise<void> {
    const now = this.#tools.elapsed();
    const due = this.#wanted.filter(({ dueAt }) => dueAt <= now);
    const next = due.reduce<Target | null>(
      (first, target) => (first && first.dueAt <= target.dueAt ? first : target),
      null,
    );
    if (next) {
      this.#asking = true;
      await this.#ask('background', next.kind, next.asset).catch(() => undefined);
      this.#asking = false;
    }
    this.#arm();
  }

  async #ask(purpose: 'background' | 'user', kind: SnapshotKind, asset: Asset): Promise<Snapshot> {
    const target = this.#targets.get(keyOf(kind, asset));
    try {
      const snapshot = await this.#fetch(purpose, kind, asset);
      if (target) {
        target.failures = 0;
        target.answeredAt = this.#tools.elapsed();
        target.dueAt = this.#tools.elapsed() + this.#interval(target);
      }
      this.#tell(target, kind, asset, null);
      return snapshot;
    } catch (thrown) {
      const reason = toFailure(thrown);
      if (reason.kind === 'auth') this.#streamed.giveUp();
      if (reason.kind === 'cancelled') throw thrown;
      const pause = target ? this.#pauseAfter(target, reason) : Number.POSITIVE_INFINITY;
      if (target) target.dueAt = this.#tools.elapsed() + pause;
      const isTried = isRetried(reason) && Number.isFinite(pause);
      this.#tell(target, kind, asset, isTried ? { ...reason, retryAt: unixMs(this.#tools.now() + pause) } : reason);
      throw thrown;
    }
  }

  async #fetch(purpose: 'background' | 'user', kind: SnapshotKind, asset: Asset): Promise<Snapshot> {
    const fetch = this.#connection.client.snapshots?.[kind];
    const { name } = this.#connection.provider.info;
    if (!fetch) throw new FailureError(failure('unsupported', `${name} does not serve this.`));
    try {
      const fetched = await this.#connection.call<Snapshot>(purpose, (signal) => {
        this.#streamed.asking(kind, asset);
        return fetch(asset, signal);
      });
      this.#streamed.commitNow(kind, asset);
      const { snapshot } = this.#tools.guard.run(() => this.#tools.store.snapshots.save(fetched));
      this.#tools.publish('snapshot/changed', snapshot);
      this.#streamed.base(snapshot);
      return snapshot;
    } finally {
      this.#streamed.asked(kind, asset);
    }
  }

  #pauseAfter(target: Target, reason: Failure): number {
    target.failures++;
    // What a paid plan lacks it lacks until the user changes it; a region that is barred may be left.
    const isPaid = this.#connection.provider.info.credential.length > 0;
    if (reason.kind === 'plan' && isPaid) return Number.POSITIVE_INFINITY;
    return pauseAfter(reason, target.failures, this.#interval(target), this.#tools);
  }

  #tell(target: Target | undefined, kind: SnapshotKind, asset: Asset, reason: Failure | null): void {
    if (target && target.told === null && reason === null) return;
    if (target) target.told = reason;
    const provider = this.#connection.provider.info.id;
    this.#tools.publish('snapshot/trouble', { provider, asset, kind, failure: reason, at: this.#tools.now() });
  }

  /** What the stream is to bring is asked for over REST after that pause at the latest, as far as the limits allow. */
  #askStreamed(pause: (target: Target) => number): void {
    for (const target of this.#wanted) {
      if (!this.#streamed.covers(target.kind) || target.dueAt === Number.POSITIVE_INFINITY) continue;
      target.dueAt = Math.min(target.dueAt, this.#tools.elapsed() + pause(target));
    }
    this.#arm();
  }
}
