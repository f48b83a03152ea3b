import type { UnixMs } from '../../src-main/contract/market.ts';
import { unixMs } from '../../src-main/contract/market.ts';
import { clockParts } from './time.ts';
import type { TimeZoneChoice } from './time.ts';

/** A moment as a date-and-time input writes it, in the chosen zone: `2025-11-21T10:41`. */
export function toMomentInput(t: UnixMs, zone: TimeZoneChoice): string {
  const { year, month, day, hour, minute } = clockParts(t, zone);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** Null for what is no moment, as while it is typed. */
export function fromMomentInput(text: string, zone: TimeZoneChoice): UnixMs | null {
  if (!/^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const at = Date.parse(zone === 'UTC' ? `${text}Z` : text);
  return Number.isFinite(at) ? unixMs(at) : null;
}
