import { sourceKey } from '../../../src-main/contract/source.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { shareOf } from './rows.ts';
import type { Scales, TableRow } from './rows.ts';

export const columns = ['price', 'side', 'long', 'short', 'distance', 'source', 'age'] as const;
export type Column = (typeof columns)[number];

export interface Order {
  readonly column: Column;
  readonly direction: 'ascending' | 'descending';
}

/** A ladder, as on the chart: the highest price on top. */
export const ladder: Order = { column: 'price', direction: 'descending' };

export type Filter = 'all' | 'clusters' | 'gex' | 'confluence';
export type SourceFilter = ProviderId | 'all';

const groupOf = (row: TableRow): Filter =>
  row.kind === 'cluster' ? 'clusters' : row.kind === 'confluence' ? 'confluence' : 'gex';

export const matches = (row: TableRow, filter: Filter, source: SourceFilter = 'all'): boolean =>
  (filter === 'all' || groupOf(row) === filter) && (source === 'all' || providersOf(row).includes(source));

export const providersOf = (row: TableRow): readonly ProviderId[] =>
  row.kind === 'confluence' ? row.confluence.levels.map(({ provider }) => provider) : [row.source.provider];

type Read = (row: TableRow) => number | string | null;

/** Distance counts by its size, so that ascending means nearest first; age counts from now, so that ascending means newest first. */
const keys: Readonly<Record<Column, Read>> = {
  price: (row) => row.price,
  side: (row) => (row.kind === 'cluster' || row.kind === 'confluence' ? row.side : row.kind),
  long: (row) => (row.kind === 'confluence' ? null : row.long),
  short: (row) => (row.kind === 'confluence' ? null : row.short),
  distance: (row) => (row.distance === null ? null : Math.abs(row.distance)),
  source: (row) => (row.kind === 'confluence' ? 'confluence' : sourceKey(row.source)),
  age: (row) => -row.takenAt,
};

/**
 * Rows without a value come last in both directions; equals stay by price from the highest down. `scales`: the amounts are
 * of several units, so that they are compared by their place on the scale of their own map; null: by the amounts.
 */
export function sortRows<Row extends TableRow>(
  rows: readonly Row[],
  order: Order,
  scales: Scales | null = null,
): Row[] {
  const { column } = order;
  const read: Read =
    scales !== null && (column === 'long' || column === 'short') ? (row) => shareOf(row, column, scales) : keys[column];
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
