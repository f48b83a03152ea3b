import type { RealisedLiquidations } from '../../contract/liquidation.ts';
import type { UnixMs } from '../../contract/market.ts';
import { Unreadable } from '../parse.ts';

/** One liquidation as a venue told it, in our own terms. */
export interface LiquidationEvent {
  readonly time: UnixMs;
  readonly liquidatedSide: 'long' | 'short';
  readonly price: number;
  /** Base coin. */
  readonly coins: number;
}

type About = Pick<RealisedLiquidations, 'source' | 'asset' | 'symbol' | 'isSample' | 'priceBasis'>;

/** Events of one asset as a table, ascending by time: venues do not promise an order. */
export function realisedFrom(
  about: About,
  events: readonly LiquidationEvent[],
  receivedAt: UnixMs,
): RealisedLiquidations {
  const sorted = [...events].sort((a, b) => a.time - b.time);
  const usd = Float64Array.from(sorted, ({ coins, price }) => coins * price);
  if (!usd.every(Number.isFinite)) throw new Unreadable('has a size too large for a number');
  return {
    ...about,
    times: Float64Array.from(sorted, ({ time }) => time),
    sides: Float64Array.from(sorted, ({ liquidatedSide }) => (liquidatedSide === 'long' ? 1 : -1)),
    prices: Float64Array.from(sorted, ({ price }) => price),
    coins: Float64Array.from(sorted, ({ coins }) => coins),
    usd,
    receivedAt: new Float64Array(sorted.length).fill(receivedAt),
  };
}
