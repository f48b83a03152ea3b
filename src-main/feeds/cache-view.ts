import type { Requests } from '../contract/channels.ts';
import type { RealisedLiquidations } from '../contract/liquidation.ts';
import type { Asset, CandleSeries, Quote } from '../contract/market.ts';
import { snapshotKinds, type Snapshot, type SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey, type PriceProvider, type ProviderId, type Source, type SourceKey } from '../contract/source.ts';
import type { Options, Provider } from '../providers/provider.ts';
import type { Store } from '../store/database.ts';
import { cachedQuotes } from './cached-quotes.ts';

export interface CacheTools {
  readonly store: Store;
  readonly providers: Readonly<Record<ProviderId, Provider>>;
  /** The source that a provider's numbers carry now; null while its address is not usable. */
  source(id: ProviderId): Source | null;
  options(id: ProviderId): Options;
  /** Where an asset's candles may come from, the present venue first. */
  priceOrder(asset: Asset): readonly PriceProvider[];
}

/** What the store knows of the sources and series that the settings name: the first paint, and all there is offline. */
export class CacheView {
  readonly #tools: CacheTools;

  constructor(tools: CacheTools) {
    this.#tools = tools;
  }

  hasCandles(asset: Asset): boolean {
    return this.#firstPrice(asset, (key) => this.#tools.store.candles.newestInstrument(key, asset)) !== null;
  }

  candles({ asset, timeframe, before, limit }: Requests['candles/read']['args']): CandleSeries | null {
    return this.#firstPrice(asset, (key) => this.#tools.store.candles.read(key, asset, timeframe, before, limit));
  }

  quote(asset: Asset): Quote | null {
    return this.#firstPrice(asset, (key) => cachedQuotes(this.#tools.store, key, [asset])[0] ?? null);
  }

  /** The newest of every kind that a provider serves for the asset. */
  snapshots(asset: Asset): Snapshot[] {
    return Object.values(this.#tools.providers).flatMap(({ info }) =>
      snapshotKinds
        .filter((kind) => info.capabilities.includes(kind))
        .map((kind) => this.latest(info.id, asset, kind))
        .filter((snapshot) => snapshot !== null),
    );
  }

  latest(id: ProviderId, asset: Asset, kind: SnapshotKind): Snapshot | null {
    const { store, providers, source: sourceOf, options } = this.#tools;
    const source = sourceOf(id);
    if (!source) return null;
    return store.snapshots.latest(sourceKey(source), kind, asset, providers[id].variant?.(kind, asset, options(id)));
  }

  volumes({ provider, asset, from, to }: Requests['volumes/read']['args']): Requests['volumes/read']['value'] {
    const { store, providers, source: sourceOf, options } = this.#tools;
    const source = sourceOf(provider);
    const variant = providers[provider].volumesVariant?.(asset, options(provider));
    if (!source || variant === undefined) return null;
    return store.volumes.read(sourceKey(source), asset, variant, from, to);
  }

  liquidations({ asset, from, to, limit }: Requests['liquidations/read']['args']): readonly RealisedLiquidations[] {
    const keys = Object.values(this.#tools.providers)
      .filter(({ info }) => info.capabilities.includes('liquidation-stream'))
      .flatMap(({ info }) => this.#tools.source(info.id) ?? [])
      .map(sourceKey);
    return this.#tools.store.realised.read(keys, asset, from, to, limit);
  }

  #firstPrice<T>(asset: Asset, read: (key: SourceKey) => T | null): T | null {
    for (const id of this.#tools.priceOrder(asset)) {
      const source = this.#tools.source(id);
      const found = source && read(sourceKey(source));
      if (found) return found;
    }
    return null;
  }
}
