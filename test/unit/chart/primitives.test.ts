import { afterEach, describe, expect, it, vi } from 'vitest';
import type { IChartApi, IPrimitivePaneView, ISeriesApi, SeriesAttachedParameter, Time } from 'lightweight-charts';
import { bandLevels, colourCodes } from '../../../src-renderer/chart/band-levels.ts';
import { gexLevels } from '../../../src-renderer/chart/gex-levels.ts';
import { LevelLayout } from '../../../src-renderer/chart/level-layout.ts';
import { BandsPrimitive } from '../../../src-renderer/chart/primitives/bands/primitive.ts';
import { ChipsPrimitive } from '../../../src-renderer/chart/primitives/chips/primitive.ts';
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

const levels = bandLevels(mapOf([120, 8, 0], [130, 0, 9], [300, 0, 9]), null);
const codes = colourCodes(levels, { low: 0, high: 1 });
const [colours] = theme.families;
const made = () => {
  const layout = new LevelLayout();
  const state = { levels, codes, fitLevels: false, stale: false, colours: colours! };
  return { bands: new BandsPrimitive(state, layout), layout };
};

describe('the bands primitive', () => {
  it('asks for a redraw when something changed, and only then', () => {
    const { bands } = made();
    const { parameter, requestUpdate } = host();
    bands.attached(parameter);
    bands.show({ codes: codes.slice() });
    expect(requestUpdate).toHaveBeenCalledTimes(1);
    bands.show({ levels, stale: false });
    expect(requestUpdate).toHaveBeenCalledTimes(1);
  });

  it('computes nothing while neither data nor price scale changed', () => {
    const { bands, layout } = made();
    const { parameter, coordinateToPrice } = host();
    bands.attached(parameter);
    bands.updateAllViews();
    const once = coordinateToPrice.mock.calls.length;
    expect(once).toBeGreaterThan(100);
    const { rows } = layout;
    bands.updateAllViews();
    expect(coordinateToPrice.mock.calls.length - once).toBe(3);
    expect(layout.rows).toBe(rows);
    expect(bands.paneViews()).toBe(bands.paneViews());
  });

  it('joins autoscale with what is drawn, and only when asked', () => {
    const { bands } = made();
    expect(bands.autoscaleInfo()).toBeNull();
    bands.show({ fitLevels: true });
    expect(bands.autoscaleInfo()).toEqual({ priceRange: { minValue: 115, maxValue: 305 } });
    bands.show({ codes: Uint8Array.of(1, 17, 0) });
    expect(bands.autoscaleInfo()).toEqual({ priceRange: { minValue: 115, maxValue: 135 } });
    expect(bands.autoscaleInfo()).toBe(bands.autoscaleInfo());
    bands.show({ fitLevels: false });
    expect(bands.autoscaleInfo()).toBeNull();
  });

  it('fades while its map is stale', () => {
    const { bands } = made();
    bands.attached(host().parameter);
    bands.show({ stale: true });
    bands.updateAllViews();
    expect(alphasOf(bands.paneViews())).toEqual([0.5]);
    bands.show({ stale: false });
    bands.updateAllViews();
    expect(alphasOf(bands.paneViews())).toEqual([1]);
  });

  it('is silent once detached', () => {
    const { bands } = made();
    const { parameter, requestUpdate, coordinateToPrice } = host();
    bands.attached(parameter);
    bands.detached();
    bands.show({ stale: true });
    bands.updateAllViews();
    expect(requestUpdate).not.toHaveBeenCalled();
    expect(coordinateToPrice).not.toHaveBeenCalled();
  });
});

describe('textured bands', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('are drawn once and copied in every frame, until what is in view changes', () => {
    const drawn: [number, number][] = [];
    class Canvas {
      readonly width: number;
      readonly height: number;
      constructor(width: number, height: number) {
        this.width = width;
        this.height = height;
        if (width === 800) drawn.push([width, height]);
      }
      readonly getContext = () => null;
    }
    vi.stubGlobal('OffscreenCanvas', Canvas);
    const bands = new BandsPrimitive(
      { levels, codes, fitLevels: false, stale: true, colours: theme.families[1]! },
      new LevelLayout(),
    );
    bands.attached(host().parameter);
    bands.updateAllViews();
    const copied: unknown[] = [];
    const context = { globalAlpha: 1, drawImage: (image: unknown) => void copied.push(image, context.globalAlpha) };
    const draw = () => {
      const space = { context, bitmapSize: { width: 800, height: 100 }, verticalPixelRatio: 1 };
      const target = { useBitmapCoordinateSpace: (paint: (scope: object) => void) => paint(space) };
      for (const view of bands.paneViews()) view.renderer()?.drawBackground?.(target as never);
    };
    draw();
    bands.updateAllViews();
    draw();
    expect([drawn, copied[0] === copied[2], copied[1]]).toEqual([[[800, 100]], true, 0.5]);
    bands.show({ codes: codes.slice() });
    bands.updateAllViews();
    draw();
    expect(drawn).toHaveLength(2);
    bands.show({ codes: new Uint8Array(3) });
    bands.updateAllViews();
    draw();
    expect([drawn.length, copied.length]).toEqual([2, 6]);
  });
});

