import { unixMs, type UnixMs } from '../contract/market.ts';
import type { RateLimits } from '../contract/provider-status.ts';

/** Calls kept back for the user's own clicks. Kingfisher: "If below 10, back off." */
export const defaultReserve = 10;
/** Between two rounds while a provider has not said what it allows, or does not limit. */
export const unknownLimitsIntervalMs = 60_000;
/** Where a spent budget names no reset: how long to wait before one call asks again. */
const blindWaitMs = 15 * 60_000;
/** Assumed length of a window whose reset has passed and whose next one is not known: the documented plans count by day. */
const renewedWindowMs = 24 * 3_600_000;
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

export type Permission =
  { readonly ok: true } | { readonly ok: false; readonly waitUntil: UnixMs; readonly reason: string };

/** Whether a call the user did not ask for may be made: never out of the reserve, until the window is renewed. */
export function mayCallInBackground(limits: RateLimits | null, now: UnixMs, reserve = defaultReserve): Permission {
  if (limits === null || limits.remaining === null || isRenewed(limits, now)) return { ok: true };
  if (limits.remaining > reserve) return { ok: true };
  const waitUntil = limits.resetAt ?? unixMs(limits.seenAt + blindWaitMs);
  if (now >= waitUntil) return { ok: true };
  const left = limits.remaining === 1 ? '1 call is left' : `${limits.remaining} calls are left`;
  return {
    ok: false,
    waitUntil,
    reason:
      limits.remaining === 0
        ? 'No calls are left until the limit resets.'
        : `Only ${left} until the limit resets; they are kept for your own requests.`,
  };
}

export interface Plan {
  readonly limits: RateLimits | null;
  readonly callsPerRound: number;
  readonly now: UnixMs;
  /** Wanted pace; never faster. */
  readonly minIntervalMs: number;
  readonly reserve?: number;
}

/**
 * Milliseconds from one round of background calls to the next, so that what is left above the reserve lasts evenly until
 * the reset: rounds at `now + k·interval` (k ≥ 1) make at most `remaining − reserve` calls before it. When not one round
 * can be afforded: the time until the reset.
 */
export function affordableIntervalMs({
  limits,
  callsPerRound,
  now,
  minIntervalMs,
  reserve = defaultReserve,
}: Plan): number {
  if (callsPerRound <= 0) return minIntervalMs;
  if (limits === null || (limits.remaining === null && limits.limit === null)) {
    return Math.max(minIntervalMs, unknownLimitsIntervalMs);
  }
  const left = (isRenewed(limits, now) ? (limits.limit ?? limits.remaining) : (limits.remaining ?? limits.limit)) ?? 0;
  const windowMs = limits.resetAt !== null && limits.resetAt > now ? limits.resetAt - now : renewedWindowMs;
  const rounds = Math.floor((left - reserve) / callsPerRound);
  return Math.max(minIntervalMs, Math.ceil(windowMs / Math.max(1, rounds)));
}

const isRenewed = (limits: RateLimits, now: UnixMs): boolean => limits.resetAt !== null && now >= limits.resetAt;

/** Digits only: "unlimited", "-1", "100;w=60" and doubled headers ("100, 100") are not numbers here. */
const wholeNumber = (text: string | undefined): number | null =>
  text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
