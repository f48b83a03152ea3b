import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { firstFrom, volumeFlag } from './volume-columns.ts';
import type { VolumeColumns } from './volume-columns.ts';
import { VolumeRows } from './volume-rows.ts';

const compared = ['times', 'sides', 'usd'] as const;

/** One venue's realised liquidations summed by candle, in US dollars; only the candles that changed are summed anew. */
export class RealisedBuckets {
  readonly #stepMs: number;
  readonly #rows: VolumeRows;
  #table: RealisedLiquidations | null = null;

  /** `most`: candles kept, the newest. */
  constructor(stepMs: number, most: number) {
    this.#stepMs = stepMs;
    this.#rows = new VolumeRows(stepMs, most);
  }

  get columns(): VolumeColumns {
    return this.#rows.columns;
  }

  /**
   * Takes the venue's table as it is now: rows may be new, late or gone at the front, where the sums stay. Returns the
   * start of the first candle that changed, Infinity when none did.
   */
  take(table: RealisedLiquidations): number {
    const changed = firstChange(this.#table, table);
    this.#table = table;
    if (changed === Infinity) return Infinity;
    const start = Math.floor(changed / this.#stepMs) * this.#stepMs;
    this.#rows.dropFrom(start);
    this.#add(table, firstFrom(table.times, start));
    return start;
  }

  #add({ times, sides, usd, isSample }: RealisedLiquidations, from: number): void {
    const first = Math.floor((times[0] ?? NaN) / this.#stepMs) * this.#stepMs;
    for (let i = from; i < times.length; i++) {
      const start = Math.floor((times[i] ?? NaN) / this.#stepMs) * this.#stepMs;
      const amount = usd[i] ?? NaN;
      if (!Number.isFinite(start) || !Number.isFinite(amount)) continue;
      const isLong = sides[i] === 1;
      this.#rows.add(start, {
        long: isLong ? amount : 0,
        short: isLong ? 0 : amount,
        longTrades: isLong ? 1 : 0,
        shortTrades: isLong ? 0 : 1,
        // Nobody knows what came before the first row.
        flags: (isSample ? volumeFlag.sample : 0) | (start === first ? volumeFlag.partial : 0),
      });
    }
  }
}

/** Time of the first row in which two tables differ, but for rows gone at the front of the newer; Infinity: in none. */
function firstChange(before: RealisedLiquidations | null, now: RealisedLiquidations): number {
  if (before === now) return Infinity;
  if (before === null || before.isSample !== now.isSample) return before === null ? earliest(now) : -Infinity;
  const gone = firstFrom(before.times, now.times[0] ?? Infinity);
  let row = 0;
  const isSame = (at: number): boolean => compared.every((column) => before[column][gone + at] === now[column][at]);
  while (row < now.times.length && isSame(row)) row += 1;
  return Math.min(now.times[row] ?? Infinity, before.times[gone + row] ?? Infinity);
}

const earliest = ({ times }: RealisedLiquidations): number => times[0] ?? Infinity;
