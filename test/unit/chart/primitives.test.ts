import { describe, expect, it, vi } from 'vitest';
import type { IChartApi, IPrimitivePaneView, ISeriesApi, SeriesAttachedParameter, Time } from 'lightweight-charts';
import { bandLevels, colourCodes } from '../../../src-renderer/chart/band-levels.ts';
import { gexLevels } from '../../../src-renderer/chart/gex-levels.ts';
import { noCodes } from '../../../src-renderer/chart/primitives/bands/options.ts';
import { BandsPrimitive } from '../../../src-renderer/chart/primitives/bands/primitive.ts';
import { GexPrimitive } from '../../../src-renderer/chart/primitives/gex/primitive.ts';
import { chartThemes } from '../../../src-renderer/chart/theme.ts';
import { fakeAxis, gexOf, mapOf } from './fakes.ts';

const theme = chartThemes.dark;

function host() {
  const axis = fakeAxis({ low: 100, high: 200, height: 100 });
  const coordinateToPrice = vi.fn(axis.coordinateToPrice);
  const requestUpdate = vi.fn();
  const series = { ...axis, coordinateToPrice } as unknown as ISeriesApi<'Candlestick'>;
  const chart = { paneSize: () => ({ width: 800, height: 100 }) } as unknown as IChartApi;
  const parameter = { chart, series, requestUpdate } as unknown as SeriesAttachedParameter<Time>;
  return { parameter, coordinateToPrice, requestUpdate };
}

/** The opacities that something was drawn with, in order and without repetitions. */
function alphasOf(views: readonly IPrimitivePaneView[]): number[] {
  const alphas: number[] = [];
  const context = {
    globalAlpha: 1,
    fillRect: () => note(),
    fillText: () => note(),
    fill: () => note(),
    stroke: () => note(),
    measureText: () => ({ width: 10 }),
    beginPath: () => {},
    roundRect: () => {},
    moveTo: () => {},
    lineTo: () => {},
    setLineDash: () => {},
  };
  const note = () => {
    if (alphas.at(-1) !== context.globalAlpha) alphas.push(context.globalAlpha);
  };
  const bitmapSize = { width: 800, height: 100 };
  const space = { context, bitmapSize, mediaSize: bitmapSize, verticalPixelRatio: 1, horizontalPixelRatio: 1 };
  const target = {
    useBitmapCoordinateSpace: (draw: (scope: object) => void) => draw(space),
    useMediaCoordinateSpace: (draw: (scope: object) => void) => draw(space),
  };
  for (const view of views) {
    const renderer = view.renderer();
    renderer?.drawBackground?.(target as never);
    renderer?.draw(target as never);
    expect(context.globalAlpha).toBe(1);
  }
  return alphas;
}

