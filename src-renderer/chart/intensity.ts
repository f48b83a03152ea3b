import type { Intensity } from './props.ts';

/** Amounts more than four decades below the largest share the weak end, so that dust does not use up the scale. */
const decades = 1e4;

/** The scale that amounts of one map are read on: logarithmic from `min` to `max`, both in the map's unit. */
export interface AmountScale {
  readonly min: number;
  readonly max: number;
}

/** Null when there is no positive amount. */
export function amountScale(...columns: readonly Float64Array[]): AmountScale | null {
  let min = Infinity;
  let max = 0;
  for (const column of columns) {
    for (const amount of column) {
      if (!(amount > 0) || amount === Infinity) continue;
      if (amount < min) min = amount;
      if (amount > max) max = amount;
    }
  }
  return max === 0 ? null : { min: Math.max(min, max / decades), max };
}

/** Where an amount lies on the scale, 0…1. NaN for what is not a positive amount. */
export function fractionOf(scale: AmountScale, amount: number): number {
  if (!(amount > 0)) return NaN;
  if (scale.max <= scale.min) return 1;
  return clamp(Math.log(amount / scale.min) / Math.log(scale.max / scale.min));
}

/** The amount at a fraction of the scale; the inverse of `fractionOf`. The ends are exactly `min` and `max`. */
export function amountAt(scale: AmountScale, fraction: number): number {
  if (fraction <= 0) return scale.min;
  if (fraction >= 1) return scale.max;
  return scale.min * (scale.max / scale.min) ** fraction;
}

/** How strongly an amount is drawn between the handles, 0…1; null below the low one: not drawn. */
export function strengthOf(fraction: number, { low, high }: Intensity): number | null {
  if (!(fraction >= low)) return null;
  if (fraction >= high || high <= low) return 1;
  return (fraction - low) / (high - low);
}

export type Handle = keyof Intensity;

/** Handles never cross and keep this far apart, so that neither can hide under the other. */
export const handleGap = 0.02;

export const widestIntensity: Intensity = { low: 0, high: 1 };

/** One handle moved to a fraction; the other stays. */
export function moveHandle(intensity: Intensity, handle: Handle, to: number): Intensity {
  const fraction = Number.isFinite(to) ? to : intensity[handle];
  return handle === 'low'
    ? { low: clamp(Math.min(fraction, intensity.high - handleGap)), high: intensity.high }
    : { low: intensity.low, high: clamp(Math.max(fraction, intensity.low + handleGap)) };
}

/** The handle that a press at this fraction takes hold of. */
export function nearestHandle({ low, high }: Intensity, fraction: number): Handle {
  const toLow = Math.abs(fraction - low);
  const toHigh = Math.abs(fraction - high);
  return toLow < toHigh || (toLow === toHigh && fraction < low) ? 'low' : 'high';
}

/** A key pressed on a handle: by 0.01, Page by 0.1, Home and End to the ends; null for keys it does not know. */
export function handleAfterKey(intensity: Intensity, handle: Handle, key: string): Intensity | null {
  const at = intensity[handle];
  const target: Record<string, number> = {
    ArrowLeft: at - 0.01,
    ArrowDown: at - 0.01,
    ArrowRight: at + 0.01,
    ArrowUp: at + 0.01,
    PageDown: at - 0.1,
    PageUp: at + 0.1,
    Home: 0,
    End: 1,
  };
  const to = target[key];
  return to === undefined ? null : moveHandle(intensity, handle, to);
}

/** An amount written under the scale: `fraction` of the scale, at `place`, both 0…1. */
export interface ScaleMark {
  readonly name: Handle | 'weakest' | 'middle' | 'strongest';
  readonly fraction: number;
  readonly place: number;
}

/** Widths of the scale that a mark takes; a mark's middle stays half of it from the ends. */
const markWidth = 0.25;

/** The handles' amounts at their handles, pushed apart where they would overlap, and the scale's own where there is room. */
export function scaleMarks({ low, high }: Intensity): ScaleMark[] {
  const inside = (place: number, least: number, most: number) => Math.min(most, Math.max(least, place));
  const [first, last] = [markWidth / 2, 1 - markWidth / 2];
  const middle = inside((low + high) / 2, first + markWidth / 2, last - markWidth / 2);
  const apart = high - low >= markWidth;
  const lowPlace = apart ? inside(low, first, last - markWidth) : middle - markWidth / 2;
  const highPlace = inside(apart ? high : middle + markWidth / 2, lowPlace + markWidth, last);
  const handles: ScaleMark[] = [
    { name: 'low', fraction: low, place: lowPlace },
    { name: 'high', fraction: high, place: highPlace },
  ];
  const own: ScaleMark[] = [
    { name: 'weakest', fraction: 0, place: first },
    { name: 'middle', fraction: 0.5, place: 0.5 },
    { name: 'strongest', fraction: 1, place: last },
  ];
  const isFree = (mark: ScaleMark) => handles.every(({ place }) => Math.abs(place - mark.place) >= markWidth - 1e-9);
  return [...handles, ...own.filter(isFree)].sort((a, b) => a.place - b.place);
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
