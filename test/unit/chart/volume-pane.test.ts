// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { IChartApi, SeriesAttachedParameter, Time } from 'lightweight-charts';
import VolumeLegend from '../../../src-renderer/chart/panes/VolumeLegend.svelte';
import { lowerHeights } from '../../../src-renderer/chart/panes/pane-heights.ts';
import type { PaneLegend } from '../../../src-renderer/chart/panes/pane-legend.ts';
import { VolumePanes } from '../../../src-renderer/chart/panes/volume-panes.ts';
import { VolumePrimitive } from '../../../src-renderer/chart/panes/volume-primitive.ts';
import { readVolumes } from '../../../src-renderer/chart/panes/volume-readout.ts';
import { VolumeSources } from '../../../src-renderer/chart/panes/volume-sources.ts';
import { fakeChart } from './fake-library.ts';
import { barsFrom, hour, realisedOf, volumesOf } from './volume-fakes.ts';

vi.mock('lightweight-charts', async () => (await import('./fake-library.ts')).fakeModule);

const bars = barsFrom(0, hour, 10);
const source = { provider: 'kiyotaka', environment: 'simulated', host: '' } as const;
const dollars = volumesOf([
  [0, 10, 90],
  [1, 20, 2],
]);
const coins = volumesOf([[0, 1, 2]], { source, unit: 'coin', variant: '1h/coin' });
const groupsOf = (...given: Parameters<VolumeSources['take']>) => new VolumeSources().take(...given);

beforeEach(() => {
  fakeChart.reset();
  fakeChart.setRange({ from: 0, to: 10 });
  fakeChart.drawPanes();
});

function started() {
  const told: (readonly PaneLegend[])[] = [];
  const panes = new VolumePanes(fakeChart as unknown as IChartApi, bars, 'dark', (legends) => told.push(legends));
  const heights = () => fakeChart.panes().map(({ height }) => height);
  return { panes, told, heights };
}

describe('the panes of volumes', () => {
  it('are one a unit below the price, and gone when nothing is to be shown', () => {
    const { panes, told, heights } = started();
    panes.show(groupsOf([dollars, coins], [], hour));
    fakeChart.drawPanes();
    expect(heights()).toEqual([166, 67, 67]);
    expect(told.at(-1)?.map(({ unit, top, height }) => [unit, top, height])).toEqual([
      ['USD', 167, 67],
      ['BTC', 235, 67],
    ]);
    panes.show(groupsOf([coins], [], hour));
    fakeChart.drawPanes();
    expect(told.at(-1)?.map(({ unit }) => unit)).toEqual(['BTC']);
    panes.show([]);
    expect([fakeChart.panes().length, fakeChart.series.length, told.at(-1)]).toEqual([1, 0, []]);
  });

  it('have a scale of their own, whose numbers carry the unit and no sign', () => {
    const add = vi.spyOn(fakeChart, 'addSeries');
    started().panes.show(groupsOf([dollars, coins], [], hour));
    const texts = add.mock.calls.map(([, options]) =>
      (options as { priceFormat: { formatter: (amount: number) => string } }).priceFormat.formatter(-1_234_567),
    );
    expect([texts, add.mock.calls.map(([, , pane]) => pane)]).toEqual([
      ['$1.23M', '1.23M BTC'],
      [1, 2],
    ]);
  });

  it('keep their heights when the chart grows, and what the user dragged', () => {
    const { panes, heights } = started();
    fakeChart.height = 600;
    fakeChart.drawPanes();
    panes.show(groupsOf([dollars], [], hour));
    fakeChart.drawPanes();
    expect(heights()).toEqual([510, 90]);
    panes.grow(300);
    fakeChart.resize(800, 900, true);
    expect(heights()).toEqual([810, 90]);
    fakeChart.panes()[0]!.setStretchFactor(750);
    fakeChart.panes()[1]!.setStretchFactor(150);
    fakeChart.drawPanes();
    panes.grow(100);
    fakeChart.resize(800, 1000, true);
    expect(heights()).toEqual([850, 150]);
  });

  it('stand on a candle that the chart holds, and add none', () => {
    const { panes } = started();
    panes.show(groupsOf([dollars], [], hour));
    const [carrier] = fakeChart.series;
    expect(carrier?.data).toEqual([{ time: 9 * 3600, value: 0 }]);
    panes.anchor();
    expect(carrier?.setData).toHaveBeenCalledTimes(1);
  });

  it('say nothing anew while only amounts change', () => {
    const { panes, told } = started();
    const sources = new VolumeSources();
    panes.show(sources.take([dollars], [realisedOf('okx', [[1, 1, 5]])], hour));
    fakeChart.drawPanes();
    const before = told.length;
    panes.show(
      sources.take(
        [dollars],
        [
          realisedOf('okx', [
            [1, 1, 5],
            [2, 1, 6],
          ]),
        ],
        hour,
      ),
    );
    fakeChart.drawPanes();
    expect(told).toHaveLength(before);
  });
});

