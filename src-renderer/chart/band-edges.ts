/** Edges of each band, in price. The bands ascend and never overlap. */
export interface BandEdges {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Where the price ends the one band that it lies in: the band of level `index` at `price` or a little before it. */
export interface Clip {
  readonly index: number;
  readonly end: keyof BandEdges;
  readonly edge: number;
}

/** Part of a level's price by which its clip moves at a time, so that not every tick lays the bands out again. */
const clipStep = 0.00002;

/**
 * A band is as thick as the distance to its nearer neighbour, and no thicker than the usual spacing of the map, so that a
 * lone level does not claim prices that the provider said nothing about. `prices` ascend.
 */
export function edgesOf(prices: Float64Array): BandEdges {
  const count = prices.length;
  const lower = new Float64Array(count);
  const upper = new Float64Array(count);
  const widest = medianGap(prices);
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

/**
 * What longs or shorts lie on one side of the price is never drawn on the other. `below`: how many levels lie below the
 * price. Null where no band reaches across it.
 */
export function clipAt(
  prices: Float64Array,
  { lower, upper }: BandEdges,
  price: number | null,
  below: number | null,
): Clip | null {
  if (price === null || below === null) return null;
  const under = prices[below - 1];
  if (under !== undefined && (upper[below - 1] ?? under) > price) {
    return { index: below - 1, end: 'upper', edge: Math.min(price, under + stepped(price - under, under)) };
  }
  const over = prices[below];
  if (over !== undefined && (lower[below] ?? over) < price) {
    return { index: below, end: 'lower', edge: Math.max(price, over - stepped(over - price, over)) };
  }
  return null;
}

export const isSameClip = (a: Clip | null, b: Clip | null): boolean =>
  a?.index === b?.index && a?.end === b?.end && a?.edge === b?.edge;

/** The same edges with the clip taken off; the same arrays where there is none. */
export function clipped(edges: BandEdges, clip: Clip | null): BandEdges {
  if (clip === null) return edges;
  const cut = edges[clip.end].slice();
  cut[clip.index] = clip.edge;
  return { lower: edges.lower, upper: edges.upper, [clip.end]: cut };
}

function stepped(distance: number, level: number): number {
  const step = Math.abs(level) * clipStep;
  return step > 0 ? Math.floor(distance / step) * step : distance;
}

function medianGap(prices: Float64Array): number {
  if (prices.length < 2) return 0;
  const gaps = prices.subarray(1).map((price, i) => price - (prices[i] ?? NaN));
  gaps.sort();
  return gaps[(gaps.length - 1) >> 1] ?? 0;
}
