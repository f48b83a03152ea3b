import type { IChartApi } from 'lightweight-charts';
import type { UnixMs } from '../../src-main/contract/market.ts';
import type { CandleFeed } from './candle-feed.ts';
import { barSpacing } from './chart-options.ts';
import { newestView, viewAfterKey } from './view-keys.ts';
import type { ViewBounds } from './view-keys.ts';

/** How the view lies to what is loaded. */
export interface ViewEnds {
  /** The place before the first loaded candle is in view. */
  readonly showsStart: boolean;
  readonly showsNewest: boolean;
}

/** Which candles are seen: the view that a series starts with, the room right of it, keys, and what is near its ends. */
export class ChartView {
  readonly #chart: IChartApi;
  readonly #feed: CandleFeed;
  readonly #readRoom: () => number;
  readonly #onEnds: (ends: ViewEnds) => void;
  /** The library takes a new view over with its next frame; until then it tells the one of the series before. */
  #isNew = false;
  /** Bars kept free right of the newest one since the view was last set. */
  #roomBars = 0;
  #ends: ViewEnds = { showsStart: false, showsNewest: true };

  /** `readRoom`: CSS pixels to keep free right of the newest bar. `onEnds` is called when one of the two changes. */
  constructor(chart: IChartApi, feed: CandleFeed, readRoom: () => number, onEnds: (ends: ViewEnds) => void) {
    this.#chart = chart;
    this.#feed = feed;
    this.#readRoom = readRoom;
    this.#onEnds = onEnds;
  }

  get isNew(): boolean {
    return this.#isNew;
  }

  /** The newest bars, with room at the right for profiles and chips. */
  reset(): void {
    this.#isNew = true;
    this.#chart.timeScale().applyOptions({ barSpacing });
    this.#keepRoom(barSpacing);
    this.#chart.timeScale().resetTimeScale();
    this.#chart.priceScale('right').applyOptions({ autoScale: true });
  }

  /** Makes a change that asks for another room, and keeps the newest bar at its place where it stood there. */
  adapt(change: () => void): void {
    const isAtHome = this.#isAtHome;
    change();
    if (this.#isNew) this.reset();
    else if (isAtHome) this.#keepRoom(this.#chart.timeScale().options().barSpacing);
  }

  /** Moves or zooms by a key; whether it is one that does. */
  press(key: string): boolean {
    const view = this.#feed.view;
    if (view === null || this.#isNew) return false;
    const next = viewAfterKey(view, key, this.#bounds);
    if (next !== null) this.#feed.lookAt(next);
    return next !== null;
  }

  /** Back to the newest candle, at the same zoom. */
  showNewest(): void {
    const view = this.#feed.view;
    if (view !== null && !this.#isNew) this.#feed.lookAt(newestView(view, this.#bounds));
  }

  /**
   * Once a frame: `unsettled` while the library has not taken a new view over, so that another frame is needed; else
   * the time before which candles are wanted, null when there are enough.
   */
  settle(): UnixMs | null | 'unsettled' {
    if (this.#isNew) {
      this.#isNew = false;
      return 'unsettled';
    }
    this.#tellEnds();
    return this.#feed.page();
  }

  /** Whether the newest bar stands where the view was set to. The library keeps two bars in view on the narrowest pane. */
  get #isAtHome(): boolean {
    const scale = this.#chart.timeScale();
    const most = this.#chart.paneSize().width / scale.options().barSpacing - 2;
    return Math.abs(scale.scrollPosition() - Math.min(this.#roomBars, most)) < 1;
  }

  #keepRoom(spacing: number): void {
    this.#roomBars = this.#readRoom() / spacing;
    this.#chart.timeScale().applyOptions({ rightOffset: this.#roomBars });
  }

  get #bounds(): ViewBounds {
    const { width } = this.#chart.paneSize();
    return { count: this.#feed.book?.count ?? 0, room: this.#readRoom() / Math.max(1, width) };
  }

  #tellEnds(): void {
    const { view, book } = this.#feed;
    if (view === null || book === null) return;
    const showsStart = view.from < -1;
    const showsNewest = view.to >= book.count - 1;
    if (showsStart === this.#ends.showsStart && showsNewest === this.#ends.showsNewest) return;
    this.#ends = { showsStart, showsNewest };
    this.#onEnds(this.#ends);
  }
}
