import type { IPrimitivePaneView } from 'lightweight-charts';
import type { Confluence } from '../../confluence.ts';
import { axisKey } from '../../coordinates.ts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import type { ConfluenceState } from './primitive.ts';
import { ConfluenceRenderer, markHeight } from './renderer.ts';
import type { ConfluenceMark } from './renderer.ts';

/** Where everything is marked, nothing is. */
export const mostMarks = 8;

/** Chooses marks, in `update` only, and only when the confluences or the price scale changed. */
export class ConfluenceView {
  readonly #renderer = new ConfluenceRenderer();
  #key = '';
  #state: ConfluenceState | null = null;
  #inView: readonly Confluence[] = [];

  readonly paneViews: readonly IPrimitivePaneView[] = [{ zOrder: () => 'top', renderer: () => this.#renderer }];

  get marks(): readonly ConfluenceMark[] {
    return this.#renderer.marks;
  }

  /** Strongest first, those without a mark of their own among them. */
  get inView(): readonly Confluence[] {
    return this.#inView;
  }

  update(state: ConfluenceState, axis: PriceAxis, size: PaneSize): void {
    const key = axisKey(axis, size);
    if (key === this.#key && state === this.#state) return;
    this.#key = key;
    this.#state = state;
    const placed = placeMarks(state.confluences, axis, { top: state.topInset, bottom: size.height });
    this.#inView = placed.inView;
    this.#renderer.marks = placed.marks;
    this.#renderer.theme = state.theme;
  }
}

/** What is in view, and marks for the strongest of it that do not lie over one another. */
export function placeMarks(
  confluences: readonly Confluence[],
  axis: PriceAxis,
  { top, bottom }: { top: number; bottom: number },
): { inView: Confluence[]; marks: ConfluenceMark[] } {
  const inView: Confluence[] = [];
  const marks: ConfluenceMark[] = [];
  /** Places of marks, one a mark's height. */
  const taken = new Map<number, number>();
  for (const confluence of confluences) {
    const y = axis.priceToCoordinate(confluence.price);
    if (y === null || y < 0 || y > bottom) continue;
    inView.push(confluence);
    if (marks.length === mostMarks || y - markHeight / 2 < top) continue;
    const slot = Math.floor(y / markHeight);
    const isFree = [slot - 1, slot, slot + 1].every(
      (each) => Math.abs((taken.get(each) ?? Infinity) - y) >= markHeight,
    );
    if (!isFree) continue;
    taken.set(slot, y);
    marks.push({ y });
  }
  return { inView, marks };
}
