import type { UnixMs } from '../../contract/market.ts';
import { at, isObject, Unreadable } from '../parse.ts';
import { time } from '../parse/times.ts';

/** `GET /fapi/v1/time`: `{serverTime}`. */
export function readServerTime(payload: unknown): UnixMs {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  return at('.serverTime', () => time(payload['serverTime']));
}
