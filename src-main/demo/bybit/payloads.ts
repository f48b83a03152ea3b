import type { UnixMs } from '../../contract/market.ts';
import type { AssetSpec } from '../market/assets.ts';
import type { TickCandle } from '../market/candles.ts';
import { minuteMs } from '../market/candles.ts';
import { gammaOf } from '../market/gamma.ts';
import type { Market } from '../market/market.ts';
import { optionName } from '../market/options.ts';
import type { DemoOption } from '../market/options.ts';
import { fundingIntervalMs } from '../market/positioning.ts';
import type { DemoLiquidation } from '../market/realised.ts';

/** The venue's names of candle lengths that divide a day, in minutes. */
export const intervals: Readonly<Record<string, number>> = {
  ...{ '1': 1, '3': 3, '5': 5, '15': 15, '30': 30, '60': 60 },
  ...{ '120': 120, '240': 240, '360': 360, '720': 720, D: 1440 },
};

/** Decimals are text, with the digits of a tick or a lot. */
const priceText = (spec: AssetSpec, ticks: number): string =>
  (ticks / spec.ticksPerUnit).toFixed(Math.log10(spec.ticksPerUnit));
const coinText = (spec: AssetSpec, lots: number): string => (lots / spec.lotsPerCoin).toFixed(spec.quantityDecimals);
const turnoverText = (spec: AssetSpec, product: number): string =>
  (product / spec.ticksPerUnit / spec.lotsPerCoin).toFixed(4);

export const enveloped = (result: object, now: UnixMs, refusal = { retCode: 0, retMsg: 'OK' }): object => ({
  ...refusal,
  result,
  retExtInfo: {},
  time: now,
});

export const klineRow = (spec: AssetSpec, candle: TickCandle): readonly string[] => [
  String(candle.openTime),
  ...[candle.open, candle.high, candle.low, candle.close].map((ticks) => priceText(spec, ticks)),
  coinText(spec, candle.volume),
  turnoverText(spec, candle.quoteVolume),
];

export function klinePush(spec: AssetSpec, interval: string, candle: TickCandle, now: UnixMs): object {
  const { openTime, open, high, low, close, volume, quoteVolume, closed } = candle;
  const end = openTime + intervals[interval]! * minuteMs - 1;
  const state = {
    ...{ start: openTime, end, interval, open: priceText(spec, open), close: priceText(spec, close) },
    ...{ high: priceText(spec, high), low: priceText(spec, low), volume: coinText(spec, volume) },
    ...{ turnover: turnoverText(spec, quoteVolume), confirm: closed, timestamp: Math.min(now, end) },
  };
  return { topic: `kline.${interval}.${spec.symbol}`, data: [state], ts: now, type: 'snapshot' };
}

/** `S` is the side of the position. The price of bankruptcy lies beyond the market, by half of the maintenance margin. */
export function liquidationPush(spec: AssetSpec, events: readonly DemoLiquidation[], now: UnixMs): object {
  const data = events.map(({ time, side, price, coins }) => ({
    T: time,
    s: spec.symbol,
    S: side === 'long' ? 'Buy' : 'Sell',
    v: coinText(spec, Math.max(1, Math.round(coins * spec.lotsPerCoin))),
    p: priceText(spec, Math.round(price * (side === 'long' ? 0.998 : 1.002) * spec.ticksPerUnit)),
  }));
  return { topic: `allLiquidation.${spec.symbol}`, type: 'snapshot', ts: now, data };
}

export const instrumentInfo = (spec: AssetSpec): object => ({
  symbol: spec.symbol,
  contractType: 'LinearPerpetual',
  status: 'Trading',
  baseCoin: spec.asset,
  quoteCoin: 'USDT',
  launchTime: '1584230400000',
  deliveryTime: '0',
  priceScale: String(Math.log10(spec.ticksPerUnit)),
  leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
  priceFilter: { minPrice: priceText(spec, 1), maxPrice: '1999999.80', tickSize: priceText(spec, 1) },
  lotSizeFilter: { maxOrderQty: '1190.000', minOrderQty: coinText(spec, 1), qtyStep: coinText(spec, 1) },
  unifiedMarginTrade: true,
  fundingInterval: fundingIntervalMs / minuteMs,
  settleCoin: 'USDT',
});

export function linearTicker(market: Market, spec: AssetSpec, now: UnixMs): object {
  const last = priceText(spec, market.prices.ticks(spec, now));
  const { usd } = market.openInterest(spec, now).find(({ venue }) => venue === 'bybit')!;
  const funding = market.funding(spec, now).find(({ venue }) => venue === 'bybit')!;
  return {
    openInterestValue: usd.toFixed(2),
    fundingRate: funding.rate.toFixed(8),
    nextFundingTime: String(funding.nextAt),
    fundingIntervalHour: String(fundingIntervalMs / 3_600_000),
    ...{ symbol: spec.symbol, lastPrice: last, indexPrice: last, markPrice: last },
    openInterest: (usd / Number(last)).toFixed(spec.quantityDecimals),
    ...{ predictedDeliveryPrice: '', basisRate: '', basis: '', deliveryFeeRate: '', deliveryTime: '0' },
  };
}

/** Fewer options are held here than where the chain is largest. */
const share = 0.2;
const yearMs = 365 * 86_400_000;

/** A row of the option chain; `markIv` is a fraction, `gamma` has eight digits. */
export function optionTicker(market: Market, spec: AssetSpec, option: DemoOption, now: UnixMs): object {
  const { expiry, strike, type, markIv } = option;
  const forward = market.options.forward(spec, expiry, now);
  const years = (expiry - now) / yearMs;
  const gamma = gammaOf(forward, strike, markIv, years);
  const deviation = markIv * Math.sqrt(years);
  const call = 1 / (1 + Math.exp(-1.702 * (Math.log(forward / strike) / deviation + deviation / 2)));
  return {
    indexPrice: String(market.prices.price(spec, now)),
    underlyingPrice: String(forward),
    markIv: markIv.toFixed(4),
    openInterest: String(Math.round(option.openInterest * share * 100) / 100),
    gamma: gamma.toFixed(8),
    symbol: `${optionName(spec, option)}-USDT`,
    delta: (type === 'call' ? call : call - 1).toFixed(8),
    vega: ((gamma * forward * forward * markIv * years) / 100).toFixed(8),
    theta: ((-gamma * forward * forward * markIv * markIv) / 2 / 365).toFixed(8),
    ...{ bid1Price: '0', bid1Size: '0', bid1Iv: '0', ask1Price: '0', ask1Size: '0', ask1Iv: '0' },
    ...{ volume24h: '0', turnover24h: '0', predictedDeliveryPrice: '0', change24h: '0' },
  };
}
