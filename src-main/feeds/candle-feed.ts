import { failure, FailureError, toFailure, type Failure } from '../contract/failure.ts';
import { timeframeMs, timeframes, unixMs, type Asset, type CandleSeries, type Timeframe } from '../contract/market.ts';
import { sourceKey, type SourceKey } from '../contract/source.ts';
import type { CandleSubscription, CandleUpdate, Stream } from '../providers/provider.ts';
import type { Connection } from './connection.ts';
import { CandleHoles } from './candle-holes.ts';
import { CandleWriter } from './candle-writer.ts';
import { cachedQuotes, quoteTimeframe } from './cached-quotes.ts';
import { DayBefore } from './day-before.ts';
import type { Pace } from './pace.ts';
import { quoteOfUpdate } from './quotes.ts';
import type { FeedTools } from './snapshot-feed.ts';

/**
 * Candles asked for when a series is opened for the first time: a screen and a half of the widest chart, and of minutes
 * enough to reach the close 24 hours ago.
 */
const openingCandles = (timeframe: Timeframe): number => (timeframe === quoteTimeframe ? 1_500 : 1_000);
/** A series whose newest candle is older than this many candles is fetched anew; the hole stays a hole. */
const mostMissing = 5_000;
/** A series whose answer could not be read waits this long before it is asked for again; the others go on meanwhile. */
const brokenPauseMs = 60_000;
/** A provider that names a later moment is asked after this time all the same; whether it may be asked is decided then. */
const longestPauseMs = 3_600_000;

