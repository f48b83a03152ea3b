import { setTimeout as wait } from 'node:timers/promises';
import type { Requests } from '../contract/channels.ts';
import { failure, FailureError, isRetried, toFailure, type Failure } from '../contract/failure.ts';
import type { HistoryJob, HistoryPlan, HistoryQuery } from '../contract/history.ts';
import { sourceKey, type ProviderId, type Source } from '../contract/source.ts';
import { backoffMs } from '../net/backoff.ts';
import type { HistoryPart, HistoryReader } from '../providers/provider.ts';
import type { Connection } from './connection.ts';
import type { Line } from './line.ts';
import type { FeedTools } from './feed-tools.ts';

/** A limit that counts by the minute, or a network that is away for a moment, is waited for; longer, and it is said. */
const longestWaitMs = 120_000;
/** Waits in a row that brought nothing. */
const mostWaits = 5;

type Forgotten = Requests['history/forget']['value'];

interface Run {
  readonly provider: ProviderId;
  readonly abort: AbortController;
  /** As it was told last. */
  job: HistoryJob;
}

/**
 * Ranges of the past that the user has asked to be filled in. Every part is committed, and how far it has come with it,
 * before the next is asked for: whatever ends a run, the same range goes on from there.
 */
export class HistoryRuns {
  readonly #tools: FeedTools;
  readonly #lineOf: (provider: ProviderId) => Pick<Line, 'connection' | 'pace'> | undefined;
  readonly #runs = new Map<number, Run>();

  constructor(tools: FeedTools, lineOf: (provider: ProviderId) => Pick<Line, 'connection' | 'pace'> | undefined) {
    this.#tools = tools;
    this.#lineOf = lineOf;
  }

  /** Those of the sources in use: what was filled in of the simulated market is not on the list of the live one. */
  all(sources: readonly Source[]): HistoryJob[] {
    return this.#tools.store.history.all(sources.map(sourceKey));
  }

  /** Throws FailureError. */
  plan(query: HistoryQuery): HistoryPlan {
    return this.#readerOf(query).reader.plan(query);
  }

