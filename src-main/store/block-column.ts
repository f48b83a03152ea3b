import { take, type Alignment, type Cursor } from './block-key.ts';
import { fromPlanes, toPlanes } from './byte-planes.ts';
import { fitsFloat32 } from './snapshot-codec.ts';

export interface ColumnHeader {
  readonly name: string;
  /** 32-bit words a value: 1 where Float32 holds every value of the block exactly, else 2. */
  readonly lanes: 1 | 2;
  /** Values of each entry, -1 where it has no such column; one number when all are alike. */
  readonly lengths: number | readonly number[];
  /** How many values differ from their former one. */
  readonly changed: number;
  /** True: not as long as the key of the block, so compared by place; absent where there is no key, too. */
  readonly unkeyed?: true;
}

/** Sections: a bit for each value (does it differ from its former one), then the changed words XOR the former, in planes. */
export function encodeColumn(
  name: string,
  entries: readonly (Float64Array | null)[],
  alignment: Alignment | null,
  sections: Uint8Array[],
): ColumnHeader {
  const lanes = entries.every((values) => values === null || fitsFloat32(values)) ? 1 : 2;
  const lengths = entries.map((values) => values?.length ?? -1);
  const total = lengths.reduce((sum, length) => sum + Math.max(0, length), 0);
  const state = new Uint32Array(stateLength(lengths, alignment) * lanes);
  const bits = new Uint8Array(bitBytes(lengths));
  const words = new Uint32Array(total * lanes);
  let word = 0;
  let bitByte = 0;
  entries.forEach((values, entry) => {
    if (values === null) return;
    const slots = alignment?.slots[entry] ?? null;
    const now = lanes === 1 ? new Uint32Array(new Float32Array(values).buffer) : new Uint32Array(aligned(values));
    for (let i = 0; i < values.length; i++) {
      const at = (slots === null ? i : (slots[i] as number)) * lanes;
      const low = (now[i * lanes] as number) ^ (state[at] as number);
      const high = lanes === 1 ? 0 : (now[i * 2 + 1] as number) ^ (state[at + 1] as number);
      if (low === 0 && high === 0) continue;
      bits[bitByte + (i >> 3)] = (bits[bitByte + (i >> 3)] as number) | (1 << (i & 7));
      words[word++] = low;
      state[at] = now[i * lanes] as number;
      if (lanes === 1) continue;
      words[word++] = high;
      state[at + 1] = now[i * 2 + 1] as number;
    }
    bitByte += (values.length + 7) >> 3;
  });
  sections.push(bits, toPlanes(words.subarray(0, word), lanes));
  const alike = lengths.every((length) => length === lengths[0]);
  return { name, lanes, lengths: alike ? (lengths[0] as number) : lengths, changed: word / lanes };
}

/** One array for each entry that is wanted and has the column, null for the others. */
export function decodeColumn(
  header: ColumnHeader,
  alignment: Alignment | null,
  wanted: readonly boolean[],
  cursor: Cursor,
): (Float64Array | null)[] {
  const { lanes } = header;
  const lengths =
    typeof header.lengths === 'number' ? new Array<number>(wanted.length).fill(header.lengths) : header.lengths;
  const bits = take(cursor, bitBytes(lengths));
  const words = fromPlanes(take(cursor, header.changed * lanes * 4), lanes);
  const state = new Uint32Array(stateLength(lengths, alignment) * lanes);
  const stateValues = lanes === 1 ? new Float32Array(state.buffer) : new Float64Array(state.buffer);
  let word = 0;
  let bitByte = 0;
  return wanted.map((isWanted, entry) => {
    const length = lengths[entry] as number;
    if (length < 0) return null;
    const slots = alignment?.slots[entry] ?? null;
    const end = bitByte + ((length + 7) >> 3);
    for (let base = 0; bitByte < end; bitByte++, base += 8) {
      for (let left = bits[bitByte] as number; left !== 0; left &= left - 1) {
        const i = base + 31 - Math.clz32(left & -left);
        const at = (slots === null ? i : (slots[i] as number)) * lanes;
        state[at] = (state[at] as number) ^ (words[word++] as number);
        if (lanes === 2) state[at + 1] = (state[at + 1] as number) ^ (words[word++] as number);
      }
    }
    if (!isWanted) return null;
    if (slots === null) return new Float64Array(stateValues.subarray(0, length));
    const values = new Float64Array(length);
    for (let i = 0; i < length; i++) values[i] = stateValues[slots[i] as number] as number;
    return values;
  });
}

const stateLength = (lengths: readonly number[], alignment: Alignment | null): number =>
  alignment?.union.length ?? Math.max(0, ...lengths);

const bitBytes = (lengths: readonly number[]): number =>
  lengths.reduce((sum, length) => sum + ((Math.max(0, length) + 7) >> 3), 0);

const aligned = (values: Float64Array): ArrayBuffer => new Float64Array(values).buffer;
