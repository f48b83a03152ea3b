import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { LiveVolumes } from '../../../src-renderer/chart/panes/live-volumes.ts';
import { RealisedBuckets } from '../../../src-renderer/chart/panes/realised-buckets.ts';
import { volumeFlag } from '../../../src-renderer/chart/panes/volume-columns.ts';
import type { VolumeColumns } from '../../../src-renderer/chart/panes/volume-columns.ts';
import { VolumeRows } from '../../../src-renderer/chart/panes/volume-rows.ts';
import { minute, realisedOf } from './volume-fakes.ts';

const step = 15 * minute;
const { partial, sample } = volumeFlag;

/** Start (in candles), long, short, trades of both sides, flags. */
const rowsOf = (columns: VolumeColumns) =>
  Array.from(columns.starts, (start, i) => [
    start / step,
    columns.longs[i],
    columns.shorts[i],
    (columns.longTrades[i] ?? 0) + (columns.shortTrades[i] ?? 0),
    columns.flags[i],
  ]);

type Row = readonly [minutes: number, side: 1 | -1, usd: number];
const first: readonly Row[] = [
  [1, 1, 100],
  [14, -1, 40],
  [16, 1, 5],
  [17, 1, 6],
];

describe('realised liquidations of a venue by candle', () => {
  it('are summed by the side that was liquidated; what came before the first is not known', () => {
    const buckets = new RealisedBuckets(step, 100);
    expect(buckets.take(realisedOf('bybit', first))).toBe(0);
    expect(rowsOf(buckets.columns)).toEqual([
      [0, 100, 40, 2, partial],
      [1, 11, 0, 2, 0],
    ]);
  });

  it('are summed anew from the first candle that changed, and only there', () => {
    const buckets = new RealisedBuckets(step, 100);
    buckets.take(realisedOf('binance', first));
    const add = vi.spyOn(VolumeRows.prototype, 'add');
    expect(buckets.take(realisedOf('binance', [...first, [29, -1, 7], [31, 1, 1]]))).toBe(step);
    expect(add.mock.calls.map(([start]) => start / step)).toEqual([1, 1, 1, 2]);
    expect(rowsOf(buckets.columns)).toEqual([
      [0, 100, 40, 2, partial | sample],
      [1, 11, 7, 3, sample],
      [2, 1, 0, 1, sample],
    ]);
  });

  it('are not summed at all when the table is the same, or says the same', () => {
    const buckets = new RealisedBuckets(step, 100);
    const table = realisedOf('okx', first);
    buckets.take(table);
    const { columns } = buckets;
    expect([buckets.take(table), buckets.take(realisedOf('okx', first))]).toEqual([Infinity, Infinity]);
    expect(buckets.columns).toBe(columns);
  });

  it('take a row that came late into the candle where it belongs', () => {
    const buckets = new RealisedBuckets(step, 100);
    buckets.take(realisedOf('okx', [...first, [40, 1, 9]]));
    expect(buckets.take(realisedOf('okx', [...first, [20, -1, 3], [40, 1, 9]]))).toBe(step);
    expect(rowsOf(buckets.columns)).toEqual([
      [0, 100, 40, 2, partial],
      [1, 11, 3, 3, 0],
      [2, 9, 0, 1, 0],
    ]);
  });

  it('keep the sums of rows that the table no longer holds', () => {
    const buckets = new RealisedBuckets(step, 100);
    buckets.take(realisedOf('okx', first));
    expect(buckets.take(realisedOf('okx', [...first.slice(3), [32, 1, 2]]))).toBe(2 * step);
    expect(rowsOf(buckets.columns)).toEqual([
      [0, 100, 40, 2, partial],
      [1, 11, 0, 2, 0],
      [2, 2, 0, 1, 0],
    ]);
  });

  it('are held for so many candles, the newest', () => {
    const buckets = new RealisedBuckets(step, 3);
    const rows: Row[] = [];
    for (let i = 0; i < 500; i++) {
      rows.push([i * 15, 1, i]);
      if (i % 7 === 0) buckets.take(realisedOf('okx', rows));
    }
    buckets.take(realisedOf('okx', rows));
    expect(rowsOf(buckets.columns)).toEqual([
      [497, 497, 0, 1, 0],
      [498, 498, 0, 1, 0],
      [499, 499, 0, 1, 0],
    ]);
  });
});

describe('realised liquidations of all venues', () => {
  const binance = realisedOf('binance', [[20, 1, 1000]]);
  const bybit = realisedOf('bybit', [
    [1, 1, 1],
    [21, -1, 50],
    [33, 1, 4],
  ]);

  it('are added, and are a sample wherever a sample is in them', () => {
    const live = new LiveVolumes(step);
    live.take([binance, bybit]);
    expect(rowsOf(live.columns)).toEqual([
      [0, 1, 0, 1, partial],
      [1, 1000, 50, 2, partial | sample],
      [2, 4, 0, 1, 0],
    ]);
    expect(live.venues.map(({ table, columns }) => [table.source.provider, rowsOf(columns).length])).toEqual([
      ['binance', 1],
      ['bybit', 3],
    ]);
  });

  it('are the same object while no venue told anything new', () => {
    const live = new LiveVolumes(step);
    live.take([binance, bybit]);
    const { columns } = live;
    live.take([binance, { ...bybit }]);
    expect(live.columns).toBe(columns);
  });

  it('forget a venue that is gone', () => {
    const live = new LiveVolumes(step);
    live.take([binance, bybit]);
    live.take([bybit]);
    expect(rowsOf(live.columns)).toEqual([
      [0, 1, 0, 1, partial],
      [1, 0, 50, 1, 0],
      [2, 4, 0, 1, 0],
    ]);
  });
});

it('however the tables grow, the sums are those of a table read at once', () => {
  const row = fc.tuple(fc.nat(300), fc.constantFrom(1 as const, -1 as const), fc.integer({ min: 1, max: 1000 }));
  const sorted = (rows: readonly Row[]) => [...rows].sort(([a], [b]) => a - b);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('binance' as const, 'okx' as const), row), { maxLength: 60 }),
      (events) => {
        const grown = new LiveVolumes(step);
        let tables: RealisedLiquidations[] = [];
        for (let i = 0; i <= events.length; i++) {
          const now = events.slice(0, i);
          tables = (['binance', 'okx'] as const).map((venue) =>
            realisedOf(venue, sorted(now.filter(([of]) => of === venue).map(([, each]) => each))),
          );
          grown.take(tables);
        }
        const whole = new LiveVolumes(step);
        whole.take(tables);
        expect(rowsOf(grown.columns)).toEqual(rowsOf(whole.columns));
      },
    ),
  );
});
