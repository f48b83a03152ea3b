import type { AssetSpec } from './assets.ts';
import type { Cascade, Days } from './days.ts';
import { createRandom, seedOf } from './random.ts';

export const minutesPerDay = 1440;

/** Candles as columns of whole numbers: prices in ticks, volumes in lots. Sums and extremes of them are exact. */
export interface MinuteColumns {
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
  readonly volume: Int32Array;
  readonly takerBuy: Int32Array;
  readonly trades: Int32Array;
}

/** What one day's minutes have in common across assets. */
interface SharedMinutes {
  readonly day: number;
  readonly normals: Float64Array;
  /** Volatility of each minute relative to an even day. */
  readonly activity: Float64Array;
  /** Logarithmic push of cascades. */
  readonly push: Float64Array;
}

export interface Minutes {
  /** The 1,440 minutes of a day; `day` counts from the epoch. Built from the day alone, so days can be asked in any order. */
  day(spec: AssetSpec, day: number): MinuteColumns;
}

const keptDays = 32;
const keptSharedDays = 8;

export function createMinutes(seed: number, days: Days): Minutes {
  const cache = new Map<AssetSpec, Map<number, MinuteColumns>>();
  const shared: SharedMinutes[] = [];

  const sharedMinutes = (day: number): SharedMinutes => {
    const known = shared.find((candidate) => candidate.day === day);
    if (known) return known;
    const made = buildShared(seed, day, days.market(day).cascades);
    shared.push(made);
    if (shared.length > keptSharedDays) shared.shift();
    return made;
  };

  return {
    day(spec, day) {
      let known = cache.get(spec);
      if (!known) cache.set(spec, (known = new Map()));
      let columns = known.get(day);
      if (columns) {
        known.delete(day);
      } else {
        columns = buildDay(seed, spec, day, days, sharedMinutes(day));
        if (known.size >= keptDays) known.delete(known.keys().next().value!);
      }
      known.set(day, columns);
      return columns;
    },
  };
}

function buildShared(seed: number, day: number, cascades: readonly Cascade[]): SharedMinutes {
  const random = createRandom(seedOf(seed, 'market-minutes', day));
  const normals = new Float64Array(minutesPerDay);
  const activity = new Float64Array(minutesPerDay);
  const push = new Float64Array(minutesPerDay);
  let logActivity = 0.4 * random.normal();
  for (let m = 0; m < minutesPerDay; m++) {
    const tail = random.uniform() < 0.004 ? 2.5 : 1;
    normals[m] = tail * random.normal();
    logActivity = 0.975 * logActivity + 0.09 * random.normal();
    activity[m] = sessionActivity[m]! * Math.exp(logActivity);
  }
  for (const cascade of cascades) addCascade(cascade, push, activity);
  return { day, normals, activity, push };
}

/** Busy when Europe opens, busiest when New York does. */
const sessionActivity = Float64Array.from({ length: minutesPerDay }, (_, minute) => {
  const bell = (centre: number, width: number): number => Math.exp(-(((minute - centre) / width) ** 2) / 2);
  return 0.72 + 0.25 * bell(30, 60) + 0.3 * bell(490, 80) + 0.85 * bell(850, 110);
});

function addCascade(cascade: Cascade, push: Float64Array, activity: Float64Array): void {
  for (let i = 0; i < cascade.minutes; i++) {
    const m = cascade.minute + i;
    if (m >= minutesPerDay) return;
    // The move speeds up while stops feed it.
    push[m]! += (cascade.move * 2 * (i + 1)) / (cascade.minutes * (cascade.minutes + 1));
  }
  let left = cascade.move * cascade.retraced;
  for (let i = 0; i < cascade.retraceMinutes * 3; i++) {
    const m = cascade.minute + cascade.minutes + i;
    if (m >= minutesPerDay) return;
    const step = left / cascade.retraceMinutes;
    push[m]! -= step;
    left -= step;
    activity[m]! *= 1 + 1.6 * Math.exp(-i / cascade.retraceMinutes);
  }
}

function buildDay(seed: number, spec: AssetSpec, day: number, days: Days, shared: SharedMinutes): MinuteColumns {
  const random = createRandom(seedOf(seed, 'minutes', spec.asset, day));
  const { open, close, volatility } = days.asset(spec, day);
  const ownShare = Math.min(0.8, spec.ownVolatility / volatility + 0.2);
  const sharedShare = Math.sqrt(1 - ownShare * ownShare);
  const reversion = days.market(day).regime === 'range' ? 0.004 : 0.0008;
  const even = volatility / Math.sqrt(minutesPerDay);

  const deviation = new Float64Array(minutesPerDay);
  const variance = new Float64Array(minutesPerDay);
  let at = 0;
  let spent = 0;
  for (let m = 0; m < minutesPerDay; m++) {
    const size = even * shared.activity[m]!;
    at +=
      size * (sharedShare * shared.normals[m]! + ownShare * random.normal()) +
      spec.beta * shared.push[m]! -
      reversion * at;
    spent += size * size;
    deviation[m] = at;
    variance[m] = spent;
  }

  const columns = emptyColumns(minutesPerDay);
  let previous = toTicks(spec, open);
  for (let m = 0; m < minutesPerDay; m++) {
    const part = variance[m]! / spent;
    const last = m === minutesPerDay - 1;
    const price = last ? close : open + (close - open) * part + deviation[m]! - at * part;
    const next = toTicks(spec, price);
    fillMinute(columns, m, spec, previous, next, even * shared.activity[m]!, shared.activity[m]!, random);
    previous = next;
  }
  return columns;
}

const toTicks = (spec: AssetSpec, logPrice: number): number => Math.round(Math.exp(logPrice) * spec.ticksPerUnit);

export function emptyColumns(length: number): MinuteColumns {
  const column = (): Int32Array => new Int32Array(length);
  return {
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    takerBuy: column(),
    trades: column(),
  };
}

function fillMinute(
  columns: MinuteColumns,
  m: number,
  spec: AssetSpec,
  open: number,
  close: number,
  size: number,
  activity: number,
  random: ReturnType<typeof createRandom>,
): void {
  // Extremes of a Brownian bridge between open and close, whose law is known in closed form.
  const spread = size * open;
  const change = close - open;
  const reach = (): number => Math.sqrt(change * change - 2 * spread * spread * Math.log(1 - random.uniform()));
  columns.open[m] = open;
  columns.close[m] = close;
  columns.high[m] = Math.max(open, close, Math.round((open + close + reach()) / 2));
  columns.low[m] = Math.min(open, close, Math.round((open + close - reach()) / 2));

  const surprise = Math.max(-25, Math.min(25, change / open / (size || 1)));
  const coins =
    (spec.dailyVolume / minutesPerDay) * activity * (0.45 + 0.55 * Math.abs(surprise)) * (0.6 + 0.8 * random.uniform());
  const volume = Math.max(1, Math.round(coins * spec.lotsPerCoin));
  const share = 0.5 + (0.16 * surprise) / (1 + Math.abs(surprise)) + 0.16 * (random.uniform() - 0.5);
  columns.volume[m] = volume;
  columns.takerBuy[m] = Math.round(volume * Math.max(0.04, Math.min(0.96, share)));
  columns.trades[m] = Math.max(1, Math.round(volume / (spec.coinsPerTrade * spec.lotsPerCoin)));
}
