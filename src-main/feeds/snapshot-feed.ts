import { failure, FailureError, isRetried, toFailure } from '../contract/failure.ts';
import { unixMs, type Asset } from '../contract/market.ts';
import type { Snapshot, SnapshotKind } from '../contract/snapshot.ts';
import { leastPauseMs } from './ask-again.ts';
import type { Connection } from './connection.ts';
import { offers, type WantedKind } from './demands.ts';
import type { FeedTools } from './feed-tools.ts';
import type { Pace } from './pace.ts';
import { SnapshotSchedule } from './snapshot-schedule.ts';
import { SnapshotTargets, type Target } from './snapshot-targets.ts';
import { SnapshotTrouble } from './snapshot-trouble.ts';
import { StreamedSnapshots } from './streamed-snapshots.ts';

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
  readonly #schedule: SnapshotSchedule;
  readonly #trouble: SnapshotTrouble;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  #closed = false;

  constructor(connection: Connection, tools: FeedTools, pace: Pace) {
    this.#connection = connection;
    this.#tools = tools;
    this.#pace = pace;
    this.#schedule = new SnapshotSchedule(connection, tools, pace);
    this.#trouble = new SnapshotTrouble(connection.provider.info.id, tools);
    this.#streamed = new StreamedSnapshots(connection, tools, {
      gap: () => this.#missed(),
      // What the stream no longer brings is due at the pace of polling.
      lost: () => {
        this.#pace.changed();
        for (const target of this.#streamedTargets()) this.#schedule.streamLost(target);
        this.#arm();
      },
      unusable: (kind, asset, reason) => {
        const target = this.#targets.get(kind, asset);
        if (target) target.dueAt = Math.min(target.dueAt, target.answeredAt + leastPauseMs);
        this.#trouble.tell(target ?? null, { kind, asset }, reason);
        this.#arm();
      },
      brought: (kind, asset) => {
        this.#pace.changed();
        const target = this.#targets.get(kind, asset);
        if (!target || target.failures > 0 || target.missedSince !== null) return;
        target.dueAt = Math.max(target.dueAt, target.answeredAt + this.#schedule.intervalOf(target));
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
      if (fresh.has(target)) this.#schedule.first(target);
      else this.#schedule.again(target);
      this.#schedule.release(target);
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
      for (const target of this.#targets.wanted) this.#schedule.release(target);
      this.#arm();
    }
  }

  /** What another question brought along: it counts as this feed's own answer. */
  accept(snapshot: Snapshot): void {
    const target = this.#targets.get(snapshot.kind, snapshot.asset);
    if (!this.#tools.guard.attempt(() => this.#tools.store.snapshots.save(snapshot))) return;
    this.#tools.publish('snapshot/changed', snapshot);
    if (!target) return;
    target.askedAt = this.#tools.elapsed();
    this.#schedule.answered(target);
    this.#trouble.tell(target, target, null);
    this.#arm();
  }

  /** Everything wanted is due again: the key or the user's patience changed. */
  dueNow(): void {
    for (const target of this.#targets.all) target.dueAt = Number.NEGATIVE_INFINITY;
    this.#streamed.reopen();
    this.#arm();
  }

  /** The machine woke up or the network changed. */
  woke(): void {
    for (const target of this.#targets.all) this.#schedule.woke(target);
    this.#arm();
  }

  /** Commits what the stream brought last. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#streamed.close();
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
    const target = this.#targets.get(kind, asset) ?? null;
    if (target) target.askedAt = this.#tools.elapsed();
    try {
      const snapshot = await this.#fetch(purpose, kind, asset);
      if (target) this.#schedule.answered(target);
      this.#trouble.tell(target, { kind, asset }, null);
      return snapshot;
    } catch (thrown) {
      const reason = toFailure(thrown);
      if (reason.kind === 'auth') this.#streamed.giveUp();
      if (reason.kind === 'cancelled') throw thrown;
      const pause = target ? this.#schedule.failed(target, reason) : Number.POSITIVE_INFINITY;
      const retryAt = Number.isFinite(pause) ? unixMs(this.#tools.now() + pause) : null;
      if (retryAt !== null) this.#connection.said.willTry(retryAt);
      this.#trouble.tell(
        target,
        { kind, asset },
        isRetried(reason) ? { ...reason, retryAt: retryAt ?? reason.retryAt } : reason,
      );
      throw thrown;
    }
  }

  async #fetch(purpose: 'background' | 'user', kind: SnapshotKind, asset: Asset): Promise<Snapshot> {
    const fetch = this.#connection.client.snapshots?.[kind];
    const { name } = this.#connection.provider.info;
    if (!fetch) throw new FailureError(failure('unsupported', `${name} does not serve this.`));
    const weights = this.#schedule.costOf(kind, asset);
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

  /** The stream is back: what it brought while it was away is asked for, and marked as incomplete until it is here. */
  #missed(): void {
    const { lostAt } = this.#streamed;
    for (const target of this.#streamedTargets()) {
      target.missedSince = Math.max(lostAt, target.answeredAt);
      this.#trouble.tell(target, target, target.reason);
      this.#schedule.missed(target);
    }
    this.#arm();
  }

  /** What the stream is to bring. */
  #streamedTargets(): readonly Target[] {
    return this.#targets.wanted.filter(({ kind, asset }) => this.#streamed.covers(kind, asset));
  }
}
