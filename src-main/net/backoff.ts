import type { UnixMs } from '../contract/market.ts';
import { unixMs } from '../contract/market.ts';

/** Full jitter: a random wait between `floorMs` and `baseMs` doubled with each attempt up to `capMs`. */
export interface BackoffPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  readonly floorMs: number;
}

/** Shared by REST retries and socket reconnects. */
export const backoffPolicy: BackoffPolicy = { baseMs: 1_000, capMs: 60_000, floorMs: 200 };

/** `attempt` counts from 0; `random` gives 0 ≤ x < 1. Milliseconds, whole. */
export function backoffMs(attempt: number, random: () => number, policy: BackoffPolicy = backoffPolicy): number {
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(Math.max(0, attempt), 30));
  return Math.max(policy.floorMs, Math.floor(random() * ceiling));
}

/** When to try again: after the jittered wait, and never before the moment the provider named. */
export function nextTryAt(
  now: UnixMs,
  attempt: number,
  notBefore: UnixMs | null,
  random: () => number,
  policy: BackoffPolicy = backoffPolicy,
): UnixMs {
  const wait = backoffMs(attempt, random, policy);
  return unixMs(notBefore !== null && notBefore > now ? notBefore + wait : now + wait);
}
