import type { IPrimitivePaneRenderer } from 'lightweight-charts';
import { chartFont } from '../../theme.ts';
import type { ChartTheme } from '../../theme.ts';

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** One strike in view; coordinates in CSS pixels from the pane's top left. */
export interface StrikeBar {
  readonly y: number;
  readonly x: number;
  readonly width: number;
  readonly positive: boolean;
}

interface NamedLine {
  readonly y: number;
  readonly text: string;
  /** Middle of the text; null where it would lie over something else. */
  readonly textY: number | null;
}

export interface StrikeLine extends NamedLine {
  readonly positive: boolean;
}

export interface GexDrawing {
  readonly bars: readonly StrikeBar[];
  /** CSS pixels. */
  readonly barHeight: number;
  /** Where positive bars (rightward) and negative bars (leftward) meet. */
  readonly axisX: number;
  /** Left edge of the profile's ground. */
  readonly left: number;
  readonly walls: readonly StrikeLine[];
  readonly flip: NamedLine | null;
}

export const noDrawing: GexDrawing = { bars: [], barHeight: 0, axisX: 0, left: 0, walls: [], flip: null };

/** Lines of walls and flip, under the candles. */
export class GexLinesRenderer implements IPrimitivePaneRenderer {
  drawing = noDrawing;
  opacity = 1;
  theme: ChartTheme | null = null;

  draw(): void {}

  drawBackground(target: Target): void {
    const { theme, drawing } = this;
    if (theme === null) return;
    target.useBitmapCoordinateSpace(({ context, bitmapSize, verticalPixelRatio: ratio, horizontalPixelRatio }) => {
      const thickness = Math.max(1, Math.floor(ratio));
      for (const { y, positive } of drawing.walls) {
        context.fillStyle = positive ? theme.gammaPositive : theme.gammaNegative;
        context.globalAlpha = 0.6 * this.opacity;
        context.fillRect(0, Math.round(y * ratio), bitmapSize.width, thickness);
      }
      context.globalAlpha = this.opacity;
      if (drawing.flip !== null) {
        context.strokeStyle = theme.gammaFlip;
        context.lineWidth = thickness;
        context.setLineDash([7 * horizontalPixelRatio, 5 * horizontalPixelRatio]);
        context.beginPath();
        const y = Math.round(drawing.flip.y * ratio) + (thickness % 2) / 2;
        context.moveTo(0, y);
        context.lineTo(bitmapSize.width, y);
        context.stroke();
        context.setLineDash([]);
      }
      context.globalAlpha = 1;
    });
  }
}

/** The profile and the names of the lines, over the candles. */
export class GexProfileRenderer implements IPrimitivePaneRenderer {
  drawing = noDrawing;
  opacity = 1;
  textOpacity = 1;
  theme: ChartTheme | null = null;

  draw(target: Target): void {
    const { theme, drawing } = this;
    if (theme === null || drawing === noDrawing) return;
    target.useBitmapCoordinateSpace(({ context, bitmapSize, verticalPixelRatio: ratio, horizontalPixelRatio }) => {
      const left = Math.round(drawing.left * horizontalPixelRatio);
      context.fillStyle = theme.ground;
      context.globalAlpha = 0.62;
      context.fillRect(left, 0, bitmapSize.width - left, bitmapSize.height);
      context.globalAlpha = this.opacity;
      context.fillStyle = theme.line;
      context.fillRect(Math.round(drawing.axisX * horizontalPixelRatio), 0, 1, bitmapSize.height);
      const height = Math.max(1, Math.round(drawing.barHeight * ratio));
      for (const positive of [true, false]) {
        context.fillStyle = positive ? theme.gammaPositive : theme.gammaNegative;
        for (const bar of drawing.bars) {
          if (bar.positive !== positive) continue;
          const left = Math.round(bar.x * horizontalPixelRatio);
          const width = Math.max(1, Math.round(bar.width * horizontalPixelRatio));
          context.fillRect(left, Math.round(bar.y * ratio - height / 2), width, height);
        }
      }
      context.globalAlpha = 1;
    });
    target.useMediaCoordinateSpace(({ context }) => {
      context.font = `500 11px ${chartFont}`;
      context.textAlign = 'left';
      context.textBaseline = 'middle';
      const { ground } = theme;
      const opacity = this.textOpacity;
      for (const { text, textY, positive } of drawing.walls) {
        const colour = positive ? theme.gammaPositive : theme.gammaNegative;
        writeOnGround(context, { text, textY, colour, ground, opacity });
      }
      if (drawing.flip !== null) writeOnGround(context, { ...drawing.flip, colour: theme.gammaFlip, ground, opacity });
    });
  }
}

/** CSS pixels; left of it is room for the marks of confluence. */
export const lineText = { left: 17, height: 14 };

interface LineName extends Pick<NamedLine, 'text' | 'textY'> {
  readonly colour: string;
  readonly ground: string;
  readonly opacity: number;
}

function writeOnGround(context: CanvasRenderingContext2D, { text, textY, colour, ground, opacity }: LineName): void {
  if (textY === null) return;
  const { left, height } = lineText;
  const middle = Math.round(textY);
  context.fillStyle = ground;
  context.globalAlpha = 0.75;
  context.fillRect(left - 3, middle - height / 2, Math.ceil(context.measureText(text).width) + 6, height);
  context.globalAlpha = opacity;
  context.fillStyle = colour;
  context.fillText(text, left, middle + 0.5);
  context.globalAlpha = 1;
}
