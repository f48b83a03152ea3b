import type { AmountUnit } from '../../src-main/contract/snapshot.ts';
import { formatAmount } from '../format/amount.ts';
import { formatPercent, formatPrice } from '../format/price.ts';
import type { Side } from './ramp.ts';

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
  /** Index of the level it speaks of. */
  readonly level: number;
  /** CSS pixels from the pane's top. */
  readonly y: number;
  readonly amount: number;
  /** Fraction of the last price; null while that is unknown. */
  readonly distance: number | null;
}

export interface PlacedLabel {
  readonly level: number;
  readonly y: number;
  readonly side: Side;
  readonly text: string;
}

/**
 * Chooses which levels get a chip: the largest first, where an amount counts half at 5 % from the price. A chip is
 * wholly between `top` and `bottom`, at its level's own height, and never over another. From top to bottom.
 */
export function placeLabels<Candidate extends LabelCandidate>(
  candidates: readonly Candidate[],
  { top, bottom }: { top: number; bottom: number },
  most: number,
): Candidate[] {
  const inside = candidates.filter(({ y }) => y >= top + chipHeight / 2 && y <= bottom - chipHeight / 2);
  const ranked = inside.sort((a, b) => weight(b) - weight(a));
  const placed: Candidate[] = [];
  for (const candidate of ranked) {
    if (placed.length === most) break;
    if (placed.every(({ y }) => Math.abs(y - candidate.y) >= chipHeight + chipGap)) placed.push(candidate);
  }
  return placed.sort((a, b) => a.y - b.y);
}

const weight = ({ amount, distance }: LabelCandidate): number => amount / (1 + Math.abs(distance ?? 0) / 0.05);

export interface ChipContent {
  readonly amount: number;
  readonly unit: AmountUnit;
  readonly coin: string;
  readonly side: Side;
  readonly price: number;
  readonly tickSize: number;
  readonly distance: number | null;
}

/** `$2.10B short · 69,500 · +3.7 %`, `$2.10B short · +3.7 %` or `$2.10B short`. */
export function chipText(content: ChipContent, style: ChipStyle): string {
  const amount = `${formatAmount(content.amount, content.unit, content.coin)} ${content.side}`;
  if (style === 'short') return amount;
  const price = style === 'medium' ? '' : ` · ${formatPrice(content.price, content.tickSize).replace(/\.0+$/, '')}`;
  const distance = content.distance === null ? '' : ` · ${formatPercent(content.distance, { digits: 1 })}`;
  return `${amount}${price}${distance}`;
}
