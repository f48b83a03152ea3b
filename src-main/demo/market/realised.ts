import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import { venueShare, venues } from './assets.ts';
import type { AssetSpec, Venue } from './assets.ts';
import { minuteMs } from './candles.ts';
import type { TickCandle } from './candles.ts';
import { dayMs, epoch } from './days.ts';
import type { Prices } from './prices.ts';
import { createRandom, seedOf } from './random.ts';
import type { Random } from './random.ts';

/** A position that was liquidated. */
export interface DemoLiquidation {
  readonly time: UnixMs;
  /** Side of the position. */
  readonly side: 'long' | 'short';
  /** USD, a price the market had at `time`. */
  readonly price: number;
  readonly coins: number;
  readonly venue: Venue;
}

/** Sums of one interval. USD is coins × price of each liquidation. */
export interface DemoVolume {
  readonly time: UnixMs;
  readonly longUsd: number;
  readonly shortUsd: number;
  readonly longCoins: number;
  readonly shortCoins: number;
  readonly longTrades: number;
  readonly shortTrades: number;
}

export interface Realised {
  /** from ≤ time < to, ascending. */
  between(spec: AssetSpec, from: UnixMs, to: UnixMs): readonly DemoLiquidation[];
  /**
   * A row for each interval that the range touches, empty ones too, ascending; intervals start at multiples of their
   * length. Only what happened in [from, to) is counted: the interval that holds `to` is as far as it had come then.
   */
  volumes(spec: AssetSpec, venue: Venue | 'all', intervalMs: number, from: UnixMs, to: UnixMs): readonly DemoVolume[];
}

/** Bound of the kept days of one asset: about 20 KB a day. */
const keptDays = 64;
/** A usual minute's move of the whole market, as a fraction. */
const usualMove = 0.0005;
/** Liquidations of one side in a minute without a move: about one of both sides every five minutes. */
const quietRate = 0.1;
/** Most of one side in a minute. */
const mostInMinute = 60;
const largestUsd = 6_000_000;

/** Whole days are made at once, each from its own seed, so they can be asked for in any order. */
export function createRealised(prices: Prices): Realised {
  const kept = new Map<AssetSpec, Map<number, readonly DemoLiquidation[]>>();

  const ofDay = (spec: AssetSpec, day: number): readonly DemoLiquidation[] => {
    let known = kept.get(spec);
    if (!known) kept.set(spec, (known = new Map()));
    let events = known.get(day);
    if (events) {
      known.delete(day);
    } else {
      events = makeDay(prices, spec, day);
      if (known.size >= keptDays) known.delete(known.keys().next().value!);
    }
    known.set(day, events);
    return events;
  };

  const between = (spec: AssetSpec, from: number, to: number): readonly DemoLiquidation[] => {
    const found: DemoLiquidation[] = [];
    const start = Math.max(from, epoch);
    for (let day = Math.floor((start - epoch) / dayMs); epoch + day * dayMs < to; day++) {
      const events = ofDay(spec, day);
      for (let i = firstAtOrAfter(events, start); i < events.length && events[i]!.time < to; i++)
        found.push(events[i]!);
    }
    return found;
  };

  return {
    between,
    volumes(spec, venue, intervalMs, from, to) {
      if (!(intervalMs >= 1)) throw new RangeError(`no intervals of ${intervalMs} ms`);
      const rows: { -readonly [Field in keyof DemoVolume]: DemoVolume[Field] }[] = [];
      const first = Math.floor(Math.max(from, epoch) / intervalMs) * intervalMs;
      for (let time = first; time < to; time += intervalMs) {
        const none = { longUsd: 0, shortUsd: 0, longCoins: 0, shortCoins: 0, longTrades: 0, shortTrades: 0 };
        rows.push({ time: unixMs(time), ...none });
      }
      for (const event of between(spec, from, to)) {
        if (venue !== 'all' && event.venue !== venue) continue;
        const row = rows[Math.floor((event.time - first) / intervalMs)]!;
        row[`${event.side}Usd`] += event.coins * event.price;
        row[`${event.side}Coins`] += event.coins;
        row[`${event.side}Trades`] += 1;
      }
      return rows;
    },
  };
}

function firstAtOrAfter(events: readonly DemoLiquidation[], time: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function makeDay(prices: Prices, spec: AssetSpec, day: number): readonly DemoLiquidation[] {
  const start = epoch + day * dayMs;
  const random = createRandom(seedOf(prices.seed, 'realised', spec.asset, day));
  const events: DemoLiquidation[] = [];
  for (const minute of prices.candles(spec, 1, start, start + dayMs, unixMs(start + dayMs))) {
    const usual = minute.open * usualMove * spec.beta;
    addSide(events, prices, spec, minute, 'long', (minute.open - minute.low) / usual, random);
    addSide(events, prices, spec, minute, 'short', (minute.high - minute.open) / usual, random);
  }
  return events.sort((a, b) => a.time - b.time);
}

/** `reach`: how far the minute went against the side, in usual moves. Cascades reach ten and more. */
function addSide(
  events: DemoLiquidation[],
  prices: Prices,
  spec: AssetSpec,
  minute: TickCandle,
  side: 'long' | 'short',
  reach: number,
  random: Random,
): void {
  const forced = Math.max(0, reach - 2.5);
  const count = Math.min(mostInMinute, poisson(quietRate + 0.3 * forced ** 1.5, random));
  for (let i = 0; i < count; i++) {
    // The worst of three moments: positions break when price is far against them.
    let time = 0;
    let ticks = side === 'long' ? Infinity : -Infinity;
    for (let draw = 0; draw < 3; draw++) {
      const moment = minute.openTime + Math.floor(random.uniform() * minuteMs);
      const there = prices.ticks(spec, unixMs(moment));
      if (side === 'long' ? there < ticks : there > ticks) [time, ticks] = [moment, there];
    }
    const price = ticks / spec.ticksPerUnit;
    // Pareto with infinite variance before the cap; larger where the book is being run over.
    const usual = 7000 * Math.sqrt((spec.openInterest * spec.anchor) / 28e9) * (1 + 0.1 * forced);
    const usd = Math.min(largestUsd, usual * (1 - random.uniform()) ** (-1 / 1.2));
    const lots = Math.max(1, Math.round((usd / price) * spec.lotsPerCoin));
    events.push({ time: unixMs(time), side, price, coins: lots / spec.lotsPerCoin, venue: pickVenue(random) });
  }
}

function pickVenue(random: Random): Venue {
  let left = random.uniform();
  for (const venue of venues) {
    left -= venueShare[venue];
    if (left < 0) return venue;
  }
  return venues[0];
}

/** Knuth's method; the rate is far below where its exponential underflows, and the count is capped. */
function poisson(rate: number, random: Random): number {
  const limit = Math.exp(-Math.min(rate, 100));
  let count = 0;
  for (let product = random.uniform(); product > limit && count < mostInMinute; product *= random.uniform()) count++;
  return count;
}
