import { timeframeMs, unixMs, type Asset, type CandleSeries, type Timeframe, type UnixMs } from '../contract/market.ts';
import { sourceKey, type SourceKey } from '../contract/source.ts';
import type { CandleSubscription } from '../providers/provider.ts';
import { CandleHoles } from './candle-holes.ts';
import { quoteTimeframe } from './cached-quotes.ts';
import type { Connection } from './connection.ts';
import type { FeedTools } from './feed-tools.ts';

/**
 * Candles asked for when a series is opened for the first time: a screen and a half of the widest chart, and of minutes
 * enough to reach the close 24 hours ago.
 */
const openingCandles = (timeframe: Timeframe): number => (timeframe === quoteTimeframe ? 1_500 : 1_000);
/** A series whose newest candle is older than this many candles is fetched anew; the hole stays a hole. */
const mostMissing = 5_000;

/** Asks one venue for candles over REST and keeps them. */
export class CandleFetcher {
  readonly #connection: Connection;
  readonly #key: SourceKey;
  readonly #tools: FeedTools;
  readonly #holes = new CandleHoles();
  readonly #kept: (series: CandleSubscription) => void;

  /** `kept`: candles of a series were kept. */
  constructor(connection: Connection, tools: FeedTools, kept: (series: CandleSubscription) => void) {
    this.#connection = connection;
    this.#key = sourceKey(connection.place.source);
    this.#tools = tools;
    this.#kept = kept;
  }

  stored(asset: Asset, timeframe: Timeframe, before: number | null, limit: number): CandleSeries | null {
    return this.#tools.store.candles.read(this.#key, asset, timeframe, before === null ? null : unixMs(before), limit);
  }

  /**
   * Asks for the last candles of an asset. Where none are kept yet, for as many as open the series: two alone would pass
   * for a series that was opened. False when the venue has none. Throws FailureError.
   */
  async probe(asset: Asset): Promise<boolean> {
    const limit = this.stored(asset, quoteTimeframe, null, 1) ? 2 : openingCandles(quoteTimeframe);
    return this.#fetch({ asset, timeframe: quoteTimeframe }, null, null, limit);
  }

  /** Brings a series up to now: what opened since the newest stored candle, or a screenful when there is none. Throws FailureError. */
  async fill({ asset, timeframe }: CandleSubscription): Promise<void> {
    const newest = this.stored(asset, timeframe, null, 1)?.openTimes[0] ?? null;
    // Negative when the clock stands before what is stored: then the newest candles are asked for as they are.
    const missing = newest === null ? Infinity : Math.ceil((this.#tools.now() - newest) / timeframeMs[timeframe]);
    const isNear = newest !== null && missing >= 0 && missing <= mostMissing;
    const from = isNear ? unixMs(newest) : null;
    await this.#fetch({ asset, timeframe }, from, null, isNear ? missing + 2 : openingCandles(timeframe));
  }

  /** Asks for what is missing inside of what opens a series. Throws FailureError. */
  async fillHoles(series: CandleSubscription): Promise<void> {
    const opening = this.stored(series.asset, series.timeframe, null, openingCandles(series.timeframe));
    if (opening) await this.#fillHoles(series, opening, null);
  }

  /** Asks for what a page lacks: its holes, and what lies before it. False when it lacks nothing that can be had. */
  async completePage(
    of: CandleSubscription,
    page: CandleSeries | null,
    before: number,
    limit: number,
  ): Promise<boolean> {
    const filled = page ? await this.#fillHoles(of, page, before) : false;
    const length = page?.openTimes.length ?? 0;
    if (length >= limit) return filled;
    await this.#fetch(of, null, unixMs(page?.openTimes[0] ?? before), limit - length);
    return true;
  }

  /** True when any hole was asked for. */
  async #fillHoles(of: CandleSubscription, series: CandleSeries, end: number | null): Promise<boolean> {
    const holes = this.#holes.of(of, series, end, openingCandles(of.timeframe));
    for (const { from, to, count } of holes) await this.#fetch(of, from, to, count);
    return holes.length > 0;
  }

  async #fetch(series: CandleSubscription, from: UnixMs | null, to: UnixMs | null, limit: number): Promise<boolean> {
    const { client, signal } = this.#connection;
    if (!client.candles) return false;
    const found = await this.#connection.call('background', (signal) =>
      client.candles!({ ...series, from, to, limit }, signal),
    );
    if (signal.aborted || found.openTimes.length === 0) return false;
    this.#tools.guard.run(() => this.#tools.store.candles.write(found));
    this.#kept(series);
    return true;
  }
}
