import type { ProviderId, Source } from '../../src-main/contract/source.ts';

const names: Readonly<Record<ProviderId, string>> = { kingfisher: 'Kingfisher', binance: 'Binance' };

export type SourceBadge = 'SIMULATED' | 'SANDBOX' | 'CUSTOM';

const badges = { production: null, sandbox: 'SANDBOX', custom: 'CUSTOM', simulated: 'SIMULATED' } as const;

export const providerName = (provider: ProviderId): string => names[provider];

/** What must stand beside numbers that do not come from a provider's own production host; null when they do. */
export const sourceBadge = (source: Source): SourceBadge | null => badges[source.environment];

/** `Kingfisher`, `Kingfisher · SIMULATED`, `Kingfisher · SANDBOX`; a custom source names its host. */
export function sourceLabel(source: Source): string {
  const name = providerName(source.provider);
  const mark = source.environment === 'custom' ? source.host || 'CUSTOM' : sourceBadge(source);
  return mark === null ? name : `${name} · ${mark}`;
}
