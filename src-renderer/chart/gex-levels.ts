import type { GexProfile } from '../../src-main/contract/gamma.ts';
import { exactNumber } from '../format/price.ts';

const mostWalls = 3;

/** A profile made ready for drawing, once per snapshot. */
export interface GexLevels {
  readonly strikes: Float64Array;
  readonly gamma: Float64Array;
  /** Largest positive and largest negative exposure, both as sizes ≥ 0. */
  readonly mostPositive: number;
  readonly mostNegative: number;
  /** What gets a line: the walls that the profile names, else its largest strikes, largest first. */
  readonly walls: readonly GexWall[];
  readonly flip: number | null;
}

export interface GexWall {
  readonly kind: 'strike' | 'call-wall' | 'put-wall';
  readonly price: number;
  /** Of the strike, or of its calls or puts alone; NaN where the profile has no such strike. */
  readonly gamma: number;
  /** Its strike's index; −1 where there is none. */
  readonly index: number;
}

export function gexLevels(gex: GexProfile): GexLevels {
  const { strikes, gammaExposure: gamma } = gex;
  let mostPositive = 0;
  let mostNegative = 0;
  for (const each of gamma) {
    if (each > mostPositive) mostPositive = each;
    if (-each > mostNegative) mostNegative = -each;
  }
  const named = namedWalls(gex);
  const walls = named.length > 0 ? named : largestStrikes(gex);
  return { strikes, gamma, mostPositive, mostNegative, walls, flip: gex.flipLevel };
}

function namedWalls({ strikes, calls, puts, callWall, putWall }: GexProfile): GexWall[] {
  const wall = (kind: GexWall['kind'], price: number | null, column: Float64Array): GexWall[] => {
    if (price === null) return [];
    const index = strikes.indexOf(price);
    return [{ kind, price, gamma: column[index] ?? NaN, index }];
  };
  return [...wall('call-wall', callWall, calls), ...wall('put-wall', putWall, puts)];
}

function largestStrikes({ strikes, gammaExposure: gamma }: GexProfile): GexWall[] {
  return Array.from(gamma.keys())
    .filter((i) => Math.abs(gamma[i] ?? 0) > 0)
    .sort((a, b) => Math.abs(gamma[b] ?? 0) - Math.abs(gamma[a] ?? 0))
    .slice(0, mostWalls)
    .map((index) => ({ kind: 'strike', price: strikes[index] ?? NaN, gamma: gamma[index] ?? NaN, index }));
}

/** CSS pixels that the profile takes at the right edge. */
export const profileWidth = (paneWidth: number): number => Math.round(Math.min(84, Math.max(44, paneWidth * 0.09)));

/**
 * `GEX positive · flip 68,200 · positive below flip`: the provider's own regime and orientation, or those of the profile
 * that was computed; never derived here.
 */
export function regimeText(gex: GexProfile, flip: string): string {
  const parts = [`GEX ${gex.regime ?? 'regime not sent'}`];
  parts.push(gex.flipLevel === null ? 'no flip' : `flip ${flip}`);
  if (gex.flipLevel !== null && gex.positiveSide !== null) parts.push(`positive ${gex.positiveSide} flip`);
  return parts.join(' · ');
}

/** How the profile came about, in a word, and what it was made of: from which options, and with which signs. */
export function modelText({ model }: GexProfile): { readonly word: string; readonly of: string } {
  if (model === null) return { word: 'as given', of: '' };
  return { word: 'computed', of: ` from ${exactNumber(model.options)} options: calls +, puts −` };
}
