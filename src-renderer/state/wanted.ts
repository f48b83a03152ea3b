import type { Wanted, WantedSnapshot } from '../../src-main/contract/channels.ts';
import type { InspectorTab, Settings } from '../../src-main/contract/settings.ts';
import { mapProviders } from '../../src-main/contract/source.ts';
import type { VolumeProvider } from '../../src-main/contract/source.ts';
import { gexProviderOf, isUsable, mapKindOf, serves, usableServers } from './serving.ts';
import type { Serving } from './serving.ts';
import { visibleAssets } from './visible-assets.ts';
import type { RowsInView } from './visible-assets.ts';

/** What is on screen, and so is asked for; calls are counted, so nothing else is. */
export function wantedOf(
  settings: Settings,
  openTab: InspectorTab | null,
  serving: Serving,
  rows: RowsInView = null,
): Wanted {
  const showsVolumes = settings.overlays.volumes || openTab === 'volumes';
  return {
    assets: settings.watchlist,
    visible: visibleAssets(settings.watchlist, settings.focus.asset, rows),
    focus: settings.focus,
    snapshots: [
      ...maps(settings),
      ...gammas(settings, serving),
      ...(openTab === 'flow' ? flows(settings, serving) : []),
    ],
    volumes: showsVolumes ? volumeProvidersOf(settings, serving) : [],
    liquidations: settings.overlays.liquidations || openTab === 'volumes',
  };
}

/** The chosen providers of volumes that can be asked. */
export const volumeProvidersOf = (settings: Settings, serving: Serving): readonly VolumeProvider[] =>
  settings.volumes.providers.filter((provider) => isUsable(serving, provider));

/** The watchlist names the nearest clusters of Kingfisher's maps; the other maps are for the chart alone. */
function maps(settings: Settings): WantedSnapshot[] {
  return mapProviders
    .filter((provider) => settings.maps[provider].shown)
    .map((provider) => ({
      provider,
      kind: mapKindOf(provider),
      scope: provider === 'kingfisher' ? 'watchlist' : 'focus',
    }));
}

function gammas(settings: Settings, serving: Serving): WantedSnapshot[] {
  const { asset } = settings.focus;
  const choice = settings.gex.provider;
  const chosen = gexProviderOf(serving, choice, asset);
  const wanted: WantedSnapshot[] = [];
  // A profile as given costs one call of a plan and is kept for every watched asset; computed ones are whole option chains.
  if (choice === 'kingfisher' || (choice === 'auto' && isUsable(serving, 'kingfisher'))) {
    wanted.push({ provider: 'kingfisher', kind: 'gex', scope: 'watchlist' });
  }
  if (chosen !== null && chosen !== 'kingfisher' && serves(serving, chosen, 'gex', asset)) {
    wanted.push({ provider: chosen, kind: 'gex', scope: 'focus' });
  }
  return wanted;
}

function flows(settings: Settings, serving: Serving): WantedSnapshot[] {
  const { asset } = settings.focus;
  const shared = (['open-interest', 'funding-rates'] as const).flatMap((kind) =>
    usableServers(serving, kind, asset).map((provider) => ({ provider, kind, scope: 'focus' as const })),
  );
  const single = (['market-depth', 'order-flow'] as const).map((kind) => ({
    provider: 'kingfisher' as const,
    kind,
    scope: 'focus' as const,
  }));
  return [...shared, ...single];
}
