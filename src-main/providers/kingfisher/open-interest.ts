import { z } from 'zod';
import type { OpenInterest } from '../../contract/positioning.ts';
import { at, extraOf, isObject, readShape, Unreadable, type JsonObject } from '../parse.ts';
import { anyNumber, orNull, shapeOf, size, word } from '../parse/numbers.ts';
import { headOf, objectFor, type Asked } from './head.ts';

const rowShape = z.looseObject({
  exchange: shapeOf(word),
  open_interest: shapeOf(size),
  change_24h: shapeOf(orNull(anyNumber)),
  change_percent_24h: shapeOf(orNull(anyNumber)),
});
const rowFields: ReadonlySet<string> = new Set(Object.keys(rowShape.shape));
const fields: ReadonlySet<string> = new Set(['asset', 'timestamp', 'total_open_interest', 'exchange_breakdown']);
const lonelyFields: ReadonlySet<string> = new Set([...fields, ...rowFields]);

/** `GET /open-interest/{asset}`: US dollars; the total is the provider's, never a sum of ours. */
export function readOpenInterest(payload: unknown, asked: Asked): OpenInterest {
  const object = objectFor(asked, payload, true);
  return fromBreakdown(object, asked);
}

/**
 * The `data` of an `open_interest` push (inferred): like the REST answer, or the row of one exchange alone ("per exchange
 * update"). Whole only when it has both the total and the breakdown; anything less is to be merged by exchange.
 */
export function readOpenInterestPush(data: unknown, asked: Asked): { whole: boolean; snapshot: OpenInterest } {
  const object = objectFor(asked, data, false);
  if (object['exchange_breakdown'] !== undefined) {
    const snapshot = fromBreakdown(object, asked);
    return { whole: snapshot.totalUsd !== null, snapshot };
  }
  const extra = extraOf(object, lonelyFields);
  const row = readRow(object);
  return {
    whole: false,
    snapshot: { ...headOf('open-interest', asked, object, { extra }), totalUsd: totalOf(object), exchanges: [row] },
  };
}

function fromBreakdown(object: JsonObject, asked: Asked): OpenInterest {
  const unknown: Record<string, unknown> = {};
  const exchanges = at('.exchange_breakdown', () => {
    const list = object['exchange_breakdown'];
    if (list === undefined) throw new Unreadable('is missing');
    if (!Array.isArray(list)) throw new Unreadable('is not a list');
    return (list as readonly unknown[]).map((item, index) =>
      at(`[${index}]`, () => {
        if (!isObject(item)) throw new Unreadable('is not an object');
        const more = extraOf(item, rowFields);
        if (more !== null) unknown[`exchange_breakdown[${index}]`] = JSON.parse(more);
        return readRow(item);
      }),
    );
  });
  const extra = extraOf(object, fields, unknown);
  return { ...headOf('open-interest', asked, object, { extra }), totalUsd: totalOf(object), exchanges };
}

const totalOf = (object: JsonObject): number | null =>
  at('.total_open_interest', () => orNull(size)(object['total_open_interest']));

function readRow(item: JsonObject): OpenInterest['exchanges'][number] {
  const row = readShape(rowShape, item);
  return {
    exchange: row.exchange,
    openInterestUsd: row.open_interest,
    change24hUsd: row.change_24h,
    changePercent24h: row.change_percent_24h,
  };
}
