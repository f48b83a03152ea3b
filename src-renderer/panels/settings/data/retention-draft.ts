import { mostPinnedRanges } from '../../../../src-main/contract/keeping.ts';
import type { PinnedRange, Retention } from '../../../../src-main/contract/keeping.ts';
import type { Asset } from '../../../../src-main/contract/market.ts';
import { fromMomentInput } from '../../../format/moment-input.ts';
import type { TimeZoneChoice } from '../../../format/time.ts';

/** Bounds of what may be asked for. */
export const mostDays = 36_500;
export const leastGigabytes = 0.05;
export const mostGigabytes = 100_000;
export const mostLabelLength = 80;
/** Bytes of a gigabyte, as disks are sold. */
const gigabyte = 1e9;

/** A retention as it is typed: an empty field sets no bound. */
export interface Draft {
  readonly days: string;
  readonly gigabytes: string;
  readonly pinned: readonly PinnedRange[];
}

export const draftOf = ({ maxAgeDays, maxBytes, pinned }: Retention): Draft => ({
  days: maxAgeDays === null ? '' : String(maxAgeDays),
  gigabytes: maxBytes === null ? '' : String(maxBytes / gigabyte),
  pinned,
});

export function daysProblem(text: string): string | null {
  if (text.trim() === '') return null;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= mostDays) return null;
  return `Give a whole number of days from 1 to ${mostDays.toLocaleString('en-US')}, or leave it empty.`;
}

export function gigabytesProblem(text: string): string | null {
  if (text.trim() === '') return null;
  const size = Number(text);
  if (Number.isFinite(size) && size >= leastGigabytes && size <= mostGigabytes) return null;
  return `Give a size from ${leastGigabytes} to ${mostGigabytes.toLocaleString('en-US')} GB, or leave it empty.`;
}

/** Null while a field holds what cannot be. */
export function retentionOf({ days, gigabytes, pinned }: Draft): Retention | null {
  if (daysProblem(days) !== null || gigabytesProblem(gigabytes) !== null) return null;
  return {
    maxAgeDays: days.trim() === '' ? null : Number(days),
    maxBytes: gigabytes.trim() === '' ? null : Math.round(Number(gigabytes) * gigabyte),
    pinned,
  };
}

/** A pinned range as it is typed. */
export interface PinDraft {
  /** Empty: all assets. */
  readonly asset: Asset | '';
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

export const emptyPin: PinDraft = { asset: '', from: '', to: '', label: '' };

/** Why it cannot be pinned, in a sentence; the range itself when it can. */
export function pinOf(draft: PinDraft, pinned: readonly PinnedRange[], zone: TimeZoneChoice): PinnedRange | string {
  if (pinned.length >= mostPinnedRanges) return `At most ${mostPinnedRanges} ranges can be pinned.`;
  const [from, to] = [fromMomentInput(draft.from, zone), fromMomentInput(draft.to, zone)];
  if (from === null) return 'Give the moment at which the range begins.';
  if (to === null) return 'Give the moment at which the range ends.';
  if (to <= from) return 'The range must end after it begins.';
  const label = draft.label.trim();
  if (label.length > mostLabelLength) return `The label may have ${mostLabelLength} characters at most.`;
  return { asset: draft.asset === '' ? null : draft.asset, from, to, label };
}
