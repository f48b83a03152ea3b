import type { IPrimitivePaneRenderer } from 'lightweight-charts';
import type { ChartTheme } from '../../theme.ts';
import type { PlacedLiquidation } from './options.ts';

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

const sides = ['long', 'short'] as const;
/** CSS pixels. */
const stem = 4;
const fullTurn = 2 * Math.PI;

/** Circles over the candles, with a stem to where the price went: down from a long, up from a short. */
export class LiquidationsRenderer implements IPrimitivePaneRenderer {
  marks: readonly PlacedLiquidation[] = [];
  theme: ChartTheme | null = null;

  draw(target: Target): void {
    const { theme, marks } = this;
    if (theme === null || marks.length === 0) return;
    target.useMediaCoordinateSpace(({ context }) => {
      for (const side of sides) {
        const colour = theme.families[0]?.texts[side] ?? theme.textHigh;
        context.beginPath();
        for (const { x, y, radius } of marks.filter((mark) => mark.side === side)) {
          context.moveTo(x + radius, y);
          context.arc(x, y, radius, 0, fullTurn);
          const end = side === 'long' ? y + radius : y - radius;
          context.moveTo(x, end);
          context.lineTo(x, side === 'long' ? end + stem : end - stem);
        }
        // A rim in the ground's colour keeps marks apart from candles and from one another.
        context.strokeStyle = theme.ground;
        context.lineWidth = 3;
        context.stroke();
        context.globalAlpha = 0.4;
        context.fillStyle = colour;
        context.fill();
        context.globalAlpha = 1;
        context.strokeStyle = colour;
        context.lineWidth = 1.2;
        context.stroke();
      }
    });
  }
}
