import type { Failure } from '../contract/failure.ts';
import { backoffMs } from '../net/backoff.ts';
import type { FeedTools } from './feed-tools.ts';

const hourMs = 3_600_000;
/** What concerns one answer only (a bad payload, a 400) is asked again at the kind's own pace, but not faster than this. */
export const leastPauseMs = 60_000;
/** After so many failures in a row that may have cost a call each, the plan's pace holds for the next ones, too. */
const quickTries = 3;

/** Milliseconds until what failed `failures` times in a row is asked again in the background; infinite: not by itself. */
export function pauseAfter(
  reason: Failure,
  failures: number,
  intervalMs: number,
  { now, random }: Pick<FeedTools, 'now' | 'random'>,
): number {
  const named = reason.retryAt === null ? 0 : Math.max(0, reason.retryAt - now());
  switch (reason.kind) {
    case 'auth':
    case 'unsupported':
      return Number.POSITIVE_INFINITY;
    case 'plan':
      return hourMs;
    case 'offline':
    case 'rate-limited':
      return Math.max(named, 1_000);
    case 'timeout':
    case 'server': {
      const pause = Math.max(named, backoffMs(failures - 1, random));
      return failures > quickTries ? Math.max(pause, intervalMs) : pause;
    }
    default:
      return Math.max(named, intervalMs, leastPauseMs);
  }
}