describe('the chips primitive', () => {
  const withChips = (more: Partial<ChipsPrimitive['state']> = {}) => {
    const { bands, layout } = made();
    const layer = { levels, layout, unit: 'usd', coin: 'BTC', stale: false, colours: colours! } as const;
    const chips = new ChipsPrimitive({
      layers: [layer],
      tickSize: 1,
      price: 125,
      highlightPrice: null,
      rightInset: 0,
      topInset: 0,
      theme,
      ...more,
    });
    const { parameter, requestUpdate } = host();
    bands.attached(parameter);
    chips.attached(parameter);
    const update = () => {
      bands.updateAllViews();
      chips.updateAllViews();
    };
    update();
    return { bands, chips, layer, update, requestUpdate };
  };

  it('labels the larger of two levels that would overlap', () => {
    expect(withChips().chips.view.labels.map(({ text }) => text)).toEqual(['$9.00 short · +4.0 %']);
  });

  it('keeps the height of the legends free of chips', () => {
    expect(withChips({ topInset: 65 }).chips.view.labels.map(({ y }) => y)).toEqual([80]);
  });

  it('chooses anew when the layer’s rows changed, and only then', () => {
    const { bands, chips, update } = withChips();
    const { labels } = chips.view;
    update();
    expect(chips.view.labels).toBe(labels);
    bands.show({ codes: Uint8Array.of(16, 0, 0) });
    update();
    expect(chips.view.labels.map(({ text }) => text)).toEqual(['$8.00 long · -4.0 %']);
  });

  it('fades what it says of a stale map, never its ground', () => {
    const { chips, layer, update } = withChips();
    expect(alphasOf(chips.paneViews())).toEqual([0.9, 1]);
    chips.show({ layers: [{ ...layer, stale: true }] });
    update();
    expect(alphasOf(chips.paneViews())).toEqual([0.9, 0.75]);
  });

  it('is silent once detached', () => {
    const { chips, requestUpdate } = withChips();
    chips.detached();
    chips.show({ topInset: 50 });
    expect(requestUpdate).not.toHaveBeenCalled();
  });
});

describe('the GEX primitive', () => {
  const strikes = gexLevels(
    gexOf(
      [
        [120, 5],
        [150, -3],
      ],
      { flipLevel: 140 },
    ),
  );

  it('has one label on the price axis: the flip, while it is in view', () => {
    const gex = new GexPrimitive({ levels: strikes, tickSize: 1, topInset: 0, stale: false, theme });
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
    const gex = new GexPrimitive({ levels: strikes, tickSize: 1, topInset: 0, stale: false, theme });
    gex.attached(host().parameter);
    gex.updateAllViews();
    const { drawing } = gex.view;
    gex.updateAllViews();
    expect(gex.view.drawing).toBe(drawing);
  });

  it('fades while its profile is stale', () => {
    const gex = new GexPrimitive({ levels: strikes, tickSize: 1, topInset: 0, stale: true, theme });
    gex.attached(host().parameter);
    gex.updateAllViews();
    expect(new Set(alphasOf(gex.paneViews()))).toEqual(new Set([0.3, 0.5, 0.62, 0.75]));
    gex.show({ stale: false });
    gex.updateAllViews();
    expect(new Set(alphasOf(gex.paneViews()))).toEqual(new Set([0.6, 0.62, 0.75, 1]));
  });

  it('is silent once detached', () => {
    const gex = new GexPrimitive({ levels: null, tickSize: 1, topInset: 0, stale: false, theme });
    const { parameter, requestUpdate, coordinateToPrice } = host();
    gex.attached(parameter);
    gex.detached();
    gex.show({ levels: strikes });
    gex.updateAllViews();
    expect(requestUpdate).not.toHaveBeenCalled();
    expect(coordinateToPrice).not.toHaveBeenCalled();
  });
});
