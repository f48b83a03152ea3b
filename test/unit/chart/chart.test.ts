// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Chart from '../../../src-renderer/chart/Chart.svelte';
import { holdMs } from '../../../src-renderer/chart/last-frame.svelte.ts';
import type { ChartProps } from '../../../src-renderer/chart/props.ts';
import { fakeChart } from './fake-library.ts';
import { NoCanvas, gexOf, layerOf, mapOf, profileOf, seriesOf } from './fakes.ts';
import { reactive } from './reactive.svelte.ts';

vi.mock('lightweight-charts', async () => (await import('./fake-library.ts')).fakeModule);

const minutes = Array.from({ length: 50 }, (_, i) => i);
let frames: FrameRequestCallback[] = [];
let mounted: object | null = null;

beforeEach(() => {
  vi.useFakeTimers();
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal('cancelAnimationFrame', () => {});
  vi.stubGlobal('OffscreenCanvas', NoCanvas);
  fakeChart.reset();
});
afterEach(async () => {
  if (mounted !== null) await unmount(mounted);
  mounted = null;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const runFrame = () => {
  for (const callback of frames.splice(0)) callback(0);
  flushSync();
};

function open(more: Partial<ChartProps> = {}) {
  const props = reactive<ChartProps>({
    series: seriesOf(minutes),
    onTick: () => () => {},
    layers: [layerOf(mapOf([100, 5, 0]))],
    gex: null,
    gexStale: null,
    volumes: [],
    realised: [],
    isSwitching: false,
    missing: { text: 'Nothing has come from Binance yet.', onRetry: null },
    price: 105,
    options: {
      bands: true,
      gex: true,
      fitLevels: false,
      confluence: { shown: true, tolerancePercent: 0.1 },
      liquidations: true,
      volumes: true,
      theme: 'dark',
      timeZone: 'UTC',
    },
    onIntensity: () => {},
    onNeedHistory: () => {},
    onOpenLink: () => {},
    ...more,
  });
  mounted = mount(Chart, { target: document.body, props });
  flushSync();
  runFrame();
  return props;
}

const text = () => (document.body.textContent ?? '').replace(/\s+/g, ' ').trim();
const drawn = () => fakeChart.series[2]!.data.length + fakeChart.series[3]!.data.length;
const stage = () => document.querySelector<HTMLElement>('.stage')!;
const button = (name: string) =>
  [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === name);

describe('a switch of asset or timeframe', () => {
  it('keeps the last frame until the answer, without a word', () => {
    const props = open();
    Object.assign(props, { series: null, isSwitching: true, layers: [layerOf(mapOf([3, 5, 0]))] });
    flushSync();
    expect(drawn()).toBe(50);
    expect(text()).not.toContain('Nothing has come');
    Object.assign(props, { series: seriesOf([1, 2, 3], {}, '5m'), isSwitching: false });
    flushSync();
    expect(drawn()).toBe(3);
  });

  it('says what is missing after an empty answer', () => {
    const props = open();
    Object.assign(props, { series: null, isSwitching: true });
    flushSync();
    props.isSwitching = false;
    flushSync();
    expect(drawn()).toBe(0);
    expect(text()).toContain('Nothing has come from Binance yet.');
  });

  it('does not show the former series for longer than a quarter of a second', () => {
    const props = open();
    Object.assign(props, { series: null, isSwitching: true });
    flushSync();
    vi.advanceTimersByTime(holdMs - 1);
    flushSync();
    expect(drawn()).toBe(50);
    vi.advanceTimersByTime(1);
    flushSync();
    expect(drawn()).toBe(0);
    expect(text()).toContain('Nothing has come from Binance yet.');
  });

  it('keeps nothing when the source changed', () => {
    const props = open();
    props.series = null;
    flushSync();
    expect(drawn()).toBe(0);
  });
});

describe('a chart without candles', () => {
  it('says why and can be retried', () => {
    const onRetry = vi.fn();
    open({ series: null, missing: { text: 'Binance cannot be reached.', onRetry } });
    expect(text()).toContain('Binance cannot be reached.');
    button('Retry')?.click();
    expect(onRetry).toHaveBeenCalledTimes(1);
  });

  it('has no Retry while it is loading', () => {
    open({ series: null, missing: { text: 'Loading candles of BTC …', onRetry: null } });
    expect(button('Retry')).toBeUndefined();
  });
});

describe('the view', () => {
  const scroll = (from: number, to: number) => {
    fakeChart.setRange({ from, to });
    for (const callback of fakeChart.ranges.callbacks) callback();
    runFrame();
    runFrame();
  };

  it('offers the way back to the newest candle, and gives the focus to the chart when it is taken', () => {
    open();
    scroll(10, 55);
    expect(button('Latest →')).toBeUndefined();
    scroll(0, 30);
    button('Latest →')?.click();
    expect(fakeChart.looks.at(-1)!.to).toBeGreaterThan(49);
    expect(document.activeElement).toBe(stage());
    scroll(fakeChart.looks.at(-1)!.from, fakeChart.looks.at(-1)!.to);
    expect(button('Latest →')).toBeUndefined();
  });

  it('says where the loaded candles begin', () => {
    open();
    scroll(10, 40);
    expect(text()).not.toContain('Start of the loaded candles');
    scroll(-20, 10);
    expect(text()).toContain('Start of the loaded candles');
  });

  it('has a tab stop and is moved by keys, but not by those of its inner controls', () => {
    open();
    scroll(10, 40);
    expect(stage().tabIndex).toBe(0);
    const press = (target: EventTarget, key: string, more: KeyboardEventInit = {}) => {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
      target.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(press(stage(), 'ArrowLeft')).toBe(true);
    expect(fakeChart.looks.at(-1)).toEqual({ from: 7, to: 37 });
    expect(press(stage(), 'Tab')).toBe(false);
    expect(press(stage(), '-', { ctrlKey: true })).toBe(false);
    const looks = fakeChart.looks.length;
    press(document.querySelector('[role=slider]')!, 'ArrowLeft');
    expect(fakeChart.looks).toHaveLength(looks);
  });
});

it('passes on what is stale, to badge, legend and overlays', () => {
  const map = mapOf([100, 5, 0]);
  const props = open({
    layers: [layerOf(map)],
    gex: gexOf([[100, 5]], { regime: 'positive' }),
    gexStale: { text: 'stale 2 h' },
  });
  expect(document.querySelector('[data-testid=regime-badge]')?.textContent).toContain('stale 2 h');
  const states = () =>
    [...fakeChart.series[2]!.primitives]
      .filter((each) => each.constructor.name === 'BandsPrimitive')
      .map((each) => (each as { state?: { stale: boolean } }).state?.stale);
  expect(states()[0]).toBe(false);
  props.layers = [layerOf(map, { stale: { text: 'stale 5 min' } })];
  flushSync();
  expect(states()[0]).toBe(true);
  expect(document.querySelector('[data-testid=intensity-legend]')?.textContent).toContain('stale 5 min');
});

describe('several layers', () => {
  const one = layerOf(mapOf([100, 5, 0], [110, 0, 50]));
  const two = layerOf(
    profileOf([
      [90, 0.5],
      [110, 2],
    ]),
  );
  const legends = () => [...document.querySelectorAll<HTMLElement>('[data-testid=intensity-legend]')];

  it('have a legend each, with their own unit and amounts, and lose it when they are switched off', () => {
    const props = open({ layers: [one, two] });
    expect(legends().map((each) => each.dataset['provider'])).toEqual(['kingfisher', 'kingfisher-legacy']);
    const ends = legends().map((each) =>
      [...each.querySelectorAll('[role=slider]')].map((slider) => slider.getAttribute('aria-valuetext')),
    );
    expect(ends).toEqual([
      ['$5.00', '$50.0'],
      ['0.5 rel', '2 rel'],
    ]);
    props.layers = [two];
    flushSync();
    expect(legends().map((each) => each.dataset['provider'])).toEqual(['kingfisher-legacy']);
    props.options = { ...props.options, bands: false };
    flushSync();
    expect(legends()).toEqual([]);
  });

  it('say whose handles were moved', () => {
    const onIntensity = vi.fn();
    open({ layers: [one, two], onIntensity });
    const low = legends()[1]!.querySelector('[role=slider]')!;
    low.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageUp', bubbles: true }));
    expect(onIntensity.mock.calls).toEqual([['kingfisher-legacy', { low: 0.1, high: 1 }]]);
  });

  it('stay for the moment of a switch', () => {
    const props = open({ layers: [one, two] });
    Object.assign(props, { series: null, isSwitching: true, layers: [] });
    flushSync();
    expect(legends()).toHaveLength(2);
    props.isSwitching = false;
    flushSync();
    expect(legends()).toHaveLength(0);
  });
});
