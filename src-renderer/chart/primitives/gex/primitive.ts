import type {
  IPrimitivePaneView,
  ISeriesPrimitive,
  ISeriesPrimitiveAxisView,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import { formatPrice } from '../../../format/price.ts';
import type { GexState } from './options.ts';
import { GexView } from './view.ts';

const noAxisViews: readonly ISeriesPrimitiveAxisView[] = [];
/** Off the axis: what is not in view has its label here. */
const nowhere = -1e6;

/** The GEX profile, its largest strikes and its flip as one primitive. */
export class GexPrimitive implements ISeriesPrimitive<Time> {
  readonly #view = new GexView();
  #state: GexState;
  #host: SeriesAttachedParameter<Time> | null = null;

  readonly #flipAxisViews: readonly ISeriesPrimitiveAxisView[] = [
    {
      coordinate: () => this.#view.drawing.flip?.y ?? nowhere,
      visible: () => this.#view.drawing.flip !== null,
      text: () => formatPrice(this.#state.levels?.flip, this.#state.tickSize),
      textColor: () => this.#state.theme.ground,
      backColor: () => this.#state.theme.gammaFlip,
    },
  ];

  constructor(state: GexState) {
    this.#state = state;
  }

  get view(): GexView {
    return this.#view;
  }

  show(change: Partial<GexState>): void {
    const before = this.#state;
    const state = { ...before, ...change };
    if ((Object.keys(change) as (keyof GexState)[]).every((key) => state[key] === before[key])) return;
    this.#state = state;
    this.#host?.requestUpdate();
  }

  attached(host: SeriesAttachedParameter<Time>): void {
    this.#host = host;
  }

  detached(): void {
    this.#host = null;
  }

  updateAllViews(): void {
    if (this.#host === null) return;
    const { chart, series } = this.#host;
    this.#view.update(this.#state, series, { ...chart.paneSize(), ratio: 1 });
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#view.paneViews;
  }

  priceAxisViews(): readonly ISeriesPrimitiveAxisView[] {
    return this.#state.levels?.flip == null ? noAxisViews : this.#flipAxisViews;
  }
}
