import { unixMs } from '../../contract/market.ts';
import type { AssetSpec } from '../market/assets.ts';
import type { Market } from '../market/market.ts';
import type { DemoLiquidation } from '../market/realised.ts';

const secondMs = 1000;
const searchMs = 6 * 3_600_000;

/** As at the real venue: of each second that ended since `sent`, its last liquidation. Both are whole seconds. */
export function forceOrders(market: Market, spec: AssetSpec, sent: number, ended: number): object[] {
  const bySecond = new Map<number, DemoLiquidation>();
  for (const event of market.realised.between(spec, unixMs(sent * secondMs), unixMs(ended * secondMs))) {
    if (event.venue === 'binance') bySecond.set(Math.floor(event.time / secondMs), event);
  }
  return [...bySecond].map(([second, event]) => forceOrder(spec, event, (second + 1) * secondMs));
}

/** The newest liquidation before `now`, as if it happened then; null when there was none for hours. */
export function latestForceOrder(market: Market, spec: AssetSpec, now: number): object | null {
  const event = market.realised
    .between(spec, unixMs(now - searchMs), unixMs(now))
    .findLast(({ venue }) => venue === 'binance');
  return event === undefined ? null : forceOrder(spec, { ...event, time: unixMs(now) }, now);
}

/** The order closes the position: who was long sells. `at`: event time. */
function forceOrder(spec: AssetSpec, { time, side, price, coins }: DemoLiquidation, at: number): object {
  const text = price.toFixed(spec.priceDecimals);
  const quantity = Math.max(coins, 1 / spec.lotsPerCoin).toFixed(spec.quantityDecimals);
  const sells = side === 'long';
  // Its limit, the price of bankruptcy, lies a little beyond the average fill.
  const limit = (price * (sells ? 0.997 : 1.003)).toFixed(spec.priceDecimals);
  const [s, S] = [spec.symbol, sells ? 'SELL' : 'BUY'];
  const o = { s, S, o: 'LIMIT', f: 'IOC', q: quantity, p: limit, ap: text, X: 'FILLED', l: quantity, z: quantity };
  return { e: 'forceOrder', E: at, o: { ...o, T: time } };
}
