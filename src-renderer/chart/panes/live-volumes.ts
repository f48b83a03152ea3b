import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { RealisedBuckets } from './realised-buckets.ts';
import { firstFrom } from './volume-columns.ts';
import type { VolumeColumns } from './volume-columns.ts';
import { VolumeRows } from './volume-rows.ts';

/** As many candles as a chart holds. */
const mostCandles = 10_000;

/** One venue's part of the live histogram. */
export interface LiveVenue {
  readonly table: RealisedLiquidations;
  readonly columns: VolumeColumns;
}

/** Realised liquidations of all venues by candle, each alone and together. All are US dollars, so they may be added. */
export class LiveVolumes {
  readonly #stepMs: number;
  readonly #buckets = new Map<string, RealisedBuckets>();
  readonly #sum: VolumeRows;
  #venues: readonly LiveVenue[] = [];

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
    this.#sum = new VolumeRows(stepMs, mostCandles);
  }

  get stepMs(): number {
    return this.#stepMs;
  }

  get venues(): readonly LiveVenue[] {
    return this.#venues;
  }

  /** All venues together; the same object while nothing changed. */
  get columns(): VolumeColumns {
    return this.#sum.columns;
  }

  /** One table a venue, each as it is now. */
  take(tables: readonly RealisedLiquidations[]): void {
    let changed = Infinity;
    const keys = new Set(tables.map(keyOf));
    for (const key of [...this.#buckets.keys()]) {
      if (keys.has(key)) continue;
      this.#buckets.delete(key);
      changed = -Infinity;
    }
    this.#venues = tables.map((table) => {
      const buckets = this.#buckets.get(keyOf(table)) ?? new RealisedBuckets(this.#stepMs, mostCandles);
      this.#buckets.set(keyOf(table), buckets);
      changed = Math.min(changed, buckets.take(table));
      return { table, columns: buckets.columns };
    });
    if (changed === Infinity) return;
    this.#sum.dropFrom(changed);
    this.#join(changed);
  }

  #join(from: number): void {
    const columns = this.#venues.map((each) => each.columns);
    const at = columns.map(({ starts }) => firstFrom(starts, from));
    for (;;) {
      const start = columns.reduce((least, { starts }, i) => Math.min(least, starts[at[i] ?? 0] ?? Infinity), Infinity);
      if (start === Infinity) return;
      for (const [i, { starts, longs, shorts, longTrades, shortTrades, flags }] of columns.entries()) {
        const row = at[i] ?? 0;
        if (starts[row] !== start) continue;
        at[i] = row + 1;
        this.#sum.add(start, {
          long: longs[row] ?? 0,
          short: shorts[row] ?? 0,
          longTrades: longTrades[row] ?? NaN,
          shortTrades: shortTrades[row] ?? NaN,
          flags: flags[row] ?? 0,
        });
      }
    }
  }
}

const keyOf = ({ source, symbol }: RealisedLiquidations): string => `${sourceKey(source)}/${symbol}`;
