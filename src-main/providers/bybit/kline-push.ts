import { z } from 'zod';
import type { Asset, Candle, Timeframe, UnixMs } from '../../contract/market.ts';
import { at, isObject, readShape, Unreadable, type JsonObject } from '../parse.ts';
import { checkOpenTime, checkRange } from '../parse/candle-pages.ts';
import { price, shapeOf, size } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import { symbolOf } from './instruments.ts';
import { intervalOf } from './klines.ts';

/** One state of a candle. */
export interface KlineState {
  readonly candle: Candle;
  /** Of the last trade in it. */
  readonly eventTime: UnixMs;
}

export const klineTopic = (asset: Asset, timeframe: Timeframe): string =>
  `kline.${intervalOf[timeframe]}.${symbolOf(asset)}`;

const shape = z.looseObject({
  start: shapeOf(time),
  timestamp: shapeOf(time),
  open: shapeOf(price),
  high: shapeOf(price),
  low: shapeOf(price),
  close: shapeOf(price),
  volume: shapeOf(size),
  confirm: z.boolean(),
});

/** `data` of a push: one state or more, `confirm` true for the last one of a candle. Volume in the base coin. */
export function readKlinePush({ data }: JsonObject, timeframe: Timeframe): readonly KlineState[] {
  return at('.data', () => {
    if (!Array.isArray(data)) throw new Unreadable('is missing or not a list');
    return (data as readonly unknown[]).map((state, index) =>
      at(`[${index}]`, () => {
        if (!isObject(state)) throw new Unreadable('is not an object');
        const { start, open, high, low, close, volume, confirm, timestamp } = readShape(shape, state);
        at('.start', () => checkOpenTime(start, timeframe));
        checkRange(open, high, low, close);
        const candle = { openTime: start, open, high, low, close, volume, takerBuyVolume: NaN, closed: confirm };
        return { candle, eventTime: timestamp };
      }),
    );
  });
}
