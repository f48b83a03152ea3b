import { z } from 'zod';
import type { LiquidationMap, MapTimeframe } from '../../contract/liquidation.ts';
import { unixMs } from '../../contract/market.ts';
import { at, extraOf, readShape, Unreadable } from '../parse.ts';
import { add, newest, readRows, type Column } from '../parse/columns.ts';
import { price, shapeOf, size } from '../parse/numbers.ts';
import { timeOrNaN } from '../parse/times.ts';
import { headOf, objectFor, type Asked } from './head.ts';

/** The one map asked for: all venues together, one day of leverage. */
export const mapExchange = 'all';
export const mapTimeframe = '1D' satisfies MapTimeframe;
const variant = `${mapExchange}/${mapTimeframe}`;

/**
 * One price named twice is one level: its amounts, both in US dollars, are added. A level without a time has NaN.
 * A missing, null, negative or endless size refuses the map as a whole: half a map would look like a calm market.
 */
const clusterColumns: readonly Column[] = [
  { field: 'price', read: price, join: add },
  { field: 'long_liquidations', read: size, join: add },
  { field: 'short_liquidations', read: size, join: add },
  { field: 'timestamp', read: timeOrNaN, join: newest },
];

const asAsked = (wanted: string) => (value: unknown) => {
  if (typeof value !== 'string' || value.toLowerCase() !== wanted.toLowerCase()) {
    throw new Unreadable(`is not ${wanted}, which was asked for`);
  }
};
const answerShape = z.looseObject({
  exchange: shapeOf(asAsked(mapExchange)),
  timeframe: shapeOf(asAsked(mapTimeframe)),
  current_price: shapeOf(price),
});
const answerFields: ReadonlySet<string> = new Set([
  'asset',
  'exchange',
  'timeframe',
  'current_price',
  'timestamp',
  'clusters',
]);
const pushFields: ReadonlySet<string> = new Set(['asset', 'timestamp', 'clusters']);

/** `GET /liquidations/{asset}`: the whole map, rows ascending by price; an empty list of clusters is a valid, empty map. */
export function readLiquidationMap(payload: unknown, asked: Asked): LiquidationMap {
  const object = objectFor(asked, payload, true);
  const { current_price } = readShape(answerShape, object);
  return mapOf(object, asked, current_price, answerFields);
}

/** The `data` of a `liquidations` push: new values of the levels it names, without a price of the moment. */
export function readLiquidationPush(data: unknown, asked: Asked): LiquidationMap {
  return mapOf(objectFor(asked, data, false), asked, null, pushFields);
}

function mapOf(
  object: Readonly<Record<string, unknown>>,
  asked: Asked,
  referencePrice: number | null,
  known: ReadonlySet<string>,
): LiquidationMap {
  const rows = at('.clusters', () => readRows(object['clusters'], clusterColumns, 'clusters'));
  const [prices, longs, shorts, levelTimes] = rows.columns as [Float64Array, Float64Array, Float64Array, Float64Array];
  let newestLevel = NaN;
  for (const levelTime of levelTimes) newestLevel = newest(newestLevel, levelTime);
  const rowTime = Number.isNaN(newestLevel) ? null : unixMs(newestLevel);
  const head = headOf('liquidation-map', asked, object, {
    variant,
    rowTime,
    extra: extraOf(object, known, rows.extra),
  });
  // A push names one time for all its levels.
  if (Number.isNaN(newestLevel) && head.takenAtBasis === 'provider') levelTimes.fill(head.takenAt);
  return {
    ...head,
    exchange: mapExchange,
    timeframe: mapTimeframe,
    unit: 'usd',
    referencePrice,
    prices,
    longs,
    shorts,
    levelTimes,
  };
}
