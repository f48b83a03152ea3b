import type { LiquidationMap } from '../../../src-main/contract/liquidation.ts';

export interface NearCluster {
  readonly price: number;
  readonly amount: number;
  /** Fraction of the price, signed. */
  readonly distance: number;
}

export interface NearClusters {
  /** Longs are liquidated when price falls to it. */
  readonly longBelow: NearCluster | null;
  /** Shorts are liquidated when price rises to it. */
  readonly shortAbove: NearCluster | null;
}

/** A cluster is large when it holds at least this share of the largest on its side. */
export const largeShare = 0.5;

/** The nearest large long cluster below the price and the nearest large short cluster above it. */
export function nearestClusters(map: LiquidationMap, price: number): NearClusters {
  return {
    longBelow: nearest(map.prices, map.longs, price, (level) => level < price),
    shortAbove: nearest(map.prices, map.shorts, price, (level) => level > price),
  };
}

function nearest(
  prices: Float64Array,
  amounts: Float64Array,
  price: number,
  isOnSide: (level: number) => boolean,
): NearCluster | null {
  let largest = 0;
  prices.forEach((level, row) => {
    if (isOnSide(level)) largest = Math.max(largest, amounts[row] ?? 0);
  });
  if (largest === 0) return null;
  let found: NearCluster | null = null;
  prices.forEach((level, row) => {
    const amount = amounts[row] ?? 0;
    if (!isOnSide(level) || amount < largest * largeShare) return;
    const distance = (level - price) / price;
    if (found === null || Math.abs(distance) < Math.abs(found.distance)) found = { price: level, amount, distance };
  });
  return found;
}
