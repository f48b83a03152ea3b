import type { AutoscaleInfo, IPrimitivePaneView } from 'lightweight-charts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import { rangeOf } from '../../level-layout.ts';
import type { LevelLayout } from '../../level-layout.ts';
import { deviceRatio, StatePrimitive } from '../state-primitive.ts';
import type { BandsState } from './options.ts';
import { BandsView } from './view.ts';

/** All liquidation bands of one layer as one primitive. */
export class BandsPrimitive extends StatePrimitive<BandsState> {
  readonly #view: BandsView;
  #range: AutoscaleInfo | null;

  constructor(state: BandsState, layout: LevelLayout) {
    super(state, deviceRatio());
    this.#view = new BandsView(layout, this.setRatio);
    this.#range = rangeOf(state);
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#view.paneViews;
  }

  autoscaleInfo(): AutoscaleInfo | null {
    return this.#range;
  }

  protected update(state: BandsState, axis: PriceAxis, size: PaneSize): void {
    this.#view.update(state, axis, size);
  }

  protected override changed(state: BandsState, before: BandsState): void {
    if (state.levels !== before.levels || state.codes !== before.codes || state.fitLevels !== before.fitLevels) {
      this.#range = rangeOf(state);
    }
  }
}
