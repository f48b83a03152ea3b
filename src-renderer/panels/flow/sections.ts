import type { SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import { providerIds } from '../../../src-main/contract/source.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { serves, usableServers } from '../../state/serving.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';

/** The panel's sections, from the top down. */
export const flowSections = [
  { kind: 'open-interest', title: 'Open interest' },
  { kind: 'funding-rates', title: 'Funding' },
  { kind: 'market-depth', title: 'Depth' },
  { kind: 'order-flow', title: 'Order flow' },
] as const satisfies readonly { kind: SnapshotKind; title: string }[];

/**
 * Whose rows a section has: everyone's who can be asked, or of whom something is known. Depth and order flow are
 * Kingfisher's alone, and so is a section that nobody can be asked for: it says what is missing.
 */
export function sectionProviders(terminal: Terminal, kind: SnapshotKind): readonly ProviderId[] {
  const { asset, serving, snapshots } = terminal;
  const usable = usableServers(serving, kind, asset);
  const found = providerIds.filter(
    (id) =>
      usable.includes(id) ||
      (serves(serving, id, kind, asset) &&
        (snapshots.of(asset, kind, id) !== null ||
          (usable.length === 0 && snapshots.troubleOf(asset, kind, id) !== null))),
  );
  return found.length === 0 ? ['kingfisher'] : found;
}
