import type { IPrimitivePaneView } from 'lightweight-charts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import type { LevelLayout } from '../../level-layout.ts';
import { fillsOf } from '../../texture.ts';
import { staleOpacity } from '../../theme.ts';
import type { BandsState } from './options.ts';
import { BandsRenderer } from './renderer.ts';

/** Computes coordinates, in `update` only, and only when data, handles or the price scale changed. */
export class BandsView {
  readonly #layout: LevelLayout;
  readonly #bands = new BandsRenderer();

  readonly paneViews: readonly IPrimitivePaneView[] = [{ zOrder: () => 'normal', renderer: () => this.#bands }];

  constructor(layout: LevelLayout, onRatio: (ratio: number) => void) {
    this.#layout = layout;
    this.#bands.onRatio = onRatio;
  }

  update({ levels, codes, stale, colours }: BandsState, axis: PriceAxis, size: PaneSize): void {
    this.#bands.runs = this.#layout.lay(levels, codes, axis, size).runs;
    this.#bands.fills = fillsOf(colours, size.ratio);
    this.#bands.isTextured = colours.texture !== 'solid';
    this.#bands.ratio = size.ratio;
    this.#bands.opacity = stale ? staleOpacity : 1;
  }
}
