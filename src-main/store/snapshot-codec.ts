import { unixMs, type UnixMs } from '../contract/market.ts';
import type { Snapshot, SnapshotHead } from '../contract/snapshot.ts';
import type { Source } from '../contract/source.ts';
import { laterFieldsOf } from './former-snapshots.ts';

/** A snapshot's content without its head. Names ascending. */
export interface Content {
  /** Every field that is neither head nor column, as JSON. */
  readonly meta: string;
  readonly columns: readonly Column[];
}

export interface Column {
  readonly name: string;
  readonly values: Float64Array;
}

/** What a row of `series` says about each of its snapshots. */
export interface SeriesHead {
  readonly kind: string;
  readonly source: Source;
  readonly asset: string;
  readonly variant: string;
}

/** What a row of `snapshots` says about itself. */
export interface RowHead {
  readonly takenAt: number;
  readonly basis: string;
  readonly receivedAt: number;
  readonly confirmedAt: number;
  readonly transport: string;
}

/**
 * Columns as one blob: first those that hold one value over and over (8 bytes in all), then those of 8 bytes a value,
 * then those of 4; zeros at both ends of a column are left out. Little-endian like all our platforms.
 */
export interface Packed {
  /** JSON array of `Place` in the blob's order. */
  readonly layout: string;
  readonly data: Uint8Array;
}

/** `width`: bytes a value, 0 for one value over and over; values from `start` to `end` are written, the others are 0. */
type Place = readonly [name: string, width: 0 | 4 | 8, length: number, start: number, end: number];

const headFields: ReadonlySet<string> = new Set<keyof SnapshotHead>([
  'kind',
  'source',
  'asset',
  'variant',
  'takenAt',
  'takenAtBasis',
  'receivedAt',
  'confirmedAt',
  'transport',
]);

/** Every Float64Array field is a column, whatever the kind. */
export function contentOf(snapshot: Snapshot): Content {
  const columns: Column[] = [];
  const rest: Record<string, unknown> = {};
  const fields = Object.entries(snapshot).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of fields as [string, unknown][]) {
    if (value instanceof Float64Array) columns.push({ name, values: value });
    else if (!headFields.has(name)) rest[name] = value;
  }
  return { meta: JSON.stringify(rest, keepNumber), columns };
}

export function snapshotFrom(series: SeriesHead, row: RowHead, content: Content): Snapshot {
  const fields: Record<string, unknown> = { ...laterFieldsOf(series.kind), ...parseMeta(content.meta) };
  for (const column of content.columns) fields[column.name] = column.values;
  fields['kind'] = series.kind;
  fields['source'] = series.source;
  fields['asset'] = series.asset;
  fields['variant'] = series.variant;
  fields['takenAt'] = unixMs(row.takenAt);
  fields['takenAtBasis'] = row.basis;
  fields['receivedAt'] = unixMs(row.receivedAt);
  fields['confirmedAt'] = unixMs(row.confirmedAt);
  fields['transport'] = row.transport;
  return fields as unknown as Snapshot;
}

/** True when 4 bytes a value lose nothing. */
export function fitsFloat32(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Math.fround(value) !== value && value === value) return false;
  }
  return true;
}

/** True when every value has the bits of the first (NaN is NaN). */
function isConstant(values: Float64Array): boolean {
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return false;
  return values.length > 1;
}

export function pack(columns: readonly Column[]): Packed {
  const places = columns.map(placeOf).sort((a, b) => rank(a) - rank(b));
  const valuesOf = new Map(columns.map(({ name, values }) => [name, values]));
  const buffer = new ArrayBuffer(places.reduce((sum, place) => sum + bytesOf(place), 0));
  let offset = 0;
  for (const place of places) {
    const [name, width, , start, end] = place;
    const values = valuesOf.get(name) as Float64Array;
    if (width === 4) {
      const singles = new Float32Array(buffer, offset, end - start);
      for (let i = start; i < end; i++) singles[i - start] = values[i] as number;
    } else {
      new Float64Array(buffer, offset, end - start).set(values.subarray(start, end));
    }
    offset += bytesOf(place);
  }
  return { layout: JSON.stringify(places), data: new Uint8Array(buffer) };
}

/**
 * Names ascending, each column in memory of its own (it may be transferred to another thread). Throws on a blob that
 * does not match its layout.
 */
export function unpack(packed: Packed): Column[] {
  const places = JSON.parse(packed.layout) as Place[];
  const { buffer, byteOffset } = packed.data.byteOffset % 8 === 0 ? packed.data : new Uint8Array(packed.data);
  const size = places.reduce((sum, place) => sum + bytesOf(place), 0);
  if (size !== packed.data.byteLength)
    throw new RangeError(`blob of ${packed.data.byteLength} bytes, layout of ${size}`);
  let offset = byteOffset;
  const columns = places.map((place) => {
    const [name, width, length, start, end] = place;
    const stored =
      width === 4 ? new Float32Array(buffer, offset, end - start) : new Float64Array(buffer, offset, end - start);
    offset += bytesOf(place);
    if (width !== 0 && stored.length === length) return { name, values: new Float64Array(stored) };
    const values = new Float64Array(length);
    if (width === 0) values.fill(stored[0] as number);
    else values.set(stored, start);
    return { name, values };
  });
  return columns.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function placeOf({ name, values }: Column): Place {
  const { length } = values;
  let start = 0;
  let end = length;
  while (start < end && Object.is(values[start], 0)) start++;
  while (end > start && Object.is(values[end - 1], 0)) end--;
  if (start === 0 && end === length && isConstant(values)) return [name, 0, length, 0, 1];
  return [name, fitsFloat32(values) ? 4 : 8, length, start, end];
}

/** 8-byte columns first, so that all are aligned. */
const rank = ([, width]: Place): number => (width === 4 ? 2 : width === 8 ? 1 : 0);

const bytesOf = ([, width, , start, end]: Place): number => (width === 0 ? 8 : width * (end - start));

/** Takes from the confirmed row what is older than the answer that confirmed it. */
export function confirmed<S extends Snapshot>(snapshot: S, row: RowHead, confirmedAt: UnixMs): S {
  return {
    ...snapshot,
    takenAt: unixMs(row.takenAt),
    receivedAt: unixMs(row.receivedAt),
    confirmedAt,
    transport: row.transport as S['transport'],
  };
}

/** JSON has no NaN, no infinities and no negative zero: they travel as `{"$number": "…"}`. */
function keepNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { $number: Object.is(value, -0) ? '-0' : String(value) };
}

function restoreNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$number' in value)) return value;
  return Number(value.$number);
}

function parseMeta(meta: string): Record<string, unknown> {
  return JSON.parse(meta, meta.includes('"$number"') ? restoreNumber : undefined) as Record<string, unknown>;
}
