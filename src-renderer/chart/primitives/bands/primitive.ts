import type {
  AutoscaleInfo,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import type { BandsState } from './options.ts';
import { BandsView } from './view.ts';

/** All liquidation bands of a chart as one primitive. */
export class BandsPrimitive implements ISeriesPrimitive<Time> {
  readonly #view = new BandsView();
  #state: BandsState;
  #host: SeriesAttachedParameter<Time> | null = null;
  #ratio = globalThis.devicePixelRatio || 1;
  #range: AutoscaleInfo | null = null;

  constructor(state: BandsState) {
    this.#state = state;
  }

  get state(): BandsState {
    return this.#state;
  }

  get view(): BandsView {
    return this.#view;
  }

  show(change: Partial<BandsState>): void {
    const before = this.#state;
    const state = { ...before, ...change };
    if ((Object.keys(change) as (keyof BandsState)[]).every((key) => state[key] === before[key])) return;
    this.#state = state;
    if (state.levels !== before.levels || state.codes !== before.codes || state.fitLevels !== before.fitLevels) {
      this.#range = state.fitLevels ? rangeOf(state) : null;
    }
    this.#host?.requestUpdate();
  }

  attached(host: SeriesAttachedParameter<Time>): void {
    this.#host = host;
    this.#view.onRatio = (ratio) => {
      this.#ratio = ratio;
      this.#host?.requestUpdate();
    };
  }

  detached(): void {
    this.#host = null;
    this.#view.onRatio = () => {};
  }

  updateAllViews(): void {
    if (this.#host === null) return;
    const { chart, series } = this.#host;
    this.#view.update(this.#state, series, { ...chart.paneSize(), ratio: this.#ratio });
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#view.paneViews;
  }

  autoscaleInfo(): AutoscaleInfo | null {
    return this.#range;
  }
}

/** From the lowest to the highest level that the legend lets through. */
function rangeOf({ levels, codes }: BandsState): AutoscaleInfo | null {
  if (levels === null) return null;
  const first = codes.findIndex((code) => code !== 0);
  if (first < 0) return null;
  const last = codes.findLastIndex((code) => code !== 0);
  return { priceRange: { minValue: levels.lower[first] ?? 0, maxValue: levels.upper[last] ?? 0 } };
}
