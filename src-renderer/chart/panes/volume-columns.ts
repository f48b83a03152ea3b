import { volumeBreach } from '../../../src-main/contract/liquidation.ts';

/** What is to be said of a row of volumes, as bits: what its provider's numbers break, and what is missing in it. */
export const volumeFlag = {
  ...volumeBreach,
  /** The candle is not covered by whole intervals, or its interval was still running. */
  partial: 4,
  /** A venue in it tells only some of its liquidations. */
  sample: 8,
} as const;

/** Liquidated volumes as they are drawn: columns of equal length, ascending by start, one row a candle or interval. */
export interface VolumeColumns {
  /** Milliseconds that each row covers: a candle, or the provider's interval where that is longer. */
  readonly spanMs: number;
  /** Start of each row (UnixMs). */
  readonly starts: Float64Array;
  readonly longs: Float64Array;
  readonly shorts: Float64Array;
  /** Number of liquidations; NaN where it is not known. */
  readonly longTrades: Float64Array;
  readonly shortTrades: Float64Array;
  /** Bits of `volumeFlag`. */
  readonly flags: Uint8Array;
}

/** Index of the first value that is not below `least`; the length when there is none. Ascending. */
export function firstFrom(values: Float64Array, least: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Infinity) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row that covers a moment; −1 where none does: then it is unknown, not zero. */
export function rowAt({ starts, spanMs }: VolumeColumns, time: number): number {
  const row = firstFrom(starts, time + 1) - 1;
  return row >= 0 && time < (starts[row] ?? NaN) + spanMs ? row : -1;
}
