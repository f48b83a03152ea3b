import { vi } from 'vitest';

type Callback = (...args: never[]) => void;

/** Keeps who is subscribed to what. */
class Subscriptions {
  readonly callbacks = new Set<Callback>();
  readonly add = (callback: Callback) => void this.callbacks.add(callback);
  readonly remove = (callback: Callback) => void this.callbacks.delete(callback);
}

export class FakeSeries {
  data: unknown[] = [];
  readonly primitives = new Set<{ attached?: (host: unknown) => void; detached?: () => void }>();
  readonly applyOptions = vi.fn();
  readonly setData = vi.fn((data: unknown[]) => void (this.data = [...data]));
  readonly update = vi.fn((bar: { time: number }) => {
    const last = this.data.at(-1) as { time: number } | undefined;
    if (last?.time === bar.time) this.data.pop();
    this.data.push(bar);
  });
  attachPrimitive(primitive: { attached?: (host: unknown) => void }): void {
    this.primitives.add(primitive);
    primitive.attached?.({ chart: fakeChart, series: this, requestUpdate: () => {} });
  }
  detachPrimitive(primitive: { detached?: () => void }): void {
    this.primitives.delete(primitive as never);
    primitive.detached?.();
  }
  coordinateToPrice(y: number): number {
    return 200 - y;
  }
  priceToCoordinate(price: number): number {
    return 200 - price;
  }
}

const crosshair = new Subscriptions();
const ranges = new Subscriptions();
const series: FakeSeries[] = [];
let range: { from: number; to: number } | null = { from: 300, to: 400 };

/** What the session sees of the library: enough to count what it leaves behind. */
export const fakeChart = {
  crosshair,
  ranges,
  series,
  options: [] as object[],
  setRange: (next: typeof range) => void (range = next),
  remove: vi.fn(),
  /** Like the library's: the pane has its new width at once only when drawn at once. */
  resize: (width: number, _height: number, isDrawn = false) => void (isDrawn && (fakeChart.width = width)),
  paneSize: () => ({ width: fakeChart.width, height: 200 }),
  applyOptions: (options: object) => void fakeChart.options.push(options),
  addSeries: () => {
    const made = new FakeSeries();
    series.push(made);
    return made;
  },
  subscribeCrosshairMove: crosshair.add,
  unsubscribeCrosshairMove: crosshair.remove,
  priceScale: () => ({ applyOptions: () => {}, options: () => ({ autoScale: true }) }),
  timeScale: () => ({
    applyOptions: (options: object) => void fakeChart.timeOptions.push(options),
    resetTimeScale: () => void fakeChart.resets++,
    scrollPosition: () => fakeChart.scrolled,
    options: () => ({ barSpacing: 7 }),
    getVisibleLogicalRange: () => range,
    setVisibleLogicalRange: (next: NonNullable<typeof range>) => {
      range = next;
      fakeChart.looks.push(next);
    },
    subscribeVisibleLogicalRangeChange: ranges.add,
    unsubscribeVisibleLogicalRangeChange: ranges.remove,
  }),
  resets: 0,
  /** As before the first chart. */
  reset: (): void => {
    for (const list of [series, fakeChart.options, fakeChart.looks, fakeChart.timeOptions]) list.length = 0;
    crosshair.callbacks.clear();
    ranges.callbacks.clear();
    fakeChart.resets = 0;
    fakeChart.width = 800;
    range = { from: 300, to: 400 };
  },
  /** Every view that was asked for by its range. */
  looks: [] as NonNullable<typeof range>[],
  timeOptions: [] as object[],
  /** Bars free right of the newest. */
  scrolled: 0,
  width: 800,
};

/** In place of the library: `vi.mock('lightweight-charts', async () => (await import('./fake-library.ts')).fakeModule)`. */
export const fakeModule = {
  createChart: () => fakeChart,
  CandlestickSeries: {},
  HistogramSeries: {},
  ColorType: { Solid: 'solid' },
  CrosshairMode: { Normal: 0 },
  PriceScaleMode: { Normal: 0, Logarithmic: 1 },
  TickMarkType: {},
};
