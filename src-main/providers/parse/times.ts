import { unixMs, type UnixMs } from '../../contract/market.ts';
import { Unreadable } from '../parse.ts';
import { anyNumber } from './numbers.ts';

const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const earliest = Date.UTC(2009, 0, 1);
const latest = Date.UTC(2100, 0, 1);

let lastText: string | null = null;
let lastTime = unixMs(NaN);

/**
 * A moment: ISO 8601 (UTC where no zone is named), or epoch seconds, milli-, micro- or nanoseconds, told apart by their
 * size. Outside 2009 … 2099 it is refused.
 */
export function time(value: unknown): UnixMs {
  if (value === undefined) throw new Unreadable('is missing');
  if (typeof value === 'string' && value === lastText) return lastTime; // the rows of one payload mostly share one time
  const ms = typeof value === 'string' && value.includes('-') ? fromIso(value) : fromEpoch(value);
  if (!(ms >= earliest && ms < latest)) throw new Unreadable('is not a plausible time');
  if (typeof value === 'string') {
    lastText = value;
    lastTime = unixMs(ms);
  }
  return unixMs(ms);
}

function fromIso(text: string): number {
  const match = iso.exec(text);
  if (match === null) throw new Unreadable('is not a time');
  const hasZone = match[1] !== undefined || text.length === 10;
  return Date.parse(hasZone ? text : `${text}Z`);
}

function fromEpoch(value: unknown): number {
  let epoch: number;
  try {
    epoch = anyNumber(value);
  } catch {
    throw new Unreadable('is not a time');
  }
  if (epoch < 1e11) return epoch * 1000;
  if (epoch < 1e14) return epoch;
  return epoch < 1e17 ? epoch / 1000 : epoch / 1e6;
}

export const timeOrNull = (value: unknown): UnixMs | null =>
  value === undefined || value === null ? null : time(value);

export const timeOrNaN = (value: unknown): number => (value === undefined || value === null ? NaN : time(value));
