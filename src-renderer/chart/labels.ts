import type { AmountUnit } from '../../src-main/contract/snapshot.ts';
import { formatAmount } from '../format/amount.ts';
import { formatPercent, formatPrice } from '../format/price.ts';
import type { LayerColours, LevelSide } from './layer-colours.ts';

export const mostLabels = 6;
/** CSS pixels. */
export const chipHeight = 18;
const chipGap = 2;

/** `full`: amount, side, price and distance; `medium`: without the price, which the axis tells; `short`: amount and side. */
export type ChipStyle = 'full' | 'medium' | 'short';

/** The style that leaves most of a pane to the candles. CSS pixels. */
export const chipStyle = (paneWidth: number): ChipStyle =>
  paneWidth > 900 ? 'full' : paneWidth >= 560 ? 'medium' : 'short';

const chipWidths: Readonly<Record<ChipStyle, number>> = { full: 190, medium: 144, short: 96 };

/** CSS pixels that the chips of a pane take at most. */
export const chipRoom = (paneWidth: number): number => chipWidths[chipStyle(paneWidth)];

export interface LabelCandidate {
  /** Which layer it is of. */
  readonly layer?: unknown;
  /** Index of the level it speaks of. */
  readonly level: number;
  /** CSS pixels from the pane's top. */
  readonly y: number;
  /** As a part of the largest amount of its own map, 0…1, for amounts of different units cannot be compared. */
  readonly share: number;
  /** Fraction of the last price; null while that is unknown. */
  readonly distance: number | null;
}

export interface PlacedLabel {
  readonly level: number;
  readonly y: number;
  readonly side: LevelSide;
  readonly text: string;
  readonly colours: LayerColours;
  /** Its map is too old to be taken for the present. */
  readonly stale: boolean;
}

/**
 * Chooses which levels get a chip: the largest first, where one counts half at 5 % from the price, and no layer more
 * than its part of them while another has any. A chip is wholly between `top` and `bottom`, at its level's own height,
 * and never over another. From top to bottom.
 */
export function placeLabels<Candidate extends LabelCandidate>(
  candidates: readonly Candidate[],
  { top, bottom }: { top: number; bottom: number },
  most: number,
): Candidate[] {
  const inside = candidates.filter(({ y }) => y >= top + chipHeight / 2 && y <= bottom - chipHeight / 2);
  const ranked = inside.sort((a, b) => weight(b) - weight(a));
  const part = Math.ceil(most / Math.max(1, new Set(ranked.map(({ layer }) => layer)).size));
  const placed: Candidate[] = [];
  for (const mostOfOne of part === most ? [most] : [part, most]) {
    for (const candidate of ranked) {
      if (placed.length === most) break;
      if (placed.filter(({ layer }) => layer === candidate.layer).length >= mostOfOne) continue;
      if (placed.every(({ y }) => Math.abs(y - candidate.y) >= chipHeight + chipGap)) placed.push(candidate);
    }
  }
  return placed.sort((a, b) => a.y - b.y);
}

const weight = ({ share, distance }: LabelCandidate): number => share / (1 + Math.abs(distance ?? 0) / 0.05);

export interface ChipContent {
  readonly amount: number;
  readonly unit: AmountUnit;
  readonly coin: string;
  readonly side: LevelSide;
  readonly isSideInferred: boolean;
  readonly price: number;
  readonly tickSize: number;
  readonly distance: number | null;
}

/**
 * `$2.10B short · 69,500 · +3.7 %`, `$2.10B short · +3.7 %` or `$2.10B short`; what says that a side is inferred takes
 * the place of the last part.
 */
export function chipText(content: ChipContent, style: ChipStyle): string {
  const { amount, unit, coin, side, isSideInferred, distance } = content;
  const size = formatAmount(amount, unit, coin);
  if (isSideInferred && style === 'short') return `${size} ${side === 'unknown' ? '(no side)' : `${side} (inf.)`}`;
  const name = side === 'unknown' ? '(side unknown)' : isSideInferred ? `${side} (inferred)` : side;
  const price = formatPrice(content.price, content.tickSize).replace(/\.0+$/, '');
  const parts = [
    `${size} ${name}`,
    ...(style === 'full' ? [price] : []),
    ...(style === 'short' || distance === null ? [] : [formatPercent(distance, { digits: 1 })]),
  ];
  return (isSideInferred ? parts.slice(0, style === 'full' ? 2 : 1) : parts).join(' · ');
}
