import type { GexLevels } from '../../gex-levels.ts';
import type { ChartTheme } from '../../theme.ts';

/** All that the GEX overlay shows. A new object for every change. */
export interface GexState {
  readonly levels: GexLevels | null;
  readonly tickSize: number;
  /** CSS pixels at the top that the legends lie over; no name of a line goes there. */
  readonly topInset: number;
  /** Too old to be taken for the present: drawn faded. */
  readonly stale: boolean;
  readonly theme: ChartTheme;
}
