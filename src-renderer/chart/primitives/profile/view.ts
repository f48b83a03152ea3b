import type { IPrimitivePaneView } from 'lightweight-charts';
import { formatAmount } from '../../../format/amount.ts';
import { levelSides } from '../../band-levels.ts';
import type { BandLevels } from '../../band-levels.ts';
import { axisKey, rowEdges } from '../../coordinates.ts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import type { LevelLayout } from '../../level-layout.ts';
import { staleOpacity, staleTextOpacity } from '../../theme.ts';
import { curvePoints } from './curves.ts';
import type { ProfileState } from './options.ts';
import { noProfile, ProfileRenderer } from './renderer.ts';
import type { ProfileBar, ProfileDrawing } from './renderer.ts';

/** Computes coordinates, in `update` only, and only when data, handles, place or the price scale changed. */
export class ProfileView {
  readonly #layout: LevelLayout;
  readonly #renderer = new ProfileRenderer();
  #key = '';
  #state: ProfileState | null = null;

  readonly paneViews: readonly IPrimitivePaneView[] = [{ zOrder: () => 'top', renderer: () => this.#renderer }];

  constructor(layout: LevelLayout, onRatio: (ratio: number) => void) {
    this.#layout = layout;
    this.#renderer.onRatio = onRatio;
  }

  get drawing(): ProfileDrawing {
    return this.#renderer.drawing;
  }

  update(state: ProfileState, axis: PriceAxis, size: PaneSize): void {
    const key = axisKey(axis, size);
    if (key === this.#key && state === this.#state) return;
    this.#key = key;
    this.#state = state;
    const { levelOfRow } = this.#layout.lay(state.levels, state.codes, axis, size);
    const renderer = this.#renderer;
    renderer.drawing = levelOfRow.length === 0 ? noProfile : drawProfile(state, levelOfRow, axis, size);
    renderer.ratio = size.ratio;
    renderer.topInset = state.topInset;
    renderer.colours = state.colours;
    renderer.theme = state.theme;
    renderer.opacity = state.stale ? staleOpacity : 1;
    renderer.textOpacity = state.stale ? staleTextOpacity : 1;
  }
}

function drawProfile(state: ProfileState, levelOfRow: Int32Array, axis: PriceAxis, size: PaneSize): ProfileDrawing {
  const { curves, width, unit, coin } = state;
  const right = size.width - state.offset;
  const edges = curves === null ? null : rowEdges(axis, { ...size, ratio: 1 });
  const lines =
    curves === null || edges === null
      ? []
      : [
          { side: 'long' as const, points: curvePoints(curves.longPrices, curves.long, curves.max, edges) },
          { side: 'short' as const, points: curvePoints(curves.shortPrices, curves.short, curves.max, edges) },
        ];
  return {
    bars: barsOf(state.levels, levelOfRow, width),
    lines,
    linesTo: curves === null ? '' : formatAmount(curves.max, unit, coin),
    left: right - width,
    right,
    name: state.name,
  };
}

/** One bar for each run of rows that show the same level, ordered by side, so that each colour is set once. */
export function barsOf(levels: BandLevels, levelOfRow: Int32Array, width: number): ProfileBar[] {
  const largest = levels.scale?.max ?? NaN;
  const bars: ProfileBar[] = [];
  let top = 0;
  for (let row = 1; row <= levelOfRow.length; row++) {
    const level = levelOfRow[top] ?? -1;
    if (row < levelOfRow.length && levelOfRow[row] === level) continue;
    const length = (width * (levels.amounts[level] ?? NaN)) / largest;
    if (level >= 0 && length > 0) {
      bars.push({ side: levels.sides[level] ?? levelSides.indexOf('unknown'), top, height: row - top, length });
    }
    top = row;
  }
  return bars.sort((a, b) => a.side - b.side);
}
