/**
 * The chart's bars L1, L2, T1 and T2, measured in a page. Every ratio is of two things measured in turn in the same
 * run; the median over the rounds is what counts. Asserts nothing.
 */
import { CandlestickSeries, createChart } from 'lightweight-charts';
import type { IChartApi, UTCTimestamp } from 'lightweight-charts';
import type { CandleTick } from '../../../src-main/contract/channels.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { CandleSeries } from '../../../src-main/contract/market.ts';
import { ChartSession } from '../../../src-renderer/chart/session.ts';
import { captureFrames, forceRaster, median } from './frames.ts';
import type { Frames } from './frames.ts';
import { candles, liquidationMap } from './synthetic.ts';

export interface Measured {
  readonly id: 'L1' | 'L2' | 'T1' | 'T2';
  readonly what: string;
  /** Medians over the rounds, in milliseconds. */
  readonly numeratorMs: number;
  readonly denominatorMs: number;
  /** Median of the rounds' ratios. */
  readonly ratio: number;
  readonly rounds: number;
}

interface Contender {
  /** One measured piece of work; returns its milliseconds. */
  measure(): number;
  dispose(): void;
}

const pane = { width: 1120, height: 672 };
const options = {
  bands: true,
  gex: false,
  fitLevels: false,
  confluence: { shown: true, tolerancePercent: 0.1 },
  liquidations: true,
  volumes: true,
  theme: 'dark',
  timeZone: 'UTC',
} as const;
const layer = { provider: 'kingfisher', form: 'bands', intensity: { low: 0, high: 1 }, stale: null } as const;
const ignored = {
  onNeedHistory: () => {},
  onHover: () => {},
  onReadout: () => {},
  onVolumes: () => {},
  onPointTime: () => {},
  onEnds: () => {},
  onLegends: () => {},
};
/** All 1,000 levels are within this part of the price, so that all are in view when the scale is fitted to them. */
const levels = 1_000;

/** L1: a frame with 1,000 bands in view against a frame with candles only. */
export const measureBands = async (rounds = 7): Promise<Measured> =>
  compare('L1', '1,000 bands / candles-only frame', rounds, [sessionFrames(levels), sessionFrames(0)]);

/** L2: a frame with 1,000 of the library's labelled price lines against a frame with our bands. */
export const measurePriceLines = async (rounds = 7): Promise<Measured> =>
  compare('L2', '1,000 labelled price lines / our bands', rounds, [priceLineFrames, sessionFrames(levels)]);

/**
 * T1: what a tick adds to a frame on 10,000 bars, the library's own update of the last bar against our tick. The
 * library does the work that grows with the bars partly in the call and partly in the next frame, so both count.
 */
export const measureTick = async (rounds = 7): Promise<Measured> =>
  compare('T1', 'series.update at 10k bars / our tick, as added to a frame', rounds, [
    libraryTicks(10_000),
    sessionTicks(10_000, 'added'),
  ]);

/** T2: our tick on 100,000 bars against our tick on 1,000. */
export const measureTickGrowth = async (rounds = 7): Promise<Measured> =>
  compare('T2', 'our tick at 100k / at 1k bars', rounds, [
    sessionTicks(100_000, 'calls'),
    sessionTicks(1_000, 'calls'),
  ]);

export async function measureAll(rounds = 7): Promise<Measured[]> {
  const rows: Measured[] = [];
  for (const measure of [measureBands, measurePriceLines, measureTick, measureTickGrowth])
    rows.push(await measure(rounds));
  return rows;
}

function compare(
  id: Measured['id'],
  what: string,
  rounds: number,
  make: [(frames: Frames) => Contender, (frames: Frames) => Contender],
): Measured {
  const frames = captureFrames();
  const [one, two] = [make[0](frames), make[1](frames)];
  try {
    one.measure();
    two.measure();
    const pairs = Array.from({ length: rounds }, () => [one.measure(), two.measure()] as const);
    return {
      id,
      what,
      numeratorMs: median(pairs.map(([a]) => a)),
      denominatorMs: median(pairs.map(([, b]) => b)),
      ratio: median(pairs.map(([a, b]) => a / b)),
      rounds,
    };
  } finally {
    one.dispose();
    two.dispose();
    frames.restore();
  }
}

function makeContainer(): HTMLDivElement {
  const container = document.createElement('div');
  container.style.cssText = `position:fixed;left:0;top:0;width:${pane.width}px;height:${pane.height}px`;
  document.body.append(container);
  return container;
}

/** The largest and least price that 1,000 bands reach, so that every contender draws on the same scale. */
const reach = { from: 0.9, to: 1.1 };

function sessionFrames(count: number): (frames: Frames) => Contender {
  return (frames) => {
    const container = makeContainer();
    const session = new ChartSession(container, options, ignored);
    const series = candles(1_000);
    const price = series.close.at(-1)!;
    session.setSeries(series);
    session.setPrice(price);
    if (count > 0) session.setLayers([{ ...layer, map: liquidationMap(count, price) }]);
    const chart = session.libraryChart;
    chart.priceScale('right').setVisibleRange({ from: price * reach.from, to: price * reach.to });
    return frameContender(chart, container, frames, () => session.dispose());
  };
}

