import { z } from 'zod';
import { timeframes, type Candle, type Timeframe } from '../../contract/market.ts';
import { at, isObject, readShape, Unreadable } from '../parse.ts';
import { checkOpenTime, checkRange } from '../parse/candle-pages.ts';
import { price, shapeOf, size, word } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import { intervalOf } from './candles.ts';

export interface CandlePush {
  readonly coin: string;
  readonly timeframe: Timeframe;
  /** The venue does not say when a candle is over: never closed. */
  readonly candle: Candle;
}

const shape = z.looseObject({
  t: shapeOf(time),
  s: shapeOf(word),
  i: shapeOf(word),
  o: shapeOf(price),
  h: shapeOf(price),
  l: shapeOf(price),
  c: shapeOf(price),
  v: shapeOf(size),
});

/** `data` of a push: one candle as it is now; by the documents a list of them, so both are read. */
export function readCandlePush(data: unknown): readonly CandlePush[] {
  return at('.data', () =>
    Array.isArray(data)
      ? (data as readonly unknown[]).map((item, index) => at(`[${index}]`, () => readOne(item)))
      : [readOne(data)],
  );
}

function readOne(data: unknown): CandlePush {
  if (!isObject(data)) throw new Unreadable('is missing or not an object');
  const { t, s, i, o, h, l, c, v } = readShape(shape, data);
  const timeframe = timeframes.find((one) => intervalOf[one] === i);
  if (timeframe === undefined) throw new Unreadable('is not a length that was asked for', '.i');
  at('.t', () => checkOpenTime(t, timeframe));
  checkRange(o, h, l, c);
  const candle = { openTime: t, open: o, high: h, low: l, close: c, volume: v, takerBuyVolume: NaN, closed: false };
  return { coin: s, timeframe, candle };
}
