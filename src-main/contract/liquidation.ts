import type { AmountUnit, SnapshotHead } from './snapshot.ts';

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
