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
import type { LevelRow } from './levels.ts';
import { Overlays } from './overlays.ts';
import type { ChartOptions } from './props.ts';
import { chartThemes } from './theme.ts';

/** What lies under the pointer; coordinates in CSS pixels from the pane's top left. */
export interface ChartHover {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly LevelRow[];
}

export interface SessionEvents {
  readonly onNeedHistory: (before: UnixMs) => void;
  readonly onHover: (hover: ChartHover | null) => void;
  /** At most once per frame, and when the pointer moves. */
  readonly onReadout: (readout: CandleReadout | null) => void;
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
    const outcome = this.#feed.setSeries(series);
    if (outcome === 'other' && series !== null) {
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
    this.#chart.resize(width, height);
    this.#overlays.setPane(this.#chart.paneSize());
  }

  /** Levels take part in autoscale, which the library only computes anew when it is told to. */
  #refit(): void {
    if (this.#options.fitLevels && this.#chart.priceScale('right').options().autoScale)
      this.setPriceScale({ auto: true });
  }

  #draw(): void {
    if (this.#feed.drawTicks()) this.#read();
    const before = this.#feed.page();
    if (before !== null) this.#events.onNeedHistory(before);
  }

  /** The newest bars, with room at the right for profile and chips. */
  #resetView(): void {
    const { width } = this.#chart.paneSize();
    const room = profileWidth(width) + (width > 900 ? 190 : 16);
    this.#chart.timeScale().applyOptions({ barSpacing, rightOffset: room / barSpacing });
    this.#chart.timeScale().resetTimeScale();
    this.setPriceScale({ auto: true });
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
