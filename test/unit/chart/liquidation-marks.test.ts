import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { IChartApi, ISeriesApi, SeriesAttachedParameter, Time } from 'lightweight-charts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { marksUnder } from '../../../src-renderer/chart/primitives/liquidations/hover.ts';
import { largestWithin } from '../../../src-renderer/chart/primitives/liquidations/largest.ts';
import { LiquidationsPrimitive } from '../../../src-renderer/chart/primitives/liquidations/primitive.ts';
import { fullAmount, radiusOf } from '../../../src-renderer/chart/primitives/liquidations/size.ts';
import { chartThemes } from '../../../src-renderer/chart/theme.ts';
import { fakeAxis } from './fakes.ts';
import { barsAt, barsFrom, hour, minute, realisedOf } from './volume-fakes.ts';

const theme = chartThemes.dark;
const all = { from: 0, to: Infinity, low: -Infinity, high: Infinity };
const usdOf = (found: readonly { usd: number }[]) => found.map(({ usd }) => usd);

/** Candle i in the middle of 10 × i … 10 × i + 10; prices 0 … 200 on 200 pixels. */
function attached(tables: readonly RealisedLiquidations[], bars = barsFrom(0, hour, 10), paneWidth = 800) {
  const view = { from: -1, to: 20 };
  const axis = fakeAxis({ low: 0, high: 200, height: 200 });
  const priceToCoordinate = vi.fn(axis.priceToCoordinate);
  const series = { ...axis, priceToCoordinate, getPane: () => ({ getHeight: () => 200 }) };
  const timeScale = {
    width: () => paneWidth,
    getVisibleLogicalRange: () => view,
    logicalToCoordinate: (index: number) => 10 * index + 5,
  };
  const requestUpdate = vi.fn();
  const chart = { timeScale: () => timeScale } as unknown as IChartApi;
  const host = { chart, series: series as unknown as ISeriesApi<'Candlestick'>, requestUpdate };
  const primitive = new LiquidationsPrimitive({ tables, bars, theme });
  primitive.attached(host as unknown as SeriesAttachedParameter<Time>);
  primitive.updateAllViews();
  return { primitive, view, requestUpdate, priceToCoordinate };
}

describe('which liquidations are marked', () => {
  const okx = realisedOf('okx', [
    [1, 1, 10],
    [2, -1, 30, 150],
    [3, 1, 20],
    [70, 1, 40],
  ]);
  const bybit = realisedOf('bybit', [
    [1, 1, 25],
    [2, 1, 30],
  ]);

  it('the largest of all venues, largest first', () => {
    expect(usdOf(largestWithin([okx, bybit], all, 3))).toEqual([40, 30, 30]);
  });

  it('only those within the times and the prices', () => {
    expect(usdOf(largestWithin([okx], { ...all, from: 2 * minute, to: 70 * minute }, 9))).toEqual([30, 20]);
    expect(usdOf(largestWithin([okx], { ...all, low: 90, high: 110 }, 9))).toEqual([40, 20, 10]);
  });

  it('are the same as of all of them sorted, however many there are', () => {
    const events = fc.array(fc.tuple(fc.nat(100), fc.constantFrom(1 as const, -1 as const), fc.nat(50)), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(events, events, fc.integer({ min: 1, max: 9 }), (one, two, most) => {
        const tables = [one, two].map((rows) =>
          realisedOf(
            'okx',
            rows.sort(([a], [b]) => a - b),
          ),
        );
        const sorted = [...one, ...two].map(([, , usd]) => usd).filter((usd) => usd > 0);
        expect(usdOf(largestWithin(tables, all, most))).toEqual(sorted.sort((a, b) => b - a).slice(0, most));
      }),
    );
  });
});

describe('the size of a mark', () => {
  it('has its area by the amount, against a round one that is not below the largest', () => {
    expect([0, 49_000, 60_000, 100_000, 130_000, 2_400_000].map(fullAmount)).toEqual([
      50_000, 50_000, 100_000, 100_000, 200_000, 5_000_000,
    ]);
    expect([100_000, 25_000, 1].map((usd) => radiusOf(usd, 100_000))).toEqual([10, 5, 2]);
  });
});

