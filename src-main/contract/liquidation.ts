import type { Asset, UnixMs } from './market.ts';
import type { AmountUnit, SnapshotHead } from './snapshot.ts';
import type { Source } from './source.ts';

export const mapTimeframes = ['1H', '4H', '1D', '1W'] as const;
export type MapTimeframe = (typeof mapTimeframes)[number];

/**
 * Where leverage would break: at each price, how much long and how much short would be liquidated. Columns of equal
 * length, ascending by price, one row a price. The amounts are the provider's estimates and are labelled so.
 */
export interface LiquidationMap extends SnapshotHead {
  readonly kind: 'liquidation-map';
  /** Venue the map is of, in the provider's words: `all`, `binance` … */
  readonly exchange: string;
  readonly timeframe: MapTimeframe;
  readonly unit: AmountUnit;
  /** The provider's own price at `takenAt`; null where it sent none (its stream does not). */
  readonly referencePrice: number | null;
  readonly prices: Float64Array;
  /** Amount of long positions liquidated if price falls to the level, in `unit`. */
  readonly longs: Float64Array;
  /** Amount of short positions liquidated if price rises to the level, in `unit`. */
  readonly shorts: Float64Array;
  /** Time of each level (UnixMs); NaN where the provider gave none. */
  readonly levelTimes: Float64Array;
}

/**
 * How much would be liquidated at each price, without a side: the provider sends none. Which side a level is of follows
 * from the price it is looked at from (below: longs, above: shorts), is our inference, and is labelled so wherever it shows.
 * Columns of equal length, ascending by price, one row a price, no row of zero.
 */
export interface LiquidationProfile extends SnapshotHead {
  readonly kind: 'liquidation-profile';
  /** Venue in the provider's words: `binance`, `HYPERLIQUID`. */
  readonly exchange: string;
  /** What was asked for, in the provider's words: `BTC/USDT`, `BTC`. */
  readonly market: string;
  /** Leverage class in the provider's words (`all_leverage`); null where it has none. */
  readonly leverage: string | null;
  /** `relative`: strength without a unit; it has a scale of its own. */
  readonly unit: AmountUnit;
  readonly prices: Float64Array;
  readonly amounts: Float64Array;
  /** Cumulative curves over price as the provider gave them, each ascending by price; empty where it gives none. */
  readonly longCurvePrices: Float64Array;
  readonly longCurve: Float64Array;
  readonly shortCurvePrices: Float64Array;
  readonly shortCurve: Float64Array;
}

/** What is wrong with a row of volumes, as bits; 0: nothing. The row is kept and shown, and says so. */
export const volumeBreach = {
  /** long + short is not the total. */
  sides: 1,
  /** The exchanges do not add up to the totals. */
  exchanges: 2,
} as const;

/**
 * What was liquidated, summed over intervals: history, not a forecast. Columns of equal length, ascending by time, one
 * row an interval. Intervals without a row are unknown, not zero.
 */
export interface LiquidationVolumes {
  readonly source: Source;
  readonly asset: Asset;
  /** Tells apart series of one source and asset: interval, unit and what was summed, `1h/usd/all`. */
  readonly variant: string;
  readonly intervalMs: number;
  readonly unit: AmountUnit;
  /** Start of each interval (UnixMs). */
  readonly times: Float64Array;
  /** Volume of liquidated long positions, in `unit`. */
  readonly longs: Float64Array;
  readonly shorts: Float64Array;
  /** Number of liquidations; NaN where the provider does not count them. */
  readonly longTrades: Float64Array;
  readonly shortTrades: Float64Array;
  /** Bits of `volumeBreach`. */
  readonly breaches: Float64Array;
  /** The same per exchange, each column as long as `times`, NaN where the exchange has no row; empty where not told apart. */
  readonly exchanges: readonly ExchangeVolumes[];
  readonly receivedAt: UnixMs;
}

export interface ExchangeVolumes {
  /** The provider's code; `exchangeName` in the renderer knows the common ones. */
  readonly exchange: string;
  readonly longs: Float64Array;
  readonly shorts: Float64Array;
  readonly longTrades: Float64Array;
  readonly shortTrades: Float64Array;
}

/**
 * Liquidations that happened, as a venue's public feed told them. Columns of equal length, ascending by time; times may
 * repeat.
 */
export interface RealisedLiquidations {
  readonly source: Source;
  readonly asset: Asset;
  readonly symbol: string;
  /** True: the venue tells only some of them (Binance: at most one order a second), so sums are too low. */
  readonly isSample: boolean;
  /** What `prices` are: the average fill, or the price at which the position was bankrupt. */
  readonly priceBasis: 'fill' | 'bankruptcy';
  readonly times: Float64Array;
  /** Side of the position that was liquidated: 1 long, -1 short. */
  readonly sides: Float64Array;
  readonly prices: Float64Array;
  /** Base coin. */
  readonly coins: Float64Array;
  /** US dollars: coins × price. */
  readonly usd: Float64Array;
  /** When each arrived here. */
  readonly receivedAt: Float64Array;
}
