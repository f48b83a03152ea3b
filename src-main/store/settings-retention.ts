import { mostPinnedRanges, type PinnedRange, type Retention } from '../contract/keeping.ts';
import { unixMs } from '../contract/market.ts';
import { fieldsOf, isAsset, isWithin } from './settings-fields.ts';

const ageDays = [1, 36_500] as const;
/** A smaller database could not even hold what is on screen. */
const sizeBytes = [1_000_000, 1e15] as const;
const labelLength = 200;

/** How long is kept, from anything. A bound that makes no sense is none: in doubt nothing is deleted. */
export function retentionFrom(value: unknown): Retention {
  const given = fieldsOf(value);
  const { maxAgeDays, maxBytes, pinned } = given;
  return {
    maxAgeDays: isWithin(maxAgeDays, ageDays) ? maxAgeDays : null,
    maxBytes: isWithin(maxBytes, sizeBytes) ? maxBytes : null,
    pinned: (Array.isArray(pinned) ? pinned : []).flatMap(rangeFrom).slice(0, mostPinnedRanges),
  };
}

function rangeFrom(value: unknown): PinnedRange[] {
  const { asset, from, to, label } = fieldsOf(value);
  if (asset !== null && !isAsset(asset)) return [];
  if (!isWithin(from, anyTime) || !isWithin(to, anyTime) || !(from < to)) return [];
  const text = typeof label === 'string' ? label.trim().slice(0, labelLength) : '';
  return [{ asset, from: unixMs(from), to: unixMs(to), label: text }];
}

/** All that a Date can hold, milliseconds. */
const anyTime = [-8.64e15, 8.64e15] as const;
