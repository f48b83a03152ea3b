import type { GexLevels } from '../../gex-levels.ts';
import type { ChartTheme } from '../../theme.ts';

/** All that the GEX overlay shows. A new object for every change. */
export interface GexState {
  readonly levels: GexLevels | null;
  readonly tickSize: number;
  /** Too old to be taken for the present: drawn faded. */
  readonly stale: boolean;
  readonly theme: ChartTheme;
}
