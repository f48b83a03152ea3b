import { createRandom } from './random.ts';

export const tickMs = 250;
export const ticksPerMinute = 240;

/** One minute's candle in whole ticks and lots. */
export interface MinuteCandle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly takerBuy: number;
  readonly trades: number;
}

/** The path inside a minute. Volumes and trades are running totals since the minute opened. */
export interface MinutePath {
  readonly price: Int32Array;
  readonly volume: Int32Array;
  readonly takerBuy: Int32Array;
  readonly trades: Int32Array;
}

/** A path that opens, peaks, bottoms and closes exactly as the candle says: aggregating it gives the candle back. */
export function buildPath(seed: number, candle: MinuteCandle): MinutePath {
  const random = createRandom(seed);
  const last = ticksPerMinute - 1;
  const peak = 1 + Math.floor(random.uniform() * (last - 1));
  let trough = 1 + Math.floor(random.uniform() * (last - 2));
  if (trough >= peak) trough++;
  const price = new Int32Array(ticksPerMinute);
  const stops: readonly (readonly [number, number])[] = [
    [0, candle.open],
    ...(peak < trough
      ? ([
          [peak, candle.high],
          [trough, candle.low],
        ] as const)
      : ([
          [trough, candle.low],
          [peak, candle.high],
        ] as const)),
    [last, candle.close],
  ].filter(([at], i, all) => i === 0 || at !== all[i - 1]![0]) as [number, number][];
  const stepSize = (candle.high - candle.low) / 22;
  for (let i = 1; i < stops.length; i++) bridge(price, stops[i - 1]!, stops[i]!, stepSize, candle, random.normal);

  const volume = new Int32Array(ticksPerMinute);
  const takerBuy = new Int32Array(ticksPerMinute);
  const trades = new Int32Array(ticksPerMinute);
  const weights = new Float64Array(ticksPerMinute);
  let total = 0;
  for (let i = 0; i <= last; i++) {
    const moved = i === 0 ? 0 : Math.abs(price[i]! - price[i - 1]!);
    total += (0.3 + moved / (stepSize + 1)) * random.uniform() ** 2 + 1e-6;
    weights[i] = total;
  }
  for (let i = 0; i <= last; i++) {
    const part = i === last ? 1 : weights[i]! / total;
    volume[i] = Math.floor(candle.volume * part);
    takerBuy[i] = Math.floor(candle.takerBuy * part);
    trades[i] = Math.floor(candle.trades * part);
  }
  return { price, volume, takerBuy, trades };
}

function bridge(
  price: Int32Array,
  [from, start]: readonly [number, number],
  [to, end]: readonly [number, number],
  stepSize: number,
  limits: MinuteCandle,
  normal: () => number,
): void {
  const walk = new Float64Array(to - from + 1);
  for (let i = 1; i < walk.length; i++) walk[i] = walk[i - 1]! + stepSize * normal();
  const length = walk.length - 1;
  for (let i = 0; i <= length; i++) {
    const part = i / length;
    const free = start + (end - start) * part + walk[i]! - walk[length]! * part;
    price[from + i] = Math.max(limits.low, Math.min(limits.high, Math.round(free)));
  }
}
