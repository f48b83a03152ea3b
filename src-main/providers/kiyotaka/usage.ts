import { unixMs, type UnixMs } from '../../contract/market.ts';
import type { RateLimits } from '../../contract/provider-status.ts';
import { isObject, Unreadable, type JsonObject } from '../parse.ts';
import { time } from '../parse/times.ts';

/** Weight is granted by the minute. */
const windowMs = 60_000;

const names = {
  limit: ['limit', 'weight_limit', 'weightLimit', 'weight_per_minute', 'weightPerMinute'],
  remaining: ['remaining', 'weight_remaining', 'weightRemaining', 'remaining_weight', 'remainingWeight', 'available'],
  used: ['used', 'weight_used', 'weightUsed', 'used_weight', 'usedWeight'],
  reset: ['reset', 'reset_at', 'resetAt', 'resets_at'],
} as const;

/**
 * `GET /v1/usage`. That it exists and costs nothing is documented, its fields are not (inferred): names that such answers
 * usually have, at the top or one step down. Null where none of them is there.
 */
export function readUsage(payload: unknown, now: UnixMs): RateLimits | null {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  for (const object of [payload, ...Object.values(payload).filter(isObject)]) {
    const limits = limitsIn(object, now);
    if (limits !== null) return limits;
  }
  return null;
}

function limitsIn(object: JsonObject, now: UnixMs): RateLimits | null {
  const limit = first(object, names.limit, whole);
  const used = first(object, names.used, whole);
  const left = limit === null || used === null ? null : Math.max(0, limit - used);
  const remaining = first(object, names.remaining, whole) ?? left;
  if (remaining === null) return null;
  const reset = first(object, names.reset, future(now));
  return { limit: limit === 0 ? null : limit, remaining, resetAt: reset ?? unixMs(now + windowMs), seenAt: now };
}

function first<T>(object: JsonObject, candidates: readonly string[], read: (value: unknown) => T | null): T | null {
  for (const name of candidates) {
    const value = Object.hasOwn(object, name) ? read(object[name]) : null;
    if (value !== null) return value;
  }
  return null;
}

function whole(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number < 1e15 ? Math.floor(number) : null;
}

const future =
  (now: UnixMs) =>
  (value: unknown): UnixMs | null => {
    try {
      const moment = time(value);
      return moment > now ? moment : null;
    } catch {
      return null; // inferred: perhaps a number of seconds, perhaps something else
    }
  };
