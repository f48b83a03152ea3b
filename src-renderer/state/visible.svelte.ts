import type { Asset } from '../../src-main/contract/market.ts';

/** Which rows of the watchlist are in view, as far as it is known. */
export class Visible {
  readonly #isHidden: () => boolean;
  #rows: readonly Asset[] | null = $state.raw(null);

  /** `isHidden`: whether the window is; what is then out of view is still what the user will come back to. */
  constructor(isHidden: () => boolean = () => document.visibilityState === 'hidden') {
    this.#isHidden = isHidden;
  }

  /** Null: not known. */
  get rows(): readonly Asset[] | null {
    return this.#rows;
  }

  report(rows: readonly Asset[] | null): void {
    if (!this.#isHidden()) this.#rows = rows;
  }
}
