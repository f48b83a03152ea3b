import { describe, expect, it, vi } from 'vitest';
import type { IChartApi, ISeriesApi, SeriesAttachedParameter, Time } from 'lightweight-charts';
import { bandLevels, colourCodes } from '../../../src-renderer/chart/band-levels.ts';
import { columnsOf } from '../../../src-renderer/chart/columns.ts';
import { rowEdges } from '../../../src-renderer/chart/coordinates.ts';
import { LevelLayout } from '../../../src-renderer/chart/level-layout.ts';
import { curvePoints, curvesOf } from '../../../src-renderer/chart/primitives/profile/curves.ts';
import { ProfilePrimitive } from '../../../src-renderer/chart/primitives/profile/primitive.ts';
import { chartThemes } from '../../../src-renderer/chart/theme.ts';
import { fakeAxis, mapOf, profileOf } from './fakes.ts';

const theme = chartThemes.dark;
const colours = theme.families[1]!;
const map = profileOf(
  [
    [50, 9],
    [120, 4],
    [130, 1],
    [180, 2],
    [300, 9],
  ],
  {
    longCurvePrices: Float64Array.of(110, 150),
    longCurve: Float64Array.of(40, 0),
    shortCurvePrices: Float64Array.of(150, 400),
    shortCurve: Float64Array.of(0, 20),
  },
);

function made(more: Partial<ProfilePrimitive['state']> = {}, kind: { inverted?: boolean } = {}) {
  const axis = fakeAxis({ low: 100, high: 200, height: 100, ...kind });
  const coordinateToPrice = vi.fn(axis.coordinateToPrice);
  const requestUpdate = vi.fn();
  const series = { ...axis, coordinateToPrice } as unknown as ISeriesApi<'Candlestick'>;
  const chart = { paneSize: () => ({ width: 800, height: 100 }) } as unknown as IChartApi;
  const parameter = { chart, series, requestUpdate } as unknown as SeriesAttachedParameter<Time>;
  const levels = bandLevels(map, 150);
  const state = {
    levels,
    codes: colourCodes(levels, { low: 0, high: 1 }),
    curves: curvesOf(map),
    unit: 'relative',
    coin: 'BTC',
    name: 'KF legacy',
    offset: 90,
    width: 72,
    topInset: 0,
    fitLevels: false,
    stale: false,
    colours,
    theme,
    ...more,
  } as const;
  const profile = new ProfilePrimitive(state, new LevelLayout());
  profile.attached(parameter);
  profile.updateAllViews();
  return { profile, levels, parameter, coordinateToPrice, requestUpdate };
}

describe('a profile at the right edge', () => {
  it('has a bar for each level in view, as long as its part of the largest amount, by side', () => {
    const { bars, left, right } = made().profile.view.drawing;
    expect([left, right]).toEqual([638, 710]);
    expect(bars.map(({ side, length }) => [side, length])).toEqual([
      [0, 8],
      [0, 32],
      [1, 16],
    ]);
    // From 125 to 135, and a hairline.
    expect(bars[0]).toMatchObject({ top: 65, height: 9 });
  });

  it('leaves out what the legend hides', () => {
    const codes = Uint8Array.of(1, 1, 0, 17, 17);
    expect(made({ codes }).profile.view.drawing.bars.map(({ length }) => length)).toEqual([32, 16]);
  });

  it('draws the part of each cumulative curve that is in view, on one scale, named with its end', () => {
    const { lines, linesTo } = made().profile.view.drawing;
    expect(linesTo).toBe('40 rel');
    expect(lines.map(({ side, points }) => [side, points.length, points[0], points.at(-1)])).toEqual([
      ['long', 41, { row: 50, part: 0 }, { row: 90, part: 1 }],
      ['short', 51, { row: 0, part: expect.closeTo(0.1, 12) }, { row: 50, part: 0 }],
    ]);
  });

  it('turns with an inverted scale', () => {
    const { lines, bars } = made({}, { inverted: true }).profile.view.drawing;
    expect(lines[0]?.points.at(-1)).toEqual({ row: 50, part: 0 });
    expect(bars.find(({ length }) => length === 8)).toMatchObject({ top: 25, height: 9 });
  });

  it('computes nothing while nothing changed, and joins autoscale without computing', () => {
    const { profile, coordinateToPrice, requestUpdate } = made();
    const { drawing } = profile.view;
    const once = coordinateToPrice.mock.calls.length;
    profile.updateAllViews();
    expect([profile.view.drawing === drawing, coordinateToPrice.mock.calls.length - once]).toEqual([true, 3]);
    expect(profile.autoscaleInfo()).toBeNull();
    profile.show({ fitLevels: true });
    expect(profile.autoscaleInfo()).toEqual({ priceRange: { minValue: 25, maxValue: 325 } });
    expect(profile.autoscaleInfo()).toBe(profile.autoscaleInfo());
    expect(requestUpdate).toHaveBeenCalledTimes(1);
    expect(profile.paneViews()).toBe(profile.paneViews());
  });

  it('is silent once detached', () => {
    const { profile, requestUpdate, coordinateToPrice } = made();
    profile.detached();
    const before = coordinateToPrice.mock.calls.length;
    profile.show({ stale: true });
    profile.updateAllViews();
    expect([requestUpdate.mock.calls.length, coordinateToPrice.mock.calls.length - before]).toEqual([0, 0]);
  });
});

describe('cumulative curves', () => {
  it('are none of a map with sides, nor of a profile without them', () => {
    expect([curvesOf(mapOf([1, 2, 3])), curvesOf(profileOf([[1, 2]]))]).toEqual([null, null]);
    expect(curvesOf(map)?.max).toBe(40);
  });

  it('are straight between the provider’s points on every scale', () => {
    const axis = fakeAxis({ low: 100, high: 200, height: 100, log: true });
    const edges = rowEdges(axis, { width: 1, height: 100, ratio: 1 })!;
    const points = curvePoints(Float64Array.of(100, 150, 200), Float64Array.of(10, 20, 0), 20, edges);
    for (const { row, part } of points) {
      const price = edges[row]!;
      expect(part * 20).toBeCloseTo(price < 150 ? 10 + (price - 100) / 5 : 20 - (price - 150) / 2.5, 9);
    }
    expect(points).toHaveLength(101);
  });

  it('of a single point are that point', () => {
    const edges = Float64Array.of(2, 1, 0);
    expect(curvePoints(Float64Array.of(1), Float64Array.of(5), 10, edges)).toEqual([{ row: 1, part: 0.5 }]);
    expect(curvePoints(new Float64Array(0), new Float64Array(0), 10, edges)).toEqual([]);
  });
});

describe('the columns', () => {
  it('stand left of the GEX profile and next to each other', () => {
    expect(columnsOf(1_000, true, 2)).toEqual({ offsets: [90, 180], width: 84, total: 270 });
    expect(columnsOf(1_000, false, 1)).toEqual({ offsets: [0], width: 84, total: 90 });
    expect(columnsOf(1_000, true, 0)).toMatchObject({ offsets: [], total: 90 });
  });

  it('together take at most a quarter of the pane', () => {
    for (const width of [340, 560, 900, 1_600]) {
      for (const count of [1, 2, 3]) {
        const { width: each } = columnsOf(width, true, count);
        expect(each).toBeGreaterThan(15);
        expect(each * count).toBeLessThan(width / 4);
      }
    }
  });
});
