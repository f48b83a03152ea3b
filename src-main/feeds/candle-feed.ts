import { failure, FailureError, toFailure, type Failure } from '../contract/failure.ts';
import { unixMs, type Asset, type CandleSeries, type Timeframe } from '../contract/market.ts';
import { sourceKey } from '../contract/source.ts';
import { backoffMs } from '../net/backoff.ts';
import type { CandleSubscription, CandleUpdate, Stream } from '../providers/provider.ts';
import type { Connection } from './connection.ts';
import { CandleFetcher } from './candle-fetcher.ts';
import { CandleQueue } from './candle-queue.ts';
import { CandleWriter } from './candle-writer.ts';
import { cachedQuotes, quoteTimeframe } from './cached-quotes.ts';
import { DayBefore } from './day-before.ts';
import type { Pace } from './pace.ts';
import { quoteOfUpdate } from './quotes.ts';
import type { FeedTools } from './feed-tools.ts';

/** A series whose answer could not be read waits this long before it is asked for again; the others go on meanwhile. */
const brokenPauseMs = 60_000;
/** A provider that names a later moment is asked after this time all the same; whether it may be asked is decided then. */
const longestPauseMs = 3_600_000;
/** After a failure that names no moment. */
const unknownPauseMs = 10_000;

export interface CandleFeedListener {
  /** The venue brought candles of this asset. */
  answered(asset: Asset): void;
  failed(asset: Asset, reason: Failure): void;
}

const silent: CandleFeedListener = { answered: () => undefined, failed: () => undefined };

/**
 * Keeps the candles of the watched assets complete in the store and the last candle moving on screen. History comes over
 * REST (what is missing since the newest stored candle), the present over the stream; while there is no stream the
 * focused series is asked for over REST.
 */
