import type { Failure } from '../../../src-main/contract/failure.ts';
import type { LiquidationMap, LiquidationProfile } from '../../../src-main/contract/liquidation.ts';
import type { MapLayer } from '../../../src-main/contract/settings.ts';
import { mapProviders } from '../../../src-main/contract/source.ts';
import type { MapProvider } from '../../../src-main/contract/source.ts';
import { formatAge, formatTime } from '../../format/time.ts';
import type { Freshness } from '../../state/freshness.ts';
import type { Moment } from '../../state/moments.svelte.ts';
import { mapKindOf } from '../../state/serving.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';
import { viewOf } from './snapshot-view.ts';

/** One provider's map of the focused asset: its settings, and what is shown of it. */
export interface LayerView {
  readonly provider: MapProvider;
  readonly kind: 'liquidation-map' | 'liquidation-profile';
  readonly layer: MapLayer;
  /** The latest map, or the one of the chosen moment. */
  readonly snapshot: LiquidationMap | LiquidationProfile | null;
  readonly freshness: Freshness;
  readonly trouble: Failure | null;
  readonly needsKey: boolean;
  readonly isRefreshing: boolean;
  /** The chosen moment of the past; null: the latest. */
  readonly moment: Moment | null;
  /** Why it is not to be taken for the present: `stale 3 h`, `as of 2025-11-20 08:00 UTC`; null while it is. */
  readonly notNow: string | null;
}

export function layerOf(terminal: Terminal, provider: MapProvider): LayerView {
  const kind = mapKindOf(provider);
  const view = viewOf(terminal, kind, provider);
  const moment = terminal.moments.of(terminal.asset, provider);
  const past = moment?.profile ?? null;
  const age = view.snapshot === null ? 0 : Math.max(0, terminal.clock.now - view.snapshot.takenAt);
  return {
    provider,
    kind,
    layer: terminal.settings.maps[provider],
    snapshot: past ?? view.snapshot,
    freshness:
      past === null ? view.freshness : { stale: true, reason: 'a moment of the past was asked for', state: 'stale' },
    trouble: view.trouble,
    needsKey: view.needsKey,
    isRefreshing: view.isRefreshing,
    moment,
    notNow:
      past !== null
        ? `as of ${formatTime(past.takenAt, terminal.settings.timeZone)}`
        : view.freshness.stale
          ? `stale ${formatAge(age)}`
          : null,
  };
}

/** The layers that are switched on, in the order of their providers. */
export const shownLayers = (terminal: Terminal): readonly LayerView[] =>
  mapProviders.filter((provider) => terminal.settings.maps[provider].shown).map((each) => layerOf(terminal, each));

/** Changes one provider's layer. */
export function changeLayer(terminal: Terminal, provider: MapProvider, patch: Partial<MapLayer>): void {
  const { maps } = terminal.settings;
  terminal.change({ maps: { ...maps, [provider]: { ...maps[provider], ...patch } } });
}
