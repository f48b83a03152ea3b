import { Unreadable } from '../parse.ts';

/** Two columns of equal length. */
export interface PriceColumns {
  readonly prices: Float64Array;
  readonly values: Float64Array;
}

/** Ascending by price, one row a price, the values of a price named twice joined. */
export function joinedByPrice({ prices, values }: PriceColumns, join: (a: number, b: number) => number): PriceColumns {
  const order = Uint32Array.from(prices, (_, row) => row).sort((a, b) => prices[a]! - prices[b]! || a - b);
  const sorted = { prices: new Float64Array(order.length), values: new Float64Array(order.length) };
  let last = -1;
  for (const row of order) {
    if (last >= 0 && sorted.prices[last] === prices[row]) {
      const joined = join(sorted.values[last]!, values[row]!);
      if (!Number.isFinite(joined)) throw new Unreadable('adds up to more than a number holds');
      sorted.values[last] = joined;
      continue;
    }
    last += 1;
    sorted.prices[last] = prices[row]!;
    sorted.values[last] = values[row]!;
  }
  return { prices: sorted.prices.slice(0, last + 1), values: sorted.values.slice(0, last + 1) };
}
