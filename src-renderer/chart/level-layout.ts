import type { AutoscaleInfo } from 'lightweight-charts';
import type { BandLevels } from './band-levels.ts';
import { axisKey, rowEdges } from './coordinates.ts';
import type { PaneSize, PriceAxis } from './coordinates.ts';
import { bandRows } from './primitives/bands/rows.ts';
import type { BandRows } from './primitives/bands/rows.ts';

/** CSS pixels. */
const leastThickness = 2;
export const noRows: BandRows = { runs: [], levelOfRow: new Int32Array(0) };

/** Which level of a layer each device row shows; shared by all that draws the layer, so that it is found once. */
export class LevelLayout {
  #key = '';
  #levels: BandLevels | null = null;
  #codes: Uint8Array | null = null;
  #rows = noRows;

  /** As last laid out. */
  get rows(): BandRows {
    return this.#rows;
  }

  /** The same object while levels, codes and the price scale are the same. */
  lay(levels: BandLevels, codes: Uint8Array, axis: PriceAxis, size: PaneSize): BandRows {
    const key = axisKey(axis, size);
    if (key === this.#key && levels === this.#levels && codes === this.#codes) return this.#rows;
    this.#key = key;
    this.#levels = levels;
    this.#codes = codes;
    const edges = codes.length === 0 ? null : rowEdges(axis, size);
    const minRows = Math.max(1, Math.round(leastThickness * size.ratio));
    this.#rows = edges === null ? noRows : bandRows(levels, codes, edges, minRows);
    return this.#rows;
  }
}

interface Fitted {
  readonly levels: BandLevels;
  readonly codes: Uint8Array;
  /** Whether the levels join the price scale's autoscale. */
  readonly fitLevels: boolean;
}

/** From the lowest to the highest level that the legend lets through; null unless levels join the autoscale. */
export function rangeOf({ levels, codes, fitLevels }: Fitted): AutoscaleInfo | null {
  if (!fitLevels) return null;
  const first = codes.findIndex((code) => code !== 0);
  if (first < 0) return null;
  const last = codes.findLastIndex((code) => code !== 0);
  return { priceRange: { minValue: levels.lower[first] ?? 0, maxValue: levels.upper[last] ?? 0 } };
}
