import type { IPrimitivePaneView, ISeriesPrimitive, SeriesAttachedParameter, Time } from 'lightweight-charts';
import type { PaneSize } from '../coordinates.ts';
import { deviceRatio } from '../primitives/state-primitive.ts';

export type Host = Pick<SeriesAttachedParameter<Time>, 'chart' | 'series'>;

/**
 * A primitive whose things stand at candles, in whatever pane its series is in. It shows one immutable state, asks for a
 * redraw when that changes, and only while it is attached.
 */
export abstract class BarPrimitive<State extends object> implements ISeriesPrimitive<Time> {
  #state: State;
  #host: SeriesAttachedParameter<Time> | null = null;

  constructor(state: State) {
    this.#state = state;
  }

  /** Computes what is drawn; called before every drawing. */
  protected abstract update(state: State, host: Host, size: PaneSize): void;
  abstract paneViews(): readonly IPrimitivePaneView[];

  get state(): State {
    return this.#state;
  }

  show(change: Partial<State>): void {
    const before = this.#state;
    if ((Object.keys(change) as (keyof State)[]).every((key) => change[key] === before[key])) return;
    this.#state = { ...before, ...change };
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
    // `chart.paneSize` throws for a pane that was never drawn.
    const height = series.getPane().getHeight();
    this.update(this.#state, { chart, series }, { width: chart.timeScale().width(), height, ratio: deviceRatio() });
  }
}
