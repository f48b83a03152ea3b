// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CandleTick } from '../../../src-main/contract/channels.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { CandleSeries } from '../../../src-main/contract/market.ts';
import { ChartSession } from '../../../src-renderer/chart/session.ts';
import { fakeChart } from './fake-library.ts';
import { NoCanvas, kiyotaka, layerOf, mapOf, profileOf, seriesOf } from './fakes.ts';

vi.mock('lightweight-charts', async () => (await import('./fake-library.ts')).fakeModule);

const options = {
  bands: true,
  gex: true,
  fitLevels: false,
  confluence: { shown: true, tolerancePercent: 0.1 },
  liquidations: true,
  volumes: true,
  theme: 'dark',
  timeZone: 'UTC',
} as const;
const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

let frames: Map<number, FrameRequestCallback>;
let observed: Set<Element>;
let resized: () => void;
let containerWidth: number;

beforeEach(() => {
  vi.stubGlobal('OffscreenCanvas', NoCanvas);
  frames = new Map();
  observed = new Set();
  containerWidth = 800;
  let last = 0;
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => (frames.set(++last, callback), last));
  vi.stubGlobal('cancelAnimationFrame', (handle: number) => frames.delete(handle));
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(callback: () => void) {
        resized = callback;
      }
      observe = (element: Element) => void observed.add(element);
      disconnect = () => observed.clear();
    },
  );
  fakeChart.reset();
});
afterEach(() => vi.unstubAllGlobals());

const runFrame = () => {
  const now = [...frames.values()];
  frames.clear();
  for (const callback of now) callback(0);
};

function started(series: CandleSeries | null = seriesOf(minutes(0, 400))) {
  const events = {
    onNeedHistory: vi.fn(),
    onHover: vi.fn(),
    onReadout: vi.fn(),
    onVolumes: vi.fn(),
    onPointTime: vi.fn(),
    onEnds: vi.fn(),
    onLegends: vi.fn(),
  };
  const container = document.createElement('div');
  Object.defineProperties(container, { clientWidth: { get: () => containerWidth }, clientHeight: { value: 300 } });
  const session = new ChartSession(container, options, events);
  session.setSeries(series);
  const [pastVolume, liveVolume, past, live] = fakeChart.series;
  return { session, events, past: past!, live: live!, pastVolume: pastVolume!, liveVolume: liveVolume! };
}

function tick(minute: number, close: number): CandleTick {
  const { instrument, timeframe } = seriesOf([0]);
  const candle = {
    openTime: unixMs(minute * 60_000),
    open: 1,
    high: 9,
    low: 1,
    close,
    volume: 1,
    takerBuyVolume: 1,
    closed: false,
  };
  return { instrument, timeframe, candle, receivedAt: unixMs(2_000) };
}

