import { SvelteMap } from 'svelte/reactivity';
import type { HistoryJob, HistoryPlan, HistoryQuery } from '../../src-main/contract/history.ts';
import type { Client } from '../bridge.ts';

/** Ranges of the past that are being filled in, or were. The requests throw FailureError. */
export class History {
  readonly #client: Client;
  readonly #byId = new SvelteMap<number, HistoryJob>();
  /** The newest first. */
  readonly jobs: readonly HistoryJob[] = $derived([...this.#byId.values()].sort((a, b) => b.id - a.id));

  constructor(client: Client, start: readonly HistoryJob[]) {
    this.#client = client;
    this.replace(start);
  }

  /** The ranges of other sources, which are in use from now on. */
  replace(jobs: readonly HistoryJob[]): void {
    this.#byId.clear();
    for (const job of jobs) this.accept(job);
  }

  /** An answer may be overtaken by a newer event of the same job. */
  accept(job: HistoryJob): void {
    const known = this.#byId.get(job.id);
    if (known === undefined || known.changedAt <= job.changedAt) this.#byId.set(job.id, job);
  }

  plan(query: HistoryQuery): Promise<HistoryPlan> {
    return this.#client.request('history/plan', query);
  }

  /** Starts, or goes on where the same range was stopped. */
  async start(query: HistoryQuery): Promise<void> {
    this.accept(await this.#client.request('history/start', query));
  }

  async stop(id: number): Promise<void> {
    this.accept(await this.#client.request('history/stop', { id }));
  }

  async forget(id: number): Promise<void> {
    await this.#client.request('history/forget', { id });
    this.#byId.delete(id);
  }
}
