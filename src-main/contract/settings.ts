import type { Asset, Timeframe } from './market.ts';
import type { ProviderId } from './source.ts';

/** Assets a watchlist holds at most. */
export const mostWatched = 200;

export type MarketMode = 'simulated' | 'live';

/** Which of its hosts a provider is asked at. `custom` uses the URLs beside it, which must be https (wss) unless loopback. */
export interface ProviderSettings {
  readonly environment: 'production' | 'sandbox' | 'custom';
  /** REST base URL without a trailing slash, used when `environment` is `custom`. */
  readonly customUrl: string;
  /** Stream URL; empty: derived from `customUrl`. */
  readonly customStreamUrl: string;
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
  };
  /** The intensity slider's two handles, as fractions 0…1 of the amount scale. */
  readonly intensity: { readonly low: number; readonly high: number };
  readonly layout: { readonly watchlist: boolean; readonly inspector: boolean; readonly inspectorTab: InspectorTab };
  readonly providers: Readonly<Record<ProviderId, ProviderSettings>>;
}

export const inspectorTabs = ['levels', 'gex', 'flow'] as const;
export type InspectorTab = (typeof inspectorTabs)[number];

const atProduction: ProviderSettings = { environment: 'production', customUrl: '', customStreamUrl: '' };

export const defaultSettings: Settings = {
  market: 'simulated',
  theme: 'dark',
  timeZone: 'local',
  watchlist: ['BTC', 'ETH', 'SOL'],
  focus: { asset: 'BTC', timeframe: '15m' },
  overlays: { bands: true, gex: true, fitLevels: false },
  intensity: { low: 0.15, high: 1 },
  layout: { watchlist: true, inspector: true, inspectorTab: 'levels' },
  providers: { kingfisher: atProduction, binance: atProduction },
};
