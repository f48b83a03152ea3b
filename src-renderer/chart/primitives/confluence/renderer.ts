import type { IPrimitivePaneRenderer } from 'lightweight-charts';
import type { ChartTheme } from '../../theme.ts';

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** CSS pixels. */
export const markHeight = 11;
const half = 4.5;
export const markMiddle = 7;

export interface ConfluenceMark {
  /** CSS pixels from the pane's top. */
  readonly y: number;
}

/** Diamonds at the left edge, over the candles. */
export class ConfluenceRenderer implements IPrimitivePaneRenderer {
  marks: readonly ConfluenceMark[] = [];
  theme: ChartTheme | null = null;

  draw(target: Target): void {
    const { theme } = this;
    if (theme === null || this.marks.length === 0) return;
    target.useMediaCoordinateSpace(({ context }) => {
      context.beginPath();
      for (const { y } of this.marks) {
        context.moveTo(markMiddle, y - half);
        context.lineTo(markMiddle + half, y);
        context.lineTo(markMiddle, y + half);
        context.lineTo(markMiddle - half, y);
        context.closePath();
      }
      context.strokeStyle = theme.ground;
      context.lineWidth = 3;
      context.stroke();
      context.fillStyle = theme.textHigh;
      context.fill();
    });
  }
}
