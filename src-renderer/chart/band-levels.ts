import { clipAt, clipped, edgesOf, isSameClip } from './band-edges.ts';
import type { BandEdges, Clip } from './band-edges.ts';
import { fractionOf, strengthOf } from './intensity.ts';
import type { AmountScale } from './intensity.ts';
import type { LevelSide } from './layer-colours.ts';
import { isSideInferred, scaleOf } from './level-map.ts';
import type { LevelMap } from './level-map.ts';
import type { Intensity } from './props.ts';
import { colourCode } from './ramp.ts';

/** A map made ready for drawing, once per snapshot. Columns of equal length, ascending by price. */
export interface BandLevels extends BandEdges {
  readonly prices: Float64Array;
  /** The edges as they are where the price clips none of them. */
  readonly whole: BandEdges;
  readonly clip: Clip | null;
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

/** `price` is what no band reaches across, and what sides are read off where the provider gives none. */
export function bandLevels(map: LevelMap, price: number | null): BandLevels {
  const { prices } = map;
  const whole = edgesOf(prices);
  const clip = clipAt(prices, whole, price, countBelow(prices, price));
  const scale = scaleOf(map);
  const { amounts, sides, split } = map.kind === 'liquidation-map' ? largerOf(map) : splitOf(map, price);
  const fractions =
    scale === null ? new Float64Array(prices.length).fill(NaN) : amounts.map((each) => fractionOf(scale, each));
  return {
    prices,
    ...clipped(whole, clip),
    whole,
    clip,
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

/** The same levels seen from another price: the same object unless it is across one of them, or clips another edge. */
export function seenFrom(levels: BandLevels, price: number | null): BandLevels {
  const { prices, whole } = levels;
  const below = countBelow(prices, price);
  const clip = clipAt(prices, whole, price, below);
  const isClipped = !isSameClip(clip, levels.clip);
  const isSplit = levels.isSideInferred && below !== levels.split;
  if (!isClipped && !isSplit) return levels;
  return {
    ...levels,
    ...(isClipped ? { ...clipped(whole, clip), clip } : {}),
    ...(isSplit ? { split: below, sides: sidesFor(prices.length, below) } : {}),
  };
}

const countBelow = (prices: Float64Array, price: number | null): number | null =>
  price !== null && Number.isFinite(price) ? lowerBound(prices, price) : null;

const sidesFor = (count: number, split: number | null): Uint8Array =>
  split === null ? new Uint8Array(count).fill(2) : new Uint8Array(count).fill(1, split);

const positive = (amount: number | undefined): number => (amount !== undefined && amount > 0 ? amount : 0);

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
