import type { Events } from '../contract/channels.ts';
import { failure, FailureError, isRetried, toFailure, type Failure } from '../contract/failure.ts';
import { unixMs, type Asset, type UnixMs } from '../contract/market.ts';
import type { Snapshot, SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey } from '../contract/source.ts';
import type { Store } from '../store/database.ts';
import { leastPauseMs, pauseAfter } from './ask-again.ts';
import type { Connection } from './connection.ts';
import { offers, weightsOf, type WantedKind } from './demands.ts';
import type { Pace } from './pace.ts';
import { SnapshotTargets, type Target } from './snapshot-targets.ts';
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

const hourMs = 3_600_000;

/**
 * Keeps the wanted snapshots of one provider fresh: asks for each when it is due, one at a time (so that the limits of an
 * answer are known before the next question), commits every answer before it is published, and takes what the stream
 * brings. A cached snapshot that is still young enough costs no call after a restart.
 */
export class SnapshotFeed {
  readonly #connection: Connection;
  readonly #tools: FeedTools;
  readonly #pace: Pace;
  readonly #streamed: StreamedSnapshots;
  readonly #targets = new SnapshotTargets();
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  #closed = false;

  constructor(connection: Connection, tools: FeedTools, pace: Pace) {
    this.#connection = connection;
    this.#tools = tools;
    this.#pace = pace;
    this.#streamed = new StreamedSnapshots(connection, tools, {
      gap: () => this.#missed(),
      // What the stream no longer brings is due at the pace of polling.
      lost: () => {
        this.#pace.changed();
        this.#askStreamed((target) => this.#interval(target));
      },
      unusable: (kind, asset, reason) => {
        const target = this.#targets.get(kind, asset);
        if (target) target.dueAt = Math.min(target.dueAt, target.answeredAt + leastPauseMs);
        this.#tell(target, kind, asset, reason);
        this.#arm();
      },
      brought: (kind, asset) => {
        this.#pace.changed();
        const target = this.#targets.get(kind, asset);
        if (!target || target.failures > 0 || target.missedSince !== null) return;
        target.dueAt = Math.max(target.dueAt, target.answeredAt + this.#interval(target));
        this.#arm();
      },
    });
  }

  /** Whether the stream brings this now. */
  isStreamed(kind: SnapshotKind, asset: Asset): boolean {
    return this.#streamed.brings(kind, asset);
  }

  /** Milliseconds since REST was asked for this; null: never, as far as is known. */
  ageMs(kind: SnapshotKind, asset: Asset): number | null {
    const askedAt = this.#targets.get(kind, asset)?.askedAt ?? Number.NEGATIVE_INFINITY;
    return Number.isFinite(askedAt) ? this.#tools.elapsed() - askedAt : null;
  }

  /** What is wanted now, most urgent first; replaces what was wanted before. */
  want(wanted: readonly WantedKind[]): void {
    const { snapshots } = this.#connection.client;
    const served = wanted.filter(({ kind }) => snapshots?.[kind]);
    const fresh = new Set(this.#targets.want(served));
    for (const target of this.#targets.wanted) {
      if (fresh.has(target)) target.dueAt = this.#firstDue(target);
      // What has come into view, or is wanted oftener, need not wait for what was planned before.
      else if (target.failures === 0) target.dueAt = Math.min(target.dueAt, target.answeredAt + this.#interval(target));
    }
    const { info } = this.#connection.provider;
    this.#streamed.want(served.filter(({ kind, asset }) => offers(info, kind, asset)));
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
    const target = this.#targets.get(snapshot.kind, snapshot.asset);
    if (!this.#tools.guard.attempt(() => this.#tools.store.snapshots.save(snapshot))) return;
    this.#tools.publish('snapshot/changed', snapshot);
    if (!target) return;
    this.#answered(target);
    this.#tell(target, snapshot.kind, snapshot.asset, null);
    this.#arm();
  }

  /** Everything wanted is due again: the key or the user's patience changed. */
  dueNow(): void {
    for (const target of this.#targets.all) target.dueAt = Number.NEGATIVE_INFINITY;
    this.#streamed.reopen();
    this.#arm();
  }

  /** What failed for want of a network is due again; timers may have slept. */
  woke(): void {
    for (const target of this.#targets.all) {
      const kind = target.reason?.kind;
      if (kind === 'offline' || kind === 'timeout') target.dueAt = Number.NEGATIVE_INFINITY;
    }
    this.#arm();
  }

  /** Commits what the stream brought last. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#streamed.close();
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
    target.askedAt = elapsed() - (now() - cached.confirmedAt);
    return target.askedAt + this.#interval(target);
  }

  #interval({ kind, asset }: Target): number {
    return this.#pace.intervalMs(kind, asset);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#asking) return;
    const next = this.#targets.nextDue();
    if (next === Number.POSITIVE_INFINITY) return;
    const wait = Math.min(Math.max(0, next - this.#tools.elapsed()), hourMs);
    this.#timer = setTimeout(() => void this.#askDue(), Math.ceil(wait));
  }

  async #askDue(): Promise<void> {
    const next = this.#targets.due(this.#tools.elapsed());
    if (next) {
      this.#asking = true;
      await this.#ask('background', next.kind, next.asset).catch(() => undefined);
      this.#asking = false;
    }
    this.#arm();
  }

  async #ask(purpose: 'background' | 'user', kind: SnapshotKind, asset: Asset): Promise<Snapshot> {
    const target = this.#targets.get(kind, asset);
    if (target) target.askedAt = this.#tools.elapsed();
    try {
      const snapshot = await this.#fetch(purpose, kind, asset);
      if (target) this.#answered(target);
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

  #answered(target: Target): void {
    target.failures = 0;
    target.missedSince = null;
    target.answeredAt = this.#tools.elapsed();
    target.dueAt = target.answeredAt + this.#interval(target);
  }

  async #fetch(purpose: 'background' | 'user', kind: SnapshotKind, asset: Asset): Promise<Snapshot> {
    const fetch = this.#connection.client.snapshots?.[kind];
    const { provider, options } = this.#connection;
    if (!fetch) throw new FailureError(failure('unsupported', `${provider.info.name} does not serve this.`));
    const weights = weightsOf(provider.info.limits, provider.costOf?.(kind, asset, options) ?? 1);
    try {
      const ask = (signal: AbortSignal): Promise<Snapshot> => {
        this.#streamed.asking(kind, asset);
        return fetch(asset, signal);
      };
      const fetched = await this.#connection.call<Snapshot>(purpose, ask, weights);
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
    const missedSince = target?.missedSince ?? null;
    if (target && target.told === null && reason === null && missedSince === null) return;
    if (target) target.told = missedSince === null ? reason : undefined;
    if (target) target.reason = reason;
    const { now, elapsed, publish } = this.#tools;
    const since = missedSince === null ? null : unixMs(now() - (elapsed() - missedSince));
    const provider = this.#connection.provider.info.id;
    publish('snapshot/trouble', { provider, asset, kind, failure: reason, missedSince: since, at: now() });
  }

  /** The stream is back: what it brought while it was away is asked for, and marked as incomplete until it is here. */
  #missed(): void {
    const { lostAt } = this.#streamed;
    for (const target of this.#targets.wanted) {
      if (!this.#streamed.covers(target.kind, target.asset)) continue;
      target.missedSince = Math.max(lostAt, target.answeredAt);
      this.#tell(target, target.kind, target.asset, target.reason);
    }
    this.#askStreamed(() => 0);
  }

  /** What the stream is to bring is asked for over REST after that pause at the latest, as far as the limits allow. */
  #askStreamed(pause: (target: Target) => number): void {
    for (const target of this.#targets.wanted) {
      if (!this.#streamed.covers(target.kind, target.asset) || target.dueAt === Number.POSITIVE_INFINITY) continue;
      target.dueAt = Math.min(target.dueAt, this.#tools.elapsed() + pause(target));
    }
    this.#arm();
  }
}
