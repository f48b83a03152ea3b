import { volumeBreach } from '../../../src-main/contract/liquidation.ts';
import type { LiquidationVolumes } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { UnixMs } from '../../../src-main/contract/market.ts';
import { exchangeName } from '../../format/exchange.ts';

/** One side of an interval: volume in the series' unit, and how many liquidations; NaN where that was not sent. */
export interface Side {
  readonly volume: number;
  readonly trades: number;
}

/** One interval of a series. */
export interface Interval {
  readonly row: number;
  readonly start: UnixMs;
  readonly long: Side;
  readonly short: Side;
  /** What is wrong with it, a sentence each. */
  readonly breaches: readonly string[];
  /** Per exchange, the largest first; those without a row here are left out. */
  readonly exchanges: readonly { readonly name: string; readonly long: Side; readonly short: Side }[];
}

const breachTexts = [
  [volumeBreach.sides, 'Long and short do not add up to the provider’s total.'],
  [volumeBreach.exchanges, 'The exchanges do not add up to the provider’s totals.'],
] as const;

export const breachesOf = (bits: number): readonly string[] =>
  breachTexts.filter(([bit]) => (bits & bit) !== 0).map(([, text]) => text);

export function intervalAt(volumes: LiquidationVolumes, row: number): Interval | null {
  const start = volumes.times[row];
  if (start === undefined) return null;
  const at = (column: Float64Array): number => column[row] ?? NaN;
  return {
    row,
    start: unixMs(start),
    long: { volume: at(volumes.longs), trades: at(volumes.longTrades) },
    short: { volume: at(volumes.shorts), trades: at(volumes.shortTrades) },
    breaches: breachesOf(at(volumes.breaches) || 0),
    exchanges: volumes.exchanges
      .map(({ exchange, longs, shorts, longTrades, shortTrades }) => ({
        name: exchangeName(exchange),
        long: { volume: at(longs), trades: at(longTrades) },
        short: { volume: at(shorts), trades: at(shortTrades) },
      }))
      .filter(({ long, short }) => !Number.isNaN(long.volume) || !Number.isNaN(short.volume))
      .sort((a, b) => sizeOf(b) - sizeOf(a)),
  };
}

/** The row whose interval holds a moment; null where there is none: what has no row is unknown, not zero. */
export function rowAt({ times, intervalMs }: LiquidationVolumes, at: number): number | null {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  const start = times[low - 1];
  return start !== undefined && at < start + intervalMs ? low - 1 : null;
}

/** Rows that break an invariant, the newest first. */
export function flaggedRows({ breaches }: LiquidationVolumes): number[] {
  const rows: number[] = [];
  for (let row = breaches.length - 1; row >= 0; row -= 1) if ((breaches[row] ?? 0) > 0) rows.push(row);
  return rows;
}

const sizeOf = ({ long, short }: { readonly long: Side; readonly short: Side }): number =>
  (long.volume || 0) + (short.volume || 0);
