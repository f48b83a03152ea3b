import type { AutoscaleInfo, IPrimitivePaneView, Logical } from 'lightweight-charts';
import type { PaneSize } from '../coordinates.ts';
import type { ThemeName } from '../theme.ts';
import { BarPrimitive } from './bar-primitive.ts';
import type { Host } from './bar-primitive.ts';
import { barView, viewKey } from './bar-times.ts';
import type { BarTimes } from './bar-times.ts';
import { largestWithin, layVolumes } from './volume-layout.ts';
import { VolumeRenderer } from './volume-renderer.ts';
import type { VolumeSource } from './volume-sources.ts';

export interface VolumesState {
  /** All of one unit. */
  readonly sources: readonly VolumeSource[];
  readonly bars: BarTimes;
  readonly theme: ThemeName;
}

/** The histograms of one pane: shorts up, longs down, zero between them. */
export class VolumePrimitive extends BarPrimitive<VolumesState> {
  readonly #renderer = new VolumeRenderer();
  readonly #views: readonly IPrimitivePaneView[] = [{ zOrder: () => 'normal', renderer: () => this.#renderer }];
  #key = '';
  #drawn: VolumesState | null = null;
  #height = NaN;
  readonly #onHeight: () => void;

  /** `onHeight`: the pane turned out to be of another height than before. */
  constructor(state: VolumesState, onHeight: () => void) {
    super(state);
    this.#onHeight = onHeight;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  /** As far up as down, so that zero stays where it is. */
  autoscaleInfo(start: Logical, end: Logical): AutoscaleInfo | null {
    const { sources, bars } = this.state;
    const [first, last] = [Math.max(0, Math.floor(start)), Math.min(bars.count - 1, Math.ceil(end))];
    const largest = first > last ? 0 : largestWithin(sources, bars, first, last);
    return largest === 0 ? null : { priceRange: { minValue: -largest, maxValue: largest } };
  }

  protected update(state: VolumesState, { chart, series }: Host, size: PaneSize): void {
    const view = barView(chart.timeScale(), state.bars);
    const [zero, one] = [series.priceToCoordinate(0), series.priceToCoordinate(1)];
    const key = `${viewKey(view, state.bars)}/${zero}/${one}/${size.width}/${size.height}/${size.ratio}`;
    if (key === this.#key && state === this.#drawn) return;
    if (size.height !== this.#height) this.#onHeight();
    this.#height = size.height;
    this.#key = key;
    this.#drawn = state;
    const renderer = this.#renderer;
    const isDrawn = view !== null && zero !== null && one !== null;
    const { ratio } = size;
    renderer.shapes = isDrawn ? layVolumes(state.sources, state.bars, view, { zero, perUnit: zero - one, ratio }) : [];
    renderer.zero = isDrawn ? zero : null;
    renderer.ratio = ratio;
    renderer.theme = state.theme;
  }
}
