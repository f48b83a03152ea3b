import type { BandLevels } from './band-levels.ts';
import { lowerBound } from './band-levels.ts';
import type { Confluence } from './confluence.ts';
import type { GexLevels, GexWall } from './gex-levels.ts';

/** The prices within reach of the pointer: at the pointer, and at the edges of its tolerance. */
export interface PointerReach {
  readonly price: number;
  readonly low: number;
  readonly high: number;
}

/** Prices from `tolerance` CSS pixels above to as many below the pointer; null while the scale is empty. */
export function pointerReach(
  coordinateToPrice: (y: number) => number | null,
  y: number,
  tolerance: number,
): PointerReach | null {
  const price = coordinateToPrice(y);
  const above = coordinateToPrice(y - tolerance);
  const below = coordinateToPrice(y + tolerance);
  if (price === null || above === null || below === null) return null;
  return { price, low: Math.min(above, below), high: Math.max(above, below) };
}

/**
 * The drawn band under the pointer: of those whose edges lie within reach the one that contains the price, else the
 * one whose own price is nearest. Null when there is none. Bands whose code is 0 are not there.
 */
export function bandUnder(levels: BandLevels, codes: Uint8Array, reach: PointerReach): number | null {
  let best: number | null = null;
  let bestDistance = Infinity;
  for (
    let i = lowerBound(levels.upper, reach.low);
    i < codes.length && (levels.lower[i] ?? Infinity) <= reach.high;
    i++
  ) {
    if (codes[i] === 0) continue;
    const contains = (levels.lower[i] ?? 0) <= reach.price && reach.price <= (levels.upper[i] ?? 0);
    const distance = contains ? -1 : Math.abs((levels.prices[i] ?? 0) - reach.price);
    if (distance < bestDistance) {
      best = i;
      bestDistance = distance;
    }
  }
  return best;
}

/** The flip, a strike by its index, or a wall that the profile names. */
export type GexHit =
  | { readonly kind: 'flip' }
  | { readonly kind: 'strike'; readonly index: number }
  | { readonly kind: 'call-wall' | 'put-wall'; readonly wall: GexWall };

/**
 * What of the GEX overlay is under the pointer: over the profile (`onProfile`) any strike, elsewhere only what has a
 * line, nearest first. The flip wins a tie, then a named wall.
 */
export function gexUnder(levels: GexLevels, reach: PointerReach, onProfile: boolean): GexHit | null {
  let best: GexHit | null = null;
  let bestDistance = Infinity;
  const consider = (price: number, hit: GexHit) => {
    if (price < reach.low || price > reach.high) return;
    const distance = Math.abs(price - reach.price);
    if (distance < bestDistance) {
      best = hit;
      bestDistance = distance;
    }
  };
  if (levels.flip !== null) consider(levels.flip, { kind: 'flip' });
  for (const wall of levels.walls) {
    if (wall.kind !== 'strike') consider(wall.price, { kind: wall.kind, wall });
    else if (!onProfile) consider(wall.price, { kind: 'strike', index: wall.index });
  }
  if (onProfile) {
    const { strikes } = levels;
    for (let i = lowerBound(strikes, reach.low); i < strikes.length && (strikes[i] ?? Infinity) <= reach.high; i++) {
      consider(strikes[i] ?? NaN, { kind: 'strike', index: i });
    }
  }
  return best;
}

const mostConfluences = 3;

/** The confluences that reach to the pointer from either of their two levels, strongest first, a few of them. */
export function confluencesUnder(confluences: readonly Confluence[], reach: PointerReach): Confluence[] {
  const found: Confluence[] = [];
  for (const confluence of confluences) {
    const [a, b] = confluence.levels;
    if (Math.min(a.price, b.price) > reach.high || Math.max(a.price, b.price) < reach.low) continue;
    if (found.push(confluence) === mostConfluences) break;
  }
  return found;
}
