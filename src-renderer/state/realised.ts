import type { RealisedLiquidations } from '../../src-main/contract/liquidation.ts';
import type { UnixMs } from '../../src-main/contract/market.ts';
import { sourceKey } from '../../src-main/contract/source.ts';

const columns = ['times', 'sides', 'prices', 'coins', 'usd', 'receivedAt'] as const;

/** One table a venue; the same key, the same table. */
export const tableKey = ({ source, symbol }: RealisedLiquidations): string => `${sourceKey(source)}/${symbol}`;

/**
 * A venue's table with all its rows from a moment on as they were read anew, so that a row which came in late is there once;
 * the newest `most` of them.
 */
export function joinRealised(
  known: RealisedLiquidations | undefined,
  read: RealisedLiquidations,
  from: UnixMs,
  most: number,
): RealisedLiquidations {
  const keep = known === undefined ? 0 : firstAtOrAfter(known.times, from);
  const total = keep + read.times.length;
  const skip = Math.max(0, total - most);
  const joined = {} as Record<(typeof columns)[number], Float64Array>;
  for (const column of columns) {
    const all = new Float64Array(total);
    if (known !== undefined) all.set(known[column].subarray(0, keep));
    all.set(read[column], keep);
    joined[column] = skip === 0 ? all : all.slice(skip);
  }
  return { ...read, ...joined };
}

/** Row of the first time that is not before a moment; the length where there is none. Ascending. */
export function firstAtOrAfter(times: Float64Array, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
