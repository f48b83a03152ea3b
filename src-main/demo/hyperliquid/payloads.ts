import { minuteMs } from '../market/candles.ts';
import type { TickCandle } from '../market/candles.ts';
import { assetSpecs } from '../market/assets.ts';
import type { AssetSpec } from '../market/assets.ts';
import { dayMs } from '../market/days.ts';
import type { Market } from '../market/market.ts';
import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';

/** The venue's names of candle lengths that divide a day, in minutes. */
export const intervals: Readonly<Record<string, number>> = {
  ...{ '1m': 1, '3m': 3, '5m': 5, '15m': 15, '30m': 30 },
  ...{ '1h': 60, '2h': 120, '4h': 240, '8h': 480, '12h': 720, '1d': 1440 },
};

/** What all venues of the market have open, this one has so much of it in addition. */
const share = 0.12;
const eightHours = 8;

/** The venue writes decimals as text, and at least one digit behind the point. */
const text = (value: number, decimals: number): string => {
  const digits = String(Number(value.toFixed(decimals)));
  return digits.includes('.') ? digits : `${digits}.0`;
};
const priceText = (spec: AssetSpec, ticks: number): string => text(ticks / spec.ticksPerUnit, 6);

export function candle(spec: AssetSpec, interval: string, made: TickCandle): object {
  const length = (intervals[interval] ?? 1) * minuteMs;
  return {
    t: made.openTime,
    T: made.openTime + length - 1,
    s: spec.asset,
    i: interval,
    o: priceText(spec, made.open),
    c: priceText(spec, made.close),
    h: priceText(spec, made.high),
    l: priceText(spec, made.low),
    v: text(made.volume / spec.lotsPerCoin, spec.quantityDecimals),
    n: made.trades,
  };
}

const meta = () => ({
  universe: assetSpecs.map(({ asset, quantityDecimals }) => ({
    ...{ szDecimals: quantityDecimals, name: asset, maxLeverage: 40, marginTableId: 56 },
  })),
});

export function metaAndAssetCtxs(market: Market, now: UnixMs): readonly [object, readonly object[]] {
  return [meta(), assetSpecs.map((spec) => stateOf(market, spec, now))];
}

function stateOf(market: Market, spec: AssetSpec, now: UnixMs): object {
  const price = market.prices.price(spec, now);
  const openUsd = market.openInterest(spec, now).reduce((sum, { usd }) => sum + usd, 0) * share;
  const venues = market.funding(spec, now);
  const funding = venues.reduce((sum, { rate }) => sum + rate, 0) / venues.length / eightHours;
  const [day] = market.prices.candles(spec, 1440, now - dayMs, now, now);
  const half = 0.5 / spec.ticksPerUnit;
  return {
    funding: funding.toFixed(10),
    openInterest: text(openUsd / price, spec.quantityDecimals),
    prevDayPx: text(market.prices.price(spec, unixMs(now - dayMs)), 6),
    dayNtlVlm: text(((day?.quoteVolume ?? 0) * share) / spec.ticksPerUnit / spec.lotsPerCoin, 6),
    premium: '0.0',
    oraclePx: text(price, 6),
    markPx: text(price, 6),
    midPx: text(price, 6),
    impactPxs: [text(price - half, 6), text(price + half, 6)],
    dayBaseVlm: text(((day?.volume ?? 0) * share) / spec.lotsPerCoin, spec.quantityDecimals),
  };
}
