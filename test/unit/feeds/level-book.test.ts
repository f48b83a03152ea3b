import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiquidationMap } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { LevelBook, mostLevels } from '../../../src-main/feeds/level-book.ts';

type Row = readonly [price: number, long: number, short: number];

function map(rows: readonly Row[], more: Partial<LiquidationMap> = {}): LiquidationMap {
  return {
    kind: 'liquidation-map',
    source: { provider: 'kingfisher', environment: 'production', host: 'api.thekingfisher.io' },
    asset: 'BTC',
    variant: 'all/1D',
    takenAt: unixMs(1_000),
    takenAtBasis: 'provider',
    receivedAt: unixMs(1_100),
    confirmedAt: unixMs(1_100),
    transport: 'rest',
    extra: null,
    exchange: 'all',
    timeframe: '1D',
    unit: 'usd',
    referencePrice: 67_000,
    prices: Float64Array.from(rows, ([price]) => price),
    longs: Float64Array.from(rows, ([, long]) => long),
    shorts: Float64Array.from(rows, ([, , short]) => short),
    levelTimes: Float64Array.from(rows, () => 1_000),
    ...more,
  };
}

const rowsOf = (book: LevelBook): Row[] => {
  const whole = book.toMap()!;
  return [...whole.prices].map((price, row) => [price, whole.longs[row]!, whole.shorts[row]!]);
};

describe('a level book', () => {
  it('puts a push on top of the levels it does not name', () => {
    const book = new LevelBook();
    book.replace(
      map([
        [64_000, 4_800_000_000, 120_000_000],
        [69_500, 95_000_000, 2_100_000_000],
      ]),
    );
    book.merge(
      map(
        [
          [67_000, 5_000_000_000, 200_000_000],
          [69_500, 1, 2],
        ],
        { transport: 'stream', takenAt: unixMs(2_000) },
      ),
    );
    expect(rowsOf(book)).toEqual([
      [64_000, 4_800_000_000, 120_000_000],
      [67_000, 5_000_000_000, 200_000_000],
      [69_500, 1, 2],
    ]);
    expect(book.toMap()).toMatchObject({ takenAt: 2_000, transport: 'stream' });
  });

  it('keeps what the map is of when a push does not say it, and takes the missing price of the push as missing', () => {
    const book = new LevelBook();
    book.replace(map([[1, 1, 1]], { exchange: 'all', timeframe: '1D', variant: 'all/1D' }));
    book.merge(map([[2, 1, 1]], { exchange: '', timeframe: '4H', variant: '', referencePrice: null }));
    expect(book.toMap()).toMatchObject({ exchange: 'all', timeframe: '1D', variant: 'all/1D', referencePrice: null });
  });

  it('drops a level that is pushed with both amounts zero', () => {
    const book = new LevelBook();
    book.replace(
      map([
        [64_000, 5, 0],
        [69_500, 0, 7],
      ]),
    );
    book.merge(map([[64_000, 0, 0]]));
    expect(rowsOf(book)).toEqual([[69_500, 0, 7]]);
  });

  it('forgets everything when a whole map replaces it', () => {
    const book = new LevelBook();
    book.merge(
      map([
        [1, 1, 1],
        [2, 2, 2],
      ]),
    );
    book.replace(map([[3, 3, 3]]));
    expect(rowsOf(book)).toEqual([[3, 3, 3]]);
  });

  it('refuses to grow without bound and stays as it was', () => {
    const book = new LevelBook();
    book.replace(map([[1, 1, 1]]));
    const flood = Array.from({ length: mostLevels }, (_, row): Row => [row + 2, 1, 1]);
    expect(book.merge(map(flood))).toBe(false);
    expect(rowsOf(book)).toEqual([[1, 1, 1]]);
  });

  it('holds, for any sequence of pushes, the last state of each level, ascending by price', () => {
    const amount = fc.constantFrom(0, 1, 2, 1e9);
    const push = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 20 }), amount, amount), {
      selector: ([price]) => price,
    });
    fc.assert(
      fc.property(fc.array(push), (pushes) => {
        const book = new LevelBook();
        const last = new Map<number, Row>();
        for (const rows of pushes) {
          book.merge(map(rows));
          for (const row of rows)
            if (row[1] === 0 && row[2] === 0) last.delete(row[0]);
            else last.set(row[0], row);
        }
        if (pushes.length === 0) expect(book.isEmpty).toBe(true);
        else expect(rowsOf(book)).toEqual([...last.values()].sort((a, b) => a[0] - b[0]));
      }),
    );
  });
});
