import type { Texture } from '../../layer-colours.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Fills a box of a few CSS pixels with what the layer's bands look like, in the fill style that is set. */
export function markTexture(context: CanvasRenderingContext2D, box: Box, texture: Texture): void {
  const { x, y, width, height } = box;
  if (texture === 'solid') return context.fillRect(x, y, width, height);
  if (texture === 'stripes') {
    for (let left = x; left < x + width; left += 4) context.fillRect(left, y, Math.min(2, x + width - left), height);
    return;
  }
  const slope = width / 2;
  context.beginPath();
  for (let top = y; top + slope < y + height; top += slope + 1) {
    context.moveTo(x, top + slope);
    context.lineTo(x + width, top);
    context.lineTo(x + width, top + 2);
    context.lineTo(x, top + slope + 2);
    context.closePath();
  }
  context.fill();
}
