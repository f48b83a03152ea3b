import type { IChartApi } from 'lightweight-charts';
import type { CandleTick } from '../../src-main/contract/channels.ts';
import type { Candle, CandleSeries, UnixMs } from '../../src-main/contract/market.ts';
import { BarBook, isSameSeries } from './bar-book.ts';
import { nearEnd, newestWindow, windowFor } from './bar-window.ts';
import type { BarWindow } from './bar-window.ts';
import { heldBars } from './held-bars.ts';
import type { CandleLayers } from './candle-layers.ts';
import type { ChartTheme } from './theme.ts';
import type { BarRange } from './view-keys.ts';

/** A candle to read, and the close before it. */
export interface CandleReadout {
  readonly candle: Candle;
  readonly previousClose: number | null;
}

/** Brings candles onto the chart: which of them it holds, ticks once a frame, and the view kept when they change. */
export class CandleFeed {
  readonly #chart: IChartApi;
  readonly #layers: CandleLayers;
  readonly #onHeld: () => void;
  /** The candles that the chart holds; the same object for good. */
  readonly bars = heldBars(() => ({ book: this.#book, window: this.#window }));
  #book: BarBook | null = null;
  #window: BarWindow = { start: 0, count: 0 };
  /** Candles that ticks closed since they were last drawn. */
  #closed: Candle[] = [];
  #isTicked = false;
  #askedBefore: number | null = null;

  /** `onHeld`: the chart was given other candles, and was not yet told where to look. */
  constructor(chart: IChartApi, layers: CandleLayers, onHeld: () => void) {
    this.#chart = chart;
    this.#onHeld = onHeld;
    this.#layers = layers;
  }

  get book(): BarBook | null {
    return this.#book;
  }

  /**
   * Returns `other` when the view is not kept and must be set: it is another series than before, or `keepsView` is false
   * because what the library would tell of its view is still that of another series.
   */
  setSeries(series: CandleSeries | null, keepsView: boolean): 'none' | 'same' | 'other' {
    const before = this.#book;
    this.#closed = [];
    this.#isTicked = false;
    if (series === null || series.openTimes.length === 0) {
      this.#book = null;
      this.#window = { start: 0, count: 0 };
      this.#layers.clear();
      this.#onHeld();
      return 'none';
    }
    const same = before !== null && isSameSeries(series, before.series);
    const book = same ? before.renew(series) : new BarBook(series);
    const view = same && keepsView ? this.#viewOn(before, book) : null;
    this.#book = book;
    this.#window = newestWindow(book.count);
    if (view !== null) this.#window = windowFor(this.#window, book.count, view.from, view.to);
    if (!same) {
      this.#askedBefore = null;
      this.#layers.setTick(series.instrument.tickSize);
    }
    this.#layers.show(book, this.#window);
    this.#onHeld();
    if (view === null) return 'other';
    this.#look(view);
    return 'same';
  }

  paint(theme: ChartTheme): void {
    const book = this.#book;
    this.#layers.paint(theme, book === null ? null : { book, window: this.#window });
  }

  /** Takes a tick without drawing it; whether there is now something to draw. */
  take(tick: CandleTick): boolean {
    const last = this.#book?.last ?? null;
    const outcome = this.#book?.apply(tick);
    if (outcome === undefined || outcome === 'foreign' || outcome === 'stale') return false;
    if (outcome === 'opened' && last !== null) this.#closed.push(last);
    this.#isTicked = true;
    return true;
  }

  /** Draws what ticks brought; whether there was anything. */
  drawTicks(): boolean {
    const book = this.#book;
    if (!this.#isTicked || book === null || book.last === null) return false;
    const grown = this.#closed.length;
    const { start, count } = this.#window;
    if (start + count + grown === book.count) {
      this.#window = { start, count: count + grown };
      this.#layers.tick(this.#closed, book.last);
      this.#onHeld();
    }
    this.#closed = [];
    this.#isTicked = false;
    return true;
  }

  /**
   * Moves the window of loaded bars to where the user looks. Returns the time before which candles are wanted, once
   * for each left end, and again when the user comes back to it.
   */
  page(): UnixMs | null {
    const book = this.#book;
    const view = this.view;
    if (book === null || view === null) return null;
    if (this.#holdWindowFor(book, view)) this.#look(view);
    const first = book.at(0)?.openTime ?? null;
    if (view.from > 2 * nearEnd && this.#askedBefore === first) this.#askedBefore = null;
    if (first === null || view.from > nearEnd || this.#askedBefore === first) return null;
    this.#askedBefore = first;
    return first;
  }

  /** What is seen, in bars of the book: below 0 before its first, `count` and above after its last. */
  get view(): BarRange | null {
    const range = this.#chart.timeScale().getVisibleLogicalRange();
    if (range === null) return null;
    return { from: range.from + this.#window.start, to: range.to + this.#window.start };
  }

  /** Looks at bars of the book, whichever of them the library holds now. */
  lookAt(view: BarRange): void {
    if (this.#book === null) return;
    this.#holdWindowFor(this.#book, view);
    this.#look(view);
  }

  /** The candle at a place of the time scale, null where there is none; the newest when no place is given. */
  read(logical: number | null): CandleReadout | null {
    const book = this.#book;
    if (book === null) return null;
    const index = logical === null ? book.count - 1 : this.#window.start + Math.round(logical);
    const candle = book.at(index);
    return candle === null ? null : { candle, previousClose: book.at(index - 1)?.close ?? null };
  }

  /** What is seen now, in bars of the next book: by its distance from the last bar if that is seen, else by its times. */
  #viewOn(before: BarBook, next: BarBook): BarRange | null {
    const view = this.view;
    if (view === null) return null;
    const { from, to } = view;
    const anchor = Math.max(0, Math.min(before.count - 1, Math.round(from)));
    const moved =
      to >= before.count - 1 ? next.count - before.count : next.indexOf(before.at(anchor)?.openTime ?? 0) - anchor;
    return { from: from + moved, to: to + moved };
  }

  /** Whether the library had to be given other bars. */
  #holdWindowFor(book: BarBook, { from, to }: BarRange): boolean {
    const window = windowFor(this.#window, book.count, from, to);
    if (window === this.#window) return false;
    this.#window = window;
    this.#layers.show(book, window);
    this.#onHeld();
    return true;
  }

  #look({ from, to }: BarRange): void {
    const { start } = this.#window;
    this.#chart.timeScale().setVisibleLogicalRange({ from: from - start, to: to - start });
  }
}
