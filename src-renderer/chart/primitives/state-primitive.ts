import type { IPrimitivePaneView, ISeriesPrimitive, SeriesAttachedParameter, Time } from 'lightweight-charts';
import type { PaneSize, PriceAxis } from '../coordinates.ts';

/** A primitive that shows one immutable state: it asks for a redraw when that changes, and only while it is attached. */
export abstract class StatePrimitive<State extends object> implements ISeriesPrimitive<Time> {
  #state: State;
  #host: SeriesAttachedParameter<Time> | null = null;
  #ratio: number;

  /** `ratio`: device pixels per CSS pixel, for those that lay out device rows. */
  constructor(state: State, ratio = 1) {
    this.#state = state;
    this.#ratio = ratio;
  }

  /** Computes what is drawn; called before every drawing. */
  protected abstract update(state: State, axis: PriceAxis, size: PaneSize): void;
  abstract paneViews(): readonly IPrimitivePaneView[];
  protected changed?(state: State, before: State): void;

  get state(): State {
    return this.#state;
  }

  show(change: Partial<State>): void {
    const before = this.#state;
    const state = { ...before, ...change };
    if ((Object.keys(change) as (keyof State)[]).every((key) => state[key] === before[key])) return;
    this.#state = state;
    this.changed?.(state, before);
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
    this.update(this.#state, series, { ...chart.paneSize(), ratio: this.#ratio });
  }

  /** The screen turned out to have another ratio than what was laid out for. */
  protected readonly setRatio = (ratio: number): void => {
    this.#ratio = ratio;
    this.#host?.requestUpdate();
  };
}

export const deviceRatio = (): number => globalThis.devicePixelRatio || 1;
