import type { UnixMs } from '../../contract/market.ts';
import { unixMs } from '../../contract/market.ts';
import type { AssetSpec } from './assets.ts';
import { dayMs, epoch } from './days.ts';
import type { Prices } from './prices.ts';
import { noiseAt, normalAt } from './random.ts';

/** Gamma exposure, whole USD per 1 % move, in Kingfisher's orientation: positive below the flip. */
export interface GammaState {
  readonly price: number;
  readonly strikes: readonly { readonly strike: number; readonly gamma: number; readonly total: number }[];
  readonly flip: number | null;
  readonly regime: 'positive' | 'negative';
}

interface OpenStrike {
  readonly strike: number;
  readonly calls: number;
  readonly puts: number;
}

interface Expiry {
  readonly years: number;
  readonly share: number;
}

const yearMs = 365 * dayMs;
/** Strikes as far from the price as this count for the total, and are reported, as parts of the price. */
const countedReach = 0.3;
const shownReach = 0.16;

/** Null where the asset has no listed options. */
export function gammaState(prices: Prices, spec: AssetSpec, at: UnixMs): GammaState | null {
  if (!spec.options) return null;
  const price = prices.price(spec, at);
  const strikes = openStrikes(prices, spec, at, price);
  const expiries = listExpiries(at);
  const day = Math.floor((Math.max(at, epoch) - epoch) / dayMs);
  const volatility = Math.max(0.25, Math.min(1.2, prices.days.asset(spec, day).volatility * Math.sqrt(365) * 1.05));

  const exposure = strikes.map((open) => strikeExposure(open, price, volatility, expiries));
  const rows = strikes
    .map(({ strike }, i) => {
      const neighbours = (exposure[i - 1] ?? 0) + (exposure[i + 1] ?? 0);
      return { strike, gamma: Math.round(exposure[i]!), total: Math.round(exposure[i]! + 0.4 * neighbours) };
    })
    .filter(({ strike }) => Math.abs(strike / price - 1) <= shownReach);
  const totalAt = (spot: number): number =>
    strikes.reduce((sum, open) => sum + strikeExposure(open, spot, volatility, expiries), 0);
  const root = nearestFall(totalAt, price);
  const flip = root === null ? null : Math.round(root * spec.ticksPerUnit) / spec.ticksPerUnit;
  const positive = flip === null ? totalAt(price) > 0 : price < flip;
  return { price, strikes: rows, flip, regime: positive ? 'positive' : 'negative' };
}

/** Black-76 gamma, no interest: `φ(d1) / (F σ √T)`. */
export function gammaOf(forward: number, strike: number, volatility: number, years: number): number {
  const deviation = volatility * Math.sqrt(years);
  const d1 = (Math.log(forward / strike) + (deviation * deviation) / 2) / deviation;
  return Math.exp((-d1 * d1) / 2) / Math.sqrt(2 * Math.PI) / (forward * deviation);
}

/** Dealers are taken to hold the puts and to have sold the calls. */
function strikeExposure(open: OpenStrike, spot: number, volatility: number, expiries: readonly Expiry[]): number {
  const distance = Math.log(spot / open.strike);
  const smile = volatility * (1 + 1.5 * distance * distance);
  let gamma = 0;
  for (const { years, share } of expiries) gamma += share * gammaOf(spot, open.strike, smile, years);
  return gamma * (open.puts - open.calls) * spot * spot * 0.01;
}

/** Calls are held above, puts below the price of the last days; round strikes attract both. */
function openStrikes(prices: Prices, spec: AssetSpec, at: UnixMs, price: number): OpenStrike[] {
  const { strikeStep, roundStep, coinsPerStrike } = spec.options!;
  const centre = recentPrice(prices, spec, at);
  const first = Math.ceil((price * (1 - countedReach)) / strikeStep);
  const last = Math.floor((price * (1 + countedReach)) / strikeStep);
  const strikes: OpenStrike[] = [];
  for (let k = first; k <= last; k++) {
    const strike = k * strikeStep;
    const round = strike % roundStep === 0 ? 1.9 : 1;
    const size = (side: string, middle: number): number => {
      const bell = Math.exp(-((Math.log(strike / (centre * middle)) / 0.06) ** 2) / 2);
      const habit = Math.exp(0.35 * normalAt(prices.seed, 'strike', spec.asset, side, strike));
      const drift = 1 + 0.12 * noiseAt(prices.seed, `strike-${spec.asset}-${side}-${strike}`, at, 6 * 3_600_000);
      return coinsPerStrike * round * bell * habit * Math.max(0.3, drift);
    };
    strikes.push({ strike, calls: size('calls', 1.045), puts: size('puts', 0.955) });
  }
  return strikes;
}

/** Mean of the last three daily opens, sliding through the day. */
function recentPrice(prices: Prices, spec: AssetSpec, at: UnixMs): number {
  const time = Math.max(at, epoch);
  const day = Math.floor((time - epoch) / dayMs);
  const part = (time - epoch) / dayMs - day;
  const mean = (until: number): number => {
    let sum = 0;
    let count = 0;
    for (let d = Math.max(0, until - 2); d <= until; d++, count++) sum += prices.days.asset(spec, d).open;
    return Math.exp(sum / count);
  };
  return day === 0 ? mean(0) : mean(day - 1) * (1 - part) + mean(day) * part;
}

/** The next weekly, the one four weeks on, and one a quarter out: Fridays at 08:00 UTC. */
function listExpiries(at: UnixMs): readonly Expiry[] {
  const firstFriday = unixMs(Date.UTC(2024, 0, 5, 8));
  const next = firstFriday + Math.ceil((at + dayMs - firstFriday) / (7 * dayMs)) * 7 * dayMs;
  return [
    { years: (next - at) / yearMs, share: 0.35 },
    { years: (next + 28 * dayMs - at) / yearMs, share: 0.4 },
    { years: (next + 91 * dayMs - at) / yearMs, share: 0.25 },
  ];
}

/** Where the total goes from positive to negative as spot rises, nearest to `price`; null when it never does. */
function nearestFall(total: (spot: number) => number, price: number): number | null {
  let nearest: number | null = null;
  let before = { spot: price * 0.84, value: total(price * 0.84) };
  for (let step = 1; step <= 32; step++) {
    const spot = price * (0.84 + step * 0.01);
    const value = total(spot);
    if (before.value > 0 && value <= 0) {
      const root = before.spot + ((spot - before.spot) * before.value) / (before.value - value);
      if (nearest === null || Math.abs(root - price) < Math.abs(nearest - price)) nearest = root;
    }
    before = { spot, value };
  }
  return nearest;
}
