import { timeframeMs } from '../../src-main/contract/market.ts';
import type { BarBook } from './bar-book.ts';
import type { BarWindow } from './bar-window.ts';
import type { BarTimes } from './panes/bar-times.ts';

interface Held {
  readonly book: BarBook | null;
  readonly window: BarWindow;
}

/** The candles that the chart holds of a book, as they are whenever somebody asks. */
export function heldBars(read: () => Held): BarTimes {
  return {
    get count() {
      return read().window.count;
    },
    get stepMs() {
      const { book } = read();
      return book === null ? NaN : timeframeMs[book.series.timeframe];
    },
    timeAt(index) {
      const { book, window } = read();
      return book === null || index < 0 || index >= window.count ? NaN : book.openTimeAt(window.start + index);
    },
    indexOf(time) {
      const { book, window } = read();
      return Math.max(0, Math.min(window.count, (book?.indexOf(time) ?? 0) - window.start));
    },
  };
}
