import { z } from 'zod';
import type { Asset } from '../../contract/market.ts';
import { at, isObject, readShape, Unreadable, type JsonObject } from '../parse.ts';
import { price, shapeOf, word } from '../parse/numbers.ts';
import type { LiquidationEvent } from '../parse/realised-events.ts';
import { time } from '../parse/times.ts';
import { symbolOf } from './instruments.ts';

export const liquidationTopic = (asset: Asset): string => `allLiquidation.${symbolOf(asset)}`;

const shape = z.looseObject({
  T: shapeOf(time),
  s: shapeOf(word),
  S: shapeOf(word),
  v: shapeOf(price),
  p: shapeOf(price),
});

/** `data` of a push: every liquidation of half a second; `v` in the base coin, `p` the price of bankruptcy. */
export function readLiquidationPush({ data }: JsonObject, asset: Asset): readonly LiquidationEvent[] {
  return at('.data', () => {
    if (!Array.isArray(data)) throw new Unreadable('is missing or not a list');
    return (data as readonly unknown[]).map((item, index) =>
      at(`[${index}]`, () => {
        if (!isObject(item)) throw new Unreadable('is not an object');
        const { T, s, S, v, p } = readShape(shape, item);
        if (s !== symbolOf(asset)) throw new Unreadable(`is not ${symbolOf(asset)}`, '.s');
        // `S` is the side of the position, not of the order that closes it: Buy was a long one.
        if (S !== 'Buy' && S !== 'Sell') throw new Unreadable('is neither Buy nor Sell', '.S');
        return { time: T, liquidatedSide: S === 'Buy' ? 'long' : 'short', price: p, coins: v } as const;
      }),
    );
  });
}
