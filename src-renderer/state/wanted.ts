import type { Wanted } from '../../src-main/contract/channels.ts';
import type { InspectorTab, Settings } from '../../src-main/contract/settings.ts';
import type { SnapshotKind } from '../../src-main/contract/snapshot.ts';

const always: readonly SnapshotKind[] = ['liquidation-map', 'gex'];

/** What a tab shows beyond what the chart needs anyway; asked for only while it is open, because calls are counted. */
const ofTab: Readonly<Record<InspectorTab, readonly SnapshotKind[]>> = {
  levels: [],
  gex: [],
  flow: ['open-interest', 'funding-rates', 'market-depth', 'order-flow'],
};

export function wantedOf(settings: Settings, openTab: InspectorTab | null): Wanted {
  return {
    assets: settings.watchlist,
    focus: settings.focus,
    kinds: [...always, ...(openTab === null ? [] : ofTab[openTab])],
  };
}
