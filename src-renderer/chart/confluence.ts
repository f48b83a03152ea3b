import type { Asset } from '../../src-main/contract/market.ts';
import type { AmountUnit } from '../../src-main/contract/snapshot.ts';
import { mapProviders } from '../../src-main/contract/source.ts';
import type { MapProvider, Source } from '../../src-main/contract/source.ts';
import { formatAmount } from '../format/amount.ts';
import { providerName } from '../format/source.ts';
import { bandLevels, sideAt } from './band-levels.ts';
import type { BandLevels } from './band-levels.ts';
import type { MapLayerView } from './props.ts';
import { RankedQueue } from './ranked-queue.ts';
import { StrongestFree } from './strongest-free.ts';

/** One of the two levels that agree. */
export interface ConfluentLevel {
  readonly provider: MapProvider;
  readonly source: Source;
  readonly asset: Asset;
  /** Index in its map's columns. */
  readonly index: number;
  readonly price: number;
  /** In `unit`, which need not be the other's: the two are never added. */
  readonly amount: number;
  readonly unit: AmountUnit;
  /** Place of the amount on its own map's scale, 0…1. */
  readonly fraction: number;
  readonly isSideInferred: boolean;
}

/** Two sources that expect liquidations of one side at about the same price. */
export interface Confluence {
  readonly side: 'long' | 'short';
  /** The mean of the two prices. */
  readonly price: number;
  /** How far apart the two are, as a fraction of `price`. */
  readonly apart: number;
  /** Product of the two fractions. */
  readonly strength: number;
  /** In the order of the providers. */
  readonly levels: readonly [ConfluentLevel, ConfluentLevel];
}

export type ConfluenceLayer = Pick<MapLayerView, 'provider' | 'map' | 'intensity'>;

export const mostConfluences = 200;

/**
 * Levels of two layers, of one side, that the legends let through and that lie within `tolerancePercent` percent of
 * their mean price: the strongest pair first, each level in one pair, at most `most`. `price` tells the sides of maps
 * that have none; levels whose side stays unknown agree with nothing. `levels` spares making them anew.
 */
export function confluencesOf(
  layers: readonly (ConfluenceLayer & { readonly levels?: BandLevels })[],
  {
    price,
    tolerancePercent,
    most = mostConfluences,
  }: { price: number | null; tolerancePercent: number; most?: number },
): Confluence[] {
  const inOrder = [...layers].sort((a, b) => mapProviders.indexOf(a.provider) - mapProviders.indexOf(b.provider));
  const groups = inOrder.flatMap((layer) => groupsOf(layer, layer.levels ?? bandLevels(layer.map, price)));
  const queue = new RankedQueue<Pair>(
    (a, b) => a.strength > b.strength || (a.strength === b.strength && a.rank < b.rank),
  );
  const putBest = (group: Group, at: number, rank: number): void => {
    const pair = bestPair(groups, group, at, tolerancePercent / 100, rank);
    if (pair !== null) queue.put(pair);
  };
  let rank = 0;
  for (const group of groups) for (let at = 0; at < group.prices.length; at++) putBest(group, at, rank++);

  const result: Confluence[] = [];
  while (result.length < most) {
    const pair = queue.take();
    if (pair === undefined) break;
    const { group, at, other, found } = pair;
    if (group.taken.has(at)) continue;
    if (other.taken.has(found)) putBest(group, at, pair.rank);
    else {
      result.push(confluence(pair));
      take(group, at);
      take(other, found);
    }
  }
  return result;
}

/** A level, and the strongest of the layers after its own that was free for it when it was looked for. */
interface Pair {
  readonly group: Group;
  readonly at: number;
  readonly other: Group;
  readonly found: number;
  readonly strength: number;
  readonly rank: number;
}

/** The levels of one layer and side, in columns ascending by price. */
interface Group {
  readonly order: number;
  readonly layer: ConfluenceLayer;
  readonly band: BandLevels;
  readonly side: 'long' | 'short';
  /** Of each level in its map's columns. */
  readonly indices: Int32Array;
  readonly prices: Float64Array;
  readonly fractions: Float64Array;
  readonly free: StrongestFree;
  readonly taken: Set<number>;
}

function groupsOf(layer: ConfluenceLayer, band: BandLevels): Group[] {
  const order = mapProviders.indexOf(layer.provider);
  const bySide = { long: [] as number[], short: [] as number[] };
  for (let i = 0; i < band.prices.length; i++) {
    const side = sideAt(band, i);
    if (side !== 'unknown' && (band.fractions[i] ?? NaN) >= layer.intensity.low) bySide[side].push(i);
  }
  return (['long', 'short'] as const).map((side) => {
    const indices = Int32Array.from(bySide[side]);
    const column = (of: Float64Array) => Float64Array.from(bySide[side], (i) => of[i] ?? NaN);
    const fractions = column(band.fractions);
    const free = new StrongestFree(fractions);
    return { order, layer, band, side, indices, prices: column(band.prices), fractions, free, taken: new Set() };
  });
}

function bestPair(groups: readonly Group[], group: Group, at: number, tolerance: number, rank: number): Pair | null {
  const [price, fraction] = [group.prices[at] ?? NaN, group.fractions[at] ?? NaN];
  let best: Pair | null = null;
  for (const other of groups) {
    if (other.order <= group.order || other.side !== group.side) continue;
    const [from, to] = within(other.prices, price, tolerance);
    const found = from < to ? other.free.within(from, to) : -1;
    if (found < 0) continue;
    const strength = fraction * (other.fractions[found] ?? NaN);
    if (best === null || strength > best.strength) best = { group, at, other, found, strength, rank };
  }
  return best;
}

function take({ taken, free }: Group, at: number): void {
  taken.add(at);
  free.take(at);
}

const apartOf = (a: number, b: number): number => Math.abs(a - b) / ((a + b) / 2);

/** Where prices within the tolerance of `price` begin and end. */
function within(prices: Float64Array, price: number, tolerance: number): readonly [from: number, to: number] {
  const isTooLow = (other: number) => other < price && apartOf(other, price) > tolerance;
  const isReached = (other: number) => other <= price || apartOf(other, price) <= tolerance;
  return [firstNot(prices, isTooLow), firstNot(prices, isReached)];
}

/** First index of an ascending column where the test, true up to some value, is no longer. */
function firstNot(column: Float64Array, test: (value: number) => boolean): number {
  let from = 0;
  let to = column.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (test(column[middle] ?? Infinity)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function confluence({ group, at, other, found, strength }: Pair): Confluence {
  const levels = [levelOf(group, at), levelOf(other, found)] as const;
  const [{ price: a }, { price: b }] = levels;
  return { side: group.side, price: (a + b) / 2, apart: apartOf(a, b), strength, levels };
}

function levelOf({ layer, band, indices, prices, fractions }: Group, at: number): ConfluentLevel {
  const { source, asset, unit } = layer.map;
  const index = indices[at] ?? -1;
  return {
    provider: layer.provider,
    source,
    asset,
    index,
    price: prices[at] ?? NaN,
    amount: band.amounts[index] ?? NaN,
    unit,
    fraction: fractions[at] ?? NaN,
    isSideInferred: band.isSideInferred,
  };
}

/** `Kingfisher $2.10B · Kiyotaka 83 BTC`. */
export const confluenceText = ({ levels }: Confluence): string =>
  levels
    .map(({ provider, amount, unit, asset }) => `${providerName(provider)} ${formatAmount(amount, unit, asset)}`)
    .join(' · ');
