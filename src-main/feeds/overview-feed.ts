import { toFailure } from '../contract/failure.ts';
import { unixMs, type Asset, type Quote } from '../contract/market.ts';
import type { Snapshot } from '../contract/snapshot.ts';
import type { Connection } from './connection.ts';
import type { Pace } from './pace.ts';

export interface OverviewListener {
  quote(quote: Quote): void;
  snapshot(snapshot: Snapshot): void;
}

const leastPauseMs = 5_000;
/** A provider that names a later moment is asked after this time all the same; whether it may be asked is decided then. */
const longestPauseMs = 3_600_000;

/** Asks a venue that tells of many assets in one call for all watched ones, at the planned pace. */
export class OverviewFeed {
  readonly #connection: Connection;
  readonly #now: () => number;
  readonly #pace: Pace;
  readonly #listener: OverviewListener;
  #assets: readonly Asset[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  #closed = false;

  constructor(connection: Connection, now: () => number, pace: Pace, listener: OverviewListener) {
    this.#connection = connection;
    this.#now = now;
    this.#pace = pace;
    this.#listener = listener;
  }

  want(assets: readonly Asset[]): void {
    const isNew = assets.some((asset) => !this.#assets.includes(asset));
    this.#assets = assets;
    if (isNew) this.dueNow();
  }

  dueNow(): void {
    this.#ask(0);
  }

  woke(): void {
    this.dueNow();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #ask(waitMs: number): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#isAsking || this.#assets.length === 0) return;
    this.#timer = setTimeout(() => void this.#run(), Math.min(waitMs, longestPauseMs));
  }

  async #run(): Promise<void> {
    const { client } = this.#connection;
    if (!client.overview) return;
    this.#isAsking = true;
    let wait = this.#pace.intervalMs('overview', null);
    const assets = this.#assets;
    try {
      const { quotes, snapshots } = await this.#connection.call('background', (signal) =>
        client.overview!(assets, signal),
      );
      if (this.#closed) return;
      for (const quote of quotes) this.#listener.quote(quote);
      for (const snapshot of snapshots) this.#listener.snapshot(snapshot);
      // What came into view meanwhile was not asked for.
      if (this.#assets.some((asset) => !assets.includes(asset))) wait = 0;
    } catch (thrown) {
      // The provider's state says why; the same call is simply made again.
      const { retryAt } = toFailure(thrown);
      if (retryAt !== null) wait = Math.min(Math.max(leastPauseMs, retryAt - this.#now()), longestPauseMs);
      this.#connection.said.willTry(unixMs(this.#now() + wait));
    } finally {
      this.#isAsking = false;
    }
    this.#ask(wait);
  }
}
