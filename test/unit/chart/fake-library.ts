import { vi } from 'vitest';

type Callback = (...args: never[]) => void;

/** Keeps who is subscribed to what. */
class Subscriptions {
  readonly callbacks = new Set<Callback>();
  readonly add = (callback: Callback) => void this.callbacks.add(callback);
  readonly remove = (callback: Callback) => void this.callbacks.delete(callback);
}

interface Primitive {
  attached?: (host: unknown) => void;
  detached?: () => void;
  updateAllViews?: () => void;
}

export class FakeSeries {
  data: unknown[] = [];
  readonly primitives = new Set<Primitive>();
  readonly applyOptions = vi.fn();
  readonly scaleOptions = vi.fn();
  pane: FakePane;
  constructor(pane: FakePane) {
    this.pane = pane;
  }
  getPane(): FakePane {
    return this.pane;
  }
  priceScale = () => ({ applyOptions: this.scaleOptions });
  readonly setData = vi.fn((data: unknown[]) => void (this.data = [...data]));
  readonly update = vi.fn((bar: { time: number }) => {
    const last = this.data.at(-1) as { time: number } | undefined;
    if (last?.time === bar.time) this.data.pop();
    this.data.push(bar);
  });
  attachPrimitive(primitive: Primitive): void {
    this.primitives.add(primitive);
    primitive.attached?.({ chart: fakeChart, series: this, requestUpdate: () => {} });
  }
  detachPrimitive(primitive: Primitive): void {
    this.primitives.delete(primitive);
    primitive.detached?.();
  }
  coordinateToPrice(y: number): number {
    return 200 - y;
  }
  priceToCoordinate(price: number): number {
    return 200 - price;
  }
}

/** The chart's height is shared by stretch factors, once it was drawn. */
export class FakePane {
  stretch = 2;
  height = 0;
  setStretchFactor(factor: number): void {
    this.stretch = factor;
  }
  getHeight(): number {
    return this.height;
  }
}

const crosshair = new Subscriptions();
const ranges = new Subscriptions();
const series: FakeSeries[] = [];
const panes: FakePane[] = [new FakePane()];
let range: { from: number; to: number } | null = { from: 300, to: 400 };

/** What the session sees of the library: enough to count what it leaves behind. */
export const fakeChart = {
  crosshair,
  ranges,
  series,
  appliedOptions: [] as object[],
  setRange: (next: typeof range) => void (range = next),
  remove: vi.fn(),
  /** Like the library's: the pane has its new width at once only when drawn at once. */
  resize: (width: number, height: number, isDrawn = false) => {
    fakeChart.height = height;
    if (!isDrawn) return;
    fakeChart.width = width;
    fakeChart.drawPanes();
  },
  panes: () => [...panes],
  /** As the library does with its next frame. */
  drawPanes: () => {
    const total = panes.reduce((sum, { stretch }) => sum + stretch, 0);
    for (const pane of panes) pane.height = Math.round((fakeChart.height * pane.stretch) / total);
    for (const { primitives } of series) for (const each of primitives) each.updateAllViews?.();
  },
  paneSize: (index = 0) => ({ width: fakeChart.width, height: index === 0 ? 200 : (panes[index]?.height ?? 0) }),
  applyOptions: (options: object) => void fakeChart.appliedOptions.push(options),
  options: () => ({ height: fakeChart.height }),
  addSeries: (_kind: object, _options: object, paneIndex = 0) => {
    const pane = (panes[paneIndex] ??= new FakePane());
    const made = new FakeSeries(pane);
    series.push(made);
    return made;
  },
  removeSeries: (gone: FakeSeries) => {
    series.splice(series.indexOf(gone), 1);
    if (!series.some(({ pane }) => pane === gone.pane)) panes.splice(panes.indexOf(gone.pane), 1);
  },
  subscribeCrosshairMove: crosshair.add,
  unsubscribeCrosshairMove: crosshair.remove,
  priceScale: () => ({ applyOptions: () => {}, options: () => ({ autoScale: true }) }),
  timeScale: () => ({
    applyOptions: (options: object) => void fakeChart.timeOptions.push(options),
    resetTimeScale: () => void fakeChart.resets++,
    scrollPosition: () => fakeChart.scrolled,
    options: () => ({ barSpacing: 7 }),
    width: () => fakeChart.width,
    logicalToCoordinate: (logical: number) => 7 * (logical - (range?.from ?? 0)),
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
    for (const list of [series, fakeChart.appliedOptions, fakeChart.looks, fakeChart.timeOptions]) list.length = 0;
    crosshair.callbacks.clear();
    ranges.callbacks.clear();
    fakeChart.resets = 0;
    fakeChart.width = 800;
    fakeChart.height = 300;
    panes.splice(0, panes.length, new FakePane());
    range = { from: 300, to: 400 };
  },
  /** Every view that was asked for by its range. */
  looks: [] as NonNullable<typeof range>[],
  timeOptions: [] as object[],
  /** Bars free right of the newest. */
  scrolled: 0,
  width: 800,
  height: 300,
};

/** In place of the library: `vi.mock('lightweight-charts', async () => (await import('./fake-library.ts')).fakeModule)`. */
export const fakeModule = {
  createChart: () => fakeChart,
  CandlestickSeries: {},
  HistogramSeries: {},
  LineSeries: {},
  ColorType: { Solid: 'solid' },
  CrosshairMode: { Normal: 0 },
  PriceScaleMode: { Normal: 0, Logarithmic: 1 },
  TickMarkType: {},
};
