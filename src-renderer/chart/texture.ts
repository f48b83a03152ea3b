import type { LayerColours, Rgba, Texture } from './layer-colours.ts';
import { rampOf, rgbaText } from './ramp.ts';

/** CSS pixels from one line of a texture to the next, and the line's own width. */
const lines = { hatch: { period: 9, width: 3 }, stripes: { period: 5, width: 1.5 } } as const;
/** Opacity between the lines, as a part of the colour's own: what lies below is read there. */
export const between = 0.12;

export type Fill = string | CanvasPattern;

const known = new WeakMap<LayerColours, Map<number, readonly Fill[]>>();

/**
 * What to fill bands with, indexed by colour code; the same array for the same layer and ratio (device pixels per CSS
 * pixel). Patterns are laid from the canvas's corner, so the lines of neighbouring bands meet.
 */
export function fillsOf(colours: LayerColours, ratio: number): readonly Fill[] {
  const byRatio = known.get(colours) ?? new Map<number, readonly Fill[]>();
  known.set(colours, byRatio);
  const made = byRatio.get(ratio) ?? rampOf(colours).map((each) => fillOf(each, colours.texture, ratio));
  byRatio.set(ratio, made);
  return made;
}

function fillOf(colour: Rgba, texture: Texture, ratio: number): Fill {
  if (texture === 'solid' || colour[3] === 0) return rgbaText(colour);
  const period = Math.round(lines[texture].period * ratio);
  const width = Math.round(lines[texture].width * ratio);
  const tile = new OffscreenCanvas(period, period);
  const context = tile.getContext('2d');
  if (context === null) return rgbaText(colour);
  const [red, green, blue, alpha] = colour;
  context.fillStyle = rgbaText([red, green, blue, alpha * between]);
  context.fillRect(0, 0, period, period);
  context.fillStyle = rgbaText([red, green, blue, alpha * (1 - between)]);
  context.beginPath();
  for (const left of texture === 'hatch' ? [-period, 0, period] : [0]) {
    const lean = texture === 'hatch' ? period : 0;
    context.moveTo(left, period);
    context.lineTo(left + lean, 0);
    context.lineTo(left + lean + width, 0);
    context.lineTo(left + width, period);
    context.closePath();
  }
  context.fill();
  return context.createPattern(tile, 'repeat') ?? rgbaText(colour);
}

/** The texture as a CSS image to lay over a colour: the ground shows between its lines. Null for none. */
export function textureImage(texture: Texture, ground: string): string | null {
  if (texture === 'solid') return null;
  const { period, width } = lines[texture];
  const angle = texture === 'hatch' ? '135deg' : '90deg';
  const step = texture === 'hatch' ? Math.SQRT1_2 : 1;
  const [line, next] = [width, period].map((each) => `${(each * step).toFixed(2)}px`);
  return `repeating-linear-gradient(${angle}, transparent 0 ${line}, color-mix(in srgb, ${ground} 70%, transparent) ${line} ${next})`;
}
