import type { PinnedRange } from '../contract/keeping.ts';
import type { Asset } from '../contract/market.ts';
import type { KeptPart } from './kept-tables.ts';
import { pinnedHours, type Stretch } from './stretches.ts';

/** A part and the hours of it that stay whatever their age. */
export interface HeldPart {
  readonly part: KeptPart;
  readonly pins: readonly Stretch[];
}

export function heldParts(parts: readonly KeptPart[], pinned: readonly PinnedRange[]): HeldPart[] {
  const byAsset = new Map<Asset | null, readonly Stretch[]>();
  return parts.map((part) => {
    const pins = byAsset.get(part.asset) ?? pinnedHours(pinned, part.asset);
    byAsset.set(part.asset, pins);
    return { part, pins };
  });
}
