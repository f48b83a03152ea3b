import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { Answer } from '../loopback/answer.ts';
import type { AssetSpec } from '../market/assets.ts';
import { assetSpecs } from '../market/assets.ts';
import type { Market } from '../market/market.ts';
import { fundingIntervalMs } from '../market/positioning.ts';

const hourMs = 3_600_000;
const defaultRows = 30;
const mostRows = 500;

const usdAt = (market: Market, spec: AssetSpec, at: number): number =>
  market.openInterest(spec, unixMs(at)).find(({ venue }) => venue === 'binance')!.usd;

const coinsText = (market: Market, spec: AssetSpec, at: number): string =>
  (usdAt(market, spec, at) / market.prices.price(spec, unixMs(at))).toFixed(spec.quantityDecimals);

/** The mark price is the last traded one. */
const markText = (market: Market, spec: AssetSpec, at: UnixMs): string => market.prices.price(spec, at).toFixed(8);

export const openInterestOf = (market: Market, spec: AssetSpec, now: UnixMs): object => ({
  openInterest: coinsText(market, spec, now),
  symbol: spec.symbol,
  time: now,
});

export function premiumIndexOf(market: Market, spec: AssetSpec, now: UnixMs): object {
  const { rate, nextAt } = market.funding(spec, now).find(({ venue }) => venue === 'binance')!;
  const mark = markText(market, spec, now);
  return {
    symbol: spec.symbol,
    markPrice: mark,
    indexPrice: mark,
    estimatedSettlePrice: mark,
    lastFundingRate: rate.toFixed(8),
    interestRate: '0.00010000',
    nextFundingTime: nextAt,
    time: now,
  };
}

/** The venue lists adjusted contracts alone; here all but the first are. */
export const fundingInfo = (): object[] =>
  assetSpecs.slice(1).map(({ symbol }) => ({
    symbol,
    adjustedFundingRateCap: '0.02000000',
    adjustedFundingRateFloor: '-0.02000000',
    fundingIntervalHours: fundingIntervalMs / hourMs,
    disclaimer: false,
  }));

/** The newest hours, ascending, the last one that is over last. */
export function openInterestHistory(
  market: Market,
  spec: AssetSpec,
  query: Readonly<Record<string, string>>,
  now: UnixMs,
): Answer {
  const limit = Number(query['limit'] ?? defaultRows);
  if (query['period'] !== '1h' || !(limit >= 1 && limit <= mostRows)) {
    return { status: 400, body: { code: -1130, msg: "Data sent for parameter 'period' is not valid." } };
  }
  const newest = Math.floor(now / hourMs) * hourMs;
  const body = Array.from({ length: limit }, (_, index) => {
    const timestamp = newest - (limit - 1 - index) * hourMs;
    const value = usdAt(market, spec, timestamp).toFixed(8);
    return {
      symbol: spec.symbol,
      sumOpenInterest: coinsText(market, spec, timestamp),
      sumOpenInterestValue: value,
      timestamp,
    };
  });
  return { body };
}
