import type { LiquidationMap } from '../../src-main/contract/liquidation.ts';
import { amountScale, fractionOf, strengthOf } from './intensity.ts';
import type { AmountScale } from './intensity.ts';
import type { Intensity } from './props.ts';
import { colourCode } from './ramp.ts';
import type { Side } from './ramp.ts';

/**
 * A map made ready for drawing, once per snapshot. Columns of equal length, ascending by price; the bands from `lower`
 * to `upper` never overlap.
 */
export interface BandLevels {
  readonly prices: Float64Array;
  /** Edges of each band, in price. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The larger of the level's two amounts, in the map's unit. */
  readonly amounts: Float64Array;
  /** 1 where the short amount is the larger. */
  readonly isShort: Uint8Array;
  /** Place of `amounts` on `scale`, 0…1; NaN where there is nothing to show. */
  readonly fractions: Float64Array;
  readonly scale: AmountScale | null;
}

export const sideAt = (levels: BandLevels, i: number): Side => (levels.isShort[i] === 1 ? 'short' : 'long');

/**
 * A band is as thick as the distance to its nearer neighbour, and at most twice the usual spacing of the map, so that a
 * lonely level does not claim prices that the provider said nothing about.
 */
export function bandLevels(map: LiquidationMap): BandLevels {
  const { prices } = map;
  const count = prices.length;
  const amounts = new Float64Array(count);
  const isShort = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const long = positive(map.longs[i]);
    const short = positive(map.shorts[i]);
    amounts[i] = Math.max(long, short);
    isShort[i] = short > long ? 1 : 0;
  }
  const scale = amountScale(map.longs, map.shorts);
  const fractions = scale === null ? new Float64Array(count).fill(NaN) : amounts.map((each) => fractionOf(scale, each));
  return { prices, ...edges(prices), amounts, isShort, fractions, scale };
}

const positive = (amount: number | undefined): number => (amount !== undefined && amount > 0 ? amount : 0);

function edges(prices: Float64Array): { lower: Float64Array; upper: Float64Array } {
  const count = prices.length;
  const lower = new Float64Array(count);
  const upper = new Float64Array(count);
  const widest = 2 * medianGap(prices);
  for (let i = 0; i < count; i++) {
    const price = prices[i] ?? NaN;
    const below = price - (prices[i - 1] ?? -Infinity);
    const above = (prices[i + 1] ?? Infinity) - price;
    const half = Math.min(below, above, widest) / 2;
    lower[i] = price - half;
    upper[i] = price + half;
  }
  return { lower, upper };
}

function medianGap(prices: Float64Array): number {
  if (prices.length < 2) return 0;
  const gaps = prices.subarray(1).map((price, i) => price - (prices[i] ?? NaN));
  gaps.sort();
  return gaps[(gaps.length - 1) >> 1] ?? 0;
}

/** The colour of each level for these handles; 0 where it is not drawn. */
export function colourCodes(levels: BandLevels, intensity: Intensity): Uint8Array {
  const codes = new Uint8Array(levels.prices.length);
  for (let i = 0; i < codes.length; i++) {
    const strength = strengthOf(levels.fractions[i] ?? NaN, intensity);
    codes[i] = strength === null ? 0 : colourCode(sideAt(levels, i), strength);
  }
  return codes;
}

/** First index whose value is not below `value`, in an ascending column. */
export function lowerBound(column: Float64Array, value: number): number {
  let from = 0;
  let to = column.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((column[middle] ?? Infinity) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
