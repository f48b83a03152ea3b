import { profileWidth } from './gex-levels.ts';

const gap = 6;
/** Part of the pane that profiles of maps take together at most. */
const mostShare = 0.24;

/** Where the histograms stand at the right edge, from right to left: GEX, then one column a profile. CSS pixels. */
export interface Columns {
  /** From the pane's right edge to the right edge of each profile. */
  readonly offsets: readonly number[];
  /** Of each profile. */
  readonly width: number;
  /** Kept free of chips; 0 where nothing stands there. */
  readonly total: number;
}

export function columnsOf(paneWidth: number, hasGex: boolean, profiles: number): Columns {
  const first = hasGex ? profileWidth(paneWidth) + gap : 0;
  const share = Math.floor((paneWidth * mostShare) / Math.max(1, profiles)) - gap;
  const width = Math.max(0, Math.min(profileWidth(paneWidth), share));
  const offsets = Array.from({ length: profiles }, (_, i) => first + i * (width + gap));
  return { offsets, width, total: first + profiles * (width + gap) };
}
