import { yearsUntil } from './black-76.ts';
import { exposureOf, inOrder, signOf, type Chain } from './chain.ts';

/** The grid: 0.8 … 1.2 of spot in steps of a tenth of a percent. */
const lowest = 0.8;
const highest = 1.2;
const steps = 400;

export interface Flip {
  readonly level: number;
  /** On which side of it, next to it, the re-priced total is positive. */
  readonly positiveSide: 'above' | 'below';
}

export interface Curve {
  readonly spots: Float64Array;
  /** Total exposure if spot were there: USD of delta per 1 % move. */
  readonly totals: Float64Array;
}

/** Total exposure re-priced over the grid; forwards move with spot, volatilities stay with their strikes. */
export function curveOf(chain: Chain): Curve {
  const ratios = Float64Array.from({ length: steps + 1 }, (_, step) => lowest + ((highest - lowest) * step) / steps);
  const logs = ratios.map(Math.log);
  const totals = new Float64Array(ratios.length);
  for (const option of inOrder(chain.options)) {
    const deviation = option.sigma * Math.sqrt(yearsUntil(option.expiry, chain.at));
    if (!(deviation > 0)) continue;
    // As `gammaOf`, with all that does not depend on the grid taken out: φ(d1) / (F·ratio·deviation), S²·ratio².
    const atSpot = (Math.log(option.forward) - Math.log(option.strike)) / deviation + deviation / 2;
    const exposure = exposureOf(1 / (option.forward * deviation), option.openInterest, chain.spot);
    const scale = (signOf(option) * exposure) / Math.sqrt(2 * Math.PI);
    for (let step = 0; step <= steps; step += 1) {
      const d1 = atSpot + logs[step]! / deviation;
      totals[step]! += scale * ratios[step]! * Math.exp((-d1 * d1) / 2);
    }
  }
  return { spots: ratios.map((ratio) => ratio * chain.spot), totals };
}

/**
 * Where the curve changes its sign, nearest to `spot`: by a straight line between the two points, or where it is zero
 * between them (the middle of several zeros); null: nowhere.
 */
export function flipOf({ spots, totals }: Curve, spot: number): Flip | null {
  let nearest: Flip | null = null;
  let before = -1;
  for (let step = 0; step < totals.length; step += 1) {
    const value = totals[step]!;
    if (value === 0 || Number.isNaN(value)) continue;
    if (before >= 0 && Math.sign(totals[before]!) !== Math.sign(value)) {
      const part = totals[before]! / (totals[before]! - value);
      const level =
        step - before > 1
          ? (spots[before + 1]! + spots[step - 1]!) / 2
          : spots[before]! + part * (spots[step]! - spots[before]!);
      if (nearest === null || Math.abs(level - spot) < Math.abs(nearest.level - spot)) {
        nearest = { level, positiveSide: value > 0 ? 'above' : 'below' };
      }
    }
    before = step;
  }
  return nearest;
}
