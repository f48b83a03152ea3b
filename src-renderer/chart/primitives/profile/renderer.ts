import type { IPrimitivePaneRenderer } from 'lightweight-charts';
import { levelSides } from '../../band-levels.ts';
import type { LayerColours, LevelSide } from '../../layer-colours.ts';
import { chartFont } from '../../theme.ts';
import type { ChartTheme } from '../../theme.ts';
import { markTexture } from '../chips/mark.ts';
import type { CurvePoint } from './curves.ts';

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

export interface ProfileBar {
  /** As an index of `levelSides`. */
  readonly side: number;
  /** Device rows. */
  readonly top: number;
  readonly height: number;
  /** CSS pixels, leftward from the column's right edge. */
  readonly length: number;
}

export interface ProfileLine {
  readonly side: LevelSide;
  /** Rows are CSS pixels. */
  readonly points: readonly CurvePoint[];
}

export interface ProfileDrawing {
  readonly bars: readonly ProfileBar[];
  readonly lines: readonly ProfileLine[];
  /** The largest cumulative amount, with its unit: where the lines reach the column's left edge. */
  readonly linesTo: string;
  /** CSS pixels of the column. */
  readonly left: number;
  readonly right: number;
  readonly name: string;
}

export const noProfile: ProfileDrawing = { bars: [], lines: [], linesTo: '', left: 0, right: 0, name: '' };

const lineHeight = 12;

/** The histogram, its curves and their names, over the candles. */
export class ProfileRenderer implements IPrimitivePaneRenderer {
  drawing = noProfile;
  /** Device pixels per CSS pixel that the bars were computed for. */
  ratio = 1;
  opacity = 1;
  textOpacity = 1;
  topInset = 0;
  colours: LayerColours | null = null;
  theme: ChartTheme | null = null;
  onRatio: (ratio: number) => void = () => {};

  draw(target: Target): void {
    const { theme, drawing, colours } = this;
    if (theme === null || colours === null || drawing === noProfile) return;
    target.useBitmapCoordinateSpace(({ context, bitmapSize, verticalPixelRatio, horizontalPixelRatio }) => {
      if (verticalPixelRatio !== this.ratio) this.onRatio(verticalPixelRatio);
      const scale = verticalPixelRatio / this.ratio;
      const left = Math.round(drawing.left * horizontalPixelRatio);
      const right = Math.round(drawing.right * horizontalPixelRatio);
      context.fillStyle = theme.ground;
      context.globalAlpha = 0.62;
      context.fillRect(left, 0, right - left, bitmapSize.height);
      context.globalAlpha = this.opacity;
      context.fillStyle = theme.line;
      context.fillRect(right, 0, 1, bitmapSize.height);
      let side = -1;
      for (const bar of drawing.bars) {
        if (bar.side !== side) {
          side = bar.side;
          context.fillStyle = colours.texts[levelSides[side] ?? 'unknown'];
        }
        const length = Math.max(1, Math.round(bar.length * horizontalPixelRatio));
        context.fillRect(right - length, bar.top * scale, length, bar.height * scale);
      }
      context.globalAlpha = 1;
    });
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      // With a rim of the ground, so that a line is seen over bars of its own colour.
      for (const line of drawing.lines) {
        strokeLine(context, line, drawing, { colour: theme.ground, width: 3.5, opacity: 0.75 });
        strokeLine(context, line, drawing, { colour: colours.texts[line.side], width: 1.5, opacity: this.opacity });
      }
      context.font = `500 10px ${chartFont}`;
      context.textAlign = 'left';
      context.textBaseline = 'middle';
      const [long, short] = [colours.texts.long, colours.texts.short];
      const top = this.topInset + lineHeight / 2;
      this.#patch(context, top, colours);
      this.#say(context, drawing.name, theme.textHigh, top, 11);
      if (drawing.lines.length === 0) return;
      this.#say(context, 'cumulative short', short, top + lineHeight);
      this.#say(context, `0 to ${drawing.linesTo}`, theme.textMid, top + 2 * lineHeight);
      this.#say(context, 'cumulative long', long, mediaSize.height - lineHeight);
    });
  }

  #patch(context: CanvasRenderingContext2D, middle: number, colours: LayerColours): void {
    context.fillStyle = colours.texts.long;
    markTexture(context, { x: this.drawing.left + 1, y: middle - 4, width: 8, height: 8 }, colours.texture);
  }

  /** Cut to the column's width by leaving out what comes after the first word. */
  #say(context: CanvasRenderingContext2D, text: string, colour: string, middle: number, indent = 0): void {
    const { left, right } = this.drawing;
    const room = right - left - indent - 2;
    const shown = context.measureText(text).width <= room ? text : text.replace('cumulative', 'cum.');
    const theme = this.theme;
    if (theme === null) return;
    const width = Math.min(room, Math.ceil(context.measureText(shown).width));
    context.globalAlpha = 0.9;
    context.fillStyle = theme.ground;
    context.fillRect(left + indent, middle - lineHeight / 2, width + 2, lineHeight);
    context.globalAlpha = this.textOpacity;
    context.fillStyle = colour;
    context.fillText(shown, left + 1 + indent, middle + 0.5, room);
    context.globalAlpha = 1;
  }
}

function strokeLine(
  context: CanvasRenderingContext2D,
  { points }: ProfileLine,
  { left, right }: ProfileDrawing,
  pen: { readonly colour: string; readonly width: number; readonly opacity: number },
): void {
  if (points.length < 2) return;
  context.beginPath();
  points.forEach(({ row, part }, i) => {
    const x = right - part * (right - left);
    if (i === 0) context.moveTo(x, row);
    else context.lineTo(x, row);
  });
  context.globalAlpha = pen.opacity;
  context.strokeStyle = pen.colour;
  context.lineWidth = pen.width;
  context.stroke();
  context.globalAlpha = 1;
}
