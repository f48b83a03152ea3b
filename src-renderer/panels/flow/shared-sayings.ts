import type { Failure } from '../../../src-main/contract/failure.ts';
import type { SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';
import { viewOf, whyMissing } from '../parts/snapshot-view.ts';

/** The panel's sections, from the top down. */
export const flowSections = [
  { kind: 'open-interest', title: 'Open interest' },
  { kind: 'funding-rates', title: 'Funding' },
  { kind: 'market-depth', title: 'Depth' },
  { kind: 'order-flow', title: 'Order flow' },
] as const satisfies readonly { kind: SnapshotKind; title: string }[];

/** One sentence about one or more sections: why they have nothing, or nothing newer. */
export interface Saying {
  readonly text: string;
  readonly kinds: readonly SnapshotKind[];
  readonly titles: readonly string[];
  /** Where trying again may help: of the sections' failures, the one tried again first. */
  readonly failure: Failure | null;
  readonly needsKey: boolean;
}

/** What the panel has to say, each sentence once however many sections it is about. */
export function sayingsOf(terminal: Terminal): Saying[] {
  const sayings = new Map<string, Saying>();
  for (const { kind, title } of flowSections) {
    const { snapshot, trouble, needsKey } = viewOf(terminal, kind);
    if (trouble === null && snapshot !== null && !needsKey) continue;
    const text = trouble?.message ?? whyMissing(terminal, kind);
    const known = sayings.get(text);
    sayings.set(text, {
      text,
      kinds: [...(known?.kinds ?? []), kind],
      titles: [...(known?.titles ?? []), title],
      failure: sooner(known?.failure ?? null, trouble),
      needsKey,
    });
  }
  return [...sayings.values()];
}

/** Tries the first section; the others only when that one came through, so that a refusal costs one call. */
export async function retryAll(terminal: Terminal, kinds: readonly SnapshotKind[]): Promise<void> {
  const { asset } = terminal;
  for (const kind of kinds) {
    await terminal.snapshots.refresh(asset, kind);
    if (terminal.snapshots.troubleOf(asset, kind) !== null) return;
  }
}

function sooner(a: Failure | null, b: Failure | null): Failure | null {
  if (a === null || b === null) return a ?? b;
  return (b.retryAt ?? Infinity) < (a.retryAt ?? Infinity) ? b : a;
}
