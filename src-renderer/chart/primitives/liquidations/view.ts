import type { IPrimitivePaneView } from 'lightweight-charts';
import { axisKey } from '../../coordinates.ts';
import type { PaneSize } from '../../coordinates.ts';
import type { Host } from '../../panes/bar-primitive.ts';
import { barView, viewKey } from '../../panes/bar-times.ts';
import type { BarTimes, BarView } from '../../panes/bar-times.ts';
import { largestWithin } from './largest.ts';
import type { LiquidationEvent, LiquidationsState, PlacedLiquidation } from './options.ts';
import { LiquidationsRenderer } from './renderer.ts';
import { fullAmount, radiusOf } from './size.ts';

const mostMarks = 40;
/** CSS pixels of the pane's width for each. */
const roomEach = 16;

/** Chooses and places marks, in `update` only, and only when events, candles or the view changed. */
export class LiquidationsView {
  readonly #renderer = new LiquidationsRenderer();
  #key = '';
  #state: LiquidationsState | null = null;

  readonly paneViews: readonly IPrimitivePaneView[] = [{ zOrder: () => 'top', renderer: () => this.#renderer }];

  /** Largest first; the same array while nothing changed. */
  get marks(): readonly PlacedLiquidation[] {
    return this.#renderer.marks;
  }

  update(state: LiquidationsState, { chart, series }: Host, size: PaneSize): void {
    const view = barView(chart.timeScale(), state.bars);
    const key = `${viewKey(view, state.bars)}/${axisKey(series, size)}`;
    if (key === this.#key && state === this.#state) return;
    this.#key = key;
    this.#state = state;
    this.#renderer.theme = state.theme;
    const [top, bottom] = [series.coordinateToPrice(0), series.coordinateToPrice(size.height)];
    if (view === null || top === null || bottom === null) {
      this.#renderer.marks = [];
      return;
    }
    const { bars } = state;
    const events = largestWithin(
      state.tables,
      {
        from: bars.timeAt(view.first),
        to: bars.timeAt(view.last) + bars.stepMs,
        low: Math.min(top, bottom),
        high: Math.max(top, bottom),
      },
      Math.min(mostMarks, Math.floor(size.width / roomEach)),
    );
    const full = fullAmount(events[0]?.usd ?? 0);
    this.#renderer.marks = events.flatMap((event) => {
      const x = placeOf(event, bars, view);
      const y = series.priceToCoordinate(event.table.prices[event.row] ?? NaN);
      if (x === null || y === null) return [];
      const side = event.table.sides[event.row] === 1 ? 'long' : 'short';
      return [{ ...event, side, x, y, radius: radiusOf(event.usd, full) }];
    });
  }
}

/** The middle of the candle in which it happened; null where there is no such candle. */
function placeOf({ table, row }: LiquidationEvent, bars: BarTimes, { origin, spacing }: BarView): number | null {
  const time = table.times[row] ?? NaN;
  const index = bars.indexOf(time + 1) - 1;
  return index >= 0 && time < bars.timeAt(index) + bars.stepMs ? origin + index * spacing : null;
}
