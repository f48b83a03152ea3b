import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import { venueShare, venues } from './assets.ts';
import type { AssetSpec, Venue } from './assets.ts';
import { minuteMs } from './candles.ts';
import { dayMs, epoch } from './days.ts';
import type { Prices } from './prices.ts';
import { noiseAt, seedOf } from './random.ts';

const hourMs = 3_600_000;
export const fundingIntervalMs = 8 * hourMs;

export interface VenueOpenInterest {
  readonly venue: Venue;
  /** Whole USD. */
  readonly usd: number;
  readonly change24hUsd: number;
  /** Percent with two decimals. */
  readonly changePercent24h: number;
}

export function openInterest(prices: Prices, spec: AssetSpec, at: UnixMs): VenueOpenInterest[] {
  return venues.map((venue) => {
    const usd = openInterestUsd(prices, spec, venue, at);
    const before = openInterestUsd(prices, spec, venue, unixMs(at - dayMs));
    return {
      ...{ venue, usd, change24hUsd: usd - before },
      changePercent24h: Math.round(((usd - before) / before) * 10_000) / 100,
    };
  });
}

function openInterestUsd(prices: Prices, spec: AssetSpec, venue: Venue, at: UnixMs): number {
  const time = Math.max(at, epoch);
  const day = Math.floor((time - epoch) / dayMs);
  const part = (time - epoch) / dayMs - day;
  const level = (index: number): number => (index < 0 ? 0 : prices.days.market(index).positioning);
  const full = level(day - 1) * (1 - part) + level(day) * part;
  const own = 0.03 * noiseAt(seedOf(prices.seed, spec.asset), `oi-${venue}`, time, 7 * hourMs);
  const flicker = 0.0008 * noiseAt(seedOf(prices.seed, spec.asset), `oi-fast-${venue}`, time, 20_000);
  const coins = spec.openInterest * venueShare[venue] * Math.exp(full + own + flicker);
  return Math.round(coins * prices.price(spec, unixMs(time)));
}

export interface VenueFunding {
  readonly venue: Venue;
  /** Fraction of the position per interval: 0.0001 is 0.01 %. */
  readonly rate: number;
  readonly annualized: number;
  readonly predicted: number;
  readonly nextAt: UnixMs;
}

/** Crowds pay for the direction of the last days: the rate is fixed when its interval starts, the prediction moves. */
export function fundingRates(prices: Prices, spec: AssetSpec, at: UnixMs): VenueFunding[] {
  const start = Math.floor(at / fundingIntervalMs) * fundingIntervalMs;
  return venues.map((venue) => {
    const rate = crowdRate(prices, spec, venue, unixMs(start));
    const predicted = crowdRate(prices, spec, venue, at);
    const annualized = Math.round(rate * 3 * 365 * 1e6) / 1e6;
    return { venue, rate, annualized, predicted, nextAt: unixMs(start + fundingIntervalMs) };
  });
}

function crowdRate(prices: Prices, spec: AssetSpec, venue: Venue, at: UnixMs): number {
  const change = Math.log(prices.price(spec, at) / prices.price(spec, unixMs(at - 2 * dayMs)));
  const own = noiseAt(seedOf(prices.seed, spec.asset), `funding-${venue}`, at, fundingIntervalMs);
  const rate = 0.00006 + 0.00045 * Math.tanh(change / (0.09 * spec.beta)) + 0.00003 * own;
  return Math.round(rate * 1e8) / 1e8;
}

export interface VenueDepth {
  readonly venue: Venue;
  /** Distance from mid, percent. */
  readonly percent: number;
  readonly bidUsd: number;
  readonly askUsd: number;
}

export const depthPercents = [0.1, 0.5, 1] as const;

export interface DepthState {
  readonly mid: number;
  readonly spreadPercent: number;
  readonly rows: readonly VenueDepth[];
}

/** Resting orders thin out when the last minutes were wild. */
export function depthState(prices: Prices, spec: AssetSpec, at: UnixMs): DepthState {
  const recent = prices.candles(spec, 1, unixMs(at - 10 * minuteMs), at, at);
  const wild = recent.reduce((sum, minute) => sum + (minute.high - minute.low) / minute.open, 0) / (recent.length || 1);
  const calm = 1 / (1 + 500 * wild);
  const spreadTicks = 1 + Math.floor(2500 * wild);
  const mid = prices.price(spec, at) + spreadTicks / 2 / spec.ticksPerUnit;
  const size = spec.dailyVolume * spec.anchor * 0.006 * calm;
  const rows = venues.flatMap((venue) =>
    depthPercents.map((percent) => {
      const side = (name: string): number => {
        const noise = noiseAt(seedOf(prices.seed, spec.asset), `depth-${venue}-${percent}-${name}`, at, 15_000);
        return Math.round(size * venueShare[venue] * percent ** 0.8 * Math.exp(0.22 * noise));
      };
      return { venue, percent, bidUsd: side('bid'), askUsd: side('ask') };
    }),
  );
  const spreadPercent = Math.round((spreadTicks / spec.ticksPerUnit / mid) * 100 * 1e6) / 1e6;
  return { mid: Number(mid.toFixed(4)), spreadPercent, rows };
}

export interface FlowPoint {
  readonly at: UnixMs;
  /** Taker pressure of the last half hour, −1 … 1. */
  readonly pressure: number;
  /** Taker buys minus sells since 24 hours ago, whole USD. */
  readonly cumulativeUsd: number;
}

/** The last 24 hours in steps of five minutes; the last point is of `at`. */
export function orderFlow(prices: Prices, spec: AssetSpec, at: UnixMs): FlowPoint[] {
  const step = 5 * minuteMs;
  const end = Math.floor(at / step) * step;
  const slots = prices.candles(spec, 5, unixMs(end - dayMs), unixMs(end + 1), at);
  const scale = spec.ticksPerUnit * spec.lotsPerCoin;
  let cumulative = 0;
  return slots.map((slot, i) => {
    cumulative += (2 * slot.takerBuyQuote - slot.quoteVolume) / scale;
    const last = slots.slice(Math.max(0, i - 5), i + 1);
    const bought = last.reduce((sum, one) => sum + one.takerBuyQuote, 0);
    const traded = last.reduce((sum, one) => sum + one.quoteVolume, 0);
    const pressure = Math.round((2 * (bought / (traded || 1)) - 1) * 10_000) / 10_000;
    const until = slot.closed ? slot.openTime + step : at;
    return { at: unixMs(until), pressure, cumulativeUsd: Math.round(cumulative) };
  });
}
