import { fractionOf, strengthOf } from './intensity.ts';
import type { AmountScale } from './intensity.ts';
import type { LevelSide } from './layer-colours.ts';
import { isSideInferred, scaleOf } from './level-map.ts';
import type { LevelMap } from './level-map.ts';
import type { Intensity } from './props.ts';
import { colourCode } from './ramp.ts';

/**
 * A map made ready for drawing, once per snapshot. Columns of equal length, ascending by price; the bands from `lower`
 * to `upper` never overlap.
 */
export interface BandLevels {
  readonly prices: Float64Array;
  /** Edges of each band, in price. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The larger of the level's two amounts, or its only one, in the map's unit. */
  readonly amounts: Float64Array;
  /** Side of each amount, as an index of `levelSides`. */
  readonly sides: Uint8Array;
  /** Where the provider gives no side: how many levels lie below the price; null while that is not known. */
  readonly split: number | null;
  readonly isSideInferred: boolean;
  /** Place of `amounts` on `scale`, 0…1; NaN where there is nothing to show. */
  readonly fractions: Float64Array;
  readonly scale: AmountScale | null;
}

export const levelSides = ['long', 'short', 'unknown'] as const satisfies readonly LevelSide[];

export const sideAt = (levels: BandLevels, i: number): LevelSide => levelSides[levels.sides[i] ?? 2] ?? 'unknown';

/**
 * A band is as thick as the distance to its nearer neighbour, and at most twice the usual spacing of the map, so that a
 * lonely level does not claim prices that the provider said nothing about. `price` is what sides are read off where the
 * provider gives none.
 */
export function bandLevels(map: LevelMap, price: number | null): BandLevels {
  const { prices } = map;
  const scale = scaleOf(map);
  const { amounts, sides, split } = map.kind === 'liquidation-map' ? largerOf(map) : splitOf(map, price);
  const fractions =
    scale === null ? new Float64Array(prices.length).fill(NaN) : amounts.map((each) => fractionOf(scale, each));
  return {
    prices,
    ...edges(prices),
    amounts,
    sides,
    split,
    isSideInferred: isSideInferred(map),
    fractions,
    scale,
  };
}

type Sided = Pick<BandLevels, 'amounts' | 'sides' | 'split'>;

function largerOf({ prices, longs, shorts }: Extract<LevelMap, { kind: 'liquidation-map' }>): Sided {
  const amounts = new Float64Array(prices.length);
  const sides = new Uint8Array(prices.length);
  for (let i = 0; i < amounts.length; i++) {
    const long = positive(longs[i]);
    const short = positive(shorts[i]);
    amounts[i] = Math.max(long, short);
    sides[i] = short > long ? 1 : 0;
  }
  return { amounts, sides, split: null };
}

function splitOf({ prices, amounts }: Extract<LevelMap, { kind: 'liquidation-profile' }>, price: number | null): Sided {
  const split = countBelow(prices, price);
  return { amounts, sides: sidesFor(prices.length, split), split };
}

/** The same levels seen from another price: the same object unless the price has crossed one of them. */
export function seenFrom(levels: BandLevels, price: number | null): BandLevels {
  if (!levels.isSideInferred) return levels;
  const split = countBelow(levels.prices, price);
  return split === levels.split ? levels : { ...levels, split, sides: sidesFor(levels.prices.length, split) };
}

const countBelow = (prices: Float64Array, price: number | null): number | null =>
  price !== null && Number.isFinite(price) ? lowerBound(prices, price) : null;

const sidesFor = (count: number, split: number | null): Uint8Array =>
  split === null ? new Uint8Array(count).fill(2) : new Uint8Array(count).fill(1, split);

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
