/** One word a provider; the registry in `providers/index.ts` has one line for each. */
export const providerIds = [
  'kingfisher',
  'kingfisher-legacy',
  'kaiko',
  'kiyotaka',
  'binance',
  'bybit',
  'okx',
  'hyperliquid',
  'deribit',
] as const;
export type ProviderId = (typeof providerIds)[number];

/** Keyless venues whose candles can be drawn, in the order in which one stands in for the one before it. */
export const priceProviders = ['binance', 'bybit', 'okx', 'hyperliquid'] as const satisfies readonly ProviderId[];
export type PriceProvider = (typeof priceProviders)[number];

/** Providers of a map of levels, in the order of their layers on the chart. */
export const mapProviders = ['kingfisher', 'kingfisher-legacy', 'kiyotaka'] as const satisfies readonly ProviderId[];
export type MapProvider = (typeof mapProviders)[number];

/** Providers of gamma exposure, in the order of preference: first who gives a profile, then whose option chain we make one of. */
export const gexProviders = ['kingfisher', 'deribit', 'bybit'] as const satisfies readonly ProviderId[];
export type GexProvider = (typeof gexProviders)[number];

/** Providers of liquidated volumes per interval, as history. */
export const volumeProviders = ['kaiko', 'kiyotaka'] as const satisfies readonly ProviderId[];
export type VolumeProvider = (typeof volumeProviders)[number];

/**
 * Which of a provider's hosts a number came from. Data of different environments never mix: each has its own `SourceKey`
 * in the store, and `simulated` and `sandbox` are shown as such wherever their numbers appear.
 */
export type Environment = 'production' | 'production-eu' | 'sandbox' | 'custom' | 'simulated';

export interface Source {
  readonly provider: ProviderId;
  readonly environment: Environment;
  /** Host (and port) asked; empty for `simulated`, whose port changes with every start. */
  readonly host: string;
}

/** `kingfisher@production:api.thekingfisher.io`, `binance@simulated:` … the store's key of a source. */
export type SourceKey = string;
export const sourceKey = (source: Source): SourceKey => `${source.provider}@${source.environment}:${source.host}`;
