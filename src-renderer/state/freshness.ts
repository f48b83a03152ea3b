import type { UnixMs } from '../../src-main/contract/market.ts';
import type { ProviderStateKind, ProviderStatus } from '../../src-main/contract/provider-status.ts';
import type { Snapshot } from '../../src-main/contract/snapshot.ts';
import { sourceKey } from '../../src-main/contract/source.ts';
import type { ProviderId, Source } from '../../src-main/contract/source.ts';

/** What a number is called beside its age; the words and shapes are those of the providers' states. */
export type NumberState = Exclude<ProviderStateKind, 'connecting' | 'idle'>;

/** Whether a number may still be taken for the present, and if not, why. */
export interface Freshness {
  readonly stale: boolean;
  /** One clause for the user; null while it is as new as it should be. */
  readonly reason: string | null;
  /** Absent where there is no number. */
  readonly state?: NumberState;
  /** What the source knows the user by; absent: a key. */
  readonly credential?: 'key' | 'login';
  /** End of the limit, or the next try; absent or null: unknown. */
  readonly until?: UnixMs | null;
  /** Its stream was away since then, and levels may be missing; absent or null: complete. */
  readonly missedSince?: UnixMs | null;
}

/**
 * Usual time between two updates. Polled snapshots of a plan: Kingfisher's Pro plan affords one a quarter of an hour and
 * asset. Public venues cost nothing and are asked every
 * five minutes or oftener.
 */
export const usualMs = { quote: 10_000, stream: 60_000, rest: 900_000, publicRest: 300_000 } as const;
/** In expected intervals: past the first, one update did not come; past the second, several did not. */
const patience = { delayed: 2, stale: 3 } as const;

const isPublic: ReadonlySet<ProviderId> = new Set(['binance', 'bybit', 'okx', 'hyperliquid', 'deribit']);

/** Why nothing newer comes, by the provider's own state. */
const silent = {
  offline: 'the source cannot be reached',
  refused: 'the source refuses the key',
  'no-key': 'there is no key for the source',
  plan: 'the plan does not include this',
  error: 'the source answers with errors',
  limited: 'the source’s limit is used up',
} as const satisfies Partial<Record<NumberState, string>>;
type Silent = keyof typeof silent;
/** In these nothing can come, however new the number is. */
const atOnce: ReadonlySet<ProviderStateKind> = new Set<Silent>(['offline', 'refused', 'no-key']);

const isSilent = (state: ProviderStateKind): state is Silent => state in silent;

export interface Expectation {
  /** Time between two updates, as the plan affords it; absent: as is usual. */
  readonly expectedMs?: number | undefined;
  /** What the source is given to know the user by. */
  readonly credential?: 'key' | 'login';
}

/** `from`: how it comes while all is well. */
export function freshness(
  ageMs: number,
  expectedMs: number,
  status: Pick<ProviderStatus, 'state' | 'until'> | null,
  from: 'live' | 'polling' = 'live',
  credential: 'key' | 'login' = 'key',
): Freshness {
  const isLate = ageMs > patience.delayed * expectedMs;
  const isStale = ageMs > patience.stale * expectedMs;
  if (status !== null && isSilent(status.state) && (isLate || atOnce.has(status.state))) {
    const stale = isStale || atOnce.has(status.state);
    const reason = silent[status.state].replace('key', credential);
    return { stale, reason, state: status.state, until: status.until, credential };
  }
  if (isStale) return { stale: true, reason: 'nothing newer has come', state: 'stale' };
  if (isLate) return { stale: false, reason: 'an update is missing', state: 'delayed' };
  return { stale: false, reason: null, state: from };
}

/** `ageMs` counts from the provider's last word on these values, even when it only repeated them. */
export function snapshotFreshness(
  snapshot: Snapshot,
  status: ProviderStatus | null,
  now: UnixMs,
  { expectedMs, credential }: Expectation = {},
): Freshness {
  const age = now - snapshot.confirmedAt;
  const ofSource = statusOf(snapshot.source, status);
  if (snapshot.transport === 'stream') return freshness(age, usualMs.stream, ofSource, 'live', credential);
  const usual = isPublic.has(snapshot.source.provider) ? usualMs.publicRest : usualMs.rest;
  return freshness(age, expectedMs ?? usual, ofSource, 'polling', credential);
}

/** Of a series of intervals: whether the newest one is older than a new one should have taken to come. */
export function volumesFreshness(
  newest: number,
  intervalMs: number,
  source: Source,
  status: ProviderStatus | null,
  now: UnixMs,
): Freshness {
  return freshness(now - (newest + intervalMs), intervalMs / 2, statusOf(source, status), 'polling');
}

export function quoteFreshness(
  source: Source,
  receivedAt: UnixMs,
  status: ProviderStatus | null,
  now: UnixMs,
  expectedMs: number = usualMs.quote,
): Freshness {
  return freshness(now - receivedAt, expectedMs, statusOf(source, status));
}

/** The state counts only for numbers of the very source it is of. */
function statusOf(source: Source, status: ProviderStatus | null): ProviderStatus | null {
  return status !== null && sourceKey(status.source) === sourceKey(source) ? status : null;
}
