import type { Asset } from '../../src-main/contract/market.ts';
import type { Capability, ProviderInfo, ProviderStatus } from '../../src-main/contract/provider-status.ts';
import type { EffectiveMarket, Settings } from '../../src-main/contract/settings.ts';
import { snapshotKinds } from '../../src-main/contract/snapshot.ts';
import type { SnapshotKind } from '../../src-main/contract/snapshot.ts';
import { gexProviders, providerIds } from '../../src-main/contract/source.ts';
import type { GexProvider, MapProvider, ProviderId } from '../../src-main/contract/source.ts';

/** What is known of the providers, from which follows who can be asked for what. */
export interface Serving {
  readonly infos: readonly ProviderInfo[];
  readonly status: (id: ProviderId) => ProviderStatus | null;
  readonly market: EffectiveMarket;
}

/** The kind in which a provider gives its map: with sides, or without. */
export const mapKindOf = (provider: MapProvider): 'liquidation-map' | 'liquidation-profile' =>
  provider === 'kingfisher' ? 'liquidation-map' : 'liquidation-profile';

export const infoOf = (serving: Serving, id: ProviderId): ProviderInfo | null =>
  serving.infos.find((info) => info.id === id) ?? null;

/** Whether a provider has this, for this asset. */
export function serves(serving: Serving, id: ProviderId, what: Capability, asset: Asset): boolean {
  const info = infoOf(serving, id);
  if (info?.capabilities.includes(what) !== true) return false;
  return !isSnapshotKind(what) || info.assets[what]?.includes(asset) !== false;
}

/** Whether it can be asked: it needs no key, or has one, or is of the simulated market, where keys are not needed. */
export function isUsable(serving: Serving, id: ProviderId): boolean {
  const info = infoOf(serving, id);
  if (info === null) return false;
  if (info.credential.length === 0 || serving.market === 'simulated') return true;
  const status = serving.status(id);
  return status !== null && status.credential.kept !== 'none' && status.state !== 'no-key';
}

/** Everyone who has this for the asset and can be asked, in the order of the registry. */
export const usableServers = (serving: Serving, what: Capability, asset: Asset): readonly ProviderId[] =>
  providerIds.filter((id) => serves(serving, id, what, asset) && isUsable(serving, id));

/**
 * Whose gamma exposure of the asset is shown: the chosen provider's; `auto`: the first in the order of preference that has
 * the asset and can be asked. Null where there is none.
 */
export function gexProviderOf(serving: Serving, choice: Settings['gex']['provider'], asset: Asset): GexProvider | null {
  if (choice !== 'auto') return choice;
  return gexProviders.find((id) => serves(serving, id, 'gex', asset) && isUsable(serving, id)) ?? null;
}

const isSnapshotKind = (what: Capability): what is SnapshotKind => snapshotKinds.some((kind) => kind === what);
