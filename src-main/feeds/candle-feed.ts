import { FailureError, toFailure } from '../contract/failure.ts';
import { timeframeMs, timeframes, unixMs, type Asset, type CandleSeries, type Timeframe } from '../contract/market.ts';
import { sourceKey, type SourceKey } from '../contract/source.ts';
import type { CandleSubscription, CandleUpdate, Stream } from '../providers/provider.ts';
import type { Connection } from './connection.ts';
import { CandleWriter } from './candle-writer.ts';
import { cachedQuotes, quoteTimeframe, storedCloseDayBefore } from './cached-quotes.ts';
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
/** Quote changes against the day before are read again this often. */
const dayChangeEveryMs = 60_000;

const keyOf = (asset: Asset, timeframe: Timeframe): string => `${asset} ${timeframe}`;

/**
 * Keeps the candles of the watched assets complete in the store and the last candle moving on screen. History comes over
 * REST (what is missing since the newest stored candle), the present over the stream; while there is no stream the
 * focused series is asked for over REST.
 */
export class CandleFeed {
  readonly #connection: Connection;
  readonly #key: SourceKey;
  readonly #tools: FeedTools;
  readonly #writer: CandleWriter;
  readonly #filled = new Set<string>();
  readonly #triedHoles = new Set<string>();
  readonly #brokenUntil = new Map<string, number>();
  readonly #dayBefore = new Map<Asset, { close: number | null; readAt: number }>();
  #assets: readonly Asset[] = [];
  #focus: CandleSubscription | null = null;
  #stream: Stream<CandleSubscription> | null = null;
  #live = false;
  #filling = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connection: Connection, tools: FeedTools) {
    this.#connection = connection;
    this.#key = sourceKey(connection.place.source);
    this.#tools = tools;
    this.#writer = new CandleWriter(tools);
  }

  want(assets: readonly Asset[], focus: CandleSubscription): void {
    this.#assets = assets;
    this.#focus = focus;
    this.#stream ??= this.#open();
    this.#stream?.want([
      ...assets.map((asset) => ({ asset, timeframe: quoteTimeframe })),
      ...(focus.timeframe === quoteTimeframe ? [] : [focus]),
    ]);
    this.#fillSoon(0);
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

  dueNow(): void {
    this.#filled.clear();
    this.#brokenUntil.clear();
    this.#fillSoon(0);
  }

  /** Commits the forming candles as they stand. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#writer.close();
  }

  #open(): Stream<CandleSubscription> | null {
    return (
      this.#connection.client.openCandleStream?.({
        state: (state) => {
          const wasLive = this.#live;
          this.#live = state.kind === 'live';
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
    this.#tools.publish('candles/tick', { instrument, timeframe, candle, receivedAt });
    if (timeframe === quoteTimeframe) {
      const dayBefore = this.#closeDayBefore(instrument.asset, update.eventTime);
      this.#tools.publish('quote/changed', quoteOfUpdate(update, dayBefore));
    }
  }

  #closeDayBefore(asset: Asset, time: number): number | null {
    const known = this.#dayBefore.get(asset);
    const now = this.#tools.now();
    if (known && Math.abs(now - known.readAt) < dayChangeEveryMs) return known.close;
    const close = storedCloseDayBefore(this.#tools.store, this.#key, asset, unixMs(time));
    this.#dayBefore.set(asset, { close, readAt: close === null ? 0 : now });
    return close;
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
      if (!this.#live && this.#focus) this.#refillSoon();
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
      if (reason.kind === 'unsupported' || reason.kind === 'bad-request') this.#filled.add(key);
      else if (reason.kind === 'bad-response' || reason.kind === 'server')
        this.#brokenUntil.set(key, now + brokenPauseMs);
      else wait = reason.retryAt ? Math.max(1_000, reason.retryAt - this.#tools.now()) : 10_000;
    }
    this.#filling = false;
    this.#fillSoon(wait);
  }

  #refillSoon(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      if (!this.#live) {
        for (const asset of this.#assets) this.#filled.delete(keyOf(asset, quoteTimeframe));
        if (this.#focus) this.#filled.delete(keyOf(this.#focus.asset, this.#focus.timeframe));
      }
      void this.#fillNext();
    }, 10_000);
  }

  #order(): CandleSubscription[] {
    const focus = this.#focus;
    if (!focus) return [];
    const first = [focus, ...this.#assets.map((asset) => ({ asset, timeframe: quoteTimeframe }))];
    const shown = this.#assets.map((asset) => ({ asset, timeframe: focus.timeframe }));
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

  /**
   * Holes inside a series (candles missed while the app was closed), and between it and `end`, are asked for from their
   * newer side, a screenful at a time and each once a session: a venue's own gap stays one. True when any was asked for.
   */
  async #fillHoles(of: CandleSubscription, series: CandleSeries, end: number | null): Promise<boolean> {
    const step = timeframeMs[of.timeframe];
    const opens = end === null ? [...series.openTimes] : [...series.openTimes, end];
    let asked = false;
    for (let row = opens.length - 1; row > 0; row--) {
      const from = opens[row - 1]! + step;
      const to = opens[row]!;
      const hole = `${keyOf(of.asset, of.timeframe)} ${to}`;
      if (to <= from || this.#triedHoles.has(hole)) continue;
      this.#triedHoles.add(hole);
      const missing = Math.ceil((to - from) / step);
      const most = openingCandles(of.timeframe);
      await this.#fetch(of, missing <= most ? unixMs(from) : null, unixMs(to), Math.min(missing, most));
      asked = true;
    }
    return asked;
  }

  async #fetch(
    { asset, timeframe }: CandleSubscription,
    from: ReturnType<typeof unixMs> | null,
    to: ReturnType<typeof unixMs> | null,
    limit: number,
  ): Promise<void> {
    const { client } = this.#connection;
    if (!client.candles) return;
    const series = await this.#connection.call('background', (signal) =>
      client.candles!({ asset, timeframe, from, to, limit }, signal),
    );
    if (this.#closed || series.openTimes.length === 0) return;
    this.#tools.guard.run(() => this.#tools.store.candles.write(series));
    this.#tools.publish('candles/refilled', { asset, timeframe });
  }

  #publishCachedQuote(asset: Asset): void {
    this.#dayBefore.delete(asset);
    if (this.#live) return;
    for (const quote of cachedQuotes(this.#tools.store, this.#key, [asset]))
      this.#tools.publish('quote/changed', quote);
  }
}
