import { z } from 'zod';
import { at, isObject, readShape, Unreadable } from '../parse.ts';
import { price, shapeOf, size, word } from '../parse/numbers.ts';
import type { LiquidationEvent } from '../parse/realised-events.ts';
import { time } from '../parse/times.ts';
import type { Push } from './channels.ts';

export const liquidationChannel = { channel: 'liquidation-orders', instType: 'SWAP' } as const;

/** A liquidation whose size is still in contracts. */
export interface ContractLiquidation extends Omit<LiquidationEvent, 'coins'> {
  readonly contracts: number;
}

/** Contracts × price. */
const largestProduct = 1e290;

const shape = z.looseObject({
  posSide: shapeOf(word),
  bkPx: shapeOf(price),
  sz: shapeOf(size),
  ts: shapeOf(time),
});

/**
 * `data` of a `liquidation-orders` push by instrument; of those that are not `wanted` nothing is read. Null for other
 * channels. `bkPx` is the price at which the exchange's liquidation account took the position over: its name, and that of
 * older editions of the documents, is bankruptcy price.
 */
export function readLiquidations(
  { arg, data }: Push,
  wanted: (instId: string) => boolean,
): ReadonlyMap<string, readonly ContractLiquidation[]> | null {
  if (arg['channel'] !== liquidationChannel.channel) return null;
  if (!Array.isArray(data)) throw new Unreadable('is missing or not a list', '.data');
  const found = new Map<string, ContractLiquidation[]>();
  (data as readonly unknown[]).forEach((item, index) =>
    at(`.data[${index}]`, () => {
      if (!isObject(item)) throw new Unreadable('is not an object');
      const { details } = item;
      const instId = at('.instId', () => word(item['instId']));
      if (!wanted(instId)) return;
      if (!Array.isArray(details)) throw new Unreadable('is missing or not a list', '.details');
      const events = (details as readonly unknown[]).map((detail, row) =>
        at(`.details[${row}]`, () => readDetail(detail)),
      );
      found.set(instId, [...(found.get(instId) ?? []), ...events.filter(({ contracts }) => contracts > 0)]);
    }),
  );
  return found;
}

function readDetail(detail: unknown): ContractLiquidation {
  if (!isObject(detail)) throw new Unreadable('is not an object');
  const { posSide, bkPx, sz, ts } = readShape(shape, detail);
  if (sz * bkPx > largestProduct) throw new Unreadable('is too large', '.sz');
  return { time: ts, liquidatedSide: sideOf(posSide, detail['side']), price: bkPx, contracts: sz };
}

/**
 * `posSide` is the position's. Accounts in net mode have none (`net`): then it is inferred from the order that closes the
 * position, which sells what was long.
 */
function sideOf(posSide: string, orderSide: unknown): 'long' | 'short' {
  if (posSide === 'long' || posSide === 'short') return posSide;
  if (posSide !== 'net') throw new Unreadable('is none of long, short and net', '.posSide');
  if (orderSide === 'sell') return 'long';
  if (orderSide === 'buy') return 'short';
  throw new Unreadable('is neither buy nor sell', '.side');
}
