import type { UnixMs } from '../../src-main/contract/market.ts';
import type { ProviderStateKind, ProviderStatus } from '../../src-main/contract/provider-status.ts';
import type { Snapshot } from '../../src-main/contract/snapshot.ts';
import { sourceKey } from '../../src-main/contract/source.ts';
import type { ProviderId, Source } from '../../src-main/contract/source.ts';

/** Whether a number may still be taken for the present, and if not, why. */
export interface Freshness {
  readonly stale: boolean;
  /** One clause for the user; null while fresh. */
  readonly reason: string | null;
}

/**
 * Usual time between two updates. Polled snapshots of a plan: Kingfisher's Pro plan affords one a quarter of an hour and
 * asset. Public venues cost nothing and are asked every
 * five minutes or oftener.
 */
export const usualMs = { quote: 10_000, stream: 60_000, rest: 900_000, publicRest: 300_000 } as const;
const patience = 3;

const isPublic: ReadonlySet<ProviderId> = new Set(['binance', 'bybit', 'okx', 'hyperliquid', 'deribit']);

const silent: Partial<Readonly<Record<ProviderStateKind, string>>> = {
  offline: 'the source cannot be reached',
  refused: 'the source refuses the key',
  'no-key': 'there is no key for the source',
  plan: 'the plan does not include this',
  error: 'the source answers with errors',
};

const fresh: Freshness = { stale: false, reason: null };

export function freshness(ageMs: number, usual: number, state: ProviderStateKind | null): Freshness {
  if (ageMs > patience * usual) {
    const why = state === null ? undefined : silent[state];
    return { stale: true, reason: why === undefined ? 'nothing newer has come' : why };
  }
  if (state === 'offline' || state === 'refused' || state === 'no-key')
    return { stale: true, reason: silent[state] ?? null };
  return fresh;
}

/** `ageMs` counts from the provider's last word on these values, even when it only repeated them. */
export function snapshotFreshness(snapshot: Snapshot, status: ProviderStatus | null, now: UnixMs): Freshness {
  const rest = isPublic.has(snapshot.source.provider) ? usualMs.publicRest : usualMs.rest;
  const usual = snapshot.transport === 'stream' ? usualMs.stream : rest;
  return freshness(now - snapshot.confirmedAt, usual, stateOf(snapshot.source, status));
}

/** Of a series of intervals: whether the newest one is older than a new one should have taken to come. */
export function volumesFreshness(
  newest: number,
  intervalMs: number,
  source: Source,
  status: ProviderStatus | null,
  now: UnixMs,
): Freshness {
  return freshness(now - (newest + intervalMs), intervalMs / 2, stateOf(source, status));
}

export function quoteFreshness(
  source: Source,
  receivedAt: UnixMs,
  status: ProviderStatus | null,
  now: UnixMs,
): Freshness {
  return freshness(now - receivedAt, usualMs.quote, stateOf(source, status));
}

/** The state counts only for numbers of the very source it is of. */
function stateOf(source: Source, status: ProviderStatus | null): ProviderStateKind | null {
  return status !== null && sourceKey(status.source) === sourceKey(source) ? status.state : null;
}
