import type { GexProfile } from '../../src-main/contract/gamma.ts';

const mostWalls = 3;

/** A profile made ready for drawing, once per snapshot. */
export interface GexLevels {
  readonly strikes: Float64Array;
  readonly gamma: Float64Array;
  /** Largest positive and largest negative exposure, both as sizes ≥ 0. */
  readonly mostPositive: number;
  readonly mostNegative: number;
  /** Indices of the strikes that get a line, largest exposure first. */
  readonly walls: readonly number[];
  readonly flip: number | null;
}

export function gexLevels(gex: GexProfile): GexLevels {
  const { strikes, gammaExposure: gamma } = gex;
  let mostPositive = 0;
  let mostNegative = 0;
  for (const each of gamma) {
    if (each > mostPositive) mostPositive = each;
    if (-each > mostNegative) mostNegative = -each;
  }
  const walls = Array.from(gamma.keys())
    .filter((i) => Math.abs(gamma[i] ?? 0) > 0)
    .sort((a, b) => Math.abs(gamma[b] ?? 0) - Math.abs(gamma[a] ?? 0))
    .slice(0, mostWalls);
  return { strikes, gamma, mostPositive, mostNegative, walls, flip: gex.flipLevel };
}

/** CSS pixels that the profile takes at the right edge. */
export const profileWidth = (paneWidth: number): number => Math.round(Math.min(84, Math.max(44, paneWidth * 0.09)));

/** `GEX positive · flip 68,200 · positive below flip`: the provider's own regime and orientation, never derived here. */
export function regimeText(gex: GexProfile, flip: string): string {
  const parts = [`GEX ${gex.regime ?? 'regime not sent'}`];
  parts.push(gex.flipLevel === null ? 'no flip' : `flip ${flip}`);
  if (gex.flipLevel !== null && gex.positiveSide !== null) parts.push(`positive ${gex.positiveSide} flip`);
  return parts.join(' · ');
}