function priceLineFrames(frames: Frames): Contender {
  const container = makeContainer();
  const chart = createChart(container, { ...pane, layout: { attributionLogo: false } });
  const line = chart.addSeries(CandlestickSeries);
  const series = candles(1_000);
  line.setData(barsOf(series));
  const price = series.close.at(-1)!;
  const map = liquidationMap(levels, price);
  for (const level of map.prices)
    line.createPriceLine({ price: level, axisLabelVisible: true, title: '', lineWidth: 1, color: '#3cc8c4' });
  chart.priceScale('right').setVisibleRange({ from: price * reach.from, to: price * reach.to });
  return frameContender(chart, container, frames, () => chart.remove());
}

/** Scrolls by a bar and back; a measure is the mean of so many frames, each with its raster. */
function frameContender(
  chart: IChartApi,
  container: HTMLElement,
  frames: Frames,
  remove: () => void,
  count = 20,
): Contender {
  frames.drain();
  return {
    measure: () => {
      let total = 0;
      for (let i = 0; i < count; i++) {
        chart.timeScale().scrollToPosition(i % 2 === 0 ? 3 : 4, false);
        const from = performance.now();
        frames.step();
        forceRaster(container);
        total += performance.now() - from;
        frames.drain();
      }
      return total / count;
    },
    dispose: () => {
      remove();
      container.remove();
    },
  };
}

function libraryTicks(bars: number): (frames: Frames) => Contender {
  return (frames) => {
    const container = makeContainer();
    const chart = createChart(container, { ...pane, layout: { attributionLogo: false } });
    const line = chart.addSeries(CandlestickSeries);
    const data = barsOf(candles(bars));
    line.setData(data);
    frames.drain();
    const last = data.at(-1)!;
    return {
      measure: () =>
        timeAdded(40, (i) => line.update({ ...last, close: last.close + (i % 9) }), chart, container, frames),
      dispose: () => {
        chart.remove();
        container.remove();
      },
    };
  };
}

function sessionTicks(bars: number, how: 'added' | 'calls'): (frames: Frames) => Contender {
  return (frames) => {
    const container = makeContainer();
    const session = new ChartSession(container, options, ignored);
    const series = candles(bars);
    session.setSeries(series);
    frames.drain();
    return {
      measure: () => {
        const work = (i: number) => session.applyNow(tickOf(series, i % 9));
        return how === 'added'
          ? timeAdded(40, work, session.libraryChart, container, frames)
          : timeCalls(100, work, frames);
      },
      dispose: () => {
        session.dispose();
        container.remove();
      },
    };
  };
}

/** Below this a mean of differences says nothing: the page's clock ticks in tenths of a millisecond. */
const leastMs = 0.02;

/** Mean of what `work` adds to a frame that scrolls by a bar, over so many pairs of frames with and without it. */
function timeAdded(
  count: number,
  work: (i: number) => void,
  chart: IChartApi,
  container: HTMLElement,
  frames: Frames,
): number {
  const frame = (i: number, isTicked: boolean): number => {
    chart.timeScale().scrollToPosition(i % 2 === 0 ? 3 : 4, false);
    const from = performance.now();
    if (isTicked) work(i);
    frames.step();
    forceRaster(container);
    const took = performance.now() - from;
    frames.drain();
    return took;
  };
  let total = 0;
  for (let i = 0; i < count; i++) total += frame(2 * i, true) - frame(2 * i + 1, false);
  return Math.max(leastMs, total / count);
}

/** Mean of so many calls, each on a chart that was painted since the last one, as ticks find it. */
function timeCalls(count: number, work: (i: number) => void, frames: Frames): number {
  let total = 0;
  for (let i = 0; i < count; i++) {
    const from = performance.now();
    work(i);
    total += performance.now() - from;
    frames.drain();
  }
  return Math.max(leastMs, total / count);
}

function tickOf(series: CandleSeries, i: number): CandleTick {
  const last = series.openTimes.length - 1;
  const close = series.close[last]! + i;
  const candle = {
    openTime: unixMs(series.openTimes[last]!),
    open: series.open[last]!,
    high: Math.max(series.high[last]!, close),
    low: series.low[last]!,
    close,
    volume: 500,
    takerBuyVolume: 200,
    closed: false,
  };
  return { instrument: series.instrument, timeframe: series.timeframe, candle, receivedAt: series.receivedAt };
}

const barsOf = (series: CandleSeries) =>
  Array.from(series.openTimes, (time, i) => ({
    time: (time / 1000) as UTCTimestamp,
    open: series.open[i]!,
    high: series.high[i]!,
    low: series.low[i]!,
    close: series.close[i]!,
  }));
