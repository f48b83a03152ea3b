import type { LevelRow } from '../../chart/levels.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';

export const columns = ['price', 'side', 'long', 'short', 'distance', 'source', 'age'] as const;
export type Column = (typeof columns)[number];

export interface Order {
  readonly column: Column;
  readonly direction: 'ascending' | 'descending';
}

/** A ladder, as on the chart: the highest price on top. */
export const ladder: Order = { column: 'price', direction: 'descending' };

export type Filter = 'all' | 'clusters' | 'gex';

export const matches = (row: LevelRow, filter: Filter): boolean =>
  filter === 'all' || (row.kind === 'cluster') === (filter === 'clusters');

/** Distance counts by its size, so that ascending means nearest first; age counts from now, so that ascending means newest first. */
const keys: Readonly<Record<Column, (row: LevelRow) => number | string | null>> = {
  price: (row) => row.price,
  side: (row) => (row.kind === 'cluster' ? row.side : row.kind),
  long: (row) => row.long,
  short: (row) => row.short,
  distance: (row) => (row.distance === null ? null : Math.abs(row.distance)),
  source: (row) => sourceKey(row.source),
  age: (row) => -row.takenAt,
};

/** Rows without a value come last in both directions; equals stay by price from the highest down. */
export function sortRows(rows: readonly LevelRow[], order: Order): LevelRow[] {
  const read = keys[order.column];
  const sign = order.direction === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, key: read(row) }))
    .sort((a, b) => {
      const missing = Number(isMissing(a.key)) - Number(isMissing(b.key));
      if (missing !== 0) return missing;
      const difference = isMissing(a.key) ? 0 : sign * compare(a.key, b.key);
      return difference !== 0 ? difference : b.row.price - a.row.price;
    })
    .map(({ row }) => row);
}

export const nextOrder = (order: Order, column: Column): Order =>
  order.column === column
    ? { column, direction: order.direction === 'ascending' ? 'descending' : 'ascending' }
    : {
        column,
        direction:
          column === 'distance' || column === 'side' || column === 'source' || column === 'age'
            ? 'ascending'
            : 'descending',
      };

const isMissing = (key: number | string | null): boolean => key === null || Number.isNaN(key);

function compare(a: number | string | null, b: number | string | null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}
