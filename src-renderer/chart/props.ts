import type { CandleTick, LinkName } from '../../src-main/contract/channels.ts';
import type { GexProfile } from '../../src-main/contract/gamma.ts';
import type { LiquidationMap } from '../../src-main/contract/liquidation.ts';
import type { CandleSeries, UnixMs } from '../../src-main/contract/market.ts';
import type { TimeZoneChoice } from '../format/time.ts';
import type { ThemeName } from './theme.ts';

/** The two handles of the legend, as fractions 0…1 of the amount scale. */
export interface Intensity {
  readonly low: number;
  readonly high: number;
}

export interface ChartOptions {
  readonly bands: boolean;
  readonly gex: boolean;
  /** Bands join the price scale's autoscale. */
  readonly fitLevels: boolean;
  readonly intensity: Intensity;
  readonly theme: ThemeName;
  readonly timeZone: TimeZoneChoice;
}

/** `text`: `stale 3 h`. */
export interface Stale {
  readonly text: string;
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
  map: LiquidationMap | null;
  gex: GexProfile | null;
  /** Why the map, or the profile, is not to be taken for the present, with its age; null while it is fresh. */
  mapStale: Stale | null;
  gexStale: Stale | null;
  /** Another series was asked for and its answer is on the way: what was shown stays for a moment instead of nothing. */
  isSwitching: boolean;
  /** What to say while there are no candles; `onRetry` is null where trying again does not help now. */
  missing: MissingCandles;
  /** Last price, from which sides and distances are told. */
  price: number | null;
  options: ChartOptions;
  onIntensity: (intensity: Intensity) => void;
  /** The user came near the left end: candles that open before this are wanted. Once for each left end. */
  onNeedHistory: (before: UnixMs) => void;
  /** Price of the level to point at, for instance of the row hovered in the Levels table. */
  highlightPrice?: number | null;
  /** The user followed the attribution's link. */
  onOpenLink: (name: LinkName) => void;
}
