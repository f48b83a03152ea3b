import type { UnixMs } from '../../contract/market.ts';
import { at, isObject, Unreadable } from '../parse.ts';
import { time } from '../parse/times.ts';

/** `data` of `GET /api/v5/public/time`: `[{ts}]`. */
export function readServerTime(data: unknown): UnixMs {
  if (!Array.isArray(data)) throw new Unreadable('is missing or not a list');
  const row: unknown = data[0];
  if (!isObject(row)) throw new Unreadable('is missing or not an object', '[0]');
  return at('[0].ts', () => time(row['ts']));
}