describe('the bands primitive', () => {
  const levels = bandLevels(mapOf([120, 8, 0], [130, 0, 9], [300, 0, 9]));
  const codes = colourCodes(levels, { low: 0, high: 1 });
  const made = () =>
    new BandsPrimitive({
      levels: null,
      codes: noCodes,
      unit: 'usd',
      coin: 'BTC',
      tickSize: 1,
      price: 125,
      highlightPrice: null,
      fitLevels: false,
      rightInset: 0,
      topInset: 0,
      stale: false,
      theme,
    });

  it('asks for a redraw when something changed, and only then', () => {
    const bands = made();
    const { parameter, requestUpdate } = host();
    bands.attached(parameter);
    bands.show({ levels, codes });
    expect(requestUpdate).toHaveBeenCalledTimes(1);
    bands.show({ levels, codes, price: 125 });
    expect(requestUpdate).toHaveBeenCalledTimes(1);
  });

  it('computes nothing while neither data nor price scale changed', () => {
    const bands = made();
    const { parameter, coordinateToPrice } = host();
    bands.attached(parameter);
    bands.show({ levels, codes });
    bands.updateAllViews();
    const once = coordinateToPrice.mock.calls.length;
    expect(once).toBeGreaterThan(100);
    const { labels } = bands.view;
    bands.updateAllViews();
    expect(coordinateToPrice.mock.calls.length - once).toBe(3);
    expect(bands.view.labels).toBe(labels);
    expect(bands.paneViews()).toBe(bands.paneViews());
  });

  it('says how many bands are in view and labels the larger of two that would overlap', () => {
    const bands = made();
    bands.attached(host().parameter);
    bands.show({ levels, codes });
    bands.updateAllViews();
    expect(bands.view.visibleCount).toBe(2);
    expect(bands.view.labels.map(({ text }) => text)).toEqual(['$9.00 short · +4.0 %']);
  });

  it('joins autoscale with what is drawn, and only when asked', () => {
    const bands = made();
    bands.show({ levels, codes });
    expect(bands.autoscaleInfo()).toBeNull();
    bands.show({ fitLevels: true });
    expect(bands.autoscaleInfo()).toEqual({ priceRange: { minValue: 115, maxValue: 310 } });
    bands.show({ codes: Uint8Array.of(1, 17, 0) });
    expect(bands.autoscaleInfo()).toEqual({ priceRange: { minValue: 115, maxValue: 135 } });
    expect(bands.autoscaleInfo()).toBe(bands.autoscaleInfo());
    bands.show({ fitLevels: false });
    expect(bands.autoscaleInfo()).toBeNull();
  });

  it('keeps the height of the legends free of chips', () => {
    const bands = made();
    bands.attached(host().parameter);
    bands.show({ levels, codes, topInset: 65 });
    bands.updateAllViews();
    expect(bands.view.labels.map(({ y }) => y)).toEqual([80]);
  });

  it('fades while its map is stale', () => {
    const bands = made();
    bands.attached(host().parameter);
    bands.show({ levels, codes, stale: true });
    bands.updateAllViews();
    expect(alphasOf(bands.paneViews())).toEqual([0.5, 0.9, 0.75]);
    bands.show({ stale: false });
    bands.updateAllViews();
    expect(alphasOf(bands.paneViews())).toEqual([1, 0.9, 1]);
  });

  it('is silent once detached', () => {
    const bands = made();
    const { parameter, requestUpdate, coordinateToPrice } = host();
    bands.attached(parameter);
    bands.detached();
    bands.show({ levels, codes });
    bands.updateAllViews();
    expect(requestUpdate).not.toHaveBeenCalled();
    expect(coordinateToPrice).not.toHaveBeenCalled();
  });
});

describe('the GEX primitive', () => {
  const levels = gexLevels(
    gexOf(
      [
        [120, 5],
        [150, -3],
      ],
      { flipLevel: 140 },
    ),
  );

  it('has one label on the price axis: the flip, while it is in view', () => {
    const gex = new GexPrimitive({ levels, tickSize: 1, stale: false, theme });
    gex.attached(host().parameter);
    gex.updateAllViews();
    const [label] = gex.priceAxisViews();
    expect([label?.text(), label?.coordinate(), label?.visible?.()]).toEqual(['140', 60, true]);
    expect(gex.priceAxisViews()).toBe(gex.priceAxisViews());
    gex.show({ levels: null });
    gex.updateAllViews();
    expect(gex.priceAxisViews()).toEqual([]);
  });

  it('computes nothing while nothing changed', () => {
    const gex = new GexPrimitive({ levels, tickSize: 1, stale: false, theme });
    gex.attached(host().parameter);
    gex.updateAllViews();
    const { drawing } = gex.view;
    gex.updateAllViews();
    expect(gex.view.drawing).toBe(drawing);
  });

  it('fades while its profile is stale', () => {
    const gex = new GexPrimitive({ levels, tickSize: 1, stale: true, theme });
    gex.attached(host().parameter);
    gex.updateAllViews();
    expect(new Set(alphasOf(gex.paneViews()))).toEqual(new Set([0.3, 0.5, 0.62, 0.75]));
    gex.show({ stale: false });
    gex.updateAllViews();
    expect(new Set(alphasOf(gex.paneViews()))).toEqual(new Set([0.6, 0.62, 0.75, 1]));
  });

  it('is silent once detached', () => {
    const gex = new GexPrimitive({ levels: null, tickSize: 1, stale: false, theme });
    const { parameter, requestUpdate, coordinateToPrice } = host();
    gex.attached(parameter);
    gex.detached();
    gex.show({ levels });
    gex.updateAllViews();
    expect(requestUpdate).not.toHaveBeenCalled();
    expect(coordinateToPrice).not.toHaveBeenCalled();
  });
});
