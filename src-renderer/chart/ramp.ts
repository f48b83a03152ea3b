import type { LayerColours, LevelSide, RampStops, Rgba } from './layer-colours.ts';

/** Colour steps of each side: few enough to batch drawing by colour, too many to see the edges. */
export const rampSteps = 16;

/**
 * A band's colour as one small number: 0 not drawn, 1…16 long from weak to strong, 17…32 short, 33…48 of unknown side.
 * Made when data or handles change, so that drawing only compares integers.
 */
export type ColourCode = number;

const sides = ['long', 'short', 'unknown'] as const satisfies readonly LevelSide[];
const firstCode: Readonly<Record<LevelSide, ColourCode>> = {
  long: 1,
  short: 1 + rampSteps,
  unknown: 1 + 2 * rampSteps,
};

export function colourCode(side: LevelSide, strength: number): ColourCode {
  return firstCode[side] + Math.min(rampSteps - 1, Math.floor(strength * rampSteps));
}

const palettes = new WeakMap<LayerColours, readonly Rgba[]>();

/** Colours indexed by colour code; the same array for the same layer. */
export function rampOf(colours: LayerColours): readonly Rgba[] {
  const known = palettes.get(colours);
  if (known !== undefined) return known;
  const made: Rgba[] = [
    [0, 0, 0, 0],
    ...sides.flatMap((side) => steps.map((each) => blend(colours.ramps[side], each))),
  ];
  palettes.set(colours, made);
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
