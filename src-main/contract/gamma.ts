import type { SnapshotHead } from './snapshot.ts';

export type GammaRegime = 'positive' | 'negative' | 'neutral';

/** How Halcyon made a profile of an exchange's option chain; every assumption by name, for the screen. */
export interface GexModel {
  /** What is assumed of dealers: long the calls and short the puts. */
  readonly signs: 'calls-plus-puts-minus';
  /** Options that count, and those left out: expired, or without volatility or open interest. */
  readonly options: number;
  readonly omitted: number;
  readonly expiries: number;
  /** Whether gamma is the exchange's own or computed here (Black-76, r = 0) from its mark volatility. */
  readonly gamma: 'exchange' | 'computed';
  /** Where the spot came from, in the exchange's words: `underlying_price of each option`, `index BTCUSD`. */
  readonly spot: string;
  /** Where the volatility came from: `mark_iv, percent`. */
  readonly volatility: string;
  /** Coins of open interest summed over the options that count. */
  readonly openInterest: number;
}

/**
 * Gamma exposure per strike, flip level and regime: as the provider gave them, or (`model` not null) computed here from an
 * option chain. Columns ascending by strike.
 */
export interface GexProfile extends SnapshotHead {
  readonly kind: 'gex';
  /** USD of delta per 1 % move; `inferred` where the provider does not name the unit. */
  readonly unit: 'usd-per-percent';
  readonly unitBasis: 'documented' | 'inferred' | 'computed';
  /** The provider's own price at `takenAt`; null where it sent none (a push need not have one). */
  readonly currentPrice: number | null;
  readonly strikes: Float64Array;
  readonly gammaExposure: Float64Array;
  /** The provider's own `total_gamma`; it is not the running sum of `gammaExposure`. NaN where absent. */
  readonly totalGamma: Float64Array;
  /**
   * The provider's own, null when it gives none; of a computed profile: where the total, re-priced over a grid of spots,
   * changes its sign, null when it does not.
   */
  readonly flipLevel: number | null;
  /**
   * The provider's own word, never derived from price against flip: providers disagree on the orientation. Of a computed
   * profile: the sign of its total.
   */
  readonly regime: GammaRegime | null;
  /** Which side of the flip this provider calls positive, read off its price, flip and regime; null when they cannot tell. */
  readonly positiveSide: 'above' | 'below' | null;
  /** Null: as the provider gave it. */
  readonly model: GexModel | null;
  /** Parts of `gammaExposure`, puts negative; empty where the provider does not tell them apart. */
  readonly calls: Float64Array;
  readonly puts: Float64Array;
  /** Sum over all strikes; null where the provider gives none. */
  readonly total: number | null;
  /** Strike with the largest call exposure, and with the most negative put exposure; null where unknown. */
  readonly callWall: number | null;
  readonly putWall: number | null;
}
