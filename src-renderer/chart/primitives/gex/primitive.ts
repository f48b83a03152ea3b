import type { IPrimitivePaneView, ISeriesPrimitiveAxisView } from 'lightweight-charts';
import { formatPrice } from '../../../format/price.ts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import { StatePrimitive } from '../state-primitive.ts';
import type { GexState } from './options.ts';
import { GexView } from './view.ts';

const noAxisViews: readonly ISeriesPrimitiveAxisView[] = [];
/** Off the axis: what is not in view has its label here. */
const nowhere = -1e6;

/** The GEX profile, its walls and its flip as one primitive. */
export class GexPrimitive extends StatePrimitive<GexState> {
  readonly view = new GexView();

  readonly #flipAxisViews: readonly ISeriesPrimitiveAxisView[] = [
    {
      coordinate: () => this.view.drawing.flip?.y ?? nowhere,
      visible: () => this.view.drawing.flip !== null,
      text: () => formatPrice(this.state.levels?.flip, this.state.tickSize),
      textColor: () => this.state.theme.ground,
      backColor: () => this.state.theme.gammaFlip,
    },
  ];

  paneViews(): readonly IPrimitivePaneView[] {
    return this.view.paneViews;
  }

  priceAxisViews(): readonly ISeriesPrimitiveAxisView[] {
    return this.state.levels?.flip == null ? noAxisViews : this.#flipAxisViews;
  }

  protected update(state: GexState, axis: PriceAxis, size: PaneSize): void {
    this.view.update(state, axis, size);
  }
}
