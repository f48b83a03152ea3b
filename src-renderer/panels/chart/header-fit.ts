/** How much of the header is left out: 1 units and labels, 2 also words and names, 3 also the change; then sources shorten. */
export const mostCut = 3;

/** The least cut with which everything fits; `mostCut` when nothing does. `fits` sets a cut and measures. */
export function leastCut(fits: (cut: number) => boolean): number {
  for (let cut = 0; cut < mostCut; cut += 1) if (fits(cut)) return cut;
  fits(mostCut);
  return mostCut;
}

/** Cuts a header (its `data-cut`) to its width now, and whenever its size changes. Returns the ending. */
export function fitHeader(header: HTMLElement): { fit: () => void; end: () => void } {
  const fit = (): void => {
    leastCut((cut) => {
      header.dataset['cut'] = String(cut);
      return header.scrollWidth <= header.clientWidth;
    });
  };
  const resize = new ResizeObserver(fit);
  resize.observe(header);
  return { fit, end: () => resize.disconnect() };
}
