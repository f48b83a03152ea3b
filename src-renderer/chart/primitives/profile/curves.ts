import type { LevelMap } from '../../level-map.ts';

/** Cumulative amounts over price, each column ascending by price, read on one scale from 0 to `max`, in the map's unit. */
export interface ProfileCurves {
  readonly longPrices: Float64Array;
  readonly long: Float64Array;
  readonly shortPrices: Float64Array;
  readonly short: Float64Array;
  readonly max: number;
}

/** Null where the map has none. */
export function curvesOf(map: LevelMap): ProfileCurves | null {
  if (map.kind === 'liquidation-map') return null;
  let max = 0;
  for (const column of [map.longCurve, map.shortCurve]) for (const each of column) if (each > max) max = each;
  if (max === 0) return null;
  const { longCurvePrices: longPrices, longCurve: long, shortCurvePrices: shortPrices, shortCurve: short } = map;
  return { longPrices, long, shortPrices, short, max };
}

export interface CurvePoint {
  readonly row: number;
  /** Part of the scale, 0…1. */
  readonly part: number;
}

/**
 * The part of a curve that is in view, one point a row from top to bottom, straight between the provider's points and
 * nothing beyond them. `edges` as `rowEdges` makes them.
 */
export function curvePoints(
  prices: Float64Array,
  values: Float64Array,
  max: number,
  edges: Float64Array,
): CurvePoint[] {
  const count = prices.length;
  const points: CurvePoint[] = [];
  if (count === 0) return points;
  const rising = (edges[0] ?? 0) < (edges[edges.length - 1] ?? 0);
  let at = rising ? 0 : count - 1;
  for (let row = 0; row < edges.length; row++) {
    const price = edges[row] ?? NaN;
    if (price < (prices[0] ?? NaN) || price > (prices[count - 1] ?? NaN)) continue;
    if (rising) while (at < count - 2 && (prices[at + 1] ?? Infinity) <= price) at++;
    else while (at > 0 && (prices[at] ?? -Infinity) > price) at--;
    const value = between(prices, values, Math.min(at, count - 2), price);
    if (Number.isFinite(value)) points.push({ row, part: Math.min(1, Math.max(0, value / max)) });
  }
  return points;
}

function between(prices: Float64Array, values: Float64Array, left: number, price: number): number {
  const from = Math.max(0, left);
  const [a = NaN, b = a] = [prices[from], prices[from + 1]];
  const [low = NaN, high = low] = [values[from], values[from + 1]];
  return b > a ? low + ((high - low) * (price - a)) / (b - a) : low;
}