describe('a pane’s histograms', () => {
  const [group] = groupsOf([dollars], [], hour);
  function attached() {
    const onHeight = vi.fn();
    const primitive = new VolumePrimitive({ sources: group?.sources ?? [], bars, theme: 'dark' }, onHeight);
    const priceToCoordinate = vi.fn((amount: number) => 50 - amount / 2);
    const requestUpdate = vi.fn();
    const series = { priceToCoordinate, getPane: () => ({ getHeight: () => 100 }) };
    const host = { chart: fakeChart, series, requestUpdate } as unknown as SeriesAttachedParameter<Time>;
    primitive.attached(host);
    primitive.updateAllViews();
    return { primitive, requestUpdate, priceToCoordinate, onHeight };
  }

  it('scale as far down as up, to the largest in view', () => {
    const { primitive } = attached();
    const range = (from: number, to: number) => primitive.autoscaleInfo(from as never, to as never)?.priceRange;
    expect(range(0, 9)).toEqual({ minValue: -90, maxValue: 90 });
    expect(range(1, 9)).toEqual({ minValue: -20, maxValue: 20 });
    expect(primitive.autoscaleInfo(5 as never, 9 as never)).toBeNull();
  });

  it('are the same array for good, ask for a redraw only when something changed, and tell a new height once', () => {
    const { primitive, requestUpdate, onHeight } = attached();
    expect(primitive.paneViews()).toBe(primitive.paneViews());
    primitive.show({ bars });
    primitive.updateAllViews();
    expect([requestUpdate.mock.calls.length, onHeight.mock.calls.length]).toEqual([0, 1]);
    primitive.show({ sources: [] });
    expect(requestUpdate).toHaveBeenCalledTimes(1);
  });

  it('are silent once detached', () => {
    const { primitive, requestUpdate, priceToCoordinate } = attached();
    const calls = priceToCoordinate.mock.calls.length;
    primitive.detached();
    primitive.show({ sources: [] });
    primitive.updateAllViews();
    expect([requestUpdate.mock.calls.length, priceToCoordinate.mock.calls.length]).toEqual([0, calls]);
  });

  it('are drawn as boxes, those of one fill together, and the line of zero over them', () => {
    const { primitive } = attached();
    const boxes: [style: unknown, ...box: number[]][] = [];
    const context = {
      fillStyle: '' as unknown,
      fillRect: (...box: number[]) => boxes.push([context.fillStyle, ...box]),
      save: () => {},
      scale: () => {},
      restore: () => {},
      strokeRect: () => {},
    };
    const space = { context, bitmapSize: { width: 80, height: 100 }, horizontalPixelRatio: 1, verticalPixelRatio: 1 };
    const target = { useBitmapCoordinateSpace: (draw: (scope: object) => void) => draw(space) };
    primitive
      .paneViews()[0]
      ?.renderer()
      ?.draw(target as never);
    expect(boxes).toEqual([
      ['#1f97a3', -3, 51, 6, 5],
      ['#1f97a3', 4, 51, 6, 10],
      ['#c8791f', -3, 5, 6, 45],
      ['#c8791f', 4, 49, 6, 1],
      ['#8792a2', 0, 50, 80, 1],
    ]);
  });
});

it('the legend names unit, kind and sources, and the values of what is pointed at', async () => {
  const [group] = groupsOf([dollars], [realisedOf('binance', [[1, 1, 100]])], hour);
  const legends: (readonly PaneLegend[])[] = [];
  const panes = new VolumePanes(fakeChart as unknown as IChartApi, bars, 'dark', (each) => legends.push(each));
  panes.show(group === undefined ? [] : [group]);
  fakeChart.drawPanes();
  const legend = legends.at(-1)?.[0];
  if (legend === undefined || group === undefined) throw new Error('no legend');
  const made = mount(VolumeLegend, { target: document.body, props: { legend, theme: 'dark' } });
  flushSync();
  const text = () => (document.body.textContent ?? '').replace(/\s+/g, ' ').trim();
  expect(text()).toBe('Liquidated · USD SIMULATED Kaiko 1h Binance (sample) live');
  made.show(readVolumes(group, 0));
  expect(text()).toBe(
    'Liquidated · USD SIMULATED Kaiko 1h short $90.0 long $10.0 Binance (sample) live short $0 long $100 partial',
  );
  made.show(readVolumes(group, 5 * hour));
  expect(text()).toBe('Liquidated · USD SIMULATED Kaiko 1h — Binance (sample) live —');
  made.show(null);
  expect(text()).toBe('Liquidated · USD SIMULATED Kaiko 1h Binance (sample) live');
  await unmount(made);
});

it('panes below the price take a quarter of the chart each at most, and never more than the price keeps', () => {
  expect(lowerHeights([90], 600)).toEqual([90]);
  expect(lowerHeights([300], 600)).toEqual([150]);
  expect(lowerHeights([90, 90], 300)).toEqual([67, 67]);
  expect(lowerHeights([90, 90], 60)).toEqual([30, 30]);
});
