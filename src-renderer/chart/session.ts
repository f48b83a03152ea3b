import { createChart, PriceScaleMode } from 'lightweight-charts';
import type { IChartApi } from 'lightweight-charts';
import type { CandleTick } from '../../src-main/contract/channels.ts';
import type { GexProfile } from '../../src-main/contract/gamma.ts';
import type { LiquidationVolumes, RealisedLiquidations } from '../../src-main/contract/liquidation.ts';
import type { CandleSeries, UnixMs } from '../../src-main/contract/market.ts';
import { CandleFeed } from './candle-feed.ts';
import { CandleLayers } from './candle-layers.ts';
import { fixedOptions, themeOptions, zoneOptions } from './chart-options.ts';
import { ChartView } from './chart-view.ts';
import type { ViewEnds } from './chart-view.ts';
import { describe, describeLiquidated } from './describe.ts';
import { FrameTask } from './frame.ts';
import { profileWidth } from './gex-levels.ts';
import { chipRoom } from './labels.ts';
import { Liquidated } from './liquidated.ts';
import { Overlays } from './overlays.ts';
import type { PaneLegend } from './panes/pane-legend.ts';
import { Pointing } from './pointing.ts';
import type { PointingEvents } from './pointing.ts';
import type { ChartOptions, MapLayerView } from './props.ts';
import { chartThemes } from './theme.ts';

export interface SessionEvents extends PointingEvents {
  readonly onNeedHistory: (before: UnixMs) => void;
  /** When one of the two changes. */
  readonly onEnds: (ends: ViewEnds) => void;
  /** When the panes of volumes change, or where they stand. */
  readonly onLegends: (legends: readonly PaneLegend[]) => void;
}

/** Owns one library chart from its first pixel to `dispose`. High-rate data goes in by `tick`. */
export class ChartSession {
  readonly #chart: IChartApi;
  readonly #layers: CandleLayers;
  readonly #feed: CandleFeed;
  readonly #liquidated: Liquidated;
  readonly #overlays: Overlays;
  readonly #pointing: Pointing;
  readonly #view: ChartView;
  readonly #events: SessionEvents;
  readonly #resize: ResizeObserver;
  readonly #frame = new FrameTask(() => this.#draw());
  #options: ChartOptions;

  constructor(container: HTMLElement, options: ChartOptions, events: SessionEvents) {
    this.#events = events;
    this.#options = options;
    const theme = chartThemes[options.theme];
    const { clientWidth: width, clientHeight: height } = container;
    this.#chart = createChart(container, { ...fixedOptions, width, height });
    this.#chart.applyOptions(themeOptions(theme));
    this.#chart.applyOptions(zoneOptions(options.timeZone, '1m'));
    this.#layers = new CandleLayers(this.#chart, theme);
    this.#feed = new CandleFeed(this.#chart, this.#layers, () => this.#liquidated.anchor());
    // Before the overlays, whose chips lie over the marks.
    this.#liquidated = new Liquidated(this.#chart, this.#layers.main, this.#feed.bars, options, events.onLegends);
    this.#overlays = new Overlays(this.#layers.main, options);
    this.#pointing = new Pointing(this.#chart, this.#feed, this.#overlays, this.#liquidated, events);
    this.#view = new ChartView(this.#chart, this.#feed, () => this.#room, events.onEnds);
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
    this.#pointing.stop();
    this.#chart.timeScale().unsubscribeVisibleLogicalRangeChange(this.#onRange);
    this.#overlays.detach();
    this.#liquidated.detach();
    this.#chart.remove();
  }

  setSeries(series: CandleSeries | null): void {
    const outcome = this.#feed.setSeries(series, !this.#view.isNew);
    if (outcome === 'other' && series !== null) {
      this.#overlays.setTick(series.instrument.tickSize);
      this.#chart.applyOptions(zoneOptions(this.#options.timeZone, series.timeframe));
      this.#view.reset();
    }
    this.#liquidated.setAsset(series?.instrument.asset ?? null);
    this.#pointing.read();
    this.#frame.request();
  }

