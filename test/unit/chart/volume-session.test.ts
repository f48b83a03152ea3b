// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { ChartHover } from '../../../src-renderer/chart/pointing.ts';
import { ChartSession } from '../../../src-renderer/chart/session.ts';
import { fakeChart } from './fake-library.ts';
import { NoCanvas, chartOptionsOf, seriesOf } from './fakes.ts';
import { minute, realisedOf, volumesOf } from './volume-fakes.ts';

vi.mock('lightweight-charts', async () => (await import('./fake-library.ts')).fakeModule);

let resized: () => void;

beforeEach(() => {
  vi.stubGlobal('OffscreenCanvas', NoCanvas);
  vi.stubGlobal('requestAnimationFrame', () => 1);
  vi.stubGlobal('cancelAnimationFrame', () => {});
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(callback: () => void) {
        resized = callback;
      }
      observe = () => {};
      disconnect = () => {};
    },
  );
  fakeChart.reset();
});
afterEach(() => vi.unstubAllGlobals());

const options = chartOptionsOf();
const minutes = (count: number) => Array.from({ length: count }, (_, i) => i);
const kaiko = volumesOf([
  [0, 10, 1],
  [1, 20, 2],
]);
const okx = realisedOf('okx', [[30, 1, 5_000, 120]]);

function started() {
  const seen: { hover: ChartHover | null; units: string[]; tops: number[] } = { hover: null, units: [], tops: [] };
  const onPointTime = vi.fn();
  const onVolumes = vi.fn();
  const container = document.createElement('div');
  const resize = (clientHeight: number) => {
    Object.defineProperties(container, {
      clientWidth: { value: 800, configurable: true },
      clientHeight: { value: clientHeight, configurable: true },
    });
    resized();
  };
  const session = new ChartSession(container, options, {
    onNeedHistory: () => {},
    onHover: (hover) => (seen.hover = hover),
    onReadout: () => {},
    onVolumes,
    onPointTime,
    onEnds: () => {},
    onLegends: (legends) => {
      seen.units = legends.map(({ unit }) => unit);
      seen.tops = legends.map(({ top }) => top);
    },
  });
  session.setSeries(seriesOf(minutes(120)));
  session.setVolumes([kaiko]);
  session.setRealised([okx]);
  fakeChart.setRange({ from: 0, to: 120 });
  fakeChart.drawPanes();
  const move = (at: object) => {
    for (const callback of fakeChart.crosshair.callbacks) (callback as (at: object) => void)(at);
  };
  return { session, seen, move, resize, onPointTime, onVolumes };
}

it('shows volumes below the price and marks on it, and each goes with its switch', () => {
  const { session, seen } = started();
  expect([seen.units, session.describeLiquidated()]).toEqual([
    ['USD'],
    '1 realised liquidation marked on the candles. Liquidated volumes below the price, in USD.',
  ]);
  session.setOptions({ ...options, liquidations: false });
  fakeChart.drawPanes();
  expect(session.describeLiquidated()).toBe('Liquidated volumes below the price, in USD.');
  session.setOptions({ ...options, liquidations: false, volumes: false });
  fakeChart.drawPanes();
  expect([seen.units, fakeChart.panes().length, session.describeLiquidated()]).toEqual([[], 1, '']);
});

it('shows nothing of another asset than the candles’', () => {
  const { session, seen } = started();
  session.setVolumes([{ ...kaiko, asset: 'ETH' }]);
  session.setRealised([{ ...okx, asset: 'ETH' }]);
  fakeChart.drawPanes();
  expect([seen.units, session.describeLiquidated()]).toEqual([[], '']);
});

it('keeps the pane for a moment when the asset changes, with that one’s coin, and takes it away if it stays empty', () => {
  vi.useFakeTimers();
  const { session, seen } = started();
  const coins = (asset: string) => ({ ...kaiko, asset, unit: 'coin', variant: '1h/coin' }) as const;
  session.setVolumes([kaiko, coins('BTC')]);
  fakeChart.drawPanes();
  const panes = fakeChart.panes();
  const ether = seriesOf(minutes(120));
  session.setSeries({ ...ether, instrument: { ...ether.instrument, asset: 'ETH', symbol: 'ETHUSDT' } });
  session.setVolumes([]);
  session.setRealised([]);
  fakeChart.drawPanes();
  expect([fakeChart.panes(), seen.units]).toEqual([panes, ['USD', 'ETH']]);
  session.setVolumes([coins('ETH')]);
  vi.advanceTimersByTime(800);
  fakeChart.drawPanes();
  expect(seen.units).toEqual(['ETH']);
  session.dispose();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it('moves the legend with its pane, also where that keeps its height', () => {
  const { seen, resize } = started();
  const paneHeights = () => fakeChart.panes().map(({ height }) => height);
  resize(500);
  fakeChart.drawPanes();
  expect([paneHeights(), seen.tops]).toEqual([[410, 90], [411]]);
  resize(463);
  expect([paneHeights(), seen.tops]).toEqual([[373, 90], [374]]);
});

it('tells a mark under the pointer, and the moment', () => {
  const { seen, move, onPointTime, onVolumes } = started();
  move({ point: { x: 7 * 30, y: 80 }, logical: 30, paneIndex: 0 });
  expect(seen.hover?.events.map(({ price, usd }) => [price, usd])).toEqual([[120, 5_000]]);
  expect(onVolumes.mock.lastCall?.[0]?.[0]?.map(({ row }: { row: { long: number } }) => row.long)).toEqual([10, 5_000]);
  move({ point: { x: 7 * 30, y: 20 }, logical: 30, paneIndex: 0 });
  expect(seen.hover).toBeNull();
  move({});
  expect(onPointTime.mock.calls).toEqual([[unixMs(30 * minute)], [null]]);
  expect(onVolumes.mock.lastCall).toEqual([null]);
});

it('tells the volumes of the pane that the pointer is in, beside what it tells', () => {
  const { seen, move } = started();
  move({ point: { x: 7 * 70, y: 10 }, logical: 70, paneIndex: 1 });
  expect(seen.hover?.volumes.map(({ source, row }) => [source.name, row?.long ?? null])).toEqual([
    ['Kaiko 1h', 20],
    ['OKX live', null],
  ]);
  expect([seen.hover?.y, seen.hover?.rows]).toEqual([seen.hover?.height, []]);
});

it('leaves no pane, mark or subscription behind', () => {
  const { session } = started();
  const [, , past] = fakeChart.series;
  session.dispose();
  expect([fakeChart.panes().length, past?.primitives.size, fakeChart.crosshair.callbacks.size]).toEqual([1, 0, 0]);
});

it('keeps its carrier on a candle of other series, and off the chart while there are none', () => {
  const { session } = started();
  const carrier = () => fakeChart.series[4]?.data;
  expect(carrier()).toEqual([{ time: 119 * 60, value: 0 }]);
  session.setSeries(seriesOf(minutes(50)));
  expect(carrier()).toEqual([{ time: 49 * 60, value: 0 }]);
  session.setSeries(null);
  expect(fakeChart.panes()).toHaveLength(1);
});
