import { z } from 'zod';
import type { Asset } from '../../contract/market.ts';
import { at, isObject, readShape, Unreadable, type JsonObject } from '../parse.ts';
import { price, shapeOf, size, word } from '../parse/numbers.ts';
import type { LiquidationEvent } from '../parse/realised-events.ts';
import { time } from '../parse/times.ts';
import { symbolOf } from './instruments.ts';

/** A liquidation order, still under the venue's own name of the instrument. */
export interface ForceOrder {
  /** `btcusdt@forceOrder`. */
  readonly stream: string;
  readonly event: LiquidationEvent;
  readonly priceBasis: 'fill' | 'bankruptcy';
}

export const forceOrderStream = (asset: Asset): string => `${symbolOf(asset).toLowerCase()}@forceOrder`;

const shape = z.looseObject({
  o: z.looseObject({
    s: shapeOf(word),
    S: shapeOf(word),
    p: shapeOf(size),
    ap: shapeOf(size),
    z: shapeOf(size),
    T: shapeOf(time),
  }),
});

/**
 * A `forceOrder` event, bare or wrapped as `{stream, data}`; null for answers to requests, other events, and an order of
 * which nothing is filled yet; an error the venue sends comes back as what is wrong with it. Throws Unreadable for an
 * event that is not as it should be.
 */
export function readForceOrder(payload: unknown): ForceOrder | Unreadable | null {
  if (!isObject(payload)) throw new Unreadable('sent something other than an object');
  const { data, error } = payload;
  if (error !== undefined && error !== null) return new Unreadable('did not accept a stream request', '.error');
  return isObject(data) ? at('.data', () => readEvent(data)) : readEvent(payload);
}

function readEvent(payload: JsonObject): ForceOrder | null {
  if (payload['e'] !== 'forceOrder') return null;
  const { o } = readShape(shape, payload);
  // `S` is the side of the order that closes the position: what is sold was long.
  if (o.S !== 'SELL' && o.S !== 'BUY') throw new Unreadable('is neither SELL nor BUY', '.o.S');
  if (o.z === 0) return null;
  // Without an average price the order's own limit stands in: inferred to be the price at which the position is bankrupt.
  const isFill = o.ap > 0;
  const paid = isFill ? o.ap : at('.o.p', () => price(o.p));
  return {
    stream: `${o.s.toLowerCase()}@forceOrder`,
    event: { time: o.T, liquidatedSide: o.S === 'SELL' ? 'long' : 'short', price: paid, coins: o.z },
    priceBasis: isFill ? 'fill' : 'bankruptcy',
  };
}
