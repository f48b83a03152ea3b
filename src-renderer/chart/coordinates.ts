/** The part of a price scale that drawing and hit-testing need. Coordinates are CSS pixels from the pane's top. */
export interface PriceAxis {
  priceToCoordinate(price: number): number | null;
  coordinateToPrice(coordinate: number): number | null;
}

/** A pane's drawing surface: CSS pixels, and device pixels per CSS pixel. */
export interface PaneSize {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/**
 * Price at every boundary between device rows, top first; monotonic, falling unless the scale is inverted. Asking the
 * library for each row (and not for each level) is exact on every kind of scale and costs the same for any number of
 * levels. Null while the scale is empty.
 */
export function rowEdges(axis: PriceAxis, { height, ratio }: PaneSize): Float64Array | null {
  const rows = Math.round(height * ratio);
  const edges = new Float64Array(rows + 1);
  for (let row = 0; row <= rows; row++) {
    const price = axis.coordinateToPrice(row / ratio);
    if (price === null || Number.isNaN(price)) return null;
    edges[row] = price;
  }
  return edges;
}

/** Changes whenever the scale maps prices otherwise: three points tell linear, logarithmic and inverted scales apart. */
export function axisKey(axis: PriceAxis, { width, height, ratio }: PaneSize): string {
  const at = (part: number) => axis.coordinateToPrice(height * part);
  return `${width}/${height}/${ratio}/${at(0)}/${at(0.5)}/${at(1)}`;
}
