import type { IPrimitivePaneView } from 'lightweight-charts';
import type { PaneSize } from '../../coordinates.ts';
import { BarPrimitive } from '../../panes/bar-primitive.ts';
import type { Host } from '../../panes/bar-primitive.ts';
import type { LiquidationsState, PlacedLiquidation } from './options.ts';
import { LiquidationsView } from './view.ts';

/** Marks of the largest realised liquidations in view. */
export class LiquidationsPrimitive extends BarPrimitive<LiquidationsState> {
  readonly #view = new LiquidationsView();

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#view.paneViews;
  }

  /** Largest first; the same array while nothing changed. */
  get marks(): readonly PlacedLiquidation[] {
    return this.#view.marks;
  }

  protected update(state: LiquidationsState, host: Host, size: PaneSize): void {
    this.#view.update(state, host, size);
  }
}
