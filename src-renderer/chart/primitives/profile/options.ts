import type { AmountUnit } from '../../../../src-main/contract/snapshot.ts';
import type { BandLevels } from '../../band-levels.ts';
import type { LayerColours } from '../../layer-colours.ts';
import type { ChartTheme } from '../../theme.ts';
import type { ProfileCurves } from './curves.ts';

/** All that the histogram of one layer shows. A new object for every change. */
export interface ProfileState {
  readonly levels: BandLevels;
  /** Colour of each level, by the legend's handles; 0 where it is not drawn. */
  readonly codes: Uint8Array;
  readonly curves: ProfileCurves | null;
  readonly unit: AmountUnit;
  readonly coin: string;
  /** Whose profile it is, in a word. */
  readonly name: string;
  /** CSS pixels from the pane's right edge to the column's, and the column's width. */
  readonly offset: number;
  readonly width: number;
  /** CSS pixels at the top that the legends lie over. */
  readonly topInset: number;
  /** Whether the levels join the price scale's autoscale. */
  readonly fitLevels: boolean;
  /** Too old to be taken for the present: drawn faded. */
  readonly stale: boolean;
  readonly colours: LayerColours;
  readonly theme: ChartTheme;
}
