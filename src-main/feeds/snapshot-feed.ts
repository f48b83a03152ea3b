import type { Events } from '../contract/channels.ts';
import { failure, FailureError, toFailure, type Failure } from '../contract/failure.ts';
import type { Asset, UnixMs } from '../contract/market.ts';
import { snapshotKinds, type Snapshot, type SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey } from '../contract/source.ts';
import type { SnapshotSubscription } from '../providers/provider.ts';
import type { Store } from '../store/database.ts';
import type { Connection } from './connection.ts';
import { pollIntervalMs } from './poll-plan.ts';
import type { StoreGuard } from './store-guard.ts';
import { StreamedSnapshots } from './streamed-snapshots.ts';

export interface FeedTools {
  readonly store: Store;
  readonly guard: StoreGuard;
  readonly now: () => UnixMs;
  publish<Name extends keyof Events>(name: Name, event: Events[Name]): void;
}

interface Target {
  readonly kind: SnapshotKind;
  readonly asset: Asset;
  nextAt: number;
  /** What was last told to the screen; undefined before anything was. */
  told: Failure | null | undefined;
}

const hourMs = 3_600_000;
/** What concerns one answer only (a bad payload, a 400) is asked again at the kind's own pace, but not faster than this. */
const leastPauseMs = 60_000;

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
  #targets = new Map<string, Target>();
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  #closed = false;

  constructor(connection: Connection, tools: FeedTools) {
    this.#connection = connection;
    this.#tools = tools;
    this.#streamed = new StreamedSnapshots(connection, tools, {
      gap: () => this.#askStreamed(() => 0),
      // What the stream no longer brings is due at the pace of polling.
      lost: () => this.#askStreamed((kind) => this.#tools.now() + this.#interval(kind)),
    });
  }

  get kinds(): readonly SnapshotKind[] {
    const { snapshots } = this.#connection.client;
    return snapshots ? snapshotKinds.filter((kind) => snapshots[kind]) : [];
  }

  /** What is wanted now, most urgent first; replaces what was wanted before. */
  want(wanted: readonly SnapshotSubscription[]): void {
    const served = wanted.filter(({ kind }) => this.kinds.includes(kind));
    const targets = new Map<string, Target>();
    for (const { kind, asset } of served) {
      const key = keyOf(kind, asset);
      targets.set(
        key,
        this.#targets.get(key) ?? { kind, asset, nextAt: this.#firstDue(kind, asset, served), told: undefined },
      );
    }
    this.#targets = targets;
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

  /** Everything wanted is due again: the key, the network or the user's patience changed. */
  dueNow(): void {
    for (const target of this.#targets.values()) target.nextAt = 0;
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

  #firstDue(kind: SnapshotKind, asset: Asset, wanted: readonly SnapshotSubscription[]): number {
    const cached = this.#tools.store.snapshots.latest(sourceKey(this.#connection.place.source), kind, asset);
    return cached ? cached.confirmedAt + this.#interval(kind, wanted) : 0;
  }

  #interval(kind: SnapshotKind, wanted: readonly SnapshotSubscription[] = [...this.#targets.values()]): number {
    const paid = wanted.filter((target) => this.#offers(target.kind, target.asset)).map((target) => target.kind);
    const streamed = this.#streamed.brings(kind);
    return pollIntervalMs(kind, paid, this.#connection.limits, this.#tools.now(), streamed);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#asking || this.#targets.size === 0) return;
    const next = Math.min(...[...this.#targets.values()].map(({ nextAt }) => nextAt));
    if (!Number.isFinite(next)) return;
    const wait = Math.min(Math.max(0, next - this.#tools.now()), hourMs);
    this.#timer = setTimeout(() => void this.#askDue(), wait);
  }

  async #askDue(): Promise<void> {
    const now = this.#tools.now();
    const due = [...this.#targets.values()].find(({ nextAt }) => nextAt <= now);
    if (due) {
      this.#asking = true;
      await this.#ask('background', due.kind, due.asset).catch(() => undefined);
      this.#asking = false;
    }
    this.#arm();
  }

  async #ask(purpose: 'background' | 'user', kind: SnapshotKind, asset: Asset): Promise<Snapshot> {
    const target = this.#targets.get(keyOf(kind, asset));
    try {
      const fetch = this.#connection.client.snapshots?.[kind];
      const { name } = this.#connection.provider.info;
      if (!fetch) throw new FailureError(failure('unsupported', `${name} does not serve this.`));
      this.#streamed.asking(kind, asset);
      const fetched = await this.#connection.call<Snapshot>(purpose, (signal) => fetch(asset, signal));
      this.#streamed.answered(kind, asset);
      const { snapshot } = this.#tools.guard.run(() => this.#tools.store.snapshots.save(fetched));
      this.#streamed.base(snapshot);
      this.#tools.publish('snapshot/changed', snapshot);
      this.#setTrouble(target, kind, asset, null);
      if (target) target.nextAt = this.#tools.now() + this.#interval(kind);
      return snapshot;
    } catch (thrown) {
      const reason = toFailure(thrown);
      if (target) target.nextAt = this.#nextAfter(reason, kind);
      if (reason.kind !== 'cancelled') this.#setTrouble(target, kind, asset, reason);
      throw thrown;
    }
  }

  #nextAfter(reason: Failure, kind: SnapshotKind): number {
    const now = this.#tools.now();
    switch (reason.kind) {
      case 'auth':
      case 'unsupported':
        return Number.POSITIVE_INFINITY;
      case 'plan':
        return now + hourMs;
      default:
        return reason.retryAt ?? now + Math.max(this.#interval(kind), leastPauseMs);
    }
  }

  #setTrouble(target: Target | undefined, kind: SnapshotKind, asset: Asset, reason: Failure | null): void {
    if (target && target.told === null && reason === null) return;
    if (target) target.told = reason;
    this.#tools.publish('snapshot/trouble', { asset, kind, failure: reason, at: this.#tools.now() });
  }

  /** What the stream brings is asked for over REST at that time at the latest, as far as the limits allow. */
  #askStreamed(dueAt: (kind: SnapshotKind) => number): void {
    for (const target of this.#targets.values()) {
      if (this.#streamed.covers(target.kind) && Number.isFinite(target.nextAt)) {
        target.nextAt = Math.min(target.nextAt, dueAt(target.kind));
      }
    }
    this.#arm();
  }
}
