import type { ThemeName } from '../theme.ts';
import { volumeColours } from './volume-colours.ts';
import type { VolumeSide, VolumeStyle } from './volume-colours.ts';

/** `whole`: as it is; `faded`: what lies behind; `partial`: hatched, because something is missing in it. */
export type VolumeFill = 'whole' | 'faded' | 'partial';

/** Opacity of what lies behind, and of the ground between the lines of a texture. */
const fadedOpacity = 0.34;
const betweenOpacity = 0.22;

/** CSS pixels. */
const stripe = { period: 3, width: 2 } as const;
const hatch = { period: 4, width: 1.6 } as const;

const known = new Map<string, string | CanvasPattern>();

/** What to fill with; the same object for the same question. `ratio`: device pixels per CSS pixel. */
export function volumeFill(
  theme: ThemeName,
  style: VolumeStyle,
  side: VolumeSide,
  fill: VolumeFill,
  ratio: number,
): string | CanvasPattern {
  const key = `${theme}/${style}/${side}/${fill}/${ratio}`;
  const made = known.get(key) ?? makeFill(volumeColours[theme][style][side], style, fill, ratio);
  known.set(key, made);
  return made;
}

function makeFill(colour: string, style: VolumeStyle, fill: VolumeFill, ratio: number): string | CanvasPattern {
  const opacity = fill === 'faded' ? fadedOpacity : 1;
  if (fill === 'partial') return hatched(colour, ratio);
  if (style === 'striped') return striped(colour, opacity, ratio);
  return withOpacity(colour, opacity);
}

/** `#rrggbb` with an opacity 0…1. */
function withOpacity(colour: string, opacity: number): string {
  const code = Math.round(opacity * 255);
  return code === 255 ? colour : colour + code.toString(16).padStart(2, '0');
}

function striped(colour: string, opacity: number, ratio: number): string | CanvasPattern {
  const [period, width] = [Math.round(stripe.period * ratio), Math.round(stripe.width * ratio)];
  return tiled(period, colour, opacity, (context) => context.fillRect(0, 0, period, width));
}

function hatched(colour: string, ratio: number): string | CanvasPattern {
  const [period, width] = [Math.round(hatch.period * ratio), hatch.width * ratio];
  return tiled(period, colour, 1, (context) => {
    context.beginPath();
    for (const left of [-period, 0, period]) {
      context.moveTo(left, period);
      context.lineTo(left + period, 0);
      context.lineTo(left + period + width, 0);
      context.lineTo(left + width, period);
      context.closePath();
    }
    context.fill();
  });
}

/** A square tile with lines over a ground of the same colour; the colour alone where no pattern can be made. */
function tiled(
  size: number,
  colour: string,
  opacity: number,
  drawLines: (context: OffscreenCanvasRenderingContext2D) => void,
): string | CanvasPattern {
  const context = new OffscreenCanvas(size, size).getContext('2d');
  if (context === null) return withOpacity(colour, opacity);
  context.fillStyle = withOpacity(colour, opacity * betweenOpacity);
  context.fillRect(0, 0, size, size);
  context.fillStyle = withOpacity(colour, opacity);
  drawLines(context);
  return context.createPattern(context.canvas, 'repeat') ?? withOpacity(colour, opacity);
}
