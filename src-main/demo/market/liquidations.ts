import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { MapTimeframe } from '../../contract/liquidation.ts';
import { venueShare, venues } from './assets.ts';
import type { AssetSpec, Venue } from './assets.ts';
import { minuteMs } from './candles.ts';
import type { TickCandle } from './candles.ts';
import { epoch } from './days.ts';
import type { Prices } from './prices.ts';
import { createRandom, seedOf } from './random.ts';

/** Positions that would be liquidated at a price, whole USD. */
export interface LiquidationLevel {
  readonly price: number;
  readonly longUsd: number;
  readonly shortUsd: number;
}

/** How far back a map looks for positions still open, and in which steps. */
const windows: Readonly<Record<MapTimeframe, { minutes: number; slot: number }>> = {
  '1H': { minutes: 60, slot: 1 },
  '4H': { minutes: 240, slot: 1 },
  '1D': { minutes: 1440, slot: 5 },
  '1W': { minutes: 10_080, slot: 30 },
};

/** What traders choose: leverage and the share of volume opened with it. */
const leverages: readonly (readonly [number, number])[] = [
  [100, 0.12],
  [75, 0.05],
  [50, 0.21],
  [33, 0.05],
  [25, 0.24],
  [20, 0.12],
  [15, 0.04],
  [10, 0.13],
  [5, 0.04],
];

const maintenance = 0.004;
/** Positions opened on all venues per volume traded on the simulated one, and left to run. */
const openedPerVolume = 2.4;

/** Isolated margin on the value at liquidation, as Binance computes it. */
export const longLiquidation = (entry: number, leverage: number): number =>
  (entry * (1 - 1 / leverage)) / (1 - maintenance);
export const shortLiquidation = (entry: number, leverage: number): number =>
  (entry * (1 + 1 / leverage)) / (1 + maintenance);

/**
 * Levels at `at`, ascending. Every position opened inside the window counts until price has touched its level: longs
 * therefore lie below the price and shorts above. A function of time alone; walking back from the newest positions
 * with the extremes since then finds the survivors in one pass, so nothing needs to be kept between two calls.
 */
export function liquidationLevels(
  prices: Prices,
  spec: AssetSpec,
  timeframe: MapTimeframe,
  venue: Venue | 'all',
  at: UnixMs,
): LiquidationLevel[] {
  const { minutes, slot } = windows[timeframe];
  const end = Math.floor(at / (slot * minuteMs)) * slot * minuteMs;
  const start = unixMs(Math.max(epoch, end - minutes * minuteMs));
  const slots = prices.candles(spec, slot, start, unixMs(end + 1), at);
  const price = prices.ticks(spec, at);
  const longs = new Map<number, number>();
  const shorts = new Map<number, number>();
  let lowest = price;
  let highest = price;
  for (let i = slots.length - 1; i >= 0; i--) {
    const opened = slots[i]!;
    const age = (end - opened.openTime) / (minutes * minuteMs);
    // Positions are closed by their owners, too: the oldest third of the window fades out.
    const left = Math.min(1, Math.max(0, 3 * (1 - age)));
    lowest = Math.min(lowest, opened.low);
    highest = Math.max(highest, opened.high);
    addPositions(prices.seed, spec, opened, left, lowest, highest, longs, shorts);
  }
  const levels = [...collect(longs, 'long', spec, venue), ...collect(shorts, 'short', spec, venue)];
  return levels.sort((a, b) => a.price - b.price);
}

function addPositions(
  seed: number,
  spec: AssetSpec,
  opened: TickCandle,
  left: number,
  lowest: number,
  highest: number,
  longs: Map<number, number>,
  shorts: Map<number, number>,
): void {
  // A slot that only begins at this moment has nothing traded in it yet.
  if (opened.volume === 0) return;
  const random = createRandom(seedOf(seed, 'positions', spec.asset, opened.openTime / minuteMs));
  // Known from the slot's first tick on, so that a level never moves while its slot forms.
  const entry = opened.open / spec.ticksPerUnit;
  const crowd = Math.exp(1.25 * Math.min(2, random.normal()) - 0.7);
  const usd = (opened.volume / spec.lotsPerCoin) * entry * openedPerVolume * left * crowd;
  const longShare = Math.max(0.2, Math.min(0.8, 0.5 + 0.9 * (opened.takerBuy / opened.volume - 0.5)));
  for (const [leverage, share] of leverages) {
    const own = leverage * (0.97 + 0.06 * random.uniform());
    const size = usd * share * Math.exp(0.9 * Math.min(2, random.normal()) - 0.38);
    const longLevel = Math.floor(longLiquidation(entry, own) / spec.levelStep);
    const shortLevel = Math.ceil(shortLiquidation(entry, own) / spec.levelStep);
    if (longLevel * spec.levelStep * spec.ticksPerUnit < lowest) {
      longs.set(longLevel, (longs.get(longLevel) ?? 0) + size * longShare);
    }
    if (shortLevel * spec.levelStep * spec.ticksPerUnit > highest) {
      shorts.set(shortLevel, (shorts.get(shortLevel) ?? 0) + size * (1 - longShare));
    }
  }
}

function collect(
  amounts: Map<number, number>,
  side: 'long' | 'short',
  spec: AssetSpec,
  venue: Venue | 'all',
): LiquidationLevel[] {
  const levels: LiquidationLevel[] = [];
  for (const [level, amount] of amounts) {
    if (amount < spec.smallestLevel) continue;
    const usd = ofVenue(amount, venue);
    const price = Number((level * spec.levelStep).toFixed(spec.priceDecimals));
    levels.push({ price, longUsd: side === 'long' ? usd : 0, shortUsd: side === 'short' ? usd : 0 });
  }
  return levels;
}

/** Whole dollars; `all` is exactly the sum of the venues. */
function ofVenue(amount: number, venue: Venue | 'all'): number {
  if (venue !== 'all') return Math.round(amount * venueShare[venue]);
  return venues.reduce((total, one) => total + Math.round(amount * venueShare[one]), 0);
}
