import { decodeColumn, encodeColumn, type ColumnHeader } from './block-column.ts';
import { alignByKey, readKey, sameLengths, writeKey, type Alignment, type KeyHeader } from './block-key.ts';
import type { Content, RowHead } from './snapshot-codec.ts';

/** One snapshot of a block. */
export interface Entry extends RowHead {
  /** Tells apart snapshots of one series and one `takenAt`, in order of arrival. */
  readonly seq: number;
  readonly content: Content;
}

interface BlockHeader {
  readonly rows: readonly [
    takenAt: number,
    seq: number,
    basis: string,
    receivedAt: number,
    confirmedAt: number,
    transport: string,
    meta: number,
  ][];
  /** Each text once; rows refer to it by place. */
  readonly metas: readonly string[];
  readonly key: KeyHeader | null;
  readonly columns: readonly ColumnHeader[];
}

/**
 * Consecutive snapshots of one series as bytes, before compression. Where one column is a sorted key (prices, strikes)
 * those of its length are compared with their last value at the same key, the others with the value at the same place; only what
 * changed is written, as XOR with the former bits, in byte planes. Bit-exact.
 *
 * Bytes: length of the header (u32), header (JSON), key, columns.
 */
export function encodeBlock(entries: readonly Entry[]): Uint8Array {
  const names = [...new Set(entries.flatMap((entry) => entry.content.columns.map((column) => column.name)))].sort();
  const valuesOf = (name: string): (Float64Array | null)[] =>
    entries.map((entry) => entry.content.columns.find((column) => column.name === name)?.values ?? null);
  const columns = names.map((name) => ({ name, values: valuesOf(name) }));
  const alignment = alignByKey(columns);
  const sections: Uint8Array[] = [];
  const key = alignment === null ? null : writeKey(alignment, sections);
  const keyColumn = columns.find((column) => column.name === alignment?.name);
  const columnHeaders = columns
    .filter((column) => column !== keyColumn)
    .map((column): ColumnHeader => {
      if (keyColumn === undefined || sameLengths(column, keyColumn)) {
        return encodeColumn(column.name, column.values, alignment, sections);
      }
      return { ...encodeColumn(column.name, column.values, null, sections), unkeyed: true };
    });
  const metas = [...new Set(entries.map((entry) => entry.content.meta))];
  const places = new Map(metas.map((meta, place) => [meta, place]));
  const header: BlockHeader = {
    rows: entries.map((entry) => [
      entry.takenAt,
      entry.seq,
      entry.basis,
      entry.receivedAt,
      entry.confirmedAt,
      entry.transport,
      places.get(entry.content.meta) as number,
    ]),
    metas,
    key,
    columns: columnHeaders,
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  return Buffer.concat([length, text, ...sections]);
}

/** The entries that are wanted, in the order they were given in, each column in memory of its own. */
export function decodeBlock(bytes: Uint8Array, wanted: (takenAt: number) => boolean = () => true): Entry[] {
  const textLength = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + textLength))) as BlockHeader;
  const wantedRows = header.rows.map((row) => wanted(row[0]));
  const cursor = { bytes, at: 4 + textLength };
  const alignment: Alignment | null = header.key === null ? null : readKey(header.key, header.rows.length, cursor);
  const columns = header.columns.map((column) => ({
    name: column.name,
    values: decodeColumn(column, column.unkeyed === true ? null : alignment, wantedRows, cursor),
  }));
  if (alignment !== null) {
    columns.push({ name: alignment.name, values: wantedRows.map((is, i) => (is ? keysOf(alignment, i) : null)) });
    columns.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  return header.rows.flatMap(([takenAt, seq, basis, receivedAt, confirmedAt, transport, meta], i) => {
    if (wantedRows[i] !== true) return [];
    const own = columns.flatMap(({ name, values }) => {
      const value = values[i];
      return value === null || value === undefined ? [] : [{ name, values: value }];
    });
    const content = { meta: header.metas[meta] as string, columns: own };
    return [{ takenAt, seq, basis, receivedAt, confirmedAt, transport, content }];
  });
}

function keysOf(alignment: Alignment, entry: number): Float64Array {
  const slots = alignment.slots[entry];
  if (slots === null || slots === undefined) return new Float64Array(alignment.union);
  const keys = new Float64Array(slots.length);
  for (let i = 0; i < slots.length; i++) keys[i] = alignment.union[slots[i] as number] as number;
  return keys;
}
