import type { IPrimitivePaneView } from 'lightweight-charts';
import { sideAt } from '../../band-levels.ts';
import { axisKey } from '../../coordinates.ts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import { chipStyle, chipText, mostLabels, placeLabels } from '../../labels.ts';
import type { LabelCandidate, PlacedLabel } from '../../labels.ts';
import { distanceFrom } from '../../levels.ts';
import type { BandRows } from '../bands/rows.ts';
import type { ChipLayer, ChipsState } from './options.ts';
import { ChipsRenderer } from './renderer.ts';

interface Candidate extends LabelCandidate {
  readonly layer: ChipLayer;
}

/** CSS pixels: a line in the layer's colour, or where there are several layers a patch of its texture. */
const markWidths = { one: 2, several: 8 } as const;

/** Chooses chips, in `update` only, and only when the layers' rows, the state or the price scale changed. */
export class ChipsView {
  readonly #renderer = new ChipsRenderer();
  #key = '';
  #state: ChipsState | null = null;
  #rows: readonly BandRows[] = [];

  readonly paneViews: readonly IPrimitivePaneView[] = [{ zOrder: () => 'top', renderer: () => this.#renderer }];

  get labels(): readonly PlacedLabel[] {
    return this.#renderer.labels;
  }

  /** The layers' own views have been updated before. */
  update(state: ChipsState, axis: PriceAxis, size: PaneSize): void {
    const key = axisKey(axis, size);
    const rows = state.layers.map(({ layout }) => layout.rows);
    const isSame = rows.length === this.#rows.length && rows.every((each, i) => each === this.#rows[i]);
    if (key === this.#key && state === this.#state && isSame) return;
    this.#key = key;
    this.#state = state;
    this.#rows = rows;
    const renderer = this.#renderer;
    renderer.labels = labelsFor(state, axis, size);
    renderer.theme = state.theme;
    renderer.rightInset = state.rightInset;
    renderer.markWidth = state.layers.length > 1 ? markWidths.several : markWidths.one;
    const highlight = state.highlightPrice === null ? null : axis.priceToCoordinate(state.highlightPrice);
    renderer.highlight = highlight !== null && highlight >= 0 && highlight <= size.height ? highlight : null;
  }
}

function labelsFor(state: ChipsState, axis: PriceAxis, size: PaneSize): PlacedLabel[] {
  const candidates = state.layers.flatMap((layer) => candidatesOf(layer, state.price, axis));
  const style = chipStyle(size.width);
  const room = { top: state.topInset, bottom: size.height };
  return placeLabels(candidates, room, mostLabels).map(({ layer, level, y, distance }) => {
    const { levels, unit, coin, colours, stale } = layer;
    const side = sideAt(levels, level);
    const content = {
      amount: levels.amounts[level] ?? NaN,
      unit,
      coin,
      side,
      isSideInferred: levels.isSideInferred,
      price: levels.prices[level] ?? NaN,
      tickSize: state.tickSize,
      distance,
    };
    return { level, y, side, text: chipText(content, style), colours, stale };
  });
}

/** The levels of a layer that are in view. */
function candidatesOf(layer: ChipLayer, price: number | null, axis: PriceAxis): Candidate[] {
  const { levels, layout } = layer;
  const largest = levels.scale?.max ?? NaN;
  const candidates: Candidate[] = [];
  let previous = -1;
  for (const level of layout.rows.levelOfRow) {
    if (level < 0 || level === previous) continue;
    previous = level;
    const at = levels.prices[level] ?? NaN;
    const y = axis.priceToCoordinate(at);
    if (y === null) continue;
    const share = (levels.amounts[level] ?? 0) / largest;
    candidates.push({ layer, level, y, share, distance: distanceFrom(price, at) });
  }
  return candidates;
}
