import type { Clock } from '../clock.ts';

/** Of the plan with the heatmap, by the provider's page of limits. */
const perMinute = 750;
const minuteMs = 60_000;

export interface Spent {
  readonly used: number;
  readonly remaining: number;
  readonly limit: number;
  /** Seconds since the epoch. */
  readonly reset: number;
}

/** Weight of the current minute, as the provider charges it. */
export interface Weights {
  /** Charges, or returns the seconds until there is enough again and charges nothing. */
  charge(weight: number): number | null;
  spent(): Spent;
}

export function createWeights(clock: Clock, limit = perMinute): Weights {
  let minute = 0;
  let used = 0;
  const renew = (): void => {
    const current = Math.floor(clock.now() / minuteMs);
    if (current !== minute) used = 0;
    minute = current;
  };
  return {
    charge(weight) {
      renew();
      if (used + weight > limit) return Math.max(1, Math.ceil(((minute + 1) * minuteMs - clock.now()) / 1000));
      used += weight;
      return null;
    },
    spent() {
      renew();
      return { used, remaining: limit - used, limit, reset: ((minute + 1) * minuteMs) / 1000 };
    },
  };
}

/** The provider's published formula. */
export function weightOf(base: number, points: number, exchanges: number, depth: number): number {
  const bands = Math.floor((depth - 1) / 1500);
  const hundredths = Math.ceil(points / 1000) * base * (10 + 2 * exchanges) * (10 + 2 * bands);
  return Math.max(1, Math.ceil(hundredths / 100));
}
