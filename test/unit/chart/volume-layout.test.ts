import { describe, expect, it } from 'vitest';
import type { BarTimes } from '../../../src-renderer/chart/panes/bar-times.ts';
import { largestWithin, layVolumes } from '../../../src-renderer/chart/panes/volume-layout.ts';
import type { VolumeShape } from '../../../src-renderer/chart/panes/volume-layout.ts';
import { VolumeSources } from '../../../src-renderer/chart/panes/volume-sources.ts';
import { barsAt, barsFrom, hour, minute, realisedOf, volumesOf } from './volume-fakes.ts';

/** Candle i from 10 × i to 10 × i + 10, zero at 50, one pixel a dollar. */
const view = (first: number, last: number) => ({ first, last, origin: 5, spacing: 10 });
const scale = { zero: 50, perUnit: 1, ratio: 1 };

const sourcesOf = (...given: Parameters<VolumeSources['take']>) =>
  new VolumeSources().take(...given).flatMap(({ sources }) => sources);

const boxes = (rects: readonly number[]) =>
  Array.from({ length: rects.length / 4 }, (_, i) => rects.slice(4 * i, 4 * i + 4));
const told = (shapes: readonly VolumeShape[]) =>
  shapes.map(({ source, side, whole, partial }) => [source.name.split(' ')[0], side, boxes(whole), boxes(partial)]);

describe('one histogram as long as the candles', () => {
  const volumes = volumesOf([
    [0, 10, 1],
    [1, 20, 2],
    [3, 30, 3],
  ]);
  const sources = sourcesOf([volumes], [], hour);

  it('stands up for shorts and down for longs, a pixel apart, and nothing where nothing is known', () => {
    expect(told(layVolumes(sources, barsFrom(0, hour, 4), view(0, 3), scale))).toEqual([
      [
        'Kaiko',
        'long',
        [
          [0, 51, 9, 10],
          [10, 51, 9, 20],
          [30, 51, 9, 30],
        ],
        [],
      ],
      [
        'Kaiko',
        'short',
        [
          [0, 49, 9, 1],
          [10, 48, 9, 2],
          [30, 47, 9, 3],
        ],
        [],
      ],
    ]);
  });

  it('is drawn only where it is in view', () => {
    const [long] = layVolumes(sources, barsFrom(0, hour, 4), view(1, 2), scale);
    expect(boxes(long?.whole ?? [])).toEqual([[10, 51, 9, 20]]);
  });

  it('leaves out what happened in a candle that the chart does not hold', () => {
    const bars = barsAt([0, 2 * hour, 3 * hour], hour);
    const [long] = layVolumes(sources, bars, view(0, 2), scale);
    expect(boxes(long?.whole ?? [])).toEqual([
      [0, 51, 9, 10],
      [20, 51, 9, 30],
    ]);
  });

  it('shows the largest of what falls into one pixel', () => {
    const narrow = { first: 0, last: 3, origin: 0.3, spacing: 0.2 };
    const [long] = layVolumes(sources, barsFrom(0, hour, 4), narrow, scale);
    expect(boxes(long?.whole ?? [])).toEqual([
      [0, 51, 1, 20],
      [1, 51, 1, 30],
    ]);
  });

  it('draws the least amount a pixel high, and zero not at all', () => {
    const little = sourcesOf([volumesOf([[0, 0.01, 0]])], [], hour);
    expect(told(layVolumes(little, barsFrom(0, hour, 1), view(0, 0), scale))).toEqual([
      ['Kaiko', 'long', [[0, 51, 9, 1]], []],
      ['Kaiko', 'short', [], []],
    ]);
  });

  it('frames what does not add up', () => {
    const flagged = sourcesOf([{ ...volumes, breaches: Float64Array.of(0, 2, 0) }], [], hour);
    const [long, short] = layVolumes(flagged, barsFrom(0, hour, 4), view(0, 3), scale);
    expect([boxes(long?.flagged ?? []), boxes(short?.flagged ?? [])]).toEqual([[[10, 51, 9, 20]], [[10, 48, 9, 2]]]);
  });

  it('is laid out in device pixels', () => {
    const [long] = layVolumes(sources, barsFrom(0, hour, 4), view(0, 0), { ...scale, ratio: 2 });
    expect(boxes(long?.whole ?? [])).toEqual([[0, 101, 19, 20]]);
  });
});

describe('several histograms', () => {
  it('stand side by side in their candle', () => {
    const kiyotaka = { provider: 'kiyotaka', environment: 'simulated', host: '' } as const;
    const pair = [volumesOf([[0, 10, 0]]), volumesOf([[0, 20, 0]], { source: kiyotaka })];
    const sources = sourcesOf(
      pair,
      [
        realisedOf('okx', [
          [0, 1, 5],
          [61, 1, 7],
        ]),
      ],
      hour,
    );
    const shapes = layVolumes(sources, barsFrom(0, hour, 2), { first: 0, last: 1, origin: 15, spacing: 30 }, scale);
    expect(told(shapes).filter(([, side]) => side === 'long')).toEqual([
      ['Kaiko', 'long', [[0, 51, 9, 10]], []],
      ['Kiyotaka', 'long', [[10, 51, 8, 20]], []],
      ['OKX', 'long', [[49, 51, 10, 7]], [[19, 51, 10, 5]]],
    ]);
  });

  it('of a longer interval lie behind, over all the candles of theirs that there are', () => {
    const bars = barsFrom(0, 15 * minute, 6);
    const sources = sourcesOf(
      [
        volumesOf([
          [0, 10, 0],
          [1, 20, 0],
        ]),
      ],
      [realisedOf('okx', [[20, 1, 5]])],
      15 * minute,
    );
    const shapes = layVolumes(sources, bars, view(2, 5), scale);
    expect(told(shapes).filter(([, side]) => side === 'long')).toEqual([
      [
        'Kaiko',
        'long',
        [
          [0, 51, 39, 10],
          [40, 51, 19, 20],
        ],
        [],
      ],
      ['OKX', 'long', [], []],
    ]);
    expect(shapes.map(({ isWide }) => isWide)).toEqual([true, true, false, false]);
  });
});

describe('the largest amount in view', () => {
  const sources = sourcesOf(
    [
      volumesOf([
        [0, 10, 90],
        [1, 20, 2],
        [2, 5, 30],
      ]),
    ],
    [],
    15 * minute,
  );
  const bars: BarTimes = barsFrom(0, 15 * minute, 12);

  it('counts both sides, and intervals that reach into the view', () => {
    expect(largestWithin(sources, bars, 0, 11)).toBe(90);
    expect(largestWithin(sources, bars, 4, 7)).toBe(20);
    expect(largestWithin(sources, bars, 5, 8)).toBe(30);
    expect(largestWithin(sources, bars, 3, 4)).toBe(90);
  });

  it('is 0 where nothing is', () => {
    expect(largestWithin([], bars, 0, 11)).toBe(0);
  });
});
