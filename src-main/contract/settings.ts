import { keepEverything, type Retention } from './keeping.ts';
import type { Asset, Timeframe } from './market.ts';
import type { PlanSettings } from './plan.ts';
import type { GexProvider, MapProvider, PriceProvider, ProviderId, VolumeProvider } from './source.ts';
import { providerIds } from './source.ts';

/** Assets a watchlist holds at most. */
export const mostWatched = 200;

/**
 * `auto`: public and keyed sources as far as they can be reached, the simulated market only while nothing was ever reached.
 * `live`: never simulated. `simulated`: never live.
 */
export const marketModes = ['auto', 'live', 'simulated'] as const;
export type MarketMode = (typeof marketModes)[number];
/** What `auto` comes down to now. */
export type EffectiveMarket = Exclude<MarketMode, 'auto'>;

/** Which of its hosts a provider is asked at. `custom` uses the URLs beside it, which must be https (wss) unless loopback. */
export interface ProviderSettings {
  readonly environment: 'production' | 'production-eu' | 'sandbox' | 'custom';
  /** REST base URL without a trailing slash, used when `environment` is `custom`. */
  readonly customUrl: string;
  /** Stream URL; empty: derived from `customUrl`. */
  readonly customStreamUrl: string;
  /** Values of the provider's options by name; an absent one has its fallback. */
  readonly options: Readonly<Record<string, string>>;
}

/** One provider's map on the chart. */
export interface MapLayer {
  readonly shown: boolean;
  /** The intensity slider's two handles, as fractions 0…1 of the layer's own amount scale. */
  readonly intensity: { readonly low: number; readonly high: number };
  /** `profile`: a histogram over price at the chart's right edge, with the cumulative curves where there are any. */
  readonly form: 'bands' | 'profile' | 'both';
}

export interface Settings {
  readonly market: MarketMode;
  readonly theme: 'dark' | 'light';
  readonly timeZone: 'UTC' | 'local';
  readonly watchlist: readonly Asset[];
  readonly focus: { readonly asset: Asset; readonly timeframe: Timeframe };
  readonly overlays: {
    readonly bands: boolean;
    readonly gex: boolean;
    /** Bands join the price scale's autoscale. */
    readonly fitLevels: boolean;
    /** Realised liquidations as marks on the candles. */
    readonly liquidations: boolean;
    /** The pane of liquidated volumes below the price. */
    readonly volumes: boolean;
  };
  readonly maps: Readonly<Record<MapProvider, MapLayer>>;
  /** Levels of two maps that agree within `tolerancePercent` of the price are marked. */
  readonly confluence: { readonly shown: boolean; readonly tolerancePercent: number };
  readonly prices: {
    /** Where an asset's candles come from; an absent asset: the first price provider that has them. */
    readonly byAsset: Readonly<Record<Asset, PriceProvider>>;
  };
  readonly gex: { readonly provider: GexProvider | 'auto' };
  /** Volume providers that are asked and shown. */
  readonly volumes: { readonly providers: readonly VolumeProvider[] };
  readonly layout: { readonly watchlist: boolean; readonly inspector: boolean; readonly inspectorTab: InspectorTab };
  readonly providers: Readonly<Record<ProviderId, ProviderSettings>>;
  readonly plan: PlanSettings;
  readonly retention: Retention;
}

export const inspectorTabs = ['levels', 'gex', 'flow', 'volumes'] as const;
export type InspectorTab = (typeof inspectorTabs)[number];

const atProduction: ProviderSettings = { environment: 'production', customUrl: '', customStreamUrl: '', options: {} };
const layer = (shown: boolean, form: MapLayer['form']): MapLayer => ({
  shown,
  intensity: { low: 0.15, high: 1 },
  form,
});

export const defaultSettings: Settings = {
  market: 'auto',
  theme: 'dark',
  timeZone: 'local',
  watchlist: ['BTC', 'ETH', 'SOL'],
  focus: { asset: 'BTC', timeframe: '15m' },
  overlays: { bands: true, gex: true, fitLevels: false, liquidations: true, volumes: true },
  maps: {
    kingfisher: layer(true, 'bands'),
    'kingfisher-legacy': layer(false, 'both'),
    kiyotaka: layer(false, 'bands'),
  },
  confluence: { shown: true, tolerancePercent: 0.1 },
  prices: { byAsset: {} },
  gex: { provider: 'auto' },
  volumes: { providers: ['kaiko', 'kiyotaka'] },
  layout: { watchlist: true, inspector: true, inspectorTab: 'levels' },
  providers: Object.fromEntries(providerIds.map((id) => [id, atProduction])) as Record<ProviderId, ProviderSettings>,
  plan: { providers: {}, intervals: {}, pins: [] },
  retention: keepEverything,
};
