/** The chart gets slower with every bar it holds; the rest is paged in as the user scrolls. */
export const mostBars = 10_000;
/** Bars from an end of what is loaded at which more is fetched. */
export const nearEnd = 100;

/** Which of a book's bars the chart holds: from `start`, `count` of them. */
export interface BarWindow {
  readonly start: number;
  readonly count: number;
}

/** The newest bars of a book. */
export function newestWindow(total: number, most = mostBars): BarWindow {
  const count = Math.min(total, most);
  return { start: total - count, count };
}

/**
 * The window to hold when bars `from` to `to` (indices of the book) are looked at: the same object while the view is
 * well inside it, else one centred on the view.
 */
export function windowFor(window: BarWindow, total: number, from: number, to: number, most = mostBars): BarWindow {
  const end = window.start + window.count;
  const wantsOlder = from < window.start + nearEnd && window.start > 0;
  const wantsNewer = to > end - nearEnd && end < total;
  if (!wantsOlder && !wantsNewer) return window;
  const count = Math.min(total, most);
  const start = Math.round((from + to) / 2 - count / 2);
  const moved = { start: Math.max(0, Math.min(total - count, start)), count };
  return moved.start === window.start && moved.count === window.count ? window : moved;
}
