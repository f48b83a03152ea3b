import { fromPlanes, toPlanes } from './byte-planes.ts';

/** Which rows of the entries of a block belong together: those with the same key. */
export interface Alignment {
  /** Name of the key column. */
  readonly name: string;
  /** Every key of the block, ascending. */
  readonly union: Float64Array;
  /** For each entry the places of its keys in the union; null: all of them. */
  readonly slots: readonly (Int32Array | null)[];
}

export interface KeyHeader {
  readonly name: string;
  readonly union: number;
  /** True: every entry has every key, and no presence bits are written. */
  readonly full: boolean;
}

export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

export function take(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new RangeError('block ends too early');
  const taken = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return taken;
}

interface NamedValues {
  readonly name: string;
  readonly values: readonly (Float64Array | null)[];
}

/** Above this the entries have too few keys in common for alignment to pay. */
const unionToLongest = 4;

/**
 * The column that ascends strictly in every entry and whose lengths most values share; null where there is none, or where
 * its entries have too little in common. Columns of other lengths stay as they are.
 */
export function alignByKey(columns: readonly NamedValues[]): Alignment | null {
  const candidates = columns
    .filter(({ values }) => values.every((keys) => keys !== null && isKey(keys)))
    .map((key) => ({ ...key, shared: columns.filter((column) => sameLengths(column, key)).length * lengthOf(key) }))
    .sort((a, b) => b.shared - a.shared);
  for (const { name, values } of candidates) {
    const keys = values as readonly Float64Array[];
    const longest = Math.max(...keys.map((key) => key.length));
    let union = new Float64Array();
    for (let i = 0; i < keys.length; i++) {
      if (i > 0 && sameKeys(keys[i] as Float64Array, keys[i - 1] as Float64Array)) continue;
      union = merge(union, keys[i] as Float64Array);
      if (union.length > longest * unionToLongest) break;
    }
    if (longest === 0 || union.length > longest * unionToLongest) continue;
    return { name, union, slots: keys.map((key) => (key.length === union.length ? null : placesOf(key, union))) };
  }
  return null;
}

/** True when both have as many values in each entry. */
export const sameLengths = (a: NamedValues, b: NamedValues): boolean =>
  a.values.every((values, i) => values !== null && values.length === b.values[i]?.length);

const lengthOf = ({ values }: NamedValues): number => values.reduce((sum, own) => sum + (own?.length ?? 0), 0);

export function writeKey(alignment: Alignment, sections: Uint8Array[]): KeyHeader {
  const { name, union, slots } = alignment;
  sections.push(toPlanes(new Uint32Array(union.buffer, union.byteOffset, union.length * 2), 2));
  const full = slots.every((places) => places === null);
  if (!full) {
    const size = Math.ceil(union.length / 8);
    const presence = new Uint8Array(size * slots.length);
    slots.forEach((places, entry) => {
      const count = places?.length ?? union.length;
      for (let i = 0; i < count; i++) {
        const slot = places === null ? i : (places[i] as number);
        presence[entry * size + (slot >> 3)] = (presence[entry * size + (slot >> 3)] as number) | (1 << (slot & 7));
      }
    });
    // XOR with the entry before, from the end: levels that stay cost nothing.
    for (let i = presence.length - 1; i >= size; i--)
      presence[i] = (presence[i] as number) ^ (presence[i - size] as number);
    sections.push(presence);
  }
  return { name, union: union.length, full };
}

export function readKey(header: KeyHeader, entries: number, cursor: Cursor): Alignment {
  const union = new Float64Array(fromPlanes(take(cursor, header.union * 8), 2).buffer);
  if (header.full) return { name: header.name, union, slots: new Array<null>(entries).fill(null) };
  const size = Math.ceil(header.union / 8);
  const presence = new Uint8Array(take(cursor, size * entries));
  const slots: (Int32Array | null)[] = [];
  for (let entry = 0; entry < entries; entry++) {
    const start = entry * size;
    let changed = entry === 0;
    if (entry > 0) {
      for (let i = start; i < start + size; i++) {
        if (presence[i] === 0) presence[i] = presence[i - size] as number;
        else {
          presence[i] = (presence[i] as number) ^ (presence[i - size] as number);
          changed = true;
        }
      }
    }
    slots.push(changed ? placesIn(presence.subarray(start, start + size), header.union) : (slots[entry - 1] ?? null));
  }
  return { name: header.name, union, slots };
}

function isKey(keys: Float64Array): boolean {
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    if (Number.isNaN(key) || Object.is(key, -0) || (i > 0 && key <= (keys[i - 1] as number))) return false;
  }
  return true;
}

function sameKeys(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function merge(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const merged = new Float64Array(a.length + b.length);
  let count = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; count++) {
    const left = i < a.length ? (a[i] as number) : Number.NaN;
    const right = j < b.length ? (b[j] as number) : Number.NaN;
    const useLeft = j >= b.length || left <= right;
    merged[count] = useLeft ? left : right;
    if (useLeft) i++;
    if (!useLeft || left === right) j++;
  }
  return merged.slice(0, count);
}

function placesOf(keys: Float64Array, union: Float64Array): Int32Array {
  const places = new Int32Array(keys.length);
  for (let i = 0, slot = 0; i < keys.length; i++, slot++) {
    while (union[slot] !== keys[i]) slot++;
    places[i] = slot;
  }
  return places;
}

function placesIn(presence: Uint8Array, union: number): Int32Array | null {
  const places = new Int32Array(union);
  let count = 0;
  for (let slot = 0; slot < union; slot++) {
    if (((presence[slot >> 3] as number) >> (slot & 7)) & 1) places[count++] = slot;
  }
  return count === union ? null : places.slice(0, count);
}
