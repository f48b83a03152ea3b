import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { volumeBreach } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { placeVolumes } from '../../../src-renderer/chart/panes/place-volumes.ts';
import { rowAt, volumeFlag } from '../../../src-renderer/chart/panes/volume-columns.ts';
import type { VolumeColumns } from '../../../src-renderer/chart/panes/volume-columns.ts';
import { hour, minute, volumesOf } from './volume-fakes.ts';

/** Start (in hours), long, short, flags. */
const rowsOf = ({ starts, longs, shorts, flags }: VolumeColumns) =>
  Array.from(starts, (start, i) => [start / hour, longs[i], shorts[i], flags[i]]);

describe('volumes on candles as long as their interval', () => {
  it('stay as they are', () => {
    const placed = placeVolumes(
      volumesOf([
        [0, 10, 1],
        [1, 20, 2],
      ]),
      hour,
    );
    expect(placed.spanMs).toBe(hour);
    expect(rowsOf(placed)).toEqual([
      [0, 10, 1, 0],
      [1, 20, 2, 0],
    ]);
  });
});

describe('volumes on longer candles', () => {
  it('are summed over the intervals that start inside a candle', () => {
    const rows = [0, 1, 2, 3, 4, 5, 6, 7].map((at) => [at, at + 1, 10 * at] as const);
    const placed = placeVolumes(volumesOf(rows), 4 * hour);
    expect(placed.spanMs).toBe(4 * hour);
    expect(rowsOf(placed)).toEqual([
      [0, 10, 60, 0],
      [4, 26, 220, 0],
    ]);
    expect([...placed.longTrades, ...placed.shortTrades]).toEqual([8, 8, 12, 12]);
  });

  it('say that a candle is partial where an interval of it has no row', () => {
    const placed = placeVolumes(
      volumesOf([
        [1, 1, 1],
        [2, 1, 1],
        [3, 1, 1],
        [4, 1, 1],
        [5, 1, 1],
        [6, 1, 1],
        [7, 1, 1],
      ]),
      4 * hour,
    );
    expect(rowsOf(placed)).toEqual([
      [0, 3, 3, volumeFlag.partial],
      [4, 4, 4, 0],
    ]);
  });

  it('leave a candle without any interval out: it is unknown, not zero', () => {
    const placed = placeVolumes(
      volumesOf([
        [0, 1, 1],
        [8, 1, 1],
      ]),
      4 * hour,
    );
    expect(Array.from(placed.starts)).toEqual([0, 8 * hour]);
    expect([rowAt(placed, hour), rowAt(placed, 5 * hour), rowAt(placed, 9 * hour)]).toEqual([0, -1, 1]);
  });

  it('keep what breaks the provider’s own sums, and what nobody counted', () => {
    const placed = placeVolumes(
      volumesOf(
        [
          [0, 1, 1],
          [1, 1, 1],
        ],
        { breaches: Float64Array.of(0, volumeBreach.sides), longTrades: Float64Array.of(4, NaN) },
      ),
      2 * hour,
    );
    expect(rowsOf(placed)).toEqual([[0, 2, 2, volumeFlag.sides]]);
    expect([placed.longTrades[0], placed.shortTrades[0]]).toEqual([NaN, 6]);
  });

  it('take no row of which an amount is missing for zero', () => {
    const placed = placeVolumes(
      volumesOf([
        [0, NaN, 1],
        [1, 5, 1],
      ]),
      2 * hour,
    );
    expect(rowsOf(placed)).toEqual([[0, 5, 1, volumeFlag.partial]]);
  });
});

describe('volumes on shorter candles', () => {
  it('stay one row an interval', () => {
    const placed = placeVolumes(
      volumesOf([
        [0, 10, 1],
        [2, 20, 2],
      ]),
      15 * minute,
    );
    expect(placed.spanMs).toBe(hour);
    expect(rowsOf(placed)).toEqual([
      [0, 10, 1, 0],
      [2, 20, 2, 0],
    ]);
    expect([rowAt(placed, 45 * minute), rowAt(placed, hour)]).toEqual([0, -1]);
  });
});

it('an interval that was still running when it was received is partial', () => {
  const received = { receivedAt: unixMs(2 * hour - 1) };
  expect([
    ...placeVolumes(
      volumesOf(
        [
          [0, 1, 1],
          [1, 1, 1],
        ],
        received,
      ),
      hour,
    ).flags,
  ]).toEqual([0, volumeFlag.partial]);
});

it('whatever the interval and the candle: nothing is lost, and partial is what lacks an interval', () => {
  const lengths = fc.constantFrom(1, 2, 4, 6, 12, 24);
  fc.assert(
    fc.property(lengths, lengths, fc.uniqueArray(fc.nat(60), { minLength: 1 }), (interval, step, places) => {
      const at = places.sort((a, b) => a - b).map((place) => place * interval);
      const volumes = volumesOf(
        at.map((hours) => [hours, hours + 1, 2 * hours + 1]),
        { intervalMs: interval * hour },
      );
      const placed = placeVolumes(volumes, step * hour);
      const sum = (column: Float64Array) => column.reduce((all, each) => all + each, 0);
      expect(sum(placed.longs)).toBe(sum(volumes.longs));
      expect(sum(placed.shorts)).toBe(sum(volumes.shorts));
      for (const [i, start] of placed.starts.entries()) {
        const span = placed.spanMs / hour;
        const all = Array.from({ length: span }, (_, hours) => start / hour + hours).filter(
          (each) => each % interval === 0,
        );
        const isWhole = all.every((each) => at.includes(each));
        expect(placed.flags[i]).toBe(isWhole ? 0 : volumeFlag.partial);
      }
    }),
  );
});
