import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { AssetSpec } from '../market/assets.ts';
import { minuteMs } from '../market/candles.ts';
import type { LiquidationLevel } from '../market/liquidations.ts';
import type { Market } from '../market/market.ts';
import { createRandom, seedOf } from '../market/random.ts';

/** What would be liquidated at a price, both sides together: a heatmap names none. */
export interface ColumnLevel {
  readonly price: number;
  readonly usd: number;
  readonly side: 'long' | 'short';
}

export interface Columns {
  /** Ascending by price, longs before shorts; a function of the moment alone, which is a whole minute. */
  at(spec: AssetSpec, at: UnixMs): readonly ColumnLevel[];
}

/** The market's levels are worked out anew so often; in between, what the price touches goes away. */
const anchorMs = 15 * minuteMs;
/** Four days of one asset, some 100 KB each. */
const keptAnchors = 400;
/** Steps of the heatmap to one of the market's levels: 10 USD for BTC. */
const steps = 10;

export function createColumns(market: Market): Columns {
  const anchors = new Map<AssetSpec, Map<number, readonly ColumnLevel[]>>();

  const anchorAt = (spec: AssetSpec, at: UnixMs): readonly ColumnLevel[] => {
    let known = anchors.get(spec);
    if (!known) anchors.set(spec, (known = new Map()));
    let levels = known.get(at);
    if (!levels) {
      // As the slot before it left them: the one that begins now has no volume yet, and no shares of it.
      const before = unixMs(at - 1);
      const price = market.prices.price(spec, before);
      levels = market
        .liquidations(spec, '1D', 'all', before)
        .flatMap((level) => split(market.prices.seed, spec, level, price))
        .sort((a, b) => a.price - b.price);
      if (known.size >= keptAnchors) known.delete(known.keys().next().value!);
      known.set(at, levels);
    }
    return levels;
  };

  return {
    at(spec, at) {
      const anchor = unixMs(Math.floor(at / anchorMs) * anchorMs);
      const levels = anchorAt(spec, anchor);
      let lowest = Infinity;
      let highest = -Infinity;
      for (const minute of market.prices.candles(spec, 1, anchor, at, at)) {
        lowest = Math.min(lowest, minute.low);
        highest = Math.max(highest, minute.high);
      }
      const low = lowest / spec.ticksPerUnit;
      const high = highest / spec.ticksPerUnit;
      return levels.filter(({ price, side }) => (side === 'long' ? price < low : price > high));
    },
  };
}

/** A level stands for positions that break within one step of it, longs above it and shorts below; here they are spread out. */
function split(seed: number, spec: AssetSpec, level: LiquidationLevel, price: number): readonly ColumnLevel[] {
  const side = level.longUsd > 0 ? 'long' : 'short';
  const step = (spec.levelStep / steps) * (side === 'long' ? 1 : -1);
  const decimals = Math.max(spec.priceDecimals, 3);
  const random = createRandom(seedOf(seed, 'heatmap', spec.asset, Math.round(level.price / spec.levelStep)));
  const shares = Array.from({ length: steps }, (_, index) => ({
    price: Number((level.price + index * step).toFixed(decimals)),
    share: Math.exp(1.1 * random.normal()),
  })).filter((part, index) => index === 0 || (side === 'long' ? part.price < price : part.price > price));
  const whole = shares.reduce((sum, { share }) => sum + share, 0);
  const usd = level.longUsd + level.shortUsd;
  return shares.map((part) => ({ price: part.price, usd: (usd * part.share) / whole, side }));
}
