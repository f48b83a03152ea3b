import type { ChartTheme, RampStops, Rgba } from './theme.ts';

/** Colour steps of each side: few enough to batch drawing by colour, too many to see the edges. */
export const rampSteps = 16;

export type Side = 'long' | 'short';

/**
 * A band's colour as one small number: 0 not drawn, 1…16 long from weak to strong, 17…32 short. Made when data or
 * handles change, so that drawing only compares integers.
 */
export type ColourCode = number;

export function colourCode(side: Side, strength: number): ColourCode {
  const step = Math.min(rampSteps - 1, Math.floor(strength * rampSteps));
  return 1 + step + (side === 'short' ? rampSteps : 0);
}

export const sideOfCode = (code: ColourCode): Side => (code > rampSteps ? 'short' : 'long');

const palettes = new WeakMap<ChartTheme, readonly string[]>();

/** CSS colours indexed by colour code; the same array for the same theme. */
export function paletteOf(theme: ChartTheme): readonly string[] {
  const known = palettes.get(theme);
  if (known !== undefined) return known;
  const made = [
    'transparent',
    ...steps.map((each) => rgbaText(blend(theme.long, each))),
    ...steps.map((each) => rgbaText(blend(theme.short, each))),
  ];
  palettes.set(theme, made);
  return made;
}

const steps = Array.from({ length: rampSteps }, (_, step) => step / (rampSteps - 1));

/** The stops as a CSS gradient from left (weak) to right (strong). */
export function rampGradient(stops: RampStops, from: number, to: number): string {
  const middle = stops.slice(1, -1).map((stop, i) => {
    const at = from + ((i + 1) / (stops.length - 1)) * (to - from);
    return `${rgbaText(stop)} ${percent(at)}`;
  });
  const first = rgbaText(blend(stops, 0));
  const last = rgbaText(blend(stops, 1));
  return `linear-gradient(to right, transparent ${percent(from)}, ${first} ${percent(from)}, ${[...middle, `${last} ${percent(to)}`].join(', ')})`;
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)}%`;

/** The colour at 0…1 along evenly spaced stops. */
export function blend(stops: RampStops, position: number): Rgba {
  const at = Math.min(1, Math.max(0, position)) * (stops.length - 1);
  const left = Math.min(stops.length - 2, Math.floor(at));
  const a = stops[Math.max(0, left)];
  const b = stops[left + 1] ?? a;
  if (a === undefined || b === undefined) return [0, 0, 0, 0];
  const part = at - Math.max(0, left);
  const mix = (from: number, to: number) => from + (to - from) * part;
  return [mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2]), mix(a[3], b[3])];
}

export const rgbaText = ([red, green, blue, alpha]: Rgba): string =>
  `rgba(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)}, ${Number(alpha.toFixed(3))})`;
