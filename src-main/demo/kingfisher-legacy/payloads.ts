import type { UnixMs } from '../../contract/market.ts';
import type { AssetSpec, Venue } from '../market/assets.ts';
import type { Market } from '../market/market.ts';

/*
 * The document shows how its sample program reads an answer, and no answer: `result.data` maps a name to prices and
 * densities, some of them zero, and holds two cumulative curves spelled as below. Names of clusters are a guess.
 */
type WireColumns = readonly [prices: readonly number[], values: readonly number[]];

export const mapTypes = ['all_leverage', 'high_leverage'] as const;
export type MapType = (typeof mapTypes)[number];

/** A cluster for each distance from the price, as a fraction of it, and whether it counts as high leverage. */
const clusters = [
  { name: '100x', upTo: 0.012, isHigh: true },
  { name: '50x', upTo: 0.024, isHigh: true },
  { name: '25x', upTo: 0.05, isHigh: false },
  { name: '10x', upTo: Infinity, isHigh: false },
] as const;

const round = (value: number): number => Number(value.toFixed(6));

/** The map of one venue as relative density: the strongest level of the map is 1. */
export function liquidationMap(
  market: Market,
  spec: AssetSpec,
  venue: Venue,
  type: MapType,
  at: UnixMs,
): { readonly result: { readonly data: Readonly<Record<string, WireColumns>> } } {
  const price = market.prices.price(spec, at);
  const named = clusters.filter(({ isHigh }) => isHigh || type === 'all_leverage');
  const farthest = named.at(-1)!.upTo;
  const levels = market
    .liquidations(spec, '1D', venue, at)
    .map((level) => ({ ...level, usd: level.longUsd + level.shortUsd, away: Math.abs(level.price / price - 1) }))
    .filter(({ away }) => away <= farthest);
  const strongest = levels.reduce((most, { usd }) => Math.max(most, usd), 0);
  const density = (usd: number): number => (strongest === 0 ? 0 : round(usd / strongest));

  const data: Record<string, WireColumns> = {};
  let nearer = 0;
  for (const { name, upTo } of named) {
    const own = levels.filter(({ away }) => away <= upTo && (away > nearer || nearer === 0));
    data[name] = [own.map((level) => level.price), own.map(({ usd }) => density(usd))];
    nearer = upTo;
  }
  // Between any two levels there is nothing, and the provider says so at length.
  const between = levels.slice(1).map((level, i) => round((level.price + levels[i]!.price) / 2));
  data['noise'] = [between, between.map(() => 0)];
  const shorts = levels.filter(({ shortUsd }) => shortUsd > 0);
  const longs = levels.filter(({ longUsd }) => longUsd > 0).reverse();
  data['Cummulated short liqs'] = cumulated(shorts.map((level) => [level.price, density(level.shortUsd)]));
  data['Cummulated long liqs'] = cumulated(longs.map((level) => [level.price, density(level.longUsd)]));
  return { result: { data } };
}

/** Running sums away from the price: upwards for shorts, downwards for longs. */
function cumulated(rows: readonly (readonly [price: number, density: number])[]): WireColumns {
  let sum = 0;
  return [rows.map(([price]) => price), rows.map(([, density]) => (sum = round(sum + density)))];
}
