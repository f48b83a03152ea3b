import { unixMs, type UnixMs } from '../contract/market.ts';
import type { RateLimits } from '../contract/provider-status.ts';

/** Waits beyond this are taken for nonsense, not obeyed. */
const longestWaitMs = 31 * 24 * 3_600_000;
/** Seconds from 2001-09-09 to 2099-12-31: what an epoch in seconds looks like, told apart from milliseconds and from "in n seconds". */
const epochSeconds = { first: 1_000_000_000, last: 4_102_444_800 };

type Headers = Readonly<Record<string, string>>;

/**
 * `X-RateLimit-Limit`, `-Remaining` and `-Reset` (epoch SECONDS) of a response with lower-case header names. What is not
 * a plain whole number in range is null; null as a whole when nothing usable was sent.
 */
export function readLimits(headers: Headers, now: UnixMs): RateLimits | null {
  const limit = wholeNumber(headers['x-ratelimit-limit']);
  const remaining = wholeNumber(headers['x-ratelimit-remaining']);
  const reset = wholeNumber(headers['x-ratelimit-reset']);
  const resetAt =
    reset !== null && reset >= epochSeconds.first && reset <= epochSeconds.last ? unixMs(reset * 1000) : null;
  if (limit === null && remaining === null && resetAt === null) return null;
  return { limit: limit === 0 ? null : limit, remaining, resetAt, seenAt: now };
}

/** `Retry-After` (seconds or an HTTP date) and the body's `retry_after` (seconds): the later of the two; null when neither makes sense. */
export function readRetryAfter(headers: Headers, bodySeconds: unknown, now: UnixMs): UnixMs | null {
  const header = headers['retry-after']?.trim() ?? '';
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : null;
  const waits = [
    seconds !== null ? seconds * 1000 : /[a-z]/i.test(header) ? Date.parse(header) - now : NaN,
    typeof bodySeconds === 'number' || (typeof bodySeconds === 'string' && /^\d+(\.\d+)?$/.test(bodySeconds))
      ? Number(bodySeconds) * 1000
      : NaN,
  ].filter((wait) => wait >= 0 && wait <= longestWaitMs);
  return waits.length === 0 ? null : unixMs(now + Math.ceil(Math.max(...waits)));
}

/** Digits only: "unlimited", "-1", "100;w=60" and doubled headers ("100, 100") are not numbers here. */
const wholeNumber = (text: string | undefined): number | null =>
  text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
