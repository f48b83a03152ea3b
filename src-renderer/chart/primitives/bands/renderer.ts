import type { IPrimitivePaneRenderer } from 'lightweight-charts';
import { chartFont } from '../../theme.ts';
import type { ChartTheme } from '../../theme.ts';
import type { PlacedLabel } from '../../labels.ts';
import { chipHeight } from '../../labels.ts';
import type { BandRun } from './rows.ts';

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** The bands: under the candles, above the grid. */
export class BandsRenderer implements IPrimitivePaneRenderer {
  runs: readonly BandRun[] = [];
  palette: readonly string[] = [];
  /** Device pixels per CSS pixel that `runs` were computed for. */
  ratio = 1;
  opacity = 1;
  onRatio: (ratio: number) => void = () => {};

  draw(): void {}

  drawBackground(target: Target): void {
    target.useBitmapCoordinateSpace(({ context, bitmapSize, verticalPixelRatio }) => {
      if (verticalPixelRatio !== this.ratio) this.onRatio(verticalPixelRatio);
      const scale = verticalPixelRatio / this.ratio;
      context.globalAlpha = this.opacity;
      let code = 0;
      for (const run of this.runs) {
        if (run.code !== code) {
          code = run.code;
          context.fillStyle = this.palette[code] ?? 'transparent';
        }
        context.fillRect(0, run.top * scale, bitmapSize.width, run.height * scale);
      }
      context.globalAlpha = 1;
    });
  }
}

/** What lies over the candles: the pointed-at level and the chips at the right edge. */
export class BandMarksRenderer implements IPrimitivePaneRenderer {
  labels: readonly PlacedLabel[] = [];
  /** CSS pixels from the pane's top; null while nothing is pointed at or it is out of view. */
  highlight: number | null = null;
  rightInset = 0;
  /** Of what the chips say; their ground stays. */
  opacity = 1;
  theme: ChartTheme | null = null;

  draw(target: Target): void {
    const { theme } = this;
    if (theme === null) return;
    target.useBitmapCoordinateSpace(({ context, bitmapSize, verticalPixelRatio }) => {
      if (this.highlight === null) return;
      const thickness = Math.max(1, Math.round(verticalPixelRatio));
      context.fillStyle = theme.textHigh;
      context.fillRect(0, Math.round(this.highlight * verticalPixelRatio), bitmapSize.width, thickness);
    });
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      context.font = `500 11px ${chartFont}`;
      context.textAlign = 'right';
      context.textBaseline = 'middle';
      for (const { text, y, side } of this.labels) {
        const right = mediaSize.width - this.rightInset - 4;
        const width = Math.ceil(context.measureText(text).width) + 12;
        const top = Math.round(y - chipHeight / 2);
        context.fillStyle = theme.panel;
        context.globalAlpha = 0.9;
        context.beginPath();
        context.roundRect(right - width, top, width, chipHeight, 3);
        context.fill();
        context.globalAlpha = this.opacity;
        context.fillStyle = side === 'long' ? theme.longText : theme.shortText;
        context.fillRect(right, top + 4, 2, chipHeight - 8);
        context.fillText(text, right - 6, top + chipHeight / 2 + 0.5);
      }
      context.globalAlpha = 1;
    });
  }
}
