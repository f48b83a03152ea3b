import { includedDepth } from './choices.ts';

export type PointType = 'HYPERLIQUID_LIQUIDATION_AGG' | 'LIQUIDATION_AGG';

/** Weight of 1,000 points, and the most points of one request, by the provider's documents of the two types. */
export const costs: Readonly<Record<PointType, { readonly base: number; readonly mostPoints: number }>> = {
  HYPERLIQUID_LIQUIDATION_AGG: { base: 5, mostPoints: 5_000 },
  LIQUIDATION_AGG: { base: 1, mostPoints: 100_000 },
};

export interface Weighed {
  readonly type: PointType;
  /** Intervals from `from` to `from + period`; the two sides of one are one point (inferred). */
  readonly points: number;
  /** How many are summed; it counts only where `grouped`. */
  readonly exchanges: number;
  readonly grouped: boolean;
  readonly maxDepth: number;
}

/** Every 1,000 points that are begun. */
export const thousands = ({ type, points }: Weighed): number =>
  Math.ceil(Math.min(points, costs[type].mostPoints) / 1000);

/** Fifths that a request costs more for each exchange summed. 5: nothing more. */
export const groupFifths = ({ grouped, exchanges }: Weighed): number => 5 + (grouped ? exchanges : 0);

/** Fifths that a request costs more for each 1,500 levels begun beyond the first. 5: nothing more. */
export const depthFifths = ({ maxDepth }: Weighed): number => 5 + Math.floor((maxDepth - 1) / includedDepth);

/**
 * What one request costs: max(1, ceil(ceil(points/1000) × base × (1 + 0.2·exchanges) × (1 + 0.2·bands of depth))). The
 * factors are fifths, whole numbers, so that what is exact is not rounded up: in binary, 10 × 1.6 may be above 16.
 */
export const weightOf = (request: Weighed): number =>
  Math.max(
    1,
    Math.ceil((thousands(request) * costs[request.type].base * groupFifths(request) * depthFifths(request)) / 25),
  );
