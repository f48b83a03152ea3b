import type { GexProvider } from '../../../src-main/contract/source.ts';
import { gexProviderOf } from '../../state/serving.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';
import { viewOf } from './snapshot-view.ts';
import type { SnapshotView } from './snapshot-view.ts';

/** Whose gamma exposure is shown; where nobody can be asked for it, the one who would give it had it a key. */
export const shownGexProvider = (terminal: Terminal): GexProvider =>
  gexProviderOf(terminal.serving, terminal.settings.gex.provider, terminal.asset) ?? 'kingfisher';

export const gexView = (terminal: Terminal): SnapshotView<'gex'> => viewOf(terminal, 'gex', shownGexProvider(terminal));
