import { z } from 'zod';
import { timeframes, type Asset, type Candle, type Timeframe, type UnixMs } from '../../contract/market.ts';
import { at, isObject, readShape, Unreadable, type JsonObject } from '../parse.ts';
import { checkOpenTime, checkRange } from '../parse/candle-pages.ts';
import { price, shapeOf, size, word } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import { symbolOf } from './instruments.ts';
import { intervalOf } from './klines.ts';

/** One state of a candle, still under the venue's own names of instrument and interval. */
export interface KlinePush {
  /** `btcusdt@kline_1m`. */
  readonly stream: string;
  readonly timeframe: Timeframe;
  readonly candle: Candle;
  readonly eventTime: UnixMs;
  readonly receivedAt: UnixMs;
}

export const streamName = (asset: Asset, timeframe: Timeframe): string =>
  `${symbolOf(asset).toLowerCase()}@kline_${intervalOf[timeframe]}`;

const timeframeOf = new Map(timeframes.map((timeframe) => [intervalOf[timeframe], timeframe]));

const shape = z.looseObject({
  s: shapeOf(word),
  E: shapeOf(time),
  k: z.looseObject({
    t: shapeOf(time),
    i: shapeOf(word),
    o: shapeOf(price),
    h: shapeOf(price),
    l: shapeOf(price),
    c: shapeOf(price),
    v: shapeOf(size),
    V: shapeOf(size),
    x: z.boolean(),
  }),
});

/**
 * A `kline` event, bare or wrapped as `{stream, data}`; null for answers to requests and other events; an error the venue
 * sends comes back as what is wrong with it. Throws Unreadable for an event that is not as it should be.
 */
export function readKlinePush(payload: unknown, receivedAt: UnixMs): KlinePush | Unreadable | null {
  if (!isObject(payload)) throw new Unreadable('sent something other than an object');
  const { data, error } = payload;
  if (error !== undefined && error !== null) return new Unreadable('did not accept a stream request', '.error');
  return isObject(data) ? at('.data', () => readEvent(data, receivedAt)) : readEvent(payload, receivedAt);
}

function readEvent(payload: JsonObject, receivedAt: UnixMs): KlinePush | null {
  if (payload['e'] !== 'kline') return null;
  const event = readShape(shape, payload);
  const { k } = event;
  const timeframe = timeframeOf.get(k.i);
  if (timeframe === undefined) return null;
  at('.k.t', () => checkOpenTime(k.t, timeframe));
  at('.k', () => checkRange(k.o, k.h, k.l, k.c));
  return {
    stream: `${event.s.toLowerCase()}@kline_${k.i}`,
    timeframe,
    candle: {
      openTime: k.t,
      open: k.o,
      high: k.h,
      low: k.l,
      close: k.c,
      volume: k.v,
      takerBuyVolume: k.V,
      closed: k.x,
    },
    eventTime: event.E,
    receivedAt,
  };
}
