import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { UnixMs } from '../../../src-main/contract/market.ts';
import { firstAtOrAfter } from '../../state/realised.ts';

/** One liquidation that happened. */
export interface RealisedRow {
  readonly table: RealisedLiquidations;
  readonly time: UnixMs;
  readonly side: 'long' | 'short';
  readonly price: number;
  readonly coins: number;
  readonly usd: number;
}

/** The newest `most` of all venues, the newest first; of one moment in the order of the tables. */
export function newestRealised(tables: readonly RealisedLiquidations[], most: number): RealisedRow[] {
  return tables
    .flatMap((table) => Array.from({ length: Math.min(most, table.times.length) }, (_, back) => rowOf(table, back)))
    .sort((a, b) => b.time - a.time)
    .slice(0, most);
}

function rowOf(table: RealisedLiquidations, back: number): RealisedRow {
  const row = table.times.length - 1 - back;
  const at = (column: Float64Array): number => column[row] ?? NaN;
  return {
    table,
    time: unixMs(at(table.times)),
    side: at(table.sides) > 0 ? 'long' : 'short',
    price: at(table.prices),
    coins: at(table.coins),
    usd: at(table.usd),
  };
}

/** What one venue told since a moment: US dollars and how many, by the side that was liquidated. */
export interface RealisedSum {
  readonly table: RealisedLiquidations;
  readonly longUsd: number;
  readonly shortUsd: number;
  readonly longCount: number;
  readonly shortCount: number;
}

/** Venue by venue: samples and whole feeds are not added to each other. */
export const sumsSince = (tables: readonly RealisedLiquidations[], from: number): RealisedSum[] =>
  tables.map((table) => {
    const sum = { longUsd: 0, shortUsd: 0, longCount: 0, shortCount: 0 };
    for (let row = firstAtOrAfter(table.times, from); row < table.times.length; row += 1) {
      const usd = table.usd[row] ?? 0;
      if ((table.sides[row] ?? 0) > 0) {
        sum.longUsd += usd;
        sum.longCount += 1;
      } else {
        sum.shortUsd += usd;
        sum.shortCount += 1;
      }
    }
    return { table, ...sum };
  });
