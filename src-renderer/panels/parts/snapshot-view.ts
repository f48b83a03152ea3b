import type { Failure } from '../../../src-main/contract/failure.ts';
import type { SnapshotKind, SnapshotOf } from '../../../src-main/contract/snapshot.ts';
import { snapshotFreshness } from '../../state/freshness.ts';
import type { Freshness } from '../../state/freshness.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';

/** Everything a panel needs to show one kind of snapshot of the focused asset. */
export interface SnapshotView<Kind extends SnapshotKind> {
  readonly snapshot: SnapshotOf<Kind> | null;
  readonly freshness: Freshness;
  /** Why there is nothing newer; null where a key is all that is missing, see `needsKey`. */
  readonly trouble: Failure | null;
  /** A key is what is missing: to be said once, with the way to add it. */
  readonly needsKey: boolean;
  readonly isRefreshing: boolean;
}

export function viewOf<Kind extends SnapshotKind>(terminal: Terminal, kind: Kind): SnapshotView<Kind> {
  const { asset, snapshots, providers, clock } = terminal;
  const snapshot = snapshots.of(asset, kind);
  const trouble = snapshots.troubleOf(asset, kind);
  const isKeyless = needsKey(terminal, kind) && (trouble === null || trouble.kind === 'auth');
  return {
    snapshot,
    freshness:
      snapshot === null
        ? { stale: false, reason: null }
        : snapshotFreshness(snapshot, providers.status(snapshot.source.provider), clock.now),
    trouble: isKeyless ? null : trouble,
    needsKey: isKeyless,
    isRefreshing: snapshots.isRefreshing(asset, kind),
  };
}

/** Why there is nothing to show for a kind, in one sentence; for the empty panel and for the em dash's hover. */
export function whyMissing(terminal: Terminal, kind: SnapshotKind | 'candles'): string {
  const info = terminal.providers.infos.find((each) => each.capabilities.includes(kind));
  if (info === undefined) return 'No provider serves this.';
  const only = kind === 'candles' ? undefined : info.assets[kind];
  if (only !== undefined && !only.includes(terminal.asset)) {
    return `${info.name} serves this for ${listOf(only)} only.`;
  }
  const status = terminal.providers.status(info.id);
  if (status?.state === 'no-key') return `${info.name} needs a key. Add one in Settings.`;
  if (status !== null && ['offline', 'refused', 'plan', 'error', 'limited'].includes(status.state)) return status.text;
  return `Nothing has come from ${info.name} yet.`;
}

/** Whether a provider serves the kind for the focused asset. */
export const isServed = (terminal: Terminal, kind: SnapshotKind): boolean =>
  terminal.providers.infos.some(
    ({ capabilities, assets }) => capabilities.includes(kind) && assets[kind]?.includes(terminal.asset) !== false,
  );

/** Whether the asset's kind is served, and only the key for it is missing. */
export function needsKey(terminal: Terminal, kind: SnapshotKind): boolean {
  const info = terminal.providers.infos.find((each) => each.capabilities.includes(kind));
  if (info === undefined || info.assets[kind]?.includes(terminal.asset) === false) return false;
  return terminal.providers.status(info.id)?.state === 'no-key';
}

const listOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
