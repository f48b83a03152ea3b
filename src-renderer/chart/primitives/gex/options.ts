import type { GexLevels } from '../../gex-levels.ts';
import type { ChartTheme } from '../../theme.ts';

/** All that the GEX overlay shows. A new object for every change. */
export interface GexState {
  readonly levels: GexLevels | null;
  readonly tickSize: number;
  readonly theme: ChartTheme;
}
