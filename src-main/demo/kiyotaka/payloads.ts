import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { AssetSpec, Venue } from '../market/assets.ts';
import { dayMs } from '../market/days.ts';
import type { Market } from '../market/market.ts';
import type { ColumnLevel, Columns } from './columns.ts';
import type { Query } from './query.ts';

/** Names of the simulated venues. */
export const exchanges: Readonly<Record<string, Venue>> = {
  BINANCE_FUTURES: 'binance',
  BYBIT: 'bybit',
  OKEX_SWAP: 'okx',
};

/** 1970-01-05, a Monday. */
const firstMonday = 4 * dayMs;
const startOf = (time: number, intervalMs: number): number =>
  Math.floor((time - firstMonday) / intervalMs) * intervalMs + firstMonday;

/** Starts of the intervals in the range that have begun. */
function starts({ from, to, intervalMs }: Query, now: UnixMs): number[] {
  const times: number[] = [];
  let time = startOf(from, intervalMs);
  if (time < from) time += intervalMs;
  for (; time < to && time <= now; time += intervalMs) times.push(time);
  return times;
}

export type Missing = (time: number) => boolean;

/** The levels nearest to the price where there are too many (inferred), as numbers of five digits. */
function pairs(levels: readonly ColumnLevel[], query: Query): number[] {
  const firstShort = levels.findIndex(({ side }) => side === 'short');
  const above = levels[firstShort < 0 ? levels.length - 1 : firstShort];
  const below = levels[firstShort < 0 ? levels.length - 1 : Math.max(0, firstShort - 1)];
  const price = ((above?.price ?? 0) + (below?.price ?? 0)) / 2;
  let first = 0;
  let end = levels.length;
  while (end - first > query.depth) {
    if (price - levels[first]!.price > levels[end - 1]!.price - price) first += 1;
    else end -= 1;
  }
  const numbers: number[] = [];
  for (let index = first; index < end; index++) {
    const level = levels[index]!;
    numbers.push(level.price, round(query.isUsd ? level.usd : level.usd / level.price));
  }
  return numbers;
}

const round = (amount: number): number => Math.round(amount * 1e5) / 1e5;

export function heatmap(columns: Columns, spec: AssetSpec, query: Query, now: UnixMs, isMissing: Missing): object {
  const id = { type: query.type, interval: query.interval, coin: spec.asset };
  const points = starts(query, now)
    .filter((time) => !isMissing(time))
    .map((time) => ({ time, levels: pairs(columns.at(spec, unixMs(time)), query) }));
  if (query.isFlat) {
    const flat: number[] = [];
    for (const { time, levels } of points) {
      flat.push(levels.length / 2, time * 1000);
      for (const value of levels) flat.push(value);
    }
    return { series: [{ id, flat_points: flat }] };
  }
  return {
    series: [{ id, points: points.map(({ time, levels }) => ({ Point: { timestamp: { s: time / 1000 }, levels } })) }],
  };
}

/** One series a side; BUY are longs. A sum over exchanges comes without their names. */
export function volumes(
  market: Market,
  spec: AssetSpec,
  query: Query,
  venues: readonly Venue[],
  now: UnixMs,
  isMissing: Missing,
): object {
  const sums = new Map(starts(query, now).map((time) => [time, { long: 0, short: 0 }]));
  const end = Math.min(query.to, now + 1);
  // Weeks of the shared market begin on Thursdays: they are put together from days.
  const step = Math.min(query.intervalMs, dayMs);
  for (const venue of venues) {
    for (const row of market.realised.volumes(spec, venue, step, unixMs(query.from), unixMs(end))) {
      const sum = sums.get(startOf(row.time, query.intervalMs));
      if (!sum) continue;
      sum.long += query.isUsd ? row.longUsd : row.longCoins;
      sum.short += query.isUsd ? row.shortUsd : row.shortCoins;
    }
  }
  const id = query.isSummed
    ? { type: query.type, interval: query.interval, coin: spec.asset }
    : {
        ...{ type: query.type, exchange: query.exchanges[0], rawSymbol: spec.symbol },
        ...{ normalizedSymbol: `${spec.asset}-USDT`, category: 'PERPETUAL' },
        ...{ interval: query.interval, coin: spec.asset },
      };
  const series = (side: 'BUY' | 'SELL', of: 'long' | 'short'): object => ({
    id: { ...id, side },
    points: [...sums]
      .filter(([time]) => !isMissing(time))
      .map(([time, sum]) => ({ Point: { liquidations: round(sum[of]), timestamp: { s: time / 1000 } } })),
  });
  return { series: [series('SELL', 'short'), series('BUY', 'long')] };
}
