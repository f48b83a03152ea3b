import { describe, expect, it, vi } from 'vitest';
import type { IChartApi, ISeriesApi, SeriesAttachedParameter, Time } from 'lightweight-charts';
import { confluencesOf } from '../../../src-renderer/chart/confluence.ts';
import { ConfluencePrimitive } from '../../../src-renderer/chart/primitives/confluence/primitive.ts';
import { markHeight } from '../../../src-renderer/chart/primitives/confluence/renderer.ts';
import { mostMarks, placeMarks } from '../../../src-renderer/chart/primitives/confluence/view.ts';
import { chartThemes } from '../../../src-renderer/chart/theme.ts';
import { emptyAxis, fakeAxis, kiyotaka, layerOf, mapOf, profileOf } from './fakes.ts';

/** Confluences at these prices, the first the strongest. */
const at = (...prices: number[]) => {
  const rows = prices.map((price, i) => [price, 1_000 - i] as const).sort((a, b) => a[0] - b[0]);
  const layers = [
    layerOf(mapOf(...rows.map(([price, size]) => [price, size, 0] as const))),
    layerOf(profileOf(rows, kiyotaka)),
  ];
  return confluencesOf(layers, { price: 1_000, tolerancePercent: 0.01 });
};
const axis = fakeAxis({ low: 100, high: 200, height: 200 });
const place = (prices: number[], top = 0) => placeMarks(at(...prices), axis, { top, bottom: 200 });

describe('marks of confluence', () => {
  it('stand at the height of their price, and only in view', () => {
    const { inView, marks } = place([150, 120, 99, 201]);
    expect([marks.map(({ y }) => y), inView.map(({ price }) => price)]).toEqual([
      [100, 160],
      [150, 120],
    ]);
    expect(placeMarks(at(150), emptyAxis, { top: 0, bottom: 200 }).inView).toEqual([]);
  });

  it('never lie over one another or under the legends; the strongest stays', () => {
    expect(place([150, 152, 146, 140]).marks.map(({ y }) => y)).toEqual([100, 120]);
    expect(place([150, 195], 12).marks.map(({ y }) => y)).toEqual([100]);
    expect(place([150, 152, 146, 140]).inView).toHaveLength(4);
  });

  it('are few, and far enough apart, however many agree', () => {
    const prices = Array.from({ length: 90 }, (_, i) => 101 + ((i * 37) % 90) + i / 1_000);
    const { marks, inView } = place(prices);
    expect([marks.length, inView.length]).toEqual([mostMarks, 90]);
    const heights = marks.map(({ y }) => y).sort((a, b) => a - b);
    heights.slice(1).forEach((y, i) => expect(y - heights[i]!).toBeGreaterThanOrEqual(markHeight));
  });

  it('are computed once for a state and scale, and not at all once detached', () => {
    const requestUpdate = vi.fn();
    const chart = { paneSize: () => ({ width: 800, height: 200 }) } as unknown as IChartApi;
    const series = axis as unknown as ISeriesApi<'Candlestick'>;
    const theme = chartThemes.dark;
    const primitive = new ConfluencePrimitive({ confluences: at(150), topInset: 0, theme });
    primitive.attached({ chart, series, requestUpdate } as unknown as SeriesAttachedParameter<Time>);
    primitive.updateAllViews();
    const { marks } = primitive.view;
    primitive.updateAllViews();
    expect(primitive.view.marks).toBe(marks);
    primitive.detached();
    primitive.show({ confluences: at(120) });
    primitive.updateAllViews();
    expect([primitive.view.marks === marks, requestUpdate.mock.calls.length]).toEqual([true, 0]);
  });
});