  /** Throws FailureError when it cannot begin; what goes wrong later is in the job. */
  start(query: HistoryQuery): HistoryJob {
    const { connection, reader, variant } = this.#readerOf(query);
    reader.plan(query);
    const { store, guard } = this.#tools;
    const job = guard.run(() => store.history.open(query, sourceKey(connection.place.source), variant));
    if (this.#runs.has(job.id)) return job;
    const run: Run = { provider: query.provider, abort: new AbortController(), job };
    this.#runs.set(job.id, run);
    const begun = this.#change(job, { state: 'running', failure: null });
    void this.#work(connection, reader, run);
    return begun;
  }

  /** Throws `bad-request` for one that is not known. */
  stop(id: number): HistoryJob {
    const run = this.#runs.get(id);
    return run ? this.#halt(run) : this.#known(id);
  }

  forget(id: number): Forgotten {
    this.stop(id);
    this.#tools.guard.run(() => this.#tools.store.history.forget(id));
    return null;
  }

  /** The provider's connection is gone: its runs stop where they are. */
  stopAll(provider?: ProviderId): void {
    for (const run of [...this.#runs.values()]) {
      if (provider === undefined || run.provider === provider) this.#halt(run);
    }
  }

  /** Stops a run where it is, whether or not the disk can be asked about it. */
  #halt(run: Run): HistoryJob {
    run.abort.abort();
    this.#runs.delete(run.job.id);
    return this.#change(run.job, { state: 'stopped', failure: null });
  }

  /**
   * The first call is the user's own click; those that follow leave alone the reserve of the provider's limits and what
   * open panels need until the reset. The end is told by what was reached: asking on would be no question to the provider.
   */
  async #work(connection: Connection, reader: HistoryReader, run: Run): Promise<void> {
    const signal = AbortSignal.any([run.abort.signal, connection.signal]);
    const { query } = run.job;
    let purpose: 'user' | 'archive' = 'user';
    for (let waits = 0; !signal.aborted; waits++) {
      const { reached } = run.job;
      try {
        const parts = reader.read({ ...query, from: reached }, signal);
        while (run.job.reached < query.to) {
          if (purpose === 'archive') this.#leaveRoom(run.provider);
          const next = await connection.call<IteratorResult<HistoryPart, void>>(purpose, () => parts.next());
          if (signal.aborted) return;
          purpose = 'archive';
          if (next.done) break;
          this.#keep(run.job, next.value);
        }
        return this.#end(run.job, { state: 'done', reached: query.to });
      } catch (thrown) {
        if (signal.aborted) return;
        const reason = toFailure(thrown);
        if (run.job.reached > reached) waits = 0;
        const pause = this.#pauseFor(reason, waits);
        if (pause === null || waits >= mostWaits) return this.#end(run.job, { state: 'failed', failure: reason });
        this.#change(run.job, { failure: reason });
        await wait(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Throws `rate-limited` while open panels need all that is left. */
  #leaveRoom(provider: ProviderId): void {
    const line = this.#lineOf(provider);
    if (!line || line.pace.hasRoomForArchive() || line.connection.refusal('archive')) return;
    const { name } = line.connection.provider.info;
    const text = `${name}: what is left until the limit resets is kept for open panels.`;
    const retryAt = line.connection.budget.resetsAt();
    throw new FailureError(failure('rate-limited', text, { retryAt }));
  }

  /** Milliseconds after which it goes on by itself; null: it ends here, until the user starts it again. */
  #pauseFor(reason: Failure, attempt: number): number | null {
    const { now, random } = this.#tools;
    if (reason.kind === 'server' && reason.retryAt === null) return backoffMs(attempt, random);
    if (!isRetried(reason) || reason.retryAt === null) return null;
    const pause = reason.retryAt - now();
    // The clock of pauses and that of the wall are rounded differently: a moment more, and it is not asked too early.
    return pause <= longestWaitMs ? Math.max(0, pause) + 20 : null;
  }

  #keep(job: HistoryJob, { volumes, snapshots, reached }: HistoryPart): void {
    const { store, guard, publish } = this.#tools;
    guard.run(() => {
      if (volumes) store.volumes.write(volumes);
      if (snapshots.length > 0) store.snapshots.archive(snapshots);
    });
    const flagged = volumes ? volumes.breaches.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0) : 0;
    const rows = (volumes?.times.length ?? 0) + snapshots.length;
    if (volumes) {
      const { source, asset, variant } = volumes;
      publish('volumes/changed', { source, asset, variant });
    }
    this.#change(job, {
      failure: null,
      reached,
      rows: job.rows + rows,
      flagged: job.flagged + flagged,
      requests: job.requests + 1,
    });
  }

  #end(job: HistoryJob, change: Partial<HistoryJob>): void {
    this.#runs.delete(job.id);
    this.#change(job, change);
  }

  #change(job: HistoryJob, change: Partial<HistoryJob>): HistoryJob {
    const changed: HistoryJob = { ...job, ...change, changedAt: this.#tools.now() };
    const run = this.#runs.get(job.id);
    if (run) run.job = changed;
    this.#tools.guard.attempt(() => this.#tools.store.history.save(changed));
    this.#tools.publish('history/changed', changed);
    return changed;
  }

  #known(id: number): HistoryJob {
    const job = this.#tools.store.history.get(id);
    if (job) return job;
    throw new FailureError(failure('bad-request', 'This range is not on the list any more.'));
  }

  #readerOf(query: HistoryQuery): { connection: Connection; reader: HistoryReader; variant: string } {
    const connection = this.#lineOf(query.provider)?.connection;
    const reader = connection?.client.history?.[query.kind];
    if (!connection || !reader) {
      throw new FailureError(failure('unsupported', 'The provider does not fill in the past, or is not in use now.'));
    }
    const { provider, options } = connection;
    const variant =
      query.kind === 'liquidation-volumes'
        ? provider.volumesVariant?.(query.asset, options)
        : provider.variant?.(query.kind, query.asset, options);
    return { connection, reader, variant: variant ?? '' };
  }
}
