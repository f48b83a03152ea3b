import type { UnixMs } from '../../contract/market.ts';

const yearMs = 365 * 24 * 3_600_000;

/** Years of 365 days from `at` to `expiry`; zero or less once it has expired. */
export const yearsUntil = (expiry: UnixMs, at: UnixMs): number => (expiry - at) / yearMs;

/** Black-76 without interest: `forward` is the price for the expiry, `sigma` a fraction per year, `years` as `yearsUntil`. */
export interface Black76 {
  readonly forward: number;
  readonly strike: number;
  readonly sigma: number;
  readonly years: number;
}

/** NaN once expired and without volatility. */
export function d1Of({ forward, strike, sigma, years }: Black76): number {
  const deviation = sigma * Math.sqrt(years);
  return deviation > 0 ? (Math.log(forward) - Math.log(strike)) / deviation + deviation / 2 : NaN;
}

/** Change of delta per unit of the forward; 0 once expired and without volatility. */
export function gammaOf(option: Black76): number {
  const deviation = option.sigma * Math.sqrt(option.years);
  return deviation > 0 ? density(d1Of(option)) / (option.forward * deviation) : 0;
}

/** Delta of a call: `N(d1)`. A put's is one less. NaN once expired and without volatility. */
export const callDeltaOf = (option: Black76): number => cumulative(d1Of(option));

const perRoot = 1 / Math.sqrt(2 * Math.PI);

/** Standard normal density. */
export const density = (x: number): number => perRoot * Math.exp((-x * x) / 2);

/** Standard normal distribution: Taylor series about zero, beyond it the continued fraction of Laplace; both to 1e-13. */
function cumulative(x: number): number {
  const size = Math.abs(x);
  if (!(size < 4)) {
    if (Number.isNaN(x)) return NaN;
    let fraction = size;
    for (let step = 60; step >= 1; step -= 1) fraction = size + step / fraction;
    const tail = density(size) / fraction;
    return x > 0 ? 1 - tail : tail;
  }
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + density(x) * sum;
}
