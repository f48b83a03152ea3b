import type { IPrimitivePaneView } from 'lightweight-charts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import { StatePrimitive } from '../state-primitive.ts';
import type { ChipsState } from './options.ts';
import { ChipsView } from './view.ts';

/** The chips of all layers, which must not lie over one another, and the line of the level that is pointed at. */
export class ChipsPrimitive extends StatePrimitive<ChipsState> {
  readonly view = new ChipsView();

  paneViews(): readonly IPrimitivePaneView[] {
    return this.view.paneViews;
  }

  protected update(state: ChipsState, axis: PriceAxis, size: PaneSize): void {
    this.view.update(state, axis, size);
  }
}
