import type { BandLevels } from '../../band-levels.ts';
import type { LayerColours } from '../../layer-colours.ts';

/** All that the bands of one layer show. A new object for every change; the columns inside stay the same objects while they hold. */
export interface BandsState {
  readonly levels: BandLevels;
  /** Colour of each level, by the legend's handles. */
  readonly codes: Uint8Array;
  /** Whether the levels join the price scale's autoscale. */
  readonly fitLevels: boolean;
  /** Too old to be taken for the present: drawn faded. */
  readonly stale: boolean;
  readonly colours: LayerColours;
}
