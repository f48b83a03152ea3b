import type { Failure } from '../../../src-main/contract/failure.ts';
import type { SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { providerName } from '../../format/source.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';
import { viewOf, whyMissing } from '../parts/snapshot-view.ts';
import { flowSections, sectionProviders } from './sections.ts';

/** A part of the panel: what one provider says in one section. */
export interface Part {
  readonly kind: SnapshotKind;
  readonly provider: ProviderId;
  /** `Funding`, and where there are several providers, `Funding of Bybit`. */
  readonly title: string;
}

/** One sentence about one or more parts: why they have nothing, or nothing newer. */
export interface Saying {
  readonly text: string;
  readonly parts: readonly Part[];
  /** Where trying again may help: of the parts' failures, the one tried again first. */
  readonly failure: Failure | null;
  readonly needsKey: boolean;
}

/** Said above the sections, once, and not again in each of them. */
export const isShared = ({ parts, needsKey }: Saying): boolean => needsKey || parts.length > 1;

/** What the panel has to say, each sentence once however many parts it is about. */
export function sayingsOf(terminal: Terminal): Saying[] {
  const sayings = new Map<string, Saying>();
  for (const { kind, title } of flowSections) {
    const providers = sectionProviders(terminal, kind);
    const isAlone = providers.length === 1;
    for (const provider of providers) {
      const { snapshot, trouble, needsKey } = viewOf(terminal, kind, provider);
      // Among others, one that has not answered yet is a row with a dash.
      if (trouble === null && !needsKey && (snapshot !== null || !isAlone)) continue;
      const text = trouble?.message ?? whyMissing(terminal, kind, provider);
      const known = sayings.get(text);
      sayings.set(text, {
        text,
        parts: [
          ...(known?.parts ?? []),
          { kind, provider, title: isAlone ? title : `${title} of ${providerName(provider)}` },
        ],
        failure: sooner(known?.failure ?? null, trouble),
        needsKey,
      });
    }
  }
  return [...sayings.values()];
}

/** Tries the first part; the others only when that one came through, so that a refusal costs one call. */
export async function retryAll(terminal: Terminal, parts: readonly Part[]): Promise<void> {
  const { asset } = terminal;
  for (const { kind, provider } of parts) {
    await terminal.snapshots.refresh(asset, kind, provider);
    if (terminal.snapshots.troubleOf(asset, kind, provider) !== null) return;
  }
}

function sooner(a: Failure | null, b: Failure | null): Failure | null {
  if (a === null || b === null) return a ?? b;
  return (b.retryAt ?? Infinity) < (a.retryAt ?? Infinity) ? b : a;
}
