import type { RealisedLiquidations } from '../../../../src-main/contract/liquidation.ts';
import type { BarTimes } from '../../panes/bar-times.ts';
import type { ChartTheme } from '../../theme.ts';

/** All that the marks show. */
export interface LiquidationsState {
  /** One table a venue; none while they are switched off. */
  readonly tables: readonly RealisedLiquidations[];
  readonly bars: BarTimes;
  readonly theme: ChartTheme;
}

/** A liquidation that happened: a row of a venue's table. */
export interface LiquidationEvent {
  readonly table: RealisedLiquidations;
  readonly row: number;
  /** US dollars. */
  readonly usd: number;
}

/** CSS pixels from the pane's top left. */
export interface PlacedLiquidation extends LiquidationEvent {
  readonly side: 'long' | 'short';
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}