describe('the marks', () => {
  it('stand in the middle of the candle in which it happened, at the price, on the side that was liquidated', () => {
    const { primitive } = attached([
      realisedOf('okx', [
        [61, 1, 50_000, 150],
        [200, -1, 12_500, 20],
      ]),
    ]);
    expect(primitive.marks.map(({ side, x, y, radius }) => [side, x, y, radius])).toEqual([
      ['long', 15, 50, 10],
      ['short', 35, 180, 5],
    ]);
  });

  it('leave out what lies outside the pane, and what has no candle', () => {
    const bars = barsAt([0, hour, 3 * hour], hour);
    const { primitive } = attached(
      [
        realisedOf('okx', [
          [61, 1, 1, 250],
          [130, 1, 2],
          [190, 1, 3],
          [240, 1, 4],
        ]),
      ],
      bars,
    );
    expect(usdOf(primitive.marks)).toEqual([3]);
  });

  it('are at most forty', () => {
    const { primitive } = attached([
      realisedOf(
        'okx',
        Array.from({ length: 60 }, (_, i) => [i, 1, i + 1] as const),
      ),
    ]);
    expect([primitive.marks.length, primitive.marks[0]?.usd, primitive.marks.at(-1)?.usd]).toEqual([40, 60, 21]);
  });

  it('are fewer where there is little room', () => {
    const many = realisedOf(
      'okx',
      Array.from({ length: 60 }, (_, i) => [i, 1, i + 1] as const),
    );
    expect(attached([many], barsFrom(0, hour, 10), 320).primitive.marks.length).toBe(20);
  });

  it('are placed anew when the view, the candles or the events changed, and only then', () => {
    const tables = [
      realisedOf('okx', [
        [61, 1, 5],
        [200, 1, 6],
      ]),
    ];
    const { primitive, view, requestUpdate, priceToCoordinate } = attached(tables);
    const { marks } = primitive;
    const calls = priceToCoordinate.mock.calls.length;
    primitive.updateAllViews();
    primitive.show({ tables });
    expect(primitive.marks).toBe(marks);
    expect(primitive.paneViews()).toBe(primitive.paneViews());
    expect([priceToCoordinate.mock.calls.length, requestUpdate.mock.calls.length]).toEqual([calls, 0]);
    view.from = 2;
    primitive.updateAllViews();
    expect(usdOf(primitive.marks)).toEqual([6]);
    primitive.show({ tables: [] });
    expect(requestUpdate).toHaveBeenCalledTimes(1);
    primitive.updateAllViews();
    expect(primitive.marks).toEqual([]);
  });

  it('are silent once detached', () => {
    const { primitive, requestUpdate, priceToCoordinate } = attached([realisedOf('okx', [[61, 1, 5]])]);
    const calls = priceToCoordinate.mock.calls.length;
    primitive.detached();
    primitive.show({ tables: [] });
    primitive.updateAllViews();
    expect([requestUpdate.mock.calls.length, priceToCoordinate.mock.calls.length]).toEqual([0, calls]);
  });
});

describe('what is under the pointer', () => {
  const tables = [realisedOf('bybit', [[61, 1, 50_000, 150]]), realisedOf('binance', [[61, -1, 50_000, 148]])];

  it('is told exactly, nearest first', () => {
    const { rows, more } = marksUnder(attached(tables).primitive.marks, 16, 50.5);
    expect(more).toBe(0);
    expect(rows).toEqual([
      {
        key: 'bybit/BTCUSDT/0',
        source: tables[0]?.source,
        symbol: 'BTCUSDT',
        side: 'long',
        price: 150,
        priceBasis: 'bankruptcy',
        coins: 50_000 / 150,
        usd: 50_000,
        time: unixMs(61 * minute),
        isSample: false,
      },
      {
        key: 'binance/BTCUSDT/0',
        source: tables[1]?.source,
        symbol: 'BTCUSDT',
        side: 'short',
        price: 148,
        priceBasis: 'fill',
        coins: 50_000 / 148,
        usd: 50_000,
        time: unixMs(61 * minute),
        isSample: true,
      },
    ]);
  });

  it('is nothing a little outside of a mark', () => {
    const { marks } = attached(tables.slice(0, 1)).primitive;
    expect([marksUnder(marks, 15 + 13, 50).rows.length, marksUnder(marks, 15 + 13.5, 50).rows.length]).toEqual([1, 0]);
  });

  it('is three at most, with how many more there are', () => {
    const many = realisedOf(
      'okx',
      Array.from({ length: 5 }, (_, i) => [61 + i, 1, 50_000, 150 + i] as const),
    );
    const { rows, more } = marksUnder(attached([many]).primitive.marks, 15, 50);
    expect([rows.map(({ price }) => price), more]).toEqual([[150, 151, 152], 2]);
  });
});
