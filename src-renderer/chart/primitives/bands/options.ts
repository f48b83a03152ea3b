import type { AmountUnit } from '../../../../src-main/contract/snapshot.ts';
import type { BandLevels } from '../../band-levels.ts';
import type { ChartTheme } from '../../theme.ts';

/** All that the bands show. A new object for every change; the columns inside stay the same objects while they hold. */
export interface BandsState {
  readonly levels: BandLevels | null;
  /** Colour of each level, by the legend's handles. */
  readonly codes: Uint8Array;
  readonly unit: AmountUnit;
  readonly coin: string;
  readonly tickSize: number;
  /** Last price, for the distances on the chips. */
  readonly price: number | null;
  readonly highlightPrice: number | null;
  /** Whether the levels join the price scale's autoscale. */
  readonly fitLevels: boolean;
  /** CSS pixels kept free at the right edge, for the GEX profile. */
  readonly rightInset: number;
  /** CSS pixels at the top that the legends lie over; no chip goes there. */
  readonly topInset: number;
  /** Too old to be taken for the present: drawn faded. */
  readonly stale: boolean;
  readonly theme: ChartTheme;
}

export const noCodes = new Uint8Array(0);
