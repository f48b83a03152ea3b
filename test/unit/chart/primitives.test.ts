import { describe, expect, it, vi } from 'vitest';
import type { IChartApi, ISeriesApi, SeriesAttachedParameter, Time } from 'lightweight-charts';
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
    expect(bands.view.labels.map(({ text }) => text)).toEqual(['$9.00 short · 130 · +4.0 %']);
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
    const gex = new GexPrimitive({ levels, tickSize: 1, theme });
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
    const gex = new GexPrimitive({ levels, tickSize: 1, theme });
    gex.attached(host().parameter);
    gex.updateAllViews();
    const { drawing } = gex.view;
    gex.updateAllViews();
    expect(gex.view.drawing).toBe(drawing);
  });

  it('is silent once detached', () => {
    const gex = new GexPrimitive({ levels: null, tickSize: 1, theme });
    const { parameter, requestUpdate, coordinateToPrice } = host();
    gex.attached(parameter);
    gex.detached();
    gex.show({ levels });
    gex.updateAllViews();
    expect(requestUpdate).not.toHaveBeenCalled();
    expect(coordinateToPrice).not.toHaveBeenCalled();
  });
});
