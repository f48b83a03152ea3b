import type { SnapshotHead } from './snapshot.ts';

export interface OpenInterest extends SnapshotHead {
  readonly kind: 'open-interest';
  readonly totalUsd: number | null;
  readonly exchanges: readonly {
    readonly exchange: string;
    readonly openInterestUsd: number;
    readonly change24hUsd: number | null;
    /** Percent: 5.0 is 5 %. */
    readonly changePercent24h: number | null;
  }[];
}

/** Rates are fractions of the position per funding interval: 0.0005 is 0.05 %. */
export interface FundingRates extends SnapshotHead {
  readonly kind: 'funding-rates';
  /** Shape and scale are inferred for Kingfisher, which documents neither. */
  readonly basis: 'documented' | 'inferred';
  readonly exchanges: readonly {
    readonly exchange: string;
    readonly rate: number | null;
    readonly annualized: number | null;
    /** Elite plan only; null otherwise. */
    readonly predicted: number | null;
    readonly nextFundingAt: number | null;
    /** Hours between two fundings; null where not sent. */
    readonly intervalHours: number | null;
  }[];
}

/** Resting orders within a distance of the mid price. */
export interface MarketDepth extends SnapshotHead {
  readonly kind: 'market-depth';
  readonly basis: 'documented' | 'inferred';
  readonly midPrice: number | null;
  /** Percent of the mid price: 0.02 is 0.02 %. */
  readonly spreadPercent: number | null;
  readonly bands: readonly {
    /** Null where the row is for all venues together. */
    readonly exchange: string | null;
    /** Distance from mid, percent: 0.1, 0.5, 1.0. */
    readonly percent: number;
    readonly bidUsd: number | null;
    readonly askUsd: number | null;
  }[];
}

/** Taker order flow and its cumulative volume delta. Columns ascending by time. */
export interface OrderFlow extends SnapshotHead {
  readonly kind: 'order-flow';
  readonly basis: 'documented' | 'inferred';
  /** The provider's flow score as given; null where absent. */
  readonly tof: number | null;
  readonly cvdUsd: number | null;
  readonly times: Float64Array;
  readonly tofSeries: Float64Array;
  readonly cvdSeries: Float64Array;
}
