import type { UnixMs } from '../../contract/market.ts';
import type { AssetSpec } from './assets.ts';
import { addCandle, addMinutes, emptyCandle, minuteMs, partialMinute } from './candles.ts';
import type { TickCandle } from './candles.ts';
import { createDays, dayMs, epoch } from './days.ts';
import type { Days } from './days.ts';
import { createMinutes, minutesPerDay } from './minutes.ts';
import { seedOf } from './random.ts';
import { buildPath, tickMs } from './ticks.ts';
import type { MinutePath } from './ticks.ts';

/** Traded prices as a function of time. Nothing an answer holds is later than its `now`. */
export interface Prices {
  readonly seed: number;
  readonly days: Days;
  /** Ticks at `at`, the last one at or before it. */
  ticks(spec: AssetSpec, at: UnixMs): number;
  /** USD at `at`. */
  price(spec: AssetSpec, at: UnixMs): number;
  /**
   * Candles that open in [from, to), ascending, the one forming at `now` included. `interval` is a number of minutes
   * that divides a day; `from` is rounded up to its multiples.
   */
  candles(spec: AssetSpec, interval: number, from: number, to: number, now: UnixMs): TickCandle[];
}

const hourMs = 3_600_000;
/** Bound of the kept hours: about 1 KB a day. */
const keptHourDays = 2000;

export function createPrices(seed: number): Prices {
  const days = createDays(seed);
  const minutes = createMinutes(seed, days);
  const hours = new Map<AssetSpec, Map<number, TickCandle[]>>();
  const paths = new Map<AssetSpec, { openTime: number; path: MinutePath }>();

  const pathOf = (spec: AssetSpec, openTime: number): MinutePath => {
    const known = paths.get(spec);
    if (known?.openTime === openTime) return known.path;
    const day = Math.floor((openTime - epoch) / dayMs);
    const columns = minutes.day(spec, day);
    const m = (openTime - epoch - day * dayMs) / minuteMs;
    const path = buildPath(seedOf(seed, 'path', spec.asset, openTime / minuteMs), {
      open: columns.open[m]!,
      high: columns.high[m]!,
      low: columns.low[m]!,
      close: columns.close[m]!,
      volume: columns.volume[m]!,
      takerBuy: columns.takerBuy[m]!,
      trades: columns.trades[m]!,
    });
    paths.set(spec, { openTime, path });
    return path;
  };

  const ticks = (spec: AssetSpec, at: UnixMs): number => {
    const time = Math.max(at, epoch);
    const openTime = time - (time % minuteMs);
    return pathOf(spec, openTime).price[Math.floor((time - openTime) / tickMs)]!;
  };

  const hoursOfDay = (spec: AssetSpec, day: number): TickCandle[] => {
    let known = hours.get(spec);
    if (!known) hours.set(spec, (known = new Map()));
    let candles = known.get(day);
    if (!candles) {
      const columns = minutes.day(spec, day);
      candles = [];
      for (let hour = 0; hour < 24; hour++) {
        const candle = emptyCandle(epoch + day * dayMs + hour * hourMs);
        addMinutes(candle, columns, hour * 60, hour * 60 + 60);
        candles.push(candle);
      }
      if (known.size >= keptHourDays) known.delete(known.keys().next().value!);
      known.set(day, candles);
    }
    return candles;
  };

  /** Whole hours of days that are over come from the kept hours, all else from minutes; the last minute from its path. */
  const candle = (spec: AssetSpec, interval: number, openTime: number, now: UnixMs): TickCandle => {
    const day = Math.floor((openTime - epoch) / dayMs);
    const start = epoch + day * dayMs;
    const first = (openTime - start) / minuteMs;
    const made = emptyCandle(openTime);
    made.closed = openTime + interval * minuteMs <= now;
    if (interval % 60 === 0 && start + dayMs <= now) {
      const ofDay = hoursOfDay(spec, day);
      for (let i = 0; i < interval / 60; i++) addCandle(made, ofDay[first / 60 + i]!);
      return made;
    }
    const over = Math.min(interval, Math.floor((now - openTime) / minuteMs));
    addMinutes(made, minutes.day(spec, day), first, first + over);
    if (over < interval) {
      const forming = openTime + over * minuteMs;
      addCandle(made, partialMinute(pathOf(spec, forming), forming, now));
    }
    return made;
  };

  return {
    seed,
    days,
    ticks,
    price: (spec, at) => ticks(spec, at) / spec.ticksPerUnit,
    candles(spec, interval, from, to, now) {
      if (!(interval >= 1) || minutesPerDay % interval !== 0) throw new RangeError(`no candles of ${interval} minutes`);
      const length = interval * minuteMs;
      const first = Math.ceil(Math.max(from, epoch) / length) * length;
      const end = Math.min(to, now + 1);
      const made: TickCandle[] = [];
      for (let openTime = first; openTime < end; openTime += length) made.push(candle(spec, interval, openTime, now));
      return made;
    },
  };
}