  tick(tick: CandleTick): void {
    if (this.#feed.take(tick)) this.#frame.request();
  }

  /** Takes and draws a tick at once; for measuring. */
  applyNow(tick: CandleTick): void {
    if (this.#feed.take(tick)) this.#draw();
  }

  setLayers(layers: readonly MapLayerView[]): void {
    this.#keepView(() => this.#overlays.setLayers(layers));
    this.#refit();
    this.#pointing.point();
  }

  setGex(gex: GexProfile | null): void {
    this.#overlays.setPane(this.#chart.paneSize());
    this.#overlays.setGex(gex);
    this.#pointing.point();
  }

  setVolumes(volumes: readonly LiquidationVolumes[]): void {
    this.#liquidated.setVolumes(volumes);
    this.#pointing.point();
    this.#pointing.read();
  }

  setRealised(realised: readonly RealisedLiquidations[]): void {
    this.#liquidated.setRealised(realised);
    this.#pointing.point();
    this.#pointing.read();
  }

  setPrice(price: number | null): void {
    this.#pointing.setPrice(price);
    this.#overlays.setPrice(price);
  }

  /** Whether the GEX profile is too old to be taken for the present; then it is drawn faded. */
  setGexStale(stale: boolean): void {
    this.#overlays.setGexStale(stale);
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
    this.#keepView(() => this.#overlays.setOptions(options));
    this.#liquidated.setOptions(options);
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
    this.#pointing.point();
    this.#pointing.read();
  }

  /** Moves or zooms by a key; whether it is one that does. */
  press(key: string): boolean {
    return this.#view.press(key);
  }

  /** Back to the newest candle, at the same zoom. */
  showNewest(): void {
    this.#view.showNewest();
  }

  /** Every scale fits what is in view again. */
  fitScales(): void {
    this.setPriceScale({ auto: true });
    this.#liquidated.fit();
  }

  setPriceScale({ auto, log, inverted }: { auto?: boolean; log?: boolean; inverted?: boolean }): void {
    this.#chart.priceScale('right').applyOptions({
      ...(auto === undefined ? {} : { autoScale: auto }),
      ...(log === undefined ? {} : { mode: log ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal }),
      ...(inverted === undefined ? {} : { invertScale: inverted }),
    });
  }

  /** The chart in words, for those who cannot see it. */
  describe(): string {
    const { layers, visibleBands, visibleStrikes, visibleConfluences } = this.#overlays;
    return describe({ book: this.#feed.book, layers, visibleBands, visibleStrikes, visibleConfluences });
  }

  /** What was liquidated, in words. */
  describeLiquidated(): string {
    const { marked, units } = this.#liquidated;
    return describeLiquidated(marked, units);
  }

  #fit(width: number, height: number): void {
    if (width === 0 || height === 0) return;
    this.#view.adapt(() => {
      this.#liquidated.grow(height - this.#chart.options().height);
      // Drawn at once, or the library would tell the former pane's size until its next frame.
      this.#chart.resize(width, height, true);
      this.#liquidated.place();
      this.#overlays.setPane(this.#chart.paneSize());
    });
  }

  /** Another number of columns at the right edge asks for another room there. */
  #keepView(change: () => void): void {
    const before = this.#overlays.profilesWidth;
    this.#overlays.setPane(this.#chart.paneSize());
    change();
    if (this.#overlays.profilesWidth !== before) this.#view.adapt(() => {});
  }

  /** Levels take part in autoscale, which the library only computes anew when it is told to. */
  #refit(): void {
    if (this.#options.fitLevels && this.#chart.priceScale('right').options().autoScale)
      this.setPriceScale({ auto: true });
  }

  #draw(): void {
    if (this.#feed.drawTicks()) this.#pointing.read();
    const before = this.#view.settle();
    if (before === 'unsettled') this.#frame.request();
    else if (before !== null) this.#events.onNeedHistory(before);
  }

  /** CSS pixels kept free right of the newest bar: for every column that can stand there, and the widest chip. */
  get #room(): number {
    const { width } = this.#chart.paneSize();
    return profileWidth(width) + this.#overlays.profilesWidth + chipRoom(width);
  }

  readonly #onRange = (): void => this.#frame.request();
}
