import type { RealisedLiquidations } from '../contract/liquidation.ts';
import { unixMs, type Asset } from '../contract/market.ts';
import type { LiquidationSubscription, Stream } from '../providers/provider.ts';
import type { Connection } from './connection.ts';
import type { FeedTools } from './feed-tools.ts';

/** What arrives within this span is committed and told together. */
const togetherMs = 250;
/** Batches that wait for the disk at most. */
const mostWaiting = 10_000;

/** Realised liquidations of the watched assets: each one committed, then told; the screen reads them from the cache. */
export class LiquidationFeed {
  readonly #connection: Connection;
  readonly #tools: FeedTools;
  #stream: Stream<LiquidationSubscription> | null = null;
  #assets: readonly Asset[] = [];
  #waiting: RealisedLiquidations[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, tools: FeedTools) {
    this.#connection = connection;
    this.#tools = tools;
  }

  want(assets: readonly Asset[]): void {
    this.#assets = assets;
    if (assets.length > 0) this.#stream ??= this.#open();
    this.#stream?.want(assets.map((asset) => ({ asset })));
  }

  /** A stream that gave up is opened anew. */
  dueNow(): void {
    this.#stream?.close();
    this.#stream = null;
    this.want(this.#assets);
  }

  /** Commits what has arrived. */
  close(): void {
    this.#stream?.close();
    this.#stream = null;
    this.#flush();
  }

  #open(): Stream<LiquidationSubscription> | null {
    return (
      this.#connection.client.openLiquidationStream?.({
        // Whether it is connected is the candles' word: both come from one venue, and a market may be calm for hours.
        state: () => undefined,
        gap: () => undefined,
        update: (batch) => this.#take(batch),
      }) ?? null
    );
  }

  #take(batch: RealisedLiquidations): void {
    if (batch.times.length === 0) return;
    this.#connection.heard();
    this.#waiting.push(batch);
    this.#timer ??= setTimeout(() => this.#flush(), togetherMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const batch of waiting) {
      // A batch that could not be written waits for the next: the disk may have room again.
      if (!this.#tools.guard.attempt(() => this.#tools.store.realised.add(batch))) {
        this.#waiting.push(batch);
        continue;
      }
      const newest = unixMs(Math.max(...batch.times));
      this.#tools.publish('liquidations/arrived', { source: batch.source, asset: batch.asset, newest });
    }
    // A disk that stays full must not fill the memory instead: the oldest go.
    this.#waiting.splice(0, Math.max(0, this.#waiting.length - mostWaiting));
  }
}
