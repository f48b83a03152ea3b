import { exactNumber } from '../../format/price.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long until then, in its two largest units: `45 s`, `12 min`, `11 h 20 min`, `2 d 3 h`. */
export function spanText(ms: number): string {
  const left = Math.max(0, ms);
  if (left < minute) return `${Math.floor(left / 1000)} s`;
  if (left < hour) return `${Math.floor(left / minute)} min`;
  if (left < day) return pair(left, hour, 'h', minute, 'min');
  return pair(left, day, 'd', hour, 'h');
}

function pair(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeUnit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`;
}

/** The length of an interval, rounded: `10 s`, `16 min`, `1 h`, `2.5 h`. */
export function intervalText(ms: number): string {
  if (ms < 100_000) return `${Math.round(ms / 1000)} s`.replace(/^60 s$/, '1 min');
  if (ms < 100 * minute && ms % hour !== 0) return `${Math.round(ms / minute)} min`;
  return `${exactNumber(Math.round((ms / hour) * 10) / 10)} h`;
}
