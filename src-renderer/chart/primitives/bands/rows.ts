import type { BandLevels } from '../../band-levels.ts';
import { lowerBound } from '../../band-levels.ts';
import type { ColourCode } from '../../ramp.ts';

/** A rectangle of one colour over the whole width: device rows `top` to `top + height`. */
export interface BandRun {
  readonly code: ColourCode;
  readonly top: number;
  readonly height: number;
}

export interface BandRows {
  /** Ordered by colour, so that each colour is set once. */
  readonly runs: readonly BandRun[];
  /** Index of the level seen in each device row; -1 where there is none. */
  readonly levelOfRow: Int32Array;
}

/**
 * Lays levels out on device rows. `edges` as `rowEdges` makes them; `codes` 0 means hidden; no band is thinner than
 * `minRows`. Where several levels fall into one row the largest amount wins, so that no peak is lost when 100,000
 * levels share a thousand rows. Levels outside the pane are not looked at.
 */
export function bandRows(levels: BandLevels, codes: Uint8Array, edges: Float64Array, minRows: number): BandRows {
  const rows = edges.length - 1;
  const levelOfRow = new Int32Array(Math.max(0, rows)).fill(-1);
  if (rows < 1) return { runs: [], levelOfRow };
  const rising = (edges[0] ?? 0) < (edges[rows] ?? 0);
  const [low, high] = rising ? [edges[0] ?? 0, edges[rows] ?? 0] : [edges[rows] ?? 0, edges[0] ?? 0];
  const first = Math.max(0, lowerBound(levels.upper, low));
  const toRow = rowFinder(edges, rising);
  for (let i = first; i < codes.length && (levels.lower[i] ?? Infinity) <= high; i++) {
    const a = toRow(levels.lower[i] ?? low);
    const b = toRow(levels.upper[i] ?? low);
    if (codes[i] === 0) continue;
    let top = Math.min(a, b);
    let bottom = Math.max(a, b);
    if (bottom - top < minRows) {
      top = Math.max(0, Math.min(rows - minRows, top - ((minRows - (bottom - top)) >> 1)));
      bottom = Math.min(rows, top + minRows);
    }
    // A hairline between thick neighbours shows where one level ends and the next begins.
    if (bottom - top >= 3 * minRows) bottom -= 1;
    for (let row = top; row < bottom; row++) {
      const seen = levelOfRow[row] ?? -1;
      if (seen < 0 || (levels.amounts[i] ?? 0) > (levels.amounts[seen] ?? 0)) levelOfRow[row] = i;
    }
  }
  return { runs: runsOf(levelOfRow, codes), levelOfRow };
}

/** Finds the row boundary of ascending prices; each search goes on where the last one ended. */
function rowFinder(edges: Float64Array, rising: boolean): (price: number) => number {
  const rows = edges.length - 1;
  let at = rising ? 0 : rows;
  return rising
    ? (price) => {
        while (at < rows && (edges[at] ?? Infinity) < price) at++;
        return at;
      }
    : (price) => {
        while (at > 0 && (edges[at] ?? Infinity) < price) at--;
        return at;
      };
}

function runsOf(levelOfRow: Int32Array, codes: Uint8Array): BandRun[] {
  const runs: BandRun[] = [];
  let top = 0;
  let code = 0;
  for (let row = 0; row <= levelOfRow.length; row++) {
    const level = levelOfRow[row] ?? -1;
    const next = level < 0 ? 0 : (codes[level] ?? 0);
    if (next === code) continue;
    if (code !== 0) runs.push({ code, top, height: row - top });
    top = row;
    code = next;
  }
  return runs.sort((a, b) => a.code - b.code);
}
