import type { IPrimitivePaneRenderer, IPrimitivePaneView, PrimitivePaneViewZOrder } from 'lightweight-charts';
import { sideAt } from '../../band-levels.ts';
import { axisKey, rowEdges } from '../../coordinates.ts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import { chipStyle, chipText, mostLabels, placeLabels } from '../../labels.ts';
import type { LabelCandidate, PlacedLabel } from '../../labels.ts';
import { distanceFrom } from '../../levels.ts';
import { paletteOf } from '../../ramp.ts';
import { staleOpacity, staleTextOpacity } from '../../theme.ts';
import type { BandsState } from './options.ts';
import { BandMarksRenderer, BandsRenderer } from './renderer.ts';
import { bandRows } from './rows.ts';
import type { BandRows } from './rows.ts';

const leastThickness = 2;
const nothing: BandRows = { runs: [], levelOfRow: new Int32Array(0) };

/** Computes coordinates, in `update` only, and only when data, handles or the price scale changed. */
export class BandsView {
  readonly #bands = new BandsRenderer();
  readonly #marks = new BandMarksRenderer();
  #key = '';
  #state: BandsState | null = null;
  #rows = nothing;
  #labels: readonly PlacedLabel[] = [];

  readonly paneViews: readonly IPrimitivePaneView[] = [layer('normal', this.#bands), layer('top', this.#marks)];

  /** How many different levels are in view. */
  get visibleCount(): number {
    let count = 0;
    let previous = -1;
    for (const level of this.#rows.levelOfRow) {
      if (level >= 0 && level !== previous) count++;
      previous = level;
    }
    return count;
  }

  get labels(): readonly PlacedLabel[] {
    return this.#labels;
  }

  set onRatio(callback: (ratio: number) => void) {
    this.#bands.onRatio = callback;
  }

  update(state: BandsState, axis: PriceAxis, size: PaneSize): void {
    const key = axisKey(axis, size);
    if (key === this.#key && state === this.#state) return;
    const { levels, codes } = state;
    const sameBands = key === this.#key && levels === this.#state?.levels && codes === this.#state?.codes;
    this.#key = key;
    this.#state = state;
    if (!sameBands) {
      const edges = levels === null || codes.length === 0 ? null : rowEdges(axis, size);
      const minRows = Math.max(1, Math.round(leastThickness * size.ratio));
      this.#rows = levels === null || edges === null ? nothing : bandRows(levels, codes, edges, minRows);
    }
    this.#labels = labelsFor(state, this.#rows.levelOfRow, axis, size);
    this.#bands.runs = this.#rows.runs;
    this.#bands.palette = paletteOf(state.theme);
    this.#bands.ratio = size.ratio;
    this.#marks.labels = this.#labels;
    this.#marks.theme = state.theme;
    this.#bands.opacity = state.stale ? staleOpacity : 1;
    this.#marks.opacity = state.stale ? staleTextOpacity : 1;
    this.#marks.rightInset = state.rightInset;
    const highlight = state.highlightPrice === null ? null : axis.priceToCoordinate(state.highlightPrice);
    this.#marks.highlight = highlight !== null && highlight >= 0 && highlight <= size.height ? highlight : null;
  }
}

function layer(zOrder: PrimitivePaneViewZOrder, renderer: IPrimitivePaneRenderer): IPrimitivePaneView {
  return { zOrder: () => zOrder, renderer: () => renderer };
}

function labelsFor(state: BandsState, levelOfRow: Int32Array, axis: PriceAxis, size: PaneSize): PlacedLabel[] {
  const { levels, price, unit, coin, tickSize } = state;
  if (levels === null) return [];
  const candidates: LabelCandidate[] = [];
  let previous = -1;
  for (const level of levelOfRow) {
    if (level < 0 || level === previous) continue;
    previous = level;
    const at = levels.prices[level] ?? NaN;
    const y = axis.priceToCoordinate(at);
    if (y === null) continue;
    candidates.push({ level, y, amount: levels.amounts[level] ?? 0, distance: distanceFrom(price, at) });
  }
  const style = chipStyle(size.width);
  const room = { top: state.topInset, bottom: size.height };
  return placeLabels(candidates, room, mostLabels).map(({ level, y, distance }) => {
    const side = sideAt(levels, level);
    const amount = levels.amounts[level] ?? NaN;
    return {
      level,
      y,
      side,
      text: chipText({ amount, unit, coin, side, price: levels.prices[level] ?? NaN, tickSize, distance }, style),
    };
  });
}
