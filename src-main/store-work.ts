import { setTimeout as wait } from 'node:timers/promises';
import type { Written } from './contract/diagnostics.ts';
import type { Retention, RetentionPreview, StoreJob, StoreJobName, StoreState } from './contract/keeping.ts';
import { failure, FailureError, toFailure, type Failure } from './contract/failure.ts';
import type { UnixMs } from './contract/market.ts';
import type { Store } from './store/database.ts';
import { runInThread } from './store/job-thread.ts';
import type { Job, JobAnswer, JobName } from './store/jobs.ts';

export interface StoreWorkTools {
  readonly store: Store;
  readonly file: string;
  /** `store/worker.ts` as it was built. */
  readonly script: URL;
  readonly now: () => UnixMs;
  readonly told: (job: StoreJob) => void;
  /** Ends with the store. */
  readonly signal: AbortSignal;
}

/** Between two slices of a deletion the feeds write. */
const betweenSlicesMs = 20;
const progressEveryMs = 200;

const words: Readonly<Record<StoreJobName, { readonly running: string; readonly done: string }>> = {
  backup: { running: 'The database is being copied.', done: 'The backup is complete and was checked.' },
  restore: { running: 'The backup is being checked and copied.', done: 'The backup is ready to take its place.' },
  check: { running: 'Every page is being read.', done: 'Every page was read and is good.' },
  prune: { running: 'What is older than you keep is being deleted.', done: 'What is older than you keep is gone.' },
};

/** Long work on the database while it is in use: how far it is, is told; the feeds go on. */
export class StoreWork {
  readonly #tools: StoreWorkTools;

  constructor(tools: StoreWorkTools) {
    this.#tools = tools;
  }

  async state(): Promise<StoreState> {
    return this.#tools.store.keeping.state(await this.#run({ name: 'kept', file: this.#tools.file }));
  }

  preview(retention: Retention): Promise<RetentionPreview> {
    return this.#run({ name: 'preview', file: this.#tools.file, retention, now: this.#tools.now() });
  }

  /** Deletes what the retention says, in slices between the feeds' writes. Throws FailureError. */
  async prune(retention: Retention): Promise<void> {
    const { store, signal } = this.#tools;
    const { before } = await this.preview(retention);
    const pruning = signal.aborted ? null : store.keeping.prune(retention, before);
    if (!pruning) return;
    await this.#told('prune', async (progress) => {
      for (let more = true; more && !signal.aborted;) {
        const slice = pruning.slice();
        more = slice.more;
        progress(slice.done);
        await wait(betweenSlicesMs, undefined, { signal }).catch(() => undefined);
      }
      if (!signal.aborted) store.checkpoint();
    });
  }

  /** Throws a `store` failure; what is wrong with the database is in the job's sentence. */
  async check(): Promise<StoreState> {
    const { store, file, now } = this.#tools;
    await this.#told('check', async (progress) => {
      const { problems } = await this.#run({ name: 'check', file }, progress);
      if (problems.length > 0) throw new FailureError(damaged(problems));
      store.keeping.checked(now());
    });
    return this.state();
  }

  /** Throws a `store` failure. */
  async backUp(target: string): Promise<Written> {
    const { store, file, now } = this.#tools;
    return this.#told('backup', async (progress) => {
      const { bytes } = await this.#run({ name: 'backup', file, target }, progress);
      store.keeping.backedUp(now());
      return { file: target, bytes, count: await this.#rows() };
    });
  }

  /** Checks a backup and copies it beside the database; `finishRestore` puts it in its place. Throws a `store` failure. */
  async stage(from: string): Promise<Written> {
    return this.#told('restore', async (progress) => {
      const { bytes } = await this.#run({ name: 'stage', file: this.#tools.file, from }, progress);
      return { file: from, bytes, count: 0 };
    });
  }

  async #rows(): Promise<number> {
    const { kept } = await this.state();
    return kept.reduce((sum, { rows }) => sum + rows, 0);
  }

  #run<Name extends JobName>(
    job: Job<Name>,
    progress: (done: number) => void = () => undefined,
  ): Promise<JobAnswer<Name>> {
    return runInThread(this.#tools.script, job, progress);
  }

  async #told<T>(name: StoreJobName, work: (progress: (done: number) => void) => Promise<T>): Promise<T> {
    const { told, now } = this.#tools;
    let toldAt = Number.NEGATIVE_INFINITY;
    const tell = (state: StoreJob['state'], done: number, text: string): void =>
      told({ name, state, done, text, at: now() });
    tell('running', 0, words[name].running);
    try {
      const value = await work((done) => {
        if (performance.now() - toldAt < progressEveryMs) return;
        toldAt = performance.now();
        tell('running', done, words[name].running);
      });
      tell('done', 1, words[name].done);
      return value;
    } catch (thrown) {
      tell('failed', 0, toFailure(thrown).message);
      throw thrown;
    }
  }
}

const damaged = (problems: readonly string[]): Failure =>
  failure('store', 'The database is damaged. Start Halcyon again and it will be set aside for a new one.', {
    detail: problems.join('; '),
  });
