import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { AssetSpec } from '../market/assets.ts';
import type { Market } from '../market/market.ts';
import { fundingIntervalMs } from '../market/positioning.ts';
import { contractsText, instIdOf, priceText } from './payloads.ts';

const hourMs = 3_600_000;

interface OpenInterestText {
  readonly oi: string;
  readonly oiCcy: string;
  readonly oiUsd: string;
}

function openInterestText(market: Market, spec: AssetSpec, at: number): OpenInterestText {
  const { usd } = market.openInterest(spec, unixMs(at)).find(({ venue }) => venue === 'okx')!;
  const coins = usd / market.prices.price(spec, unixMs(at));
  return { oi: contractsText(spec, coins), oiCcy: coins.toFixed(4), oiUsd: usd.toFixed(4) };
}

export const openInterestOf = (market: Market, spec: AssetSpec, now: UnixMs): object => ({
  instId: instIdOf(spec),
  instType: 'SWAP',
  ...openInterestText(market, spec, now),
  ts: String(now),
});

/** Rows of time, contracts, coins, USD at each hour, newest first. */
export function openInterestHistory(market: Market, spec: AssetSpec, limit: number, now: UnixMs): string[][] {
  const newest = Math.floor(now / hourMs) * hourMs;
  return Array.from({ length: limit }, (_, index) => {
    const time = newest - index * hourMs;
    const { oi, oiCcy, oiUsd } = openInterestText(market, spec, time);
    return [String(time), oi, oiCcy, oiUsd];
  });
}

/** The mark price is the last traded one. */
export const markPriceOf = (market: Market, spec: AssetSpec, now: UnixMs): object => ({
  instId: instIdOf(spec),
  instType: 'SWAP',
  markPx: priceText(spec, market.prices.price(spec, now)),
  ts: String(now),
});

export function fundingRateOf(market: Market, spec: AssetSpec, now: UnixMs): object {
  const { rate, predicted, nextAt } = market.funding(spec, now).find(({ venue }) => venue === 'okx')!;
  return {
    formulaType: 'withRate',
    fundingRate: predicted.toFixed(10),
    fundingTime: String(nextAt),
    impactValue: '20000.0000000000000000',
    instId: instIdOf(spec),
    instType: 'SWAP',
    interestRate: '0.0001000000000000',
    maxFundingRate: '0.00375',
    method: 'current_period',
    minFundingRate: '-0.00375',
    nextFundingRate: '',
    nextFundingTime: String(nextAt + fundingIntervalMs),
    premium: '0.0000910113652644',
    settFundingRate: rate.toFixed(10),
    settState: 'settled',
    ts: String(now),
  };
}
