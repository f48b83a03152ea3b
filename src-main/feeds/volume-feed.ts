import { toFailure, type Failure, type FailureKind } from '../contract/failure.ts';
import { unixMs, type Asset } from '../contract/market.ts';
import { sourceKey } from '../contract/source.ts';
import type { HistoryPart } from '../providers/provider.ts';
import type { Connection } from './connection.ts';
import type { Pace } from './pace.ts';
import type { FeedTools } from './feed-tools.ts';

const hourMs = 3_600_000;
/** What is asked for when nothing is in the cache yet: enough for the pane below the price. */
const openingMs = 7 * 24 * hourMs;
/** Intervals that end later than this before now may still change on the provider's side: they are asked for again. */
const settleMs = 2 * hourMs;
const leastPauseMs = 10_000;
/** Longer waits are cut into pieces: a timer holds 24 days, and what comes due is asked about anew anyway. */
const longestPauseMs = hourMs;

const lasting: ReadonlySet<FailureKind> = new Set(['auth', 'plan', 'unsupported']);

/** Keeps the liquidated volumes of one asset up to now, from where the cache ends. */
export class VolumeFeed {
  readonly #connection: Connection;
  readonly #tools: FeedTools;
  readonly #pace: Pace;
  #asset: Asset | null = null;
  /** When each asset may be asked for again, on the clock that only goes forward; infinite: not by itself. */
  readonly #dueAt = new Map<Asset, number>();
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  #closed = false;

  constructor(connection: Connection, tools: FeedTools, pace: Pace) {
    this.#connection = connection;
    this.#tools = tools;
    this.#pace = pace;
  }

  want(asset: Asset | null): void {
    if (asset === this.#asset) return;
    this.#asset = asset;
    this.#arm();
  }

  dueNow(): void {
    this.#dueAt.clear();
    this.#arm();
  }

  /** What is due is asked for now, though its timer may have slept. */
  woke(): void {
    this.#arm();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const asset = this.#asset;
    if (this.#closed || this.#isAsking || asset === null) return;
    const left = (this.#dueAt.get(asset) ?? Number.NEGATIVE_INFINITY) - this.#tools.elapsed();
    if (left === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => (left > longestPauseMs ? this.#arm() : void this.#run(asset)),
      Math.min(Math.max(0, Math.ceil(left)), longestPauseMs),
    );
  }

  async #run(asset: Asset): Promise<void> {
    this.#isAsking = true;
    let wait = this.#pace.intervalMs('liquidation-volumes', asset);
    try {
      await this.#fill(asset);
    } catch (thrown) {
      wait = this.#pauseAfter(toFailure(thrown), wait);
      if (Number.isFinite(wait)) this.#connection.said.willTry(unixMs(this.#tools.now() + wait));
    }
    this.#isAsking = false;
    this.#dueAt.set(asset, this.#tools.elapsed() + wait);
    this.#arm();
  }

  async #fill(asset: Asset): Promise<void> {
    const { client, provider, place, options } = this.#connection;
    const reader = client.history?.['liquidation-volumes'];
    const variant = provider.volumesVariant?.(asset, options);
    if (!reader || variant === undefined) return;
    const { now, store, guard, publish } = this.#tools;
    const { source } = place;
    const newest = store.volumes.newestTime(sourceKey(source), asset, variant);
    const to = now();
    // One that lies in the future (the clock was set back) says nothing of what is missing.
    const from = Math.max(to - openingMs, newest === null || newest > to ? 0 : newest - settleMs);
    const query = { provider: provider.info.id, kind: 'liquidation-volumes', asset, from: unixMs(from), to } as const;
    const parts = reader.read(query, this.#connection.signal);
    for (let reached = query.from; reached < to;) {
      const next = await this.#connection.call<IteratorResult<HistoryPart, void>>('background', () => parts.next());
      if (next.done || this.#closed) return;
      const { volumes } = next.value;
      reached = next.value.reached;
      if (!volumes) continue;
      guard.run(() => store.volumes.write(volumes));
      publish('volumes/changed', { source, asset, variant });
    }
  }

  /** A refused key, a plan without the data, an asset that is not covered: the same question has the same answer. */
  #pauseAfter(reason: Failure, everyMs: number): number {
    if (lasting.has(reason.kind)) return Number.POSITIVE_INFINITY;
    if (reason.retryAt !== null) return Math.max(leastPauseMs, reason.retryAt - this.#tools.now());
    return reason.kind === 'bad-request' ? 4 * everyMs : everyMs;
  }
}
