import type { UnixMs } from '../../contract/market.ts';

/** One listed option. Prices in USD. */
export interface ChainOption {
  readonly type: 'call' | 'put';
  readonly strike: number;
  readonly expiry: UnixMs;
  /** Coins: contracts × contract size. */
  readonly openInterest: number;
  /** Mark volatility, a fraction per year. */
  readonly sigma: number;
  /** Price of the underlying for this expiry. */
  readonly forward: number;
  /** The exchange's own; null: computed from `sigma`. */
  readonly gamma: number | null;
}

/** What of an option chain counts, at one moment. */
export interface Chain {
  /** USD. */
  readonly spot: number;
  readonly at: UnixMs;
  readonly options: readonly ChainOption[];
}

/** Options in an order of their own, so that sums do not depend on the order in which they came. */
export const inOrder = (options: readonly ChainOption[]): ChainOption[] =>
  [...options].sort(
    (a, b) =>
      a.strike - b.strike ||
      a.expiry - b.expiry ||
      Number(a.type === 'put') - Number(b.type === 'put') ||
      a.openInterest - b.openInterest ||
      a.sigma - b.sigma ||
      a.forward - b.forward ||
      (a.gamma ?? -1) - (b.gamma ?? -1),
  );

/** Dealers are taken to be long the calls and short the puts. */
export const signOf = ({ type }: ChainOption): 1 | -1 => (type === 'call' ? 1 : -1);

/** USD of delta per 1 % move of `spot`, without the sign. */
export const exposureOf = (gamma: number, openInterest: number, spot: number): number =>
  gamma * openInterest * spot * spot * 0.01;
