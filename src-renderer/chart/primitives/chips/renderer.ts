import type { IPrimitivePaneRenderer } from 'lightweight-charts';
import type { PlacedLabel } from '../../labels.ts';
import { chipHeight } from '../../labels.ts';
import { chartFont, staleTextOpacity } from '../../theme.ts';
import type { ChartTheme } from '../../theme.ts';
import { markTexture } from './mark.ts';

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** What lies over the candles: the pointed-at level and the chips at the right edge. */
export class ChipsRenderer implements IPrimitivePaneRenderer {
  labels: readonly PlacedLabel[] = [];
  /** CSS pixels from the pane's top; null while nothing is pointed at or it is out of view. */
  highlight: number | null = null;
  rightInset = 0;
  /** CSS pixels of the mark that tells a chip's layer. */
  markWidth = 2;
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
      for (const { text, y, side, colours, stale } of this.labels) {
        const right = mediaSize.width - this.rightInset - 2 - this.markWidth;
        const width = Math.ceil(context.measureText(text).width) + 12;
        const top = Math.round(y - chipHeight / 2);
        context.fillStyle = theme.panel;
        context.globalAlpha = 0.9;
        context.beginPath();
        context.roundRect(right - width, top, width, chipHeight, 3);
        context.fill();
        context.globalAlpha = stale ? staleTextOpacity : 1;
        context.fillStyle = colours.texts[side];
        const mark = { x: right, y: top + 4, width: this.markWidth, height: chipHeight - 8 };
        if (this.markWidth > 2) markTexture(context, mark, colours.texture);
        else context.fillRect(mark.x, mark.y, mark.width, mark.height);
        context.fillText(text, right - 6, top + chipHeight / 2 + 0.5);
      }
      context.globalAlpha = 1;
    });
  }
}
