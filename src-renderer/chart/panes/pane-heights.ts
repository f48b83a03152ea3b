/** CSS pixels of a pane of volumes before anyone drags it. */
export const usualHeight = 90;
/** Least height that the library gives a pane, and parts of the whole that volumes take at most: each, and together. */
const least = 30;
const mostEach = 0.25;
const mostTogether = 0.45;

/**
 * Heights of the panes below the price, as wanted where there is room; the rest is the price's. CSS pixels; `total` is
 * the height of all panes together.
 */
export function lowerHeights(wanted: readonly number[], total: number): number[] {
  const each = wanted.map((height) => Math.max(least, Math.min(height, total * mostEach)));
  const sum = each.reduce((all, height) => all + height, 0);
  const shrink = Math.min(1, (total * mostTogether) / Math.max(1, sum));
  return each.map((height) => Math.max(least, Math.floor(height * shrink)));
}
