import type { CandleTick, LinkName } from '../../src-main/contract/channels.ts';
import type { GexProfile } from '../../src-main/contract/gamma.ts';
import type {
  LiquidationMap,
  LiquidationProfile,
  LiquidationVolumes,
  RealisedLiquidations,
} from '../../src-main/contract/liquidation.ts';
import type { CandleSeries, UnixMs } from '../../src-main/contract/market.ts';
import type { MapLayer, Settings } from '../../src-main/contract/settings.ts';
import type { MapProvider } from '../../src-main/contract/source.ts';
import type { TimeZoneChoice } from '../format/time.ts';
import type { ThemeName } from './theme.ts';

/** The two handles of a legend, as fractions 0…1 of its layer's amount scale. */
export type Intensity = MapLayer['intensity'];

export interface ChartOptions {
  /** The maps, in whatever form each has; false hides them all. */
  readonly bands: boolean;
  readonly gex: boolean;
  /** Levels of the maps join the price scale's autoscale. */
  readonly fitLevels: boolean;
  /** Marks where levels of two layers agree within so many percent of the price. */
  readonly confluence: Settings['confluence'];
  /** Realised liquidations as marks on the candles. */
  readonly liquidations: boolean;
  /** The panes of liquidated volumes below the price. */
  readonly volumes: boolean;
  readonly theme: ThemeName;
  readonly timeZone: TimeZoneChoice;
}

/** `text`: `stale 3 h`. */
export interface Stale {
  readonly text: string;
}

/** One provider's map on the chart, with its own colours, scale and legend. */
export interface MapLayerView {
  readonly provider: MapProvider;
  readonly map: LiquidationMap | LiquidationProfile;
  /** `profile`: a histogram over price at the right edge, with the cumulative curves where the map has any. */
  readonly form: MapLayer['form'];
  readonly intensity: Intensity;
  /** Why the map is not to be taken for the present, with its age; null while it is fresh. */
  readonly stale: Stale | null;
}

export interface MissingCandles {
  readonly text: string;
  readonly onRetry: (() => void) | null;
}

/** Props of Chart.svelte. */
export interface ChartProps {
  /** A new object says that the data changed; the view stays unless instrument or timeframe changed. */
  series: CandleSeries | null;
  /** Subscribes to the newest candle's changes, many a second; returns the ending. Ticks of other series are ignored. */
  onTick: (callback: (tick: CandleTick) => void) => () => void;
  /** The layers that are switched on and have a map, at most one a provider, in any order. */
  layers: readonly MapLayerView[];
  gex: GexProfile | null;
  /** What was liquidated, of the candles' asset: by interval, one a provider, and event by event, one table a venue. */
  volumes: readonly LiquidationVolumes[];
  realised: readonly RealisedLiquidations[];
  /** Why the GEX profile is not to be taken for the present, with its age; null while it is fresh. */
  gexStale: Stale | null;
  /** Another series was asked for and its answer is on the way: what was shown stays for a moment instead of nothing. */
  isSwitching: boolean;
  /** What to say while there are no candles; `onRetry` is null where trying again does not help now. */
  missing: MissingCandles;
  /** Last price, from which sides and distances are told. */
  price: number | null;
  options: ChartOptions;
  /** A handle of a layer's legend was moved. */
  onIntensity: (provider: MapProvider, intensity: Intensity) => void;
  /** The user came near the left end: candles that open before this are wanted. Once for each left end. */
  onNeedHistory: (before: UnixMs) => void;
  /** Price of the level to point at, for instance of the row hovered in the Levels table. */
  highlightPrice?: number | null;
  /** When the candle under the crosshair opens; null while there is none. */
  onPointTime?: (time: UnixMs | null) => void;
  /** The user followed the attribution's link. */
  onOpenLink: (name: LinkName) => void;
}
