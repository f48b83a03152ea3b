import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import { assetSpecs } from '../market/assets.ts';
import type { AssetSpec } from '../market/assets.ts';
import type { Market } from '../market/market.ts';
import type { DemoLiquidation } from '../market/realised.ts';
import { barMs, bars, candleRow, contractsText, instIdOf, priceText, specOf } from './payloads.ts';

export type Arg = Readonly<Record<string, string>>;

/** What a client subscribed to; its pushes carry `arg` as it was given. */
export type Channel =
  | { readonly kind: 'candle'; readonly arg: Arg; readonly spec: AssetSpec; readonly bar: string }
  | { readonly kind: 'liquidations'; readonly arg: Arg };

/** Candles are on the business path, liquidations on the public one; null for what is not there. */
export function readChannel(arg: Arg, path: string): Channel | null {
  const { channel = '', instId, instType } = arg;
  const business = path.endsWith('/business');
  if (channel === 'liquidation-orders') {
    return !business && instType === 'SWAP' ? { kind: 'liquidations', arg } : null;
  }
  const bar = channel.startsWith('candle') ? channel.slice('candle'.length) : '';
  const spec = specOf(instId);
  return business && spec && Object.hasOwn(bars, bar) ? { kind: 'candle', arg, spec, bar } : null;
}

/** Rows of the candle forming now, and before it of the one that ended since `sent` (the open time of the last one pushed). */
export function candleRows(
  market: Market,
  { spec, bar }: Extract<Channel, { kind: 'candle' }>,
  sent: number | undefined,
  now: UnixMs,
): { readonly openTime: number; readonly rows: readonly (readonly string[])[] } {
  const length = barMs(bar);
  const openTime = Math.floor(now / length) * length;
  const ended = sent !== undefined && sent < openTime ? [sent] : [];
  const rows = [...ended, openTime].flatMap((time) =>
    market.prices.candles(spec, length / 60_000, time, time + 1, now).map((candle) => candleRow(spec, candle)),
  );
  return { openTime, rows };
}

const secondMs = 1000;
const searchMs = 6 * 3_600_000;

/** Of each second in [sent, ended) the last liquidation of each contract. Both are whole seconds. */
export function liquidationRows(market: Market, sent: number, ended: number): object[] {
  return assetSpecs.flatMap((spec) => {
    const bySecond = new Map<number, DemoLiquidation>();
    for (const event of market.realised.between(spec, unixMs(sent * secondMs), unixMs(ended * secondMs))) {
      if (event.venue === 'okx') bySecond.set(Math.floor(event.time / secondMs), event);
    }
    return [...bySecond.values()].map((event) => liquidationRow(spec, event));
  });
}

/** The newest liquidation of each contract, as if it happened now. */
export function latestLiquidations(market: Market, now: UnixMs): object[] {
  return assetSpecs.flatMap((spec) => {
    const event = market.realised.between(spec, unixMs(now - searchMs), now).findLast(({ venue }) => venue === 'okx');
    return event === undefined ? [] : [liquidationRow(spec, { ...event, time: now })];
  });
}

/** Every fourth account is in net mode, where the position has no side of its own. */
function liquidationRow(spec: AssetSpec, { time, side, price, coins }: DemoLiquidation): object {
  const order = side === 'long' ? 'sell' : 'buy';
  const posSide = Math.floor(time / secondMs) % 4 === 0 ? 'net' : side;
  const sz = contractsText(spec, coins);
  const detail = { bkLoss: '0', bkPx: priceText(spec, price), ccy: '', posSide, side: order, sz, ts: String(time) };
  const family = `${spec.asset}-USDT`;
  return { details: [detail], instFamily: family, instId: instIdOf(spec), instType: 'SWAP', uly: family };
}
