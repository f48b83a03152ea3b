import { createChart, PriceScaleMode } from 'lightweight-charts';
import type { IChartApi, MouseEventParams } from 'lightweight-charts';
import type { CandleTick } from '../../src-main/contract/channels.ts';
import type { GexProfile } from '../../src-main/contract/gamma.ts';
import type { LiquidationMap } from '../../src-main/contract/liquidation.ts';
import type { CandleSeries, UnixMs } from '../../src-main/contract/market.ts';
import { formatPrice } from '../format/price.ts';
import { CandleFeed } from './candle-feed.ts';
import type { CandleReadout } from './candle-feed.ts';
import { CandleLayers } from './candle-layers.ts';
import { barSpacing, fixedOptions, themeOptions, zoneOptions } from './chart-options.ts';
import { FrameTask } from './frame.ts';
import { profileWidth } from './gex-levels.ts';
import { chipRoom } from './labels.ts';
import type { LevelRow } from './levels.ts';
import { Overlays } from './overlays.ts';
import type { ChartOptions } from './props.ts';
import { chartThemes } from './theme.ts';
import { newestView, viewAfterKey } from './view-keys.ts';
import type { ViewBounds } from './view-keys.ts';

/** What lies under the pointer; coordinates in CSS pixels from the pane's top left. */
export interface ChartHover {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly LevelRow[];
}

/** How the view lies to what is loaded. */
export interface ViewEnds {
  /** The place before the first loaded candle is in view. */
  readonly showsStart: boolean;
  readonly showsNewest: boolean;
}

export interface SessionEvents {
  readonly onNeedHistory: (before: UnixMs) => void;
  readonly onHover: (hover: ChartHover | null) => void;
  /** At most once per frame, and when the pointer moves. */
  readonly onReadout: (readout: CandleReadout | null) => void;
  /** When one of the two changes. */
  readonly onEnds: (ends: ViewEnds) => void;
}

/** Owns one library chart from its first pixel to `dispose`. High-rate data goes in by `tick`. */
export class ChartSession {
  readonly #chart: IChartApi;
  readonly #layers: CandleLayers;
  readonly #feed: CandleFeed;
  readonly #overlays: Overlays;
  readonly #events: SessionEvents;
  readonly #resize: ResizeObserver;
  readonly #frame = new FrameTask(() => this.#draw());
  #options: ChartOptions;
  #price: number | null = null;
  /** The library takes a new view over with its next frame; until then it tells the one of the series before. */
  #isViewNew = false;
  /** Bars kept free right of the newest one since the view was last set. */
  #roomBars = 0;
  #ends: ViewEnds = { showsStart: false, showsNewest: true };
  #pointer: { x: number; y: number; logical: number | null } | null = null;