export class CandleFeed {
  readonly #connection: Connection;
  readonly #tools: FeedTools;
  readonly #pace: Pace;
  readonly #writer: CandleWriter;
  readonly #fetcher: CandleFetcher;
  readonly #queue = new CandleQueue();
  readonly #listener: CandleFeedListener;
  readonly #dayBefore: DayBefore;
  #assets: readonly Asset[] = [];
  /** Failures in a row that concern the whole venue. */
  #failures = 0;
  #stream: Stream<CandleSubscription> | null = null;
  #live = false;
  #filling = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connection: Connection, tools: FeedTools, pace: Pace, listener: CandleFeedListener = silent) {
    this.#connection = connection;
    this.#tools = tools;
    this.#pace = pace;
    this.#listener = listener;
    this.#writer = new CandleWriter(tools);
    this.#dayBefore = new DayBefore(tools, sourceKey(connection.place.source));
    this.#fetcher = new CandleFetcher(connection, tools, (series) => {
      // What a probe brings concerns no chart yet.
      if (this.#assets.includes(series.asset)) tools.publish('candles/refilled', series);
    });
  }

  /** The assets whose candles come from here, and the focused series when it is one of them. */
  want(assets: readonly Asset[], focus: CandleSubscription | null): void {
    this.#assets = assets;
    this.#queue.want(assets, focus);
    if (assets.length > 0) this.#stream ??= this.#open();
    else this.#leave();
    this.#stream?.want([
      ...assets.map((asset) => ({ asset, timeframe: quoteTimeframe })),
      ...(focus === null || focus.timeframe === quoteTimeframe ? [] : [focus]),
    ]);
    this.#fillSoon(0);
  }

  /** Asks for the last candles of an asset and keeps them, whether or not it is wanted from here. Throws FailureError. */
  async probe(asset: Asset): Promise<void> {
    if (await this.#fetcher.probe(asset)) return;
    const { name } = this.#connection.provider.info;
    throw new FailureError(failure('unsupported', `${name} has no candles of ${asset}.`));
  }

  /**
   * Up to `limit` candles before `before`, ascending: from the store, and from the source where the store has fewer or a
   * hole. Offline the store's answer stands. Null when there is nothing at all.
   */
  async read(asset: Asset, timeframe: Timeframe, before: number | null, limit: number): Promise<CandleSeries | null> {
    const stored = this.#fetcher.stored(asset, timeframe, before, limit);
    if (before === null && stored) return stored;
    try {
      if (before === null) await this.#fill({ asset, timeframe });
      else if (!(await this.#fetcher.completePage({ asset, timeframe }, stored, before, limit))) return stored;
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      return stored;
    }
    return this.#fetcher.stored(asset, timeframe, before, limit);
  }

  /** Whether the stream brings candles now. */
  get isLive(): boolean {
    return this.#live;
  }

  dueNow(): void {
    this.#queue.reopenAll();
    this.#fillSoon(0);
  }

  /** Timers may have slept: what is missing is asked for now. */
  woke(): void {
    if (!this.#live) this.dueNow();
  }

  /** Commits the forming candles as they stand. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#writer.close();
  }

  /** Another venue brings the candles now. */
  #leave(): void {
    if (!this.#stream) return;
    this.#stream.close();
    this.#stream = null;
    this.#live = false;
    this.#connection.streamClosed();
  }

  #open(): Stream<CandleSubscription> | null {
    return (
      this.#connection.client.openCandleStream?.({
        state: (state) => {
          const wasLive = this.#live;
          this.#live = state.kind === 'live';
          if (wasLive !== this.#live) this.#pace.changed();
          this.#connection.streamState(state);
          // What the stream no longer brings is asked for.
          if (wasLive && !this.#live) this.#fillSoon(0);
        },
        update: (update) => this.#take(update),
        gap: () => this.dueNow(),
      }) ?? null
    );
  }

  #take(update: CandleUpdate): void {
    const { instrument, timeframe, candle, receivedAt } = update;
    this.#connection.heard();
    this.#writer.take(update);
    if (!this.#assets.includes(instrument.asset)) return;
    this.#listener.answered(instrument.asset);
    this.#tools.publish('candles/tick', { instrument, timeframe, candle, receivedAt });
    if (timeframe === quoteTimeframe) {
      const dayBefore = this.#dayBefore.closeOf(instrument.asset, update.eventTime);
      this.#tools.publish('quote/changed', quoteOfUpdate(update, dayBefore));
    }
  }

  #fillSoon(waitMs: number): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#filling) return;
    this.#timer = setTimeout(() => void this.#fillNext(), waitMs);
  }

  /** One series at a time, the focused one first; what fails is tried again when the connection allows. */
  async #fillNext(): Promise<void> {
    const next = this.#queue.next(this.#tools.elapsed());
    if (!next) {
      // Without a stream the screen is kept fresh by asking again.
      if (!this.#live && this.#assets.length > 0) this.#refillSoon();
      else if (this.#queue.hasOpen) this.#fillSoon(brokenPauseMs);
      return;
    }
    this.#filling = true;
    let wait = 0;
    try {
      await this.#fill(next);
      this.#failures = 0;
    } catch (thrown) {
      wait = this.#pauseAfter(next, toFailure(thrown));
    }
    this.#filling = false;
    this.#fillSoon(wait);
  }

  /** Milliseconds until the next series is asked for. */
  #pauseAfter(series: CandleSubscription, reason: Failure): number {
    const { asset, timeframe } = series;
    const { now, elapsed, random } = this.#tools;
    // A region that is barred is barred for every asset: each may look for another venue at once.
    const concerned = reason.kind === 'plan' ? [...new Set([asset, ...this.#assets])] : [asset];
    for (const one of concerned) this.#listener.failed(one, reason);
    switch (reason.kind) {
      case 'unsupported':
      case 'bad-request':
        this.#queue.filled(asset, timeframe);
        return 0;
      case 'bad-response':
        this.#queue.broken(series, elapsed() + brokenPauseMs);
        return 0;
      case 'server': {
        // It may be the venue’s trouble with this series alone: another goes on at once, the rest with growing pauses.
        this.#queue.broken(series, elapsed() + brokenPauseMs);
        const pause = this.#failures++ === 0 ? 0 : backoffMs(this.#failures - 2, random);
        this.#connection.said.willTry(unixMs(now() + Math.max(1, pause)));
        return pause;
      }
      default:
        if (reason.retryAt === null) return unknownPauseMs;
        return Math.min(Math.max(1_000, reason.retryAt - now()), longestPauseMs);
    }
  }

  #refillSoon(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(
      () => {
        if (!this.#live) this.#queue.reopenShown();
        void this.#fillNext();
      },
      Math.min(this.#pace.intervalMs('candles', null), longestPauseMs),
    );
  }

  async #fill(series: CandleSubscription): Promise<void> {
    const { asset, timeframe } = series;
    await this.#fetcher.fill(series);
    this.#queue.filled(asset, timeframe);
    this.#listener.answered(asset);
    await this.#fetcher.fillHoles(series);
    if (timeframe === quoteTimeframe) this.#publishCachedQuote(asset);
  }

  #publishCachedQuote(asset: Asset): void {
    this.#dayBefore.forget(asset);
    if (this.#live || !this.#assets.includes(asset)) return;
    const key = sourceKey(this.#connection.place.source);
    for (const quote of cachedQuotes(this.#tools.store, key, [asset])) this.#tools.publish('quote/changed', quote);
  }
}
