import type { Failure } from '../contract/failure.ts';
import type { Asset } from '../contract/market.ts';
import type { SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey } from '../contract/source.ts';
import type { Weights } from '../net/budget/ledger.ts';
import { pauseAfter } from './ask-again.ts';
import type { Connection } from './connection.ts';
import { weightsOf } from './demands.ts';
import type { FeedTools } from './feed-tools.ts';
import type { Pace } from './pace.ts';
import type { Target } from './snapshot-targets.ts';

/** When each snapshot of one provider is to be asked for. */
export class SnapshotSchedule {
  readonly #connection: Connection;
  readonly #tools: FeedTools;
  readonly #pace: Pace;

  constructor(connection: Connection, tools: FeedTools, pace: Pace) {
    this.#connection = connection;
    this.#tools = tools;
    this.#pace = pace;
  }

  intervalOf({ kind, asset }: Target): number {
    return this.#pace.intervalMs(kind, asset);
  }

  costOf(kind: SnapshotKind, asset: Asset): Weights {
    const { provider, options } = this.#connection;
    return weightsOf(provider.info.limits, provider.costOf?.(kind, asset, options) ?? 1);
  }

  /** At once, or when the cached snapshot is as old as the interval. One from the future says nothing. */
  first(target: Target): void {
    target.dueAt = this.#dueByCache(target);
  }

  /** What has come into view, or is wanted oftener, need not wait for what was planned before. */
  again(target: Target): void {
    if (target.failures > 0) return;
    target.dueAt = Math.min(target.dueAt, this.#planned(target));
  }

  answered(target: Target): void {
    target.failures = 0;
    target.missedSince = null;
    target.answeredAt = this.#tools.elapsed();
    target.dueAt = target.answeredAt + this.intervalOf(target);
  }

  /** Milliseconds until it is asked for again; infinite: not by itself. */
  failed(target: Target, reason: Failure): number {
    target.failures++;
    // What a paid plan lacks it lacks until the user changes it; a region that is barred may be left.
    const isPaid = this.#connection.provider.info.credential.length > 0;
    const isLacking = reason.kind === 'plan' && isPaid;
    const pause = isLacking
      ? Number.POSITIVE_INFINITY
      : pauseAfter(reason, target.failures, this.intervalOf(target), this.#tools);
    target.dueAt = this.#tools.elapsed() + pause;
    return pause;
  }

  /** What waited for a limit is due as planned when that has gone sooner: the plan was changed, or an answer said so. */
  release(target: Target): void {
    if (target.reason?.kind !== 'rate-limited') return;
    if (this.#connection.blocked('background', this.costOf(target.kind, target.asset))) return;
    target.dueAt = Math.min(target.dueAt, Math.max(this.#tools.elapsed(), this.#planned(target)));
  }

  /** What failed for want of a network is due again; what time alone makes due, by the wall: timers may have slept. */
  woke(target: Target): void {
    const { elapsed, now } = this.#tools;
    const { reason } = target;
    if (reason?.kind === 'offline' || reason?.kind === 'timeout') target.dueAt = Number.NEGATIVE_INFINITY;
    else if (reason?.kind === 'rate-limited' && reason.retryAt !== null)
      target.dueAt = Math.min(target.dueAt, elapsed() + Math.max(0, reason.retryAt - now()));
    else if (reason === null && target.failures === 0) target.dueAt = Math.min(target.dueAt, this.#dueByCache(target));
  }

  /** At the pace of polling: the stream does not bring it any more. */
  streamLost(target: Target): void {
    this.#dueWithin(target, this.intervalOf(target));
  }

  /** At once; but a stream that comes and goes does not spend by that what the limits leave for all. */
  missed(target: Target): void {
    const isScarce = this.#pace.isStretched(target.kind, target.asset);
    const planned = target.askedAt + this.intervalOf(target) - this.#tools.elapsed();
    this.#dueWithin(target, isScarce ? Math.max(0, planned) : 0);
  }

  #dueWithin(target: Target, pauseMs: number): void {
    if (target.dueAt === Number.POSITIVE_INFINITY) return;
    target.dueAt = Math.min(target.dueAt, this.#tools.elapsed() + pauseMs);
  }

  /** What the cache knows of an earlier session counts as asked for, not as answered: a stream needs a base of its own. */
  #planned(target: Target): number {
    return Math.max(target.askedAt, target.answeredAt) + this.intervalOf(target);
  }

  #dueByCache(target: Target): number {
    const { store, now, elapsed } = this.#tools;
    const { kind, asset } = target;
    const source = sourceKey(this.#connection.place.source);
    const cached = store.snapshots.latest(source, kind, asset, this.#connection.variant(kind, asset));
    if (!cached || cached.confirmedAt > now()) return Number.NEGATIVE_INFINITY;
    target.askedAt = elapsed() - (now() - cached.confirmedAt);
    return target.askedAt + this.intervalOf(target);
  }
}
