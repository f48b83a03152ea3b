import { minuteMs } from '../market/candles.ts';
import type { TickCandle } from '../market/candles.ts';
import { assetSpecs } from '../market/assets.ts';
import type { AssetSpec } from '../market/assets.ts';
import { epoch } from '../market/days.ts';

/** The venue's names of candle lengths that divide a day, in minutes. */
export const intervals: Readonly<Record<string, number>> = {
  ...{ '1m': 1, '3m': 3, '5m': 5, '15m': 15, '30m': 30 },
  ...{ '1h': 60, '2h': 120, '4h': 240, '6h': 360, '8h': 480, '12h': 720, '1d': 1440 },
};

/** The venue writes decimals as text, always with the same number of digits. */
export const priceText = (spec: AssetSpec, ticks: number): string =>
  (ticks / spec.ticksPerUnit).toFixed(spec.priceDecimals);
const coinText = (spec: AssetSpec, lots: number): string => (lots / spec.lotsPerCoin).toFixed(spec.quantityDecimals);
const dollarText = (spec: AssetSpec, product: number): string =>
  (product / spec.ticksPerUnit / spec.lotsPerCoin).toFixed(5);

export function klineRow(spec: AssetSpec, interval: number, candle: TickCandle): readonly (string | number)[] {
  return [
    candle.openTime,
    priceText(spec, candle.open),
    priceText(spec, candle.high),
    priceText(spec, candle.low),
    priceText(spec, candle.close),
    coinText(spec, candle.volume),
    candle.openTime + interval * minuteMs - 1,
    dollarText(spec, candle.quoteVolume),
    candle.trades,
    coinText(spec, candle.takerBuy),
    dollarText(spec, candle.takerBuyQuote),
    '0',
  ];
}

/** `at`: event time. Trade ids are made up: minutes since the epoch, with room for the trades of each. */
export function klineEvent(spec: AssetSpec, name: string, candle: TickCandle, at: number): object {
  const length = (intervals[name] ?? 1) * minuteMs;
  const firstTrade = ((candle.openTime - epoch) / minuteMs) * 100_000;
  return {
    e: 'kline',
    E: at,
    s: spec.symbol,
    k: {
      t: candle.openTime,
      T: candle.openTime + length - 1,
      s: spec.symbol,
      i: name,
      f: firstTrade,
      L: firstTrade + candle.trades - 1,
      o: priceText(spec, candle.open),
      c: priceText(spec, candle.close),
      h: priceText(spec, candle.high),
      l: priceText(spec, candle.low),
      v: coinText(spec, candle.volume),
      n: candle.trades,
      x: candle.closed,
      q: dollarText(spec, candle.quoteVolume),
      V: coinText(spec, candle.takerBuy),
      Q: dollarText(spec, candle.takerBuyQuote),
      B: '0',
    },
  };
}

export function exchangeInfo(now: number): object {
  return {
    timezone: 'UTC',
    serverTime: now,
    futuresType: 'U_MARGINED',
    rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 }],
    exchangeFilters: [],
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
    symbols: assetSpecs.map((spec) => {
      const step = (perUnit: number, decimals: number): string => (1 / perUnit).toFixed(decimals);
      const tickSize = step(spec.ticksPerUnit, spec.priceDecimals);
      const stepSize = step(spec.lotsPerCoin, spec.quantityDecimals);
      return {
        symbol: spec.symbol,
        pair: spec.symbol,
        contractType: 'PERPETUAL',
        deliveryDate: 4133404800000,
        onboardDate: epoch,
        status: 'TRADING',
        baseAsset: spec.asset,
        quoteAsset: 'USDT',
        marginAsset: 'USDT',
        pricePrecision: spec.priceDecimals,
        quantityPrecision: spec.quantityDecimals,
        baseAssetPrecision: 8,
        quotePrecision: 8,
        underlyingType: 'COIN',
        filters: [
          { filterType: 'PRICE_FILTER', minPrice: tickSize, maxPrice: '4529764', tickSize },
          { filterType: 'LOT_SIZE', minQty: stepSize, maxQty: '1000000', stepSize },
        ],
      };
    }),
  };
}
