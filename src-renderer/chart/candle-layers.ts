import { CandlestickSeries, HistogramSeries } from 'lightweight-charts';
import type { CandlestickData, HistogramData, IChartApi, ISeriesApi, UTCTimestamp } from 'lightweight-charts';
import type { Candle } from '../../src-main/contract/market.ts';
import { decimalsOfTick, formatPrice } from '../format/price.ts';
import type { BarBook } from './bar-book.ts';
import type { BarWindow } from './bar-window.ts';
import type { ChartTheme } from './theme.ts';

type Candles = ISeriesApi<'Candlestick'>;
type Volumes = ISeriesApi<'Histogram'>;

const volumeScale = 'volume';

/**
 * Candles and volumes, each as two library series: the closed past, and the forming candle alone. An update costs the
 * library time in proportion to the bars of the series it is made on, so a tick must never touch the long one.
 */
export class CandleLayers {
  readonly #past: Candles;
  readonly #live: Candles;
  readonly #pastVolume: Volumes;
  readonly #liveVolume: Volumes;
  #theme: ChartTheme;
  #liveTime = NaN;

  constructor(chart: IChartApi, theme: ChartTheme) {
    const volume = {
      priceScaleId: volumeScale,
      priceFormat: { type: 'volume' },
      priceLineVisible: false,
      lastValueVisible: false,
    } as const;
    this.#theme = theme;
    this.#pastVolume = chart.addSeries(HistogramSeries, volume);
    this.#liveVolume = chart.addSeries(HistogramSeries, volume);
    this.#past = chart.addSeries(CandlestickSeries, { priceLineVisible: false, lastValueVisible: false });
    this.#live = chart.addSeries(CandlestickSeries, { priceLineStyle: 1, priceLineWidth: 1 });
    chart.priceScale(volumeScale).applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
    this.paint(theme, null);
  }

  /** The series that primitives attach to and prices are read from. */
  get main(): Candles {
    return this.#past;
  }

  setTick(tickSize: number): void {
    const minMove = tickSize > 0 ? tickSize : 10 ** -decimalsOfTick(tickSize);
    const priceFormat = {
      type: 'custom',
      minMove,
      formatter: (price: number) => formatPrice(price, tickSize),
    } as const;
    this.#past.applyOptions({ priceFormat });
    this.#live.applyOptions({ priceFormat });
  }

  /** New colours; volumes carry theirs bar by bar, so they are set again from `shown`. */
  paint(theme: ChartTheme, shown: { book: BarBook; window: BarWindow } | null): void {
    this.#theme = theme;
    for (const series of [this.#past, this.#live]) {
      series.applyOptions({
        upColor: theme.candleUp,
        downColor: theme.candleDown,
        borderUpColor: theme.wickUp,
        borderDownColor: theme.wickDown,
        wickUpColor: theme.wickUp,
        wickDownColor: theme.wickDown,
        priceLineColor: theme.textMid,
      });
    }
    if (shown !== null) this.show(shown.book, shown.window);
  }

  /** Shows a window of a book; O(window). The forming candle is apart only where the window reaches the book's end. */
  show(book: BarBook, { start, count }: BarWindow): void {
    const end = start + count;
    const live = end === book.count ? book.last : null;
    const bars: CandlestickData<UTCTimestamp>[] = [];
    const volumes: HistogramData<UTCTimestamp>[] = [];
    for (let i = start; i < end - (live === null ? 0 : 1); i++) {
      const candle = book.at(i);
      if (candle === null) continue;
      bars.push(barOf(candle));
      volumes.push(this.#volumeOf(candle));
    }
    this.#past.setData(bars);
    this.#pastVolume.setData(volumes);
    this.#setLive(live);
  }

  clear(): void {
    for (const series of [this.#past, this.#pastVolume]) series.setData([]);
    this.#setLive(null);
  }

  /** The newest state of the forming candle; O(1). The candles in `closed` go to the past first; O(window) for each. */
  tick(closed: readonly Candle[], live: Candle): void {
    for (const candle of closed) {
      this.#past.update(barOf(candle));
      this.#pastVolume.update(this.#volumeOf(candle));
    }
    if (live.openTime !== this.#liveTime) return this.#setLive(live);
    this.#live.update(barOf(live));
    this.#liveVolume.update(this.#volumeOf(live));
  }

  #setLive(candle: Candle | null): void {
    this.#liveTime = candle?.openTime ?? NaN;
    this.#live.setData(candle === null ? [] : [barOf(candle)]);
    this.#liveVolume.setData(candle === null ? [] : [this.#volumeOf(candle)]);
  }

  #volumeOf(candle: Candle): HistogramData<UTCTimestamp> {
    const color = candle.close >= candle.open ? this.#theme.volumeUp : this.#theme.volumeDown;
    return { time: secondsOf(candle), value: Number.isFinite(candle.volume) ? candle.volume : 0, color };
  }
}

const secondsOf = (candle: Candle): UTCTimestamp => (candle.openTime / 1000) as UTCTimestamp;

function barOf(candle: Candle): CandlestickData<UTCTimestamp> {
  const { open, high, low, close } = candle;
  return { time: secondsOf(candle), open, high, low, close };
}
