import type { AutoscaleInfo, IPrimitivePaneView } from 'lightweight-charts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import { rangeOf } from '../../level-layout.ts';
import type { LevelLayout } from '../../level-layout.ts';
import { deviceRatio, StatePrimitive } from '../state-primitive.ts';
import type { ProfileState } from './options.ts';
import { ProfileView } from './view.ts';

/** One layer's histogram over price at the right edge, with its cumulative curves. */
export class ProfilePrimitive extends StatePrimitive<ProfileState> {
  readonly view: ProfileView;
  #range: AutoscaleInfo | null;

  constructor(state: ProfileState, layout: LevelLayout) {
    super(state, deviceRatio());
    this.view = new ProfileView(layout, this.setRatio);
    this.#range = rangeOf(state);
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.view.paneViews;
  }

  autoscaleInfo(): AutoscaleInfo | null {
    return this.#range;
  }

  protected update(state: ProfileState, axis: PriceAxis, size: PaneSize): void {
    this.view.update(state, axis, size);
  }

  protected override changed(state: ProfileState, before: ProfileState): void {
    if (state.levels !== before.levels || state.codes !== before.codes || state.fitLevels !== before.fitLevels) {
      this.#range = rangeOf(state);
    }
  }
}