  constructor(container: HTMLElement, options: ChartOptions, events: SessionEvents) {
    this.#events = events;
    this.#options = options;
    const theme = chartThemes[options.theme];
    const { clientWidth: width, clientHeight: height } = container;
    this.#chart = createChart(container, { ...fixedOptions, width, height });
    this.#chart.applyOptions(themeOptions(theme));
    this.#chart.applyOptions(zoneOptions(options.timeZone, '1m'));
    this.#layers = new CandleLayers(this.#chart, theme);
    this.#feed = new CandleFeed(this.#chart, this.#layers);
    this.#overlays = new Overlays(this.#layers.main, options);
    this.#chart.subscribeCrosshairMove(this.#onCrosshair);
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange(this.#onRange);
    this.#resize = new ResizeObserver(() => this.#fit(container.clientWidth, container.clientHeight));
    this.#resize.observe(container);
  }

  /** For measuring. */
  get libraryChart(): IChartApi {
    return this.#chart;
  }

  dispose(): void {
    this.#frame.cancel();
    this.#resize.disconnect();
    this.#chart.unsubscribeCrosshairMove(this.#onCrosshair);
    this.#chart.timeScale().unsubscribeVisibleLogicalRangeChange(this.#onRange);
    this.#overlays.detach();
    this.#chart.remove();
  }

  setSeries(series: CandleSeries | null): void {
    const outcome = this.#feed.setSeries(series, !this.#isViewNew);
    if (outcome === 'other' && series !== null) {
      this.#isViewNew = true;
      this.#overlays.setTick(series.instrument.tickSize);
      this.#chart.applyOptions(zoneOptions(this.#options.timeZone, series.timeframe));
      this.#resetView();
    }
    this.#read();
    this.#frame.request();
  }

  tick(tick: CandleTick): void {
    if (this.#feed.take(tick)) this.#frame.request();
  }

  /** Takes and draws a tick at once; for measuring. */
  applyNow(tick: CandleTick): void {
    if (this.#feed.take(tick)) this.#draw();
  }

  setMap(map: LiquidationMap | null): void {
    this.#overlays.setMap(map);
    this.#refit();
    this.#point();
  }

  setGex(gex: GexProfile | null): void {
    this.#overlays.setGex(gex);
    this.#overlays.setPane(this.#chart.paneSize());
    this.#point();
  }

  setPrice(price: number | null): void {
    this.#price = price;
    this.#overlays.setPrice(price);
  }

  /** Whether map and profile are too old to be taken for the present; then they are drawn faded. */
  setStale(stale: { map: boolean; gex: boolean }): void {
    this.#overlays.setStale(stale);
  }

  /** CSS pixels at the top that the legends lie over. */
  setTopInset(height: number): void {
    this.#overlays.setTopInset(height);
  }

  setHighlight(price: number | null): void {
    this.#overlays.setHighlight(price);
  }

  setOptions(options: ChartOptions): void {
    const before = this.#options;
    this.#options = options;
    this.#overlays.setOptions(options);
    this.#overlays.setPane(this.#chart.paneSize());
    if (options.theme !== before.theme) {
      const theme = chartThemes[options.theme];
      this.#chart.applyOptions(themeOptions(theme));
      this.#feed.paint(theme);
    }
    if (options.timeZone !== before.timeZone) {
      this.#chart.applyOptions(zoneOptions(options.timeZone, this.#feed.book?.series.timeframe ?? '1m'));
    }
    if (options.fitLevels !== before.fitLevels) this.setPriceScale({ auto: true });
    this.#refit();
    this.#point();
    this.#read();
  }

  /** Moves or zooms by a key; whether it is one that does. */
  press(key: string): boolean {
    const view = this.#feed.view;
    if (view === null || this.#isViewNew) return false;
    const next = viewAfterKey(view, key, this.#bounds);
    if (next !== null) this.#feed.lookAt(next);
    return next !== null;
  }

  /** Back to the newest candle, at the same zoom. */
  showNewest(): void {
    const view = this.#feed.view;
    if (view !== null && !this.#isViewNew) this.#feed.lookAt(newestView(view, this.#bounds));
  }

  setPriceScale({ auto, log, inverted }: { auto?: boolean; log?: boolean; inverted?: boolean }): void {
    this.#chart.priceScale('right').applyOptions({
      ...(auto === undefined ? {} : { autoScale: auto }),
      ...(log === undefined ? {} : { mode: log ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal }),
      ...(inverted === undefined ? {} : { invertScale: inverted }),
    });
  }

  /** The chart in one sentence, for those who cannot see it. */
  describe(): string {
    const book = this.#feed.book;
    if (book === null || book.last === null) return 'Chart without candles';
    const { instrument, timeframe } = book.series;
    const price = formatPrice(book.last.close, instrument.tickSize);
    const { visibleBands, visibleStrikes } = this.#overlays;
    return `${instrument.asset} ${timeframe} chart, last price ${price}, ${visibleBands} liquidation bands and ${visibleStrikes} GEX strikes in view`;
  }

  #fit(width: number, height: number): void {
    if (width === 0 || height === 0) return;
    const isAtHome = this.#isAtHome;
    // Drawn at once, or the library would tell the former pane's size until its next frame.
    this.#chart.resize(width, height, true);
    this.#overlays.setPane(this.#chart.paneSize());
    if (this.#isViewNew) this.#resetView();
    else if (isAtHome) this.#keepRoom(this.#chart.timeScale().options().barSpacing);
  }

  /** Levels take part in autoscale, which the library only computes anew when it is told to. */
  #refit(): void {
    if (this.#options.fitLevels && this.#chart.priceScale('right').options().autoScale)
      this.setPriceScale({ auto: true });
  }

  #draw(): void {
    if (this.#feed.drawTicks()) this.#read();
    if (this.#isViewNew) {
      this.#isViewNew = false;
      return this.#frame.request();
    }
    this.#tellEnds();
    const before = this.#feed.page();
    if (before !== null) this.#events.onNeedHistory(before);
  }

  /** The newest bars, with room at the right for profile and chips. */
  #resetView(): void {
    this.#chart.timeScale().applyOptions({ barSpacing });
    this.#keepRoom(barSpacing);
    this.#chart.timeScale().resetTimeScale();
    this.setPriceScale({ auto: true });
  }

  /** Whether the newest bar stands where the view was set to. The library keeps two bars in view on the narrowest pane. */
  get #isAtHome(): boolean {
    const scale = this.#chart.timeScale();
    const most = this.#chart.paneSize().width / scale.options().barSpacing - 2;
    return Math.abs(scale.scrollPosition() - Math.min(this.#roomBars, most)) < 1;
  }

  #keepRoom(spacing: number): void {
    this.#roomBars = this.#room / spacing;
    this.#chart.timeScale().applyOptions({ rightOffset: this.#roomBars });
  }

  /** CSS pixels kept free right of the newest bar. */
  get #room(): number {
    const { width } = this.#chart.paneSize();
    return profileWidth(width) + chipRoom(width);
  }

  get #bounds(): ViewBounds {
    return { count: this.#feed.book?.count ?? 0, room: this.#room / Math.max(1, this.#chart.paneSize().width) };
  }

  #tellEnds(): void {
    const { view, book } = this.#feed;
    if (view === null || book === null) return;
    const showsStart = view.from < -1;
    const showsNewest = view.to >= book.count - 1;
    if (showsStart === this.#ends.showsStart && showsNewest === this.#ends.showsNewest) return;
    this.#ends = { showsStart, showsNewest };
    this.#events.onEnds(this.#ends);
  }

  readonly #onRange = (): void => this.#frame.request();

  readonly #onCrosshair = ({ point, logical, paneIndex }: MouseEventParams): void => {
    const inside = point !== undefined && (paneIndex ?? 0) === 0;
    this.#pointer = inside ? { ...point, logical: logical ?? null } : null;
    this.#point();
    this.#read();
  };

  #point(): void {
    const at = this.#pointer;
    if (at === null) return this.#events.onHover(null);
    const size = this.#chart.paneSize();
    const rows = this.#overlays.under(at.x, at.y, size, this.#price);
    this.#events.onHover(rows.length === 0 ? null : { x: at.x, y: at.y, ...size, rows });
  }

  #read(): void {
    this.#events.onReadout(this.#feed.read(this.#pointer?.logical ?? null));
  }
}