describe('a chart session', () => {
  it('keeps the forming candle in its own series', () => {
    const { past, live, pastVolume, liveVolume } = started();
    expect([past.data.length, live.data.length, pastVolume.data.length, liveVolume.data.length]).toEqual([
      399, 1, 399, 1,
    ]);
  });

  it('draws many ticks once a frame, without touching the past', () => {
    const { session, past, live } = started();
    runFrame();
    past.setData.mockClear();
    for (let i = 0; i < 50; i++) session.tick(tick(399, i));
    expect([frames.size, live.update.mock.calls.length]).toEqual([1, 0]);
    runFrame();
    expect(live.update.mock.calls.map(([bar]) => (bar as unknown as { close: number }).close)).toEqual([49]);
    expect([past.update.mock.calls.length, past.setData.mock.calls.length]).toEqual([0, 0]);
  });

  it('moves a closed candle to the past as it was last told', () => {
    const { session, past, live } = started();
    session.tick(tick(399, 5));
    session.tick(tick(400, 6));
    session.tick(tick(401, 7));
    runFrame();
    expect(past.data.slice(-2).map((bar) => (bar as { close: number }).close)).toEqual([5, 6]);
    expect(live.data).toEqual([{ time: 401 * 60, open: 1, high: 9, low: 1, close: 7 }]);
  });

  it('keeps the view when the data changes, and only then', () => {
    const { session } = started();
    runFrame();
    expect(fakeChart.resets).toBe(1);
    fakeChart.setRange({ from: 100, to: 200 });
    session.setSeries(seriesOf(minutes(-250, 400)));
    expect(fakeChart.timeScale().getVisibleLogicalRange()).toEqual({ from: 350, to: 450 });
    expect(fakeChart.resets).toBe(1);
    session.setSeries(seriesOf(minutes(0, 400), {}, '5m'));
    expect(fakeChart.resets).toBe(2);
  });

  it('shows the newest bars when the new series is read again before the library has taken its view over', () => {
    const { session, events } = started(seriesOf(minutes(0, 400), {}, '5m'));
    runFrame();
    runFrame();
    fakeChart.setRange({ from: 5_000, to: 5_100 });
    const looks = fakeChart.looks.length;
    session.setSeries(seriesOf(minutes(0, 300)));
    session.setSeries(seriesOf(minutes(-700, 300)));
    expect([fakeChart.resets, fakeChart.looks.length - looks]).toEqual([3, 0]);
    fakeChart.setRange({ from: 900, to: 1_000 });
    runFrame();
    runFrame();
    session.setSeries(seriesOf(minutes(-700, 300)));
    expect([fakeChart.resets, fakeChart.looks.at(-1)]).toEqual([3, { from: 900, to: 1_000 }]);
    expect(events.onNeedHistory).not.toHaveBeenCalled();
  });

  it('does not page by the view of the series before', () => {
    const { session, events } = started();
    fakeChart.setRange({ from: 5, to: 105 });
    runFrame();
    expect(events.onNeedHistory).not.toHaveBeenCalled();
    runFrame();
    expect(events.onNeedHistory).toHaveBeenCalledTimes(1);
    session.dispose();
  });

  it('stays at the newest candle when it looks at it', () => {
    const { session } = started();
    runFrame();
    fakeChart.setRange({ from: 310, to: 410 });
    session.setSeries(seriesOf(minutes(-250, 403)));
    expect(fakeChart.timeScale().getVisibleLogicalRange()).toEqual({ from: 563, to: 663 });
  });

  it('holds at most 10,000 bars and pages through the rest', () => {
    const { past } = started(seriesOf(minutes(0, 25_000)));
    runFrame();
    expect(past.data).toHaveLength(9_999);
    fakeChart.setRange({ from: 20, to: 120 });
    for (const callback of fakeChart.ranges.callbacks) callback();
    runFrame();
    expect(past.data).toHaveLength(10_000);
    expect((past.data[0] as { time: number }).time).toBe((15_000 + 70 - 5_000) * 60);
    expect(fakeChart.timeScale().getVisibleLogicalRange()).toEqual({ from: 4_950, to: 5_050 });
  });

  it('asks for older candles once for each left end', () => {
    const { session, events } = started();
    runFrame();
    const scroll = (from: number) => {
      fakeChart.setRange({ from, to: from + 100 });
      for (const callback of fakeChart.ranges.callbacks) callback();
      runFrame();
    };
    scroll(300);
    expect(events.onNeedHistory).not.toHaveBeenCalled();
    scroll(60);
    scroll(10);
    expect(events.onNeedHistory.mock.calls).toEqual([[0]]);
    session.setSeries(seriesOf(minutes(-50, 400)));
    runFrame();
    expect(events.onNeedHistory.mock.calls).toEqual([[0], [-50 * 60_000]]);
  });

  it('says what is under the pointer', () => {
    const { session, events } = started();
    session.setLayers([layerOf(mapOf([100, 5, 0], [110, 0, 7]))]);
    session.setPrice(105);
    for (const callback of fakeChart.crosshair.callbacks) {
      (callback as (event: object) => void)({ point: { x: 50, y: 90 }, logical: 2, paneIndex: 0 });
    }
    const hover = events.onHover.mock.lastCall?.[0];
    expect(hover).toMatchObject({ x: 50, y: 90, width: 800, height: 200 });
    expect(hover.rows.map(({ price, short }: { price: number; short: number }) => [price, short])).toEqual([[110, 7]]);
    expect(events.onReadout.mock.lastCall?.[0]).toMatchObject({ candle: { open: 102 }, previousClose: 102 });
  });

  it('reads no candle where there is none', () => {
    const { events } = started();
    const point = (logical: number | null) => {
      for (const callback of fakeChart.crosshair.callbacks) {
        (callback as (event: object) => void)({ point: { x: 50, y: 90 }, logical, paneIndex: 0 });
      }
      return events.onReadout.mock.lastCall?.[0];
    };
    expect([point(-3), point(400)]).toEqual([null, null]);
    expect([point(0)?.candle.open, point(399)?.candle.open, point(null)?.candle.open]).toEqual([100, 499, 499]);
  });

  it('says when the place before the first candle, or no longer the newest, is in view', () => {
    const { events } = started();
    runFrame();
    const scroll = (from: number, to: number) => {
      fakeChart.setRange({ from, to });
      for (const callback of fakeChart.ranges.callbacks) callback();
      runFrame();
      return events.onEnds.mock.calls;
    };
    expect(scroll(310, 410)).toEqual([]);
    expect(scroll(-20, 80)).toEqual([[{ showsStart: true, showsNewest: false }]]);
    expect(scroll(-21, 79)).toHaveLength(1);
    expect(scroll(200, 300)[1]).toEqual([{ showsStart: false, showsNewest: false }]);
  });

  it('goes back to the newest candle from anywhere in the loaded history, at the same zoom', () => {
    const { session, past } = started(seriesOf(minutes(0, 25_000)));
    runFrame();
    const newest = (past.data.at(-1) as { time: number }).time;
    for (let i = 0; i < 3; i++) {
      fakeChart.setRange({ from: 20, to: 120 });
      for (const callback of fakeChart.ranges.callbacks) callback();
      runFrame();
    }
    expect((past.data.at(-1) as { time: number }).time).toBeLessThan(newest);
    session.showNewest();
    expect((past.data.at(-1) as { time: number }).time).toBe(newest);
    const { from, to } = fakeChart.looks.at(-1)!;
    expect([to - from, to > 10_000, to < 10_040]).toEqual([100, true, true]);
  });

  it('is moved by keys, and knows which keys are not its own', () => {
    const { session } = started();
    expect(session.press('ArrowLeft')).toBe(false);
    runFrame();
    expect(session.press('ArrowLeft')).toBe(true);
    expect(fakeChart.looks.at(-1)).toEqual({ from: 290, to: 390 });
    expect(session.press('Tab')).toBe(false);
  });

  it('keeps room for the profile and the widest chip right of the newest bar, on every width', () => {
    started();
    expect(fakeChart.timeOptions.at(-1)).toEqual({ rightOffset: (72 + 144) / 7 });
  });

  it('keeps that room when the pane is resized while the newest bar stands at its place, and only then', () => {
    started();
    runFrame();
    const resize = (width: number, scrolled: number) => {
      containerWidth = width;
      fakeChart.scrolled = scrolled;
      resized();
      return fakeChart.timeOptions.at(-1);
    };
    expect(resize(500, (72 + 144) / 7)).toEqual({ rightOffset: (45 + 96) / 7 });
    expect(resize(1_200, -300)).toEqual({ rightOffset: (45 + 96) / 7 });
    expect(resize(120, (45 + 96) / 7)).toEqual({ rightOffset: (44 + 96) / 7 });
    expect(resize(1_200, 120 / 7 - 2)).toEqual({ rightOffset: (84 + 190) / 7 });
  });

  it('sets a view that was not drawn yet anew for another width', () => {
    started();
    containerWidth = 500;
    resized();
    expect([fakeChart.resets, fakeChart.timeOptions.at(-1)]).toEqual([2, { rightOffset: (45 + 96) / 7 }]);
  });

  it('says itself in words', () => {
    expect(started().session.describe()).toMatch(/^BTC 1m chart, last price 500\.0, /);
    expect(started(null).session.describe()).toBe('Chart without candles');
  });

  it('says in words which maps there are and where they agree, once there is more than one', () => {
    const { session, past } = started();
    const draw = () => {
      for (const primitive of past.primitives) (primitive as { updateAllViews?: () => void }).updateAllViews?.();
      return session.describe();
    };
    const map = layerOf(mapOf([100, 5, 0], [110, 0, 7]));
    session.setPrice(105);
    session.setLayers([map]);
    expect(draw()).toBe('BTC 1m chart, last price 500.0, 2 liquidation bands and 0 GEX strikes in view');
    session.setLayers([
      map,
      layerOf(
        profileOf(
          [
            [110, 83],
            [190, 1],
          ],
          kiyotaka,
        ),
      ),
    ]);
    expect(draw()).toBe(
      'BTC 1m chart, last price 500.0, 4 liquidation bands and 0 GEX strikes in view. ' +
        'Maps: Kingfisher, Kiyotaka (side inferred). Confluence at 110.0 short, Kingfisher $7.00 · Kiyotaka 83 BTC',
    );
  });

  it('says in words which maps stand as histograms at the right edge, and with which curves', () => {
    const { session } = started();
    const plain = 'BTC 1m chart, last price 500.0, 0 liquidation bands and 0 GEX strikes in view';
    const kingfisher = layerOf(mapOf([100, 5, 0], [110, 0, 7]), { form: 'profile' });
    session.setLayers([kingfisher]);
    expect(session.describe()).toBe(`${plain}. Profile at the right edge: Kingfisher`);
    const curves = {
      longCurvePrices: Float64Array.of(90, 100),
      longCurve: Float64Array.of(1.375, 0),
      shortCurvePrices: Float64Array.of(100, 110),
      shortCurve: Float64Array.of(0, 0.5),
    };
    const legacy = layerOf(profileOf([[90, 2]], curves), { form: 'both' });
    session.setLayers([kingfisher, legacy]);
    expect(session.describe()).toBe(
      `${plain}. Maps: Kingfisher, Kingfisher legacy (side inferred). ` +
        'Profile at the right edge: Kingfisher, Kingfisher legacy with cumulative curves from 0 to 1.38 rel',
    );
    session.setLayers([{ ...legacy, form: 'bands' }]);
    expect(session.describe()).toBe(`${plain}. Maps: Kingfisher legacy (side inferred)`);
  });

  it('makes room for the histograms that come, while the newest bar stands at its place', () => {
    const { session } = started();
    runFrame();
    fakeChart.scrolled = (72 + 144) / 7;
    const profile = layerOf(profileOf([[110, 2]]), { form: 'profile' });
    session.setLayers([profile]);
    expect(fakeChart.timeOptions.at(-1)).toEqual({ rightOffset: (72 + 72 + 144) / 7 });
    fakeChart.scrolled = -300;
    const before = fakeChart.timeOptions.length;
    session.setLayers([]);
    expect(fakeChart.timeOptions).toHaveLength(before);
  });

  it('leaves nothing subscribed, attached or requested once disposed', () => {
    const { session, past } = started();
    session.tick(tick(399, 5));
    session.setLayers([
      layerOf(mapOf([100, 5, 0]), { form: 'both' }),
      layerOf(profileOf([[110, 2]]), { form: 'both' }),
    ]);
    expect([
      fakeChart.crosshair.callbacks.size,
      fakeChart.ranges.callbacks.size,
      observed.size,
      frames.size,
      past.primitives.size,
    ]).toEqual([1, 1, 1, 1, 8]);
    session.dispose();
    expect([
      fakeChart.crosshair.callbacks.size,
      fakeChart.ranges.callbacks.size,
      observed.size,
      frames.size,
      past.primitives.size,
    ]).toEqual([0, 0, 0, 0, 0]);
    expect(fakeChart.remove).toHaveBeenCalled();
  });
});
