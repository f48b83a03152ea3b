import type { UnixMs } from '../../src-main/contract/market.ts';
import type { ProviderStatus } from '../../src-main/contract/provider-status.ts';
import { exactNumber } from '../format/price.ts';
import { formatTime } from '../format/time.ts';
import type { TimeZoneChoice } from '../format/time.ts';
import { callsLeft } from '../state/providers.svelte.ts';

/** `87 of 100 calls left until 2025-11-21 12:00 UTC`; what the provider did not name is left out, null when it named nothing. */
export function callsLeftText(status: ProviderStatus, now: UnixMs, zone: TimeZoneChoice): string | null {
  const left = callsLeft(status, now);
  if (left === null || status.limits === null) return null;
  const { limit, resetAt } = status.limits;
  const count = limit === null ? exactNumber(left) : `${exactNumber(left)} of ${exactNumber(limit)}`;
  const noun = limit === null && left === 1 ? 'call' : 'calls';
  return `${count} ${noun} left${resetAt === null ? '' : ` until ${formatTime(resetAt, zone)}`}`;
}
