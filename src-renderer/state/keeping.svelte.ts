import { SvelteMap } from 'svelte/reactivity';
import type { Written } from '../../src-main/contract/diagnostics.ts';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type {
  Retention,
  RetentionPreview,
  StoreJob,
  StoreJobName,
  StoreState,
} from '../../src-main/contract/keeping.ts';
import type { Settings } from '../../src-main/contract/settings.ts';
import type { Client } from '../bridge.ts';

/** The database: what is in it, how long that is kept, and the long jobs on it. The requests throw FailureError. */
export class Keeping {
  readonly #client: Client;
  readonly #accept: (settings: Settings) => void;
  readonly #jobs = new SvelteMap<StoreJobName, StoreJob>();
  #state: StoreState | null = $state.raw(null);
  #failure: Failure | null = $state.raw(null);
  /** Counts the readings; an older answer than one already known is dropped. */
  #turn = 0;

  /** `accept` is told the settings that a new retention makes. */
  constructor(client: Client, accept: (settings: Settings) => void) {
    this.#client = client;
    this.#accept = accept;
  }

  /** Null until it was read. */
  get state(): StoreState | null {
    return this.#state;
  }

  /** Why the state could not be read the last time. */
  get failure(): Failure | null {
    return this.#failure;
  }

  job(name: StoreJobName): StoreJob | null {
    return this.#jobs.get(name) ?? null;
  }

  /** Whether a job runs: there is one at a time. */
  get isBusy(): boolean {
    return [...this.#jobs.values()].some(({ state }) => state === 'running');
  }

  /** What a job leaves behind is read anew. */
  acceptJob(job: StoreJob): void {
    const known = this.#jobs.get(job.name);
    // What ends is believed also after the clock was set back; what was overtaken by an end is not.
    if (known !== undefined && known.state !== 'running' && job.state === 'running' && known.at > job.at) return;
    this.#jobs.set(job.name, job);
    if (job.state !== 'running' && this.#state !== null) void this.read();
  }

  /** Nothing is thrown: a failure stands beside what was known. */
  async read(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const state = await this.#client.request('store/state', null);
      if (turn === this.#turn) this.#know(state);
    } catch (thrown) {
      if (turn === this.#turn) this.#failure = toFailure(thrown);
    }
  }

  preview(retention: Retention): Promise<RetentionPreview> {
    return this.#client.request('retention/preview', retention);
  }

  async apply(retention: Retention): Promise<void> {
    this.#accept(await this.#client.request('retention/apply', retention));
    await this.read();
  }

  async check(): Promise<void> {
    const state = await this.#client.request('store/check', null);
    this.#turn += 1;
    this.#know(state);
  }

  /** Null: the user chose no file. */
  backUp(): Promise<Written | null> {
    return this.#client.request('store/backup', null);
  }

  /** Null: the user chose no file. */
  restore(): Promise<Written | null> {
    return this.#client.request('store/restore', null);
  }

  #know(state: StoreState): void {
    this.#state = state;
    this.#failure = null;
  }
}
