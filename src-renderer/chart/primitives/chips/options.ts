import type { AmountUnit } from '../../../../src-main/contract/snapshot.ts';
import type { BandLevels } from '../../band-levels.ts';
import type { LayerColours } from '../../layer-colours.ts';
import type { LevelLayout } from '../../level-layout.ts';
import type { ChartTheme } from '../../theme.ts';

/** A layer whose largest levels get chips. */
export interface ChipLayer {
  readonly levels: BandLevels;
  /** Which of them are in view. */
  readonly layout: LevelLayout;
  readonly unit: AmountUnit;
  readonly coin: string;
  readonly stale: boolean;
  readonly colours: LayerColours;
}

/** All that the chips show. A new object for every change. */
export interface ChipsState {
  readonly layers: readonly ChipLayer[];
  readonly tickSize: number;
  /** Last price, for the distances on the chips. */
  readonly price: number | null;
  readonly highlightPrice: number | null;
  /** CSS pixels kept free at the right edge, for profiles. */
  readonly rightInset: number;
  /** CSS pixels at the top that the legends lie over; no chip goes there. */
  readonly topInset: number;
  readonly theme: ChartTheme;
}
