import { unixMs, type Asset } from '../contract/market.ts';
import type { SourceKey } from '../contract/source.ts';
import { storedCloseDayBefore } from './cached-quotes.ts';
import type { FeedTools } from './feed-tools.ts';

/** Read again this often. */
const everyMs = 60_000;

/** The close 24 hours ago of each asset, for the change of the day: read from the store once a minute, not at every tick. */
export class DayBefore {
  readonly #tools: FeedTools;
  readonly #source: SourceKey;
  readonly #known = new Map<Asset, { close: number | null; readAt: number }>();

  constructor(tools: FeedTools, source: SourceKey) {
    this.#tools = tools;
    this.#source = source;
  }

  /** The close that stood 24 hours before `time`; null while the store does not know it. */
  closeOf(asset: Asset, time: number): number | null {
    const known = this.#known.get(asset);
    const now = this.#tools.now();
    if (known && Math.abs(now - known.readAt) < everyMs) return known.close;
    const close = storedCloseDayBefore(this.#tools.store, this.#source, asset, unixMs(time));
    this.#known.set(asset, { close, readAt: close === null ? 0 : now });
    return close;
  }

  forget(asset: Asset): void {
    this.#known.delete(asset);
  }
}
