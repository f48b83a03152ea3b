import { isObject, member, Unreadable } from '../parse.ts';
import type { NumberReader } from './numbers.ts';

/** More rows than this in one payload are refused: no market has so many levels, and nothing may freeze over them. */
export const mostRows = 1_000_000;
/** Up to so many rows the values of unknown fields are kept, beyond it only their names. */
const mostRowsWithExtra = 5_000;

export interface Column {
  readonly field: string;
  readonly read: NumberReader;
  readonly join: Join;
}

/** What becomes of the values of two rows with the same key. */
export type Join = (a: number, b: number) => number;

/** Joins for rows that name one key twice. Amounts of one payload have one unit, so they may be added. */
export const add: Join = (a, b) => a + b;
export const newest: Join = (a, b) => (Number.isNaN(a) || b > a ? b : a);
/** Where adding makes no sense: what both rows agree on, otherwise unknown. */
export const agreed: Join = (a, b) => (a === b ? a : NaN);

export interface Rows {
  /** One array a column, in the order given, ascending by the first, which has no duplicates. */
  readonly columns: readonly Float64Array[];
  /** Unknown fields of the rows, in the payload's own order (`{field: values}`), or only their names when there are many rows. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/**
 * A list of objects as columns, without an object per row. The first column is the key. One bad value refuses the whole
 * list, with its path. An empty list is a valid empty table.
 */
export function readRows(list: unknown, columns: readonly Column[], mark: string): Rows {
  if (list === undefined) throw new Unreadable('is missing');
  if (!Array.isArray(list)) throw new Unreadable('is not a list');
  if (list.length > mostRows) {
    throw new Unreadable(`has ${list.length} rows: larger than Halcyon accepts (${mostRows})`);
  }
  const rows: readonly unknown[] = list;
  const values = columns.map(() => new Float64Array(rows.length));
  const unknown = new Set<string>();
  const known = new Set(columns.map(({ field }) => field));
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index];
    if (!isObject(row)) throw new Unreadable('is not an object', `[${index}]`);
    for (let column = 0; column < columns.length; column += 1) {
      const { field, read } = columns[column]!;
      try {
        values[column]![index] = read(row[field]);
      } catch (thrown) {
        throw thrown instanceof Unreadable ? thrown.under(`[${index}]${member(field)}`) : thrown;
      }
    }
    for (const field in row) if (!known.has(field)) unknown.add(field);
  }
  const joined = ascending(
    values,
    columns.map(({ join }) => join),
    (row, column) => `[${row}]${member(columns[column]!.field)}`,
  );
  return { columns: joined, extra: unknown.size === 0 ? {} : { [`${mark}[]`]: rowExtra(rows, unknown) } };
}

function rowExtra(rows: readonly unknown[], fields: ReadonlySet<string>): unknown {
  if (rows.length > mostRowsWithExtra || fields.size > 100) return [...fields].slice(0, 100);
  return Object.fromEntries(
    [...fields].map((field) => [field, rows.map((row) => (isObject(row) ? (row[field] ?? null) : null))]),
  );
}

/**
 * The columns sorted by the first, rows with the same key joined into one. Already sorted ones are returned as they are.
 * `pathOf` names a value for the problem of a sum that no number holds.
 */
export function ascending(
  values: readonly Float64Array[],
  joins: readonly Join[],
  pathOf: (row: number, column: number) => string,
): readonly Float64Array[] {
  const keys = values[0]!;
  if (isAscending(keys)) return values;
  const order = Uint32Array.from(keys, (_, index) => index).sort((a, b) => keys[a]! - keys[b]! || a - b);
  const sorted = values.map(() => new Float64Array(order.length));
  let last = -1;
  for (const from of order) {
    const isSame = last >= 0 && sorted[0]![last] === keys[from];
    if (!isSame) last += 1;
    for (let column = 0; column < values.length; column += 1) {
      const value = values[column]![from]!;
      const joined = isSame && column > 0 ? joins[column]!(sorted[column]![last]!, value) : value;
      if (joined === Infinity || joined === -Infinity) {
        throw new Unreadable('adds up to more than a number holds', pathOf(from, column));
      }
      sorted[column]![last] = joined;
    }
  }
  return last + 1 === order.length ? sorted : sorted.map((column) => column.slice(0, last + 1));
}

function isAscending(keys: Float64Array): boolean {
  for (let index = 1; index < keys.length; index += 1) if (!(keys[index]! > keys[index - 1]!)) return false;
  return true;
}
