import type { UnixMs } from '../../contract/market.ts';
import type { AssetSpec } from '../market/assets.ts';
import type { Market } from '../market/market.ts';
import { optionName } from '../market/options.ts';
import type { DemoOption } from '../market/options.ts';

const yearMs = 365 * 86_400_000;

/** The venue's JSON-RPC envelope; its clock counts microseconds. */
export const enveloped = (answer: { result: unknown } | { error: unknown }, now: UnixMs): object => ({
  jsonrpc: '2.0',
  ...answer,
  usIn: now * 1000,
  usOut: now * 1000 + 900,
  usDiff: 900,
  testnet: false,
});

/** `get_book_summary_by_currency` of kind `option`. Volatility in percent, prices of options in coins. */
export const bookSummary = (market: Market, spec: AssetSpec, now: UnixMs): object[] =>
  market.options.chain(spec, now).map((option) => optionRow(market, spec, option, now));

function optionRow(market: Market, spec: AssetSpec, option: DemoOption, now: UnixMs): object {
  const { expiry, markIv, openInterest } = option;
  const name = optionName(spec, option);
  const forward = market.options.forward(spec, expiry, now);
  const mark = Math.round((premium(option, forward, now) / forward) * 1e4) / 1e4;
  return {
    estimated_delivery_price: market.prices.price(spec, now),
    underlying_price: forward,
    underlying_index: name.replace(/-[^-]+-[CP]$/, ''),
    open_interest: openInterest,
    mark_iv: Math.round(markIv * 1e4) / 100,
    mark_price: mark,
    mid_price: mark,
    bid_price: Math.max(0.0001, Math.round((mark - 0.0005) * 1e4) / 1e4),
    ask_price: mark + 0.0005,
    instrument_name: name,
    creation_timestamp: now,
    interest_rate: 0,
    base_currency: spec.asset,
    quote_currency: spec.asset,
    ...{ volume: 0, volume_usd: 0, price_change: null, high: null, low: null, last: null },
  };
}

/** USD: what it would pay now, and for the time left what it is worth at the money, less with the distance. */
function premium({ expiry, strike, type, markIv }: DemoOption, forward: number, now: UnixMs): number {
  const deviation = markIv * Math.sqrt(Math.max(1, expiry - now) / yearMs);
  const distance = Math.log(forward / strike) / deviation;
  const pays = Math.max(0, type === 'call' ? forward - strike : strike - forward);
  return pays + 0.4 * forward * deviation * Math.exp((-distance * distance) / 1.4);
}