const keyOf = (asset: Asset, timeframe: Timeframe): string => `${asset} ${timeframe}`;

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
  readonly #key: SourceKey;
  readonly #tools: FeedTools;
  readonly #pace: Pace;
  readonly #writer: CandleWriter;
  readonly #filled = new Set<string>();
  readonly #holes = new CandleHoles();
  readonly #listener: CandleFeedListener;
  readonly #brokenUntil = new Map<string, number>();
  readonly #dayBefore: DayBefore;
  #assets: readonly Asset[] = [];
  #focus: CandleSubscription | null = null;
  #stream: Stream<CandleSubscription> | null = null;
  #live = false;
  #filling = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connection: Connection, tools: FeedTools, pace: Pace, listener: CandleFeedListener = silent) {
    this.#connection = connection;
    this.#key = sourceKey(connection.place.source);
    this.#tools = tools;
    this.#pace = pace;
    this.#listener = listener;
    this.#writer = new CandleWriter(tools);
    this.#dayBefore = new DayBefore(tools, this.#key);
  }

  /** The assets whose candles come from here, and the focused series when it is one of them. */
  want(assets: readonly Asset[], focus: CandleSubscription | null): void {
    this.#assets = assets;
    this.#focus = focus;
    if (assets.length > 0) this.#stream ??= this.#open();
    else this.#leave();
    this.#stream?.want([
      ...assets.map((asset) => ({ asset, timeframe: quoteTimeframe })),
      ...(focus === null || focus.timeframe === quoteTimeframe ? [] : [focus]),
    ]);
    this.#fillSoon(0);
  }

  /**
   * Asks for the last candles of an asset and keeps them, whether or not it is wanted from here. Where none are kept yet,
   * for as many as open the series: two alone would pass for a series that was opened. Throws FailureError.
   */
  async probe(asset: Asset): Promise<void> {
    const limit = this.#stored(asset, quoteTimeframe, null, 1) ? 2 : openingCandles(quoteTimeframe);
    const found = await this.#fetch({ asset, timeframe: quoteTimeframe }, null, null, limit);
    if (found) return;
    const { name } = this.#connection.provider.info;
    throw new FailureError(failure('unsupported', `${name} has no candles of ${asset}.`));
  }

  /**
   * Up to `limit` candles before `before`, ascending: from the store, and from the source where the store has fewer or a
   * hole. Offline the store's answer stands. Null when there is nothing at all.
   */
  async read(asset: Asset, timeframe: Timeframe, before: number | null, limit: number): Promise<CandleSeries | null> {
    const stored = this.#stored(asset, timeframe, before, limit);
    if (before === null && stored) return stored;
    try {
      if (before === null) await this.#fill(asset, timeframe);
      else if (!(await this.#completePage({ asset, timeframe }, stored, before, limit))) return stored;
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      return stored;
    }
    return this.#stored(asset, timeframe, before, limit);
  }

  /** Whether the stream brings candles now. */
  get isLive(): boolean {
    return this.#live;
  }

  dueNow(): void {
    this.#filled.clear();
    this.#brokenUntil.clear();
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

  #stored(asset: Asset, timeframe: Timeframe, before: number | null, limit: number): CandleSeries | null {
    return this.#tools.store.candles.read(this.#key, asset, timeframe, before === null ? null : unixMs(before), limit);
  }

  #fillSoon(waitMs: number): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#filling) return;
    this.#timer = setTimeout(() => void this.#fillNext(), waitMs);
  }

  /** One series at a time, the focused one first; what fails is tried again when the connection allows. */
  async #fillNext(): Promise<void> {
    const now = this.#tools.elapsed();
    const open = this.#order().filter(({ asset, timeframe }) => !this.#filled.has(keyOf(asset, timeframe)));
    const next = open.find(({ asset, timeframe }) => (this.#brokenUntil.get(keyOf(asset, timeframe)) ?? 0) <= now);
    if (!next) {
      // Without a stream the screen is kept fresh by asking again.
      if (!this.#live && this.#assets.length > 0) this.#refillSoon();
      else if (open.length > 0) this.#fillSoon(brokenPauseMs);
      return;
    }
    this.#filling = true;
    let wait = 0;
    try {
      await this.#fill(next.asset, next.timeframe);
    } catch (thrown) {
      const reason = toFailure(thrown);
      const key = keyOf(next.asset, next.timeframe);
      // A region that is barred is barred for every asset: each may look for another venue at once.
      const concerned = reason.kind === 'plan' ? [...new Set([next.asset, ...this.#assets])] : [next.asset];
      for (const asset of concerned) this.#listener.failed(asset, reason);
      if (reason.kind === 'unsupported' || reason.kind === 'bad-request') this.#filled.add(key);
      else if (reason.kind === 'bad-response' || reason.kind === 'server')
        this.#brokenUntil.set(key, now + brokenPauseMs);
      else if (reason.retryAt === null) wait = 10_000;
      else wait = Math.min(Math.max(1_000, reason.retryAt - this.#tools.now()), longestPauseMs);
    }
    this.#filling = false;
    this.#fillSoon(wait);
  }

  #refillSoon(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(
      () => {
        if (!this.#live) {
          for (const asset of this.#assets) this.#filled.delete(keyOf(asset, quoteTimeframe));
          if (this.#focus) this.#filled.delete(keyOf(this.#focus.asset, this.#focus.timeframe));
        }
        void this.#fillNext();
      },
      this.#pace.intervalMs('candles', null),
    );
  }

  #order(): CandleSubscription[] {
    const focus = this.#focus === null ? [] : [this.#focus];
    const first = [...focus, ...this.#assets.map((asset) => ({ asset, timeframe: quoteTimeframe }))];
    const shown = focus.flatMap(({ timeframe }) => this.#assets.map((asset) => ({ asset, timeframe })));
    const rest = timeframes.flatMap((timeframe) => this.#assets.map((asset) => ({ asset, timeframe })));
    return [...first, ...shown, ...rest];
  }

  /** Brings a series up to now: what opened since the newest stored candle, or a screenful when there is none. */
  async #fill(asset: Asset, timeframe: Timeframe): Promise<void> {
    const newest = this.#stored(asset, timeframe, null, 1)?.openTimes[0] ?? null;
    // Negative when the clock stands before what is stored: then the newest candles are asked for as they are.
    const missing = newest === null ? Infinity : Math.ceil((this.#tools.now() - newest) / timeframeMs[timeframe]);
    const isNear = newest !== null && missing >= 0 && missing <= mostMissing;
    await this.#fetch(
      { asset, timeframe },
      isNear ? unixMs(newest) : null,
      null,
      isNear ? missing + 2 : openingCandles(timeframe),
    );
    this.#filled.add(keyOf(asset, timeframe));
    this.#listener.answered(asset);
    const opening = this.#stored(asset, timeframe, null, openingCandles(timeframe));
    if (opening) await this.#fillHoles({ asset, timeframe }, opening, null);
    if (timeframe === quoteTimeframe) this.#publishCachedQuote(asset);
  }

  /** Asks for what a page lacks: its holes, and what lies before it. False when it lacks nothing that can be had. */
  async #completePage(
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

  async #fetch(
    { asset, timeframe }: CandleSubscription,
    from: ReturnType<typeof unixMs> | null,
    to: ReturnType<typeof unixMs> | null,
    limit: number,
  ): Promise<boolean> {
    const { client } = this.#connection;
    if (!client.candles) return false;
    const series = await this.#connection.call('background', (signal) =>
      client.candles!({ asset, timeframe, from, to, limit }, signal),
    );
    if (this.#closed || series.openTimes.length === 0) return false;
    this.#tools.guard.run(() => this.#tools.store.candles.write(series));
    // What a probe brings concerns no chart yet.
    if (this.#assets.includes(asset)) this.#tools.publish('candles/refilled', { asset, timeframe });
    return true;
  }

  #publishCachedQuote(asset: Asset): void {
    this.#dayBefore.forget(asset);
    if (this.#live || !this.#assets.includes(asset)) return;
    for (const quote of cachedQuotes(this.#tools.store, this.#key, [asset]))
      this.#tools.publish('quote/changed', quote);
  }
}
