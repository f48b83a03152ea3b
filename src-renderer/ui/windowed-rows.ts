/** Which rows of a table of equal rows are worth drawing. `first` and `end` are row numbers, `end` not included. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

const spare = 8;

export function visibleRows(count: number, rowHeight: number, scrollTop: number, viewHeight: number): RowWindow {
  const top = Math.floor(scrollTop / rowHeight);
  const end = Math.ceil((scrollTop + viewHeight) / rowHeight);
  const first = Math.max(0, Math.min(top, count) - spare);
  return { first, end: Math.max(first, Math.min(count, end + spare)) };
}

/** Where to scroll so that a row is in full view below the sticky head; null when it already is. */
export function scrollToRow(
  row: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
  headHeight: number,
): number | null {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  const shown = viewHeight - headHeight;
  return top + rowHeight > scrollTop + shown ? top + rowHeight - shown : null;
}
