import type { UnixMs } from '../../src-main/contract/market.ts';
import { isShown, missing } from './missing.ts';
import type { Maybe } from './missing.ts';

export type TimeZoneChoice = 'UTC' | 'local';
export type TimeStyle = 'time' | 'minute' | 'full';

/** An age or a duration, rounded down to its largest unit: `12 s`, `3 min`, `2 h`, `5 d`. */
export function formatAge(ms: Maybe): string {
  if (!isShown(ms)) return missing;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/**
 * A moment in a zone, always naming it. `time`: `10:41:44 UTC`, `minute`: `2025-11-21 10:41 UTC`,
 * `full`: `2025-11-21 10:41:44 UTC`.
 */
export function formatTime(t: UnixMs | null | undefined, zone: TimeZoneChoice, style: TimeStyle = 'minute'): string {
  if (!isShown(t) || Math.abs(t) > furthest) return missing;
  const part = clockParts(t, zone);
  const date = `${part.year}-${part.month}-${part.day}`;
  const minute = `${part.hour}:${part.minute}`;
  if (style === 'time') return `${minute}:${part.second} ${part.zone}`;
  if (style === 'minute') return `${date} ${minute} ${part.zone}`;
  return `${date} ${minute}:${part.second} ${part.zone}`;
}

export interface ClockParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly zone: string;
}

/** The zone's wall clock at a moment, each part zero-padded; `zone` is its short name then (`UTC`, `EST`, `GMT+1`). */
export function clockParts(t: number, zone: TimeZoneChoice): ClockParts {
  const found = { year: '', month: '', day: '', hour: '', minute: '', second: '', zone: '' };
  for (const { type, value } of zoneFormat(zone).formatToParts(t)) {
    if (type === 'timeZoneName') found.zone = value;
    else if (type in found) found[type as keyof ClockParts] = value;
  }
  return found;
}

/** The largest time a Date can hold. */
const furthest = 8.64e15;

const formats: { UTC?: Intl.DateTimeFormat; local?: Intl.DateTimeFormat } = {};

function zoneFormat(zone: TimeZoneChoice): Intl.DateTimeFormat {
  return (formats[zone] ??= new Intl.DateTimeFormat('en-US', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...(zone === 'UTC' ? { timeZone: 'UTC' } : {}),
  }));
}
