import type { SnapshotHead } from './snapshot.ts';

export type GammaRegime = 'positive' | 'negative' | 'neutral';

/** Gamma exposure per strike, flip level and regime, as the provider gave them. Columns ascending by strike. */
export interface GexProfile extends SnapshotHead {
  readonly kind: 'gex';
  /** USD of delta per 1 % move; `inferred` where the provider does not name the unit. */
  readonly unit: 'usd-per-percent';
  readonly unitBasis: 'documented' | 'inferred';
  /** The provider's own price at `takenAt`; null where it sent none (a push need not have one). */
  readonly currentPrice: number | null;
  readonly strikes: Float64Array;
  readonly gammaExposure: Float64Array;
  /** The provider's own `total_gamma`; it is not the running sum of `gammaExposure`. NaN where absent. */
  readonly totalGamma: Float64Array;
  /** Null when the provider gives none; never derived here. */
  readonly flipLevel: number | null;
  /** The provider's own word. Never derived from price against flip: providers disagree on the orientation. */
  readonly regime: GammaRegime | null;
  /** Which side of the flip this provider calls positive, read off its price, flip and regime; null when they cannot tell. */
  readonly positiveSide: 'above' | 'below' | null;
}
