import type { Failure } from '../../../src-main/contract/failure.ts';
import type { Asset } from '../../../src-main/contract/market.ts';
import type { Capability } from '../../../src-main/contract/provider-status.ts';
import type { SnapshotKind, SnapshotOf } from '../../../src-main/contract/snapshot.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { snapshotFreshness } from '../../state/freshness.ts';
import type { Freshness } from '../../state/freshness.ts';
import { infoOf, serves } from '../../state/serving.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';
import { credentialNoun } from './credential-noun.ts';

/** Everything a panel needs to show what one provider says of one kind, of the focused asset. */
export interface SnapshotView<Kind extends SnapshotKind> {
  readonly kind: Kind;
  readonly provider: ProviderId;
  readonly snapshot: SnapshotOf<Kind> | null;
  readonly freshness: Freshness;
  /** Why there is nothing newer; null where a key is all that is missing, see `needsKey`. */
  readonly trouble: Failure | null;
  /** A key is what is missing: to be said once, with the way to add it. */
  readonly needsKey: boolean;
  readonly isRefreshing: boolean;
}

export function viewOf<Kind extends SnapshotKind>(
  terminal: Terminal,
  kind: Kind,
  provider: ProviderId,
): SnapshotView<Kind> {
  const { asset, snapshots, providers, clock } = terminal;
  const snapshot = snapshots.of(asset, kind, provider);
  const trouble = snapshots.troubleOf(asset, kind, provider);
  const isKeyless = needsKey(terminal, kind, provider) && (trouble === null || trouble.kind === 'auth');
  return {
    kind,
    provider,
    snapshot,
    freshness:
      snapshot === null
        ? { stale: false, reason: null }
        : {
            ...snapshotFreshness(snapshot, providers.status(provider), clock.now, {
              expectedMs: expectedMs(terminal, kind, provider, asset),
              credential: credentialNoun(infoOf(terminal.serving, provider)),
            }),
            missedSince: snapshots.missedSince(asset, kind, provider),
          },
    trouble: isKeyless ? null : trouble,
    needsKey: isKeyless,
    isRefreshing: snapshots.isRefreshing(asset, kind, provider),
  };
}

/** Time between two answers, as the plan affords it; undefined where the stream brings it, or no plan speaks of it. */
export function expectedMs(
  terminal: Terminal,
  kind: SnapshotKind,
  provider: ProviderId,
  asset: Asset,
): number | undefined {
  const row = terminal.plans.rowOf(provider, kind, asset);
  return row === null || row.isStreamed ? undefined : (row.intervalMs ?? undefined);
}

/** Why a provider has nothing to show for a kind, in one sentence; for the empty panel and for the em dash's hover. */
export function whyMissing(terminal: Terminal, what: Capability, provider: ProviderId): string {
  const info = infoOf(terminal.serving, provider);
  if (info?.capabilities.includes(what) !== true) return `${info?.name ?? 'This provider'} does not serve this.`;
  if (!isServed(terminal, what, provider)) {
    const only = info.assets[what as SnapshotKind] ?? [];
    return `${info.name} serves this for ${listOf(only)} only.`;
  }
  const status = terminal.providers.status(provider);
  if (status?.state === 'no-key') return `${info.name} needs a ${credentialNoun(info)}. Add one in Settings.`;
  if (status !== null && ['offline', 'refused', 'plan', 'error', 'limited', 'delayed', 'stale'].includes(status.state))
    return status.text;
  return `Nothing has come from ${info.name} yet.`;
}

/** Whether a provider serves the kind for the focused asset. */
export const isServed = (terminal: Terminal, what: Capability, provider: ProviderId): boolean =>
  serves(terminal.serving, provider, what, terminal.asset);

/** Whether the asset's kind is served, and only the key for it is missing. */
export const needsKey = (terminal: Terminal, what: Capability, provider: ProviderId): boolean =>
  isServed(terminal, what, provider) && terminal.providers.status(provider)?.state === 'no-key';

export const listOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
