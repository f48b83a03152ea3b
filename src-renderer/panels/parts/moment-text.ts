import type { UnixMs } from '../../../src-main/contract/market.ts';
import { clockParts, formatTime } from '../../format/time.ts';
import type { TimeZoneChoice } from '../../format/time.ts';

const isSameDay = (a: UnixMs, b: UnixMs, zone: TimeZoneChoice): boolean => {
  const [one, other] = [clockParts(a, zone), clockParts(b, zone)];
  return one.year === other.year && one.month === other.month && one.day === other.day;
};

/** `14:02 UTC` on the day of `now`, `2025-11-20 14:02 UTC` on another. */
export function shortMoment(t: UnixMs, now: UnixMs, zone: TimeZoneChoice): string {
  if (!isSameDay(t, now, zone)) return formatTime(t, zone);
  const { hour, minute, zone: name } = clockParts(t, zone);
  return `${hour}:${minute} ${name}`;
}

/** For a column whose head names the zone: `14:02:09`, on another day than that of `now` `11-20 14:02:09`. */
export function columnMoment(t: UnixMs, now: UnixMs, zone: TimeZoneChoice): string {
  const { month, day, hour, minute, second } = clockParts(t, zone);
  const time = `${hour}:${minute}:${second}`;
  return isSameDay(t, now, zone) ? time : `${month}-${day} ${time}`;
}

/** Short name of the zone at a moment: `UTC`, `EST`. */
export const zoneName = (t: UnixMs, zone: TimeZoneChoice): string => clockParts(t, zone).zone;
