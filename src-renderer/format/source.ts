import type { ProviderId, Source } from '../../src-main/contract/source.ts';

const names: Readonly<Record<ProviderId, string>> = {
  kingfisher: 'Kingfisher',
  'kingfisher-legacy': 'Kingfisher legacy',
  kaiko: 'Kaiko',
  kiyotaka: 'Kiyotaka',
  binance: 'Binance',
  bybit: 'Bybit',
  okx: 'OKX',
  hyperliquid: 'Hyperliquid',
  deribit: 'Deribit',
};

/** For narrow columns; no two are alike. */
const shortNames: Readonly<Record<ProviderId, string>> = {
  ...names,
  'kingfisher-legacy': 'KF legacy',
  hyperliquid: 'Hyperliq.',
};

export type SourceBadge = 'SIMULATED' | 'SANDBOX' | 'CUSTOM';

const badges = {
  production: null,
  'production-eu': null,
  sandbox: 'SANDBOX',
  custom: 'CUSTOM',
  simulated: 'SIMULATED',
} as const;

export const providerName = (provider: ProviderId): string => names[provider];
export const shortProviderName = (provider: ProviderId): string => shortNames[provider];

/** What must stand beside numbers that do not come from a provider's own production host; null when they do. */
export const sourceBadge = (source: Source): SourceBadge | null => badges[source.environment];

/** What follows a source's name: ` · SIMULATED`, ` · SANDBOX`, the host of a custom one; empty for production. */
export function sourceSuffix(source: Source): string {
  const mark = source.environment === 'custom' ? source.host || 'CUSTOM' : sourceBadge(source);
  return mark === null ? '' : ` · ${mark}`;
}

/** `Kingfisher`, `Kingfisher · SIMULATED`, `Kingfisher · SANDBOX`; a custom source names its host. */
export const sourceLabel = (source: Source): string => providerName(source.provider) + sourceSuffix(source);
