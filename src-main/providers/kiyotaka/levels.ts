import { at, Unreadable } from '../parse.ts';
import { anyNumber, price, size, type NumberReader } from '../parse/numbers.ts';

/** Columns of equal length, ascending by price, one row a price, no row of zero. */
export interface Levels {
  readonly prices: Float64Array;
  readonly amounts: Float64Array;
}

/**
 * `count` pairs of price and amount from `start` on in a flat list of millions: no object a level, and no call a number
 * while numbers are what they should be. Paths are those of the list.
 */
export function readLevels(list: readonly unknown[], start: number, count: number): Levels {
  const prices = new Float64Array(count);
  const amounts = new Float64Array(count);
  let kept = 0;
  let last = 0;
  let isAscending = true;
  for (let index = start, end = start + 2 * count; index < end; index += 2) {
    const first = list[index];
    const second = list[index + 1];
    const where = typeof first === 'number' && first > 0 && first < Infinity ? first : slowly(price, first, index);
    const amount =
      typeof second === 'number' && second >= 0 && second < Infinity ? second : slowly(size, second, index + 1);
    if (amount === 0) continue;
    if (!(where > last)) isAscending = false;
    last = where;
    prices[kept] = where;
    amounts[kept] = amount;
    kept += 1;
  }
  const levels =
    kept === count ? { prices, amounts } : { prices: prices.slice(0, kept), amounts: amounts.slice(0, kept) };
  return isAscending ? levels : ascending(levels, start);
}

/** Digits in a text, or the reason why it is none. */
const slowly = (read: NumberReader, value: unknown, index: number): number => at(`[${index}]`, () => read(value));

/** How many levels follow: a whole number. */
export function levelCount(value: unknown): number {
  const count = anyNumber(value);
  if (!Number.isInteger(count) || count < 0) throw new Unreadable('is not a number of levels');
  return count;
}

/** Sorted; what is told twice for one price is added, amounts of one answer have one unit. */
function ascending({ prices, amounts }: Levels, start: number): Levels {
  const order = Uint32Array.from(prices, (_, index) => index).sort((a, b) => prices[a]! - prices[b]! || a - b);
  const sorted = new Float64Array(order.length);
  const sums = new Float64Array(order.length);
  let last = -1;
  for (const from of order) {
    if (last < 0 || sorted[last] !== prices[from]) sorted[(last += 1)] = prices[from]!;
    sums[last]! += amounts[from]!;
    if (sums[last] === Infinity)
      throw new Unreadable('begins levels that add up to more than a number holds', `[${start}]`);
  }
  return { prices: sorted.slice(0, last + 1), amounts: sums.slice(0, last + 1) };
}
