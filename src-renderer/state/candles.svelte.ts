import type { CandleTick } from '../../src-main/contract/channels.ts';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { Asset, CandleSeries, Timeframe, UnixMs } from '../../src-main/contract/market.ts';
import { unixMs } from '../../src-main/contract/market.ts';
import type { PriceProvider } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';
import { applyTicks, isSameInstrument, mergeSeries } from './candle-series.ts';

/** Candles asked for at once. */
export const pageSize = 1500;
/** Candles that main gives at once. */
export const mostAtOnce = 10_000;
/** No more are held: ten weeks of minutes. The chart draws only a window of them. */
export const mostCandles = 100_000;

interface Opened {
  readonly asset: Asset;
  readonly timeframe: Timeframe;
}

/**
 * The candles of the focused asset and timeframe, paged in from the newest to the oldest. Ticks do not change `series`
 * (the chart takes them straight from the bridge); they are remembered and laid on top whenever the series is made anew.
 */
export class Candles {
  readonly #client: Client;
  #series: CandleSeries | null = $state.raw(null);
  #failure: Failure | null = $state.raw(null);
  #reading = $state(false);
  #switching = $state(false);
  #opened: Opened | null = null;
  #choice: PriceProvider | null = null;
  /** Counts what was opened; an answer to an older count is dropped. */
  #turn = 0;
  #reachedStart = false;
  #refillWaits = false;
  #historyWaits = false;
  #ticks = new Map<number, CandleTick>();
  #tickedAt: UnixMs | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  get series(): CandleSeries | null {
    return this.#series;
  }

  /** Why the last read failed; what was read before stays. */
  get failure(): Failure | null {
    return this.#failure;
  }

  get isReading(): boolean {
    return this.#reading;
  }

  /** Whether another asset or timeframe was opened and nothing is known of it yet. */
  get isSwitching(): boolean {
    return this.#switching;
  }

  /**
   * When the newest part of what is drawn arrived; null while there is none. Ticks pass through no rune: read it again
   * with the clock.
   */
  get heardAt(): UnixMs | null {
    const read = this.#series?.receivedAt ?? null;
    if (read === null || this.#tickedAt === null) return read;
    return this.#tickedAt > read ? this.#tickedAt : read;
  }

  /** `choice`: the venue that is chosen for the asset; another one is another series. */
  async open(asset: Asset, timeframe: Timeframe, choice: PriceProvider | null = null): Promise<void> {
    if (this.#opened?.asset === asset && this.#opened.timeframe === timeframe && this.#choice === choice) return;
    this.#opened = { asset, timeframe };
    this.#choice = choice;
    const opening = this.reopen();
    this.#switching = true;
    await opening;
  }

  /** Starts again: the source changed. */
  async reopen(): Promise<void> {
    this.#turn += 1;
    this.#series = null;
    this.#failure = null;
    this.#reading = false;
    this.#switching = false;
    this.#reachedStart = false;
    this.#refillWaits = false;
    this.#historyWaits = false;
    this.#ticks.clear();
    this.#tickedAt = null;
    await this.#read(null, pageSize);
  }

  async retry(): Promise<void> {
    await this.#read(null, this.#wholeCount());
  }

  /** The user came near the left end. Waits while reading; does nothing at the start of history and at the chart's bound. */
  async needHistory(before: UnixMs): Promise<void> {
    const series = this.#series;
    this.#historyWaits = this.#reading;
    if (series === null || this.#reading || this.#reachedStart || series.openTimes.length >= mostCandles) return;
    const first = unixMs(series.openTimes[0] ?? before);
    await this.#read(first, Math.min(pageSize, mostCandles - series.openTimes.length));
  }

  /** Main filled in history: read what is held again. */
  async refilled(asset: Asset, timeframe: Timeframe): Promise<void> {
    if (this.#opened?.asset !== asset || this.#opened.timeframe !== timeframe) return;
    if (this.#reading) {
      this.#refillWaits = true;
      return;
    }
    const more = this.#reachedStart ? pageSize : 0;
    this.#reachedStart = false;
    await this.#read(null, Math.min(mostAtOnce, this.#wholeCount() + more));
  }

  acceptTick(tick: CandleTick): void {
    if (tick.timeframe !== this.#opened?.timeframe || tick.instrument.asset !== this.#opened.asset) return;
    this.#ticks.set(tick.candle.openTime, tick);
    this.#tickedAt = tick.receivedAt;
    // The very first candles of a source can arrive before any history is there to be read.
    if (this.#series === null && !this.#reading && this.#failure === null) void this.#read(null, pageSize);
  }

  #wholeCount(): number {
    return Math.min(mostAtOnce, Math.max(pageSize, this.#series?.openTimes.length ?? 0));
  }

  async #read(before: UnixMs | null, limit: number): Promise<void> {
    const opened = this.#opened;
    if (opened === null) return;
    const turn = this.#turn;
    this.#reading = true;
    try {
      const page = await this.#client.request('candles/read', { ...opened, before, limit });
      if (turn !== this.#turn) return;
      this.#failure = null;
      this.#take(page, before);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.#failure = toFailure(thrown);
    }
    this.#reading = false;
    this.#switching = false;
    if (this.#refillWaits) {
      this.#refillWaits = false;
      await this.refilled(opened.asset, opened.timeframe);
    } else if (this.#historyWaits && this.#failure === null) {
      await this.needHistory(unixMs(this.#series?.openTimes[0] ?? 0));
    }
  }

  #take(page: CandleSeries | null, before: UnixMs | null): void {
    const held = this.#series;
    if (page === null || page.openTimes.length === 0) {
      if (before !== null) this.#reachedStart = true;
      return;
    }
    const isOlderPage = before !== null && held !== null;
    const merged = held === null ? page : isOlderPage ? mergeSeries(page, held) : mergeSeries(held, page);
    if (isOlderPage && merged.openTimes[0] === held.openTimes[0]) {
      this.#reachedStart = true;
      return;
    }
    const { instrument } = merged;
    const ticks = [...this.#ticks.values()].filter((tick) => isSameInstrument(tick.instrument, instrument));
    this.#series = applyTicks(
      merged,
      ticks.sort((a, b) => a.candle.openTime - b.candle.openTime),
    );
  }
}
