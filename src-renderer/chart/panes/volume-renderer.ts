import type { IPrimitivePaneRenderer } from 'lightweight-charts';
import { chartThemes } from '../theme.ts';
import type { ThemeName } from '../theme.ts';
import { volumeColours } from './volume-colours.ts';
import { volumeFill } from './volume-fills.ts';
import type { VolumeFill } from './volume-fills.ts';
import type { Rects, VolumeShape } from './volume-layout.ts';

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** Histograms as batches of boxes, one fill style each. */
export class VolumeRenderer implements IPrimitivePaneRenderer {
  shapes: readonly VolumeShape[] = [];
  /** CSS pixels from the pane's top; null while nothing is drawn. */
  zero: number | null = null;
  /** Device pixels per CSS pixel that `shapes` were laid out for. */
  ratio = 1;
  theme: ThemeName = 'dark';

  draw(target: Target): void {
    target.useBitmapCoordinateSpace(({ context, bitmapSize, horizontalPixelRatio, verticalPixelRatio }) => {
      if (this.zero === null) return;
      const { theme, ratio } = this;
      context.save();
      context.scale(horizontalPixelRatio / ratio, verticalPixelRatio / ratio);
      for (const { source, side, isWide, whole, partial } of this.shapes) {
        const fill = (kind: VolumeFill) => volumeFill(theme, source.style, side, kind, ratio);
        fillAll(context, whole, fill(isWide ? 'faded' : 'whole'));
        fillAll(context, partial, fill('partial'));
        if (!isWide) continue;
        const colour = volumeColours[theme][source.style][side];
        for (const rects of [whole, partial]) fillAll(context, capsOf(rects, side === 'short', ratio), colour);
      }
      context.fillStyle = chartThemes[theme].textLow;
      context.fillRect(0, Math.round(this.zero * ratio), (bitmapSize.width * ratio) / horizontalPixelRatio, 1);
      context.strokeStyle = chartThemes[theme].textHigh;
      context.lineWidth = Math.max(1, Math.round(ratio));
      for (const { flagged } of this.shapes) frameAll(context, flagged, context.lineWidth);
      context.restore();
    });
  }
}

function fillAll(context: CanvasRenderingContext2D, rects: Rects, style: string | CanvasPattern): void {
  if (rects.length === 0) return;
  context.fillStyle = style;
  for (let i = 0; i + 3 < rects.length; i += 4) {
    context.fillRect(rects[i] ?? 0, rects[i + 1] ?? 0, rects[i + 2] ?? 0, rects[i + 3] ?? 0);
  }
}

function frameAll(context: CanvasRenderingContext2D, rects: Rects, thickness: number): void {
  for (let i = 0; i + 3 < rects.length; i += 4) {
    const [left, top, width, height] = [rects[i] ?? 0, rects[i + 1] ?? 0, rects[i + 2] ?? 0, rects[i + 3] ?? 0];
    const inset = thickness / 2;
    context.strokeRect(left + inset, top + inset, Math.max(0, width - thickness), Math.max(0, height - thickness));
  }
}

/** The end of each box that is farther from zero. */
function capsOf(rects: Rects, isShort: boolean, ratio: number): Rects {
  const caps: Rects = [];
  for (let i = 0; i + 3 < rects.length; i += 4) {
    const [left, top, width, height] = [rects[i] ?? 0, rects[i + 1] ?? 0, rects[i + 2] ?? 0, rects[i + 3] ?? 0];
    const cap = Math.min(height, Math.max(1, Math.round(1.5 * ratio)));
    caps.push(left, isShort ? top : top + height - cap, width, cap);
  }
  return caps;
}
