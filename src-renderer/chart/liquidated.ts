import type { IChartApi, ISeriesApi } from 'lightweight-charts';
import type { LiquidationVolumes, RealisedLiquidations } from '../../src-main/contract/liquidation.ts';
import type { Asset } from '../../src-main/contract/market.ts';
import type { BarTimes } from './panes/bar-times.ts';
import type { PaneLegend } from './panes/pane-legend.ts';
import { VolumePanes } from './panes/volume-panes.ts';
import { readVolumes } from './panes/volume-readout.ts';
import type { VolumeReading } from './panes/volume-readout.ts';
import { byUnit, VolumeSources } from './panes/volume-sources.ts';
import type { VolumeGroup } from './panes/volume-sources.ts';
import { marksUnder } from './primitives/liquidations/hover.ts';
import type { RealisedRow } from './primitives/liquidations/hover.ts';
import { LiquidationsPrimitive } from './primitives/liquidations/primitive.ts';
import type { ChartOptions } from './props.ts';
import { chartThemes } from './theme.ts';

type Shown = Pick<ChartOptions, 'liquidations' | 'volumes' | 'theme'>;

/** What was liquidated under a point: marks that it touches, and how many more of them than are told. */
export interface LiquidatedUnder {
  readonly events: readonly RealisedRow[];
  readonly moreEvents: number;
}

/** Longer than reading from the cache takes. */
const holdMs = 800;

/** What happened, beside what is forecast: marks of liquidations on the candles, and panes of their volumes below. */
export class Liquidated {
  readonly #main: ISeriesApi<'Candlestick'>;
  readonly #bars: BarTimes;
  readonly #sources = new VolumeSources();
  readonly #panes: VolumePanes;
  readonly #marks: LiquidationsPrimitive;
  #options: Shown;
  #asset: Asset | null = null;
  /** Panes of the former asset, empty, until it is known whether this one has such, so that no switch moves the price. */
  #held: readonly VolumeGroup[] = [];
  #holding: ReturnType<typeof setTimeout> | undefined;
  #volumes: readonly LiquidationVolumes[] = [];
  #realised: readonly RealisedLiquidations[] = [];

  /** `main`: the series whose prices the marks stand at. `onLegends`: see `VolumePanes`. */
  constructor(
    chart: IChartApi,
    main: ISeriesApi<'Candlestick'>,
    bars: BarTimes,
    options: Shown,
    onLegends: (legends: readonly PaneLegend[]) => void,
  ) {
    this.#main = main;
    this.#bars = bars;
    this.#options = options;
    this.#panes = new VolumePanes(chart, bars, options.theme, onLegends);
    this.#marks = new LiquidationsPrimitive({ tables: [], bars, theme: chartThemes[options.theme] });
    main.attachPrimitive(this.#marks);
  }

  detach(): void {
    clearTimeout(this.#holding);
    this.#main.detachPrimitive(this.#marks);
    this.#panes.show([]);
  }

  setVolumes(volumes: readonly LiquidationVolumes[]): void {
    this.#volumes = volumes;
    this.#show();
  }

  setRealised(realised: readonly RealisedLiquidations[]): void {
    this.#realised = realised;
    this.#show();
  }

  setOptions(options: Shown): void {
    const before = this.#options;
    this.#options = options;
    if (options.theme !== before.theme) {
      this.#panes.paint(options.theme);
      this.#marks.show({ theme: chartThemes[options.theme] });
    }
    this.#show();
  }

  /** Of what the candles are; null while there are none. */
  setAsset(asset: Asset | null): void {
    if (asset !== this.#asset) this.#hold(asset);
    this.#asset = asset;
    this.#show();
  }

  /** The chart holds other candles. */
  anchor(): void {
    this.#panes.anchor();
  }

  /** Before the chart is made higher by so many CSS pixels. */
  grow(by: number): void {
    this.#panes.grow(by);
  }

  /** After it was. */
  place(): void {
    this.#panes.place();
  }

  /** The panes' scales fit what is in view again. */
  fit(): void {
    this.#panes.fit();
  }

  get marked(): number {
    return this.#marks.marks.length;
  }

  /** Units of the panes that there are, as they are named. */
  get units(): readonly string[] {
    return this.#panes.legends.map(({ unit }) => unit);
  }

  /** Coordinates from the price pane's top left, CSS pixels. */
  under(x: number, y: number): LiquidatedUnder {
    const { rows, more } = marksUnder(this.#marks.marks, x, y);
    return { events: rows, moreEvents: more };
  }

  /** What each pane says of a moment (UnixMs), from the top. */
  read(time: number): readonly (readonly VolumeReading[])[] {
    return this.#panes.groups.map((group) => readVolumes(group, time));
  }

  /** CSS pixels from the chart's top to a pane below the price, by the library's index; null where there is no such pane. */
  topOf(paneIndex: number): number | null {
    return this.#panes.legends[paneIndex - 1]?.top ?? null;
  }

  #show(): void {
    const { liquidations, volumes } = this.#options;
    const isOf = ({ asset }: { readonly asset: Asset }): boolean => asset === this.#asset;
    const realised = sameItems(this.#marks.state.tables, liquidations ? this.#realised.filter(isOf) : []);
    this.#marks.show({ tables: realised });
    if (!volumes || this.#asset === null) {
      this.#panes.show([]);
      return;
    }
    const groups = this.#sources.take(this.#volumes.filter(isOf), this.#realised.filter(isOf), this.#bars.stepMs);
    const held = this.#held.filter(({ unit }) => !groups.some((group) => group.unit === unit));
    this.#panes.show(held.length === 0 ? groups : [...groups, ...held].sort(byUnit));
  }

  #hold(asset: Asset | null): void {
    clearTimeout(this.#holding);
    this.#held = asset === null ? [] : this.#panes.groups.map((group) => ({ ...group, coin: asset, sources: [] }));
    if (this.#held.length === 0) return;
    this.#holding = setTimeout(() => {
      this.#held = [];
      this.#show();
    }, holdMs);
  }
}

/** The former array where the latter holds the same. */
function sameItems<Item>(before: readonly Item[], now: readonly Item[]): readonly Item[] {
  return now.length === before.length && now.every((each, i) => each === before[i]) ? before : now;
}
