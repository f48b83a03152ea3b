import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBlock, encodeBlock, type Entry } from '../../../src-main/store/block-codec.ts';
import { canRead, compress, decompress, type Codec } from '../../../src-main/store/compression.ts';
import { pack, unpack, type Column } from '../../../src-main/store/snapshot-codec.ts';

const value = fc.oneof(
  fc.double(),
  fc.float(),
  fc.integer(),
  fc.constantFrom(Number.NaN, -0, 0, 0, 0, Infinity, -Infinity, 1e308, 5e-324, 1e-310),
);
const values = fc.array(value, { maxLength: 24 }).map((list) => Float64Array.from(list));
const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'prices', 'ünï"x'), { maxLength: 4 });

/** Columns of any lengths under any names. */
const ragged = names.chain((own) =>
  fc.tuple(...own.sort().map((name) => fc.record({ name: fc.constant(name), values }, { noNullPrototype: true }))),
);

/** Columns of one length beside a sorted key that comes and goes, as a map's levels do. */
const keyed = fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { maxLength: 24 }).chain((keys) => {
  const column = fc
    .array(value, { minLength: keys.length, maxLength: keys.length })
    .map((list) => Float64Array.from(list));
  return fc.record({ a: column, b: column }).map(({ a, b }): Column[] => [
    { name: 'a', values: a },
    { name: 'b', values: b },
    { name: 'key', values: Float64Array.from(keys.sort((x, y) => x - y)) },
  ]);
});

const entriesOf = (all: readonly (readonly Column[])[]): Entry[] =>
  all.map((columns, i) => ({
    takenAt: 1_000 + i,
    seq: i % 2,
    basis: 'provider',
    receivedAt: 2_000 + i,
    confirmedAt: 3_000.5 + i,
    transport: 'rest',
    content: { meta: `{"i":${i % 3}}`, columns },
  }));

describe('a row', () => {
  it('is compared with what tells the signs of zero apart', () => {
    expect(Float64Array.of(-0)).not.toStrictEqual(Float64Array.of(0));
  });

  it('gives back its columns bit by bit', () => {
    fc.assert(
      fc.property(ragged, (columns) => {
        expect(unpack(pack(columns))).toStrictEqual(columns);
      }),
    );
  });

  it('takes 4 bytes a value where that loses nothing, else 8', () => {
    const size = (list: readonly number[]): number =>
      pack([{ name: 'a', values: Float64Array.from(list) }]).data.length;
    expect(size([1, 2.5, Number.NaN, -0, Infinity, 16_777_216])).toBe(24);
    expect(size([1, 0.1])).toBe(16);
    expect(size([1, 16_777_217])).toBe(16);
    expect(size([1, 1e308])).toBe(16);
  });

  it('leaves out zeros at the ends and repetition', () => {
    const size = (list: readonly number[]): number =>
      pack([{ name: 'a', values: Float64Array.from(list) }]).data.length;
    expect(size([0, 0, 1, 0, 2, 0])).toBe(12);
    expect(size([0, 0, 0])).toBe(0);
    expect(size([0.1, 0.1, 0.1])).toBe(8);
    expect(size([])).toBe(0);
  });

  it('that was cut short is refused', () => {
    const { layout, data } = pack([{ name: 'a', values: Float64Array.of(1, 2) }]);
    expect(() => unpack({ layout, data: data.subarray(0, 4) })).toThrow('blob of 4 bytes, layout of 8');
  });
});

describe('a block', () => {
  it('gives back entries of any shape bit by bit', () => {
    fc.assert(
      fc.property(fc.array(ragged, { minLength: 1, maxLength: 6 }), (all) => {
        expect(decodeBlock(encodeBlock(entriesOf(all)))).toStrictEqual(entriesOf(all));
      }),
    );
  });

  it('gives back aligned entries bit by bit', () => {
    fc.assert(
      fc.property(fc.array(keyed, { minLength: 1, maxLength: 6 }), (all) => {
        expect(decodeBlock(encodeBlock(entriesOf(all)))).toStrictEqual(entriesOf(all));
      }),
    );
  });

  it('gives only what is wanted, unchanged by what is not', () => {
    fc.assert(
      fc.property(fc.array(keyed, { minLength: 1, maxLength: 6 }), fc.nat(6), (all, from) => {
        const entries = entriesOf(all);
        const some = decodeBlock(encodeBlock(entries), (takenAt) => takenAt >= 1_000 + from);
        expect(some).toStrictEqual(entries.slice(from));
      }),
    );
  });

  it('writes nearly nothing for a level that appears while the others stay', () => {
    const levels = Array.from({ length: 1_500 }, (_, i) => [60_000 + i * 10, Math.sin(i) * 1e9] as const);
    const without = (gone: number): Column[] => {
      const kept = levels.filter((_, i) => i !== gone);
      return [
        { name: 'longs', values: Float64Array.from(kept, ([, long]) => long) },
        { name: 'prices', values: Float64Array.from(kept, ([price]) => price) },
      ];
    };
    const one = compress('deflate', encodeBlock(entriesOf([without(0)]))).length;
    const sixty = compress('deflate', encodeBlock(entriesOf(Array.from({ length: 60 }, (_, i) => without(i))))).length;
    expect(sixty - one).toBeLessThan(4_000);
  });

  it('writes nearly nothing for such a level when there are columns of other lengths, too', () => {
    const levels = Array.from({ length: 1_500 }, (_, i) => [60_000 + i * 10, Math.sin(i) * 1e9] as const);
    const without = (gone: number): Column[] => {
      const kept = levels.filter((_, i) => i !== gone);
      return [
        { name: 'amounts', values: Float64Array.from(kept, ([, amount]) => amount) },
        { name: 'curve', values: Float64Array.of(1, 2, 3 + gone) },
        { name: 'none', values: new Float64Array() },
        { name: 'prices', values: Float64Array.from(kept, ([price]) => price) },
      ];
    };
    const all = entriesOf(Array.from({ length: 60 }, (_, i) => without(i)));
    const one = compress('deflate', encodeBlock(entriesOf([without(0)]))).length;
    expect(compress('deflate', encodeBlock(all)).length - one).toBeLessThan(5_000);
    expect(decodeBlock(encodeBlock(all))).toStrictEqual(all);
  });

  it('gives back aligned entries beside columns of any length bit by bit', () => {
    const mixed = fc
      .tuple(keyed, values, fc.boolean())
      .map(([own, other, isThere]): Column[] => [...own, ...(isThere ? [{ name: 'other', values: other }] : [])]);
    fc.assert(
      fc.property(fc.array(mixed, { minLength: 1, maxLength: 6 }), (all) => {
        expect(decodeBlock(encodeBlock(entriesOf(all)))).toStrictEqual(entriesOf(all));
      }),
    );
  });

  it('that was damaged is refused', () => {
    const codecs: readonly Codec[] = canRead('zstd') ? ['deflate', 'zstd'] : ['deflate'];
    for (const codec of codecs) {
      const data = compress(codec, encodeBlock(entriesOf([[{ name: 'a', values: Float64Array.of(1, 2, 3) }]])));
      data[data.length - 1] = (data.at(-1) as number) ^ 1;
      expect(() => decompress(codec, data)).toThrow();
    }
  });
});
