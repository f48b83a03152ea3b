import type { IPrimitivePaneView } from 'lightweight-charts';
import type { Confluence } from '../../confluence.ts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import type { ChartTheme } from '../../theme.ts';
import { StatePrimitive } from '../state-primitive.ts';
import { ConfluenceView } from './view.ts';

export interface ConfluenceState {
  /** Strongest first. */
  readonly confluences: readonly Confluence[];
  /** CSS pixels at the top that the legends lie over; no mark goes there. */
  readonly topInset: number;
  readonly theme: ChartTheme;
}

/** A mark at the left edge wherever two layers agree. */
export class ConfluencePrimitive extends StatePrimitive<ConfluenceState> {
  readonly view = new ConfluenceView();

  paneViews(): readonly IPrimitivePaneView[] {
    return this.view.paneViews;
  }

  protected update(state: ConfluenceState, axis: PriceAxis, size: PaneSize): void {
    this.view.update(state, axis, size);
  }
}
