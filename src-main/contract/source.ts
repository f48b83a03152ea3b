/** One word a provider; the registry in `providers/index.ts` has one line for each. */
export const providerIds = ['kingfisher', 'binance'] as const;
export type ProviderId = (typeof providerIds)[number];

/**
 * Which of a provider's hosts a number came from. Data of different environments never mix: each has its own `SourceKey`
 * in the store, and `simulated` and `sandbox` are shown as such wherever their numbers appear.
 */
export type Environment = 'production' | 'sandbox' | 'custom' | 'simulated';

export interface Source {
  readonly provider: ProviderId;
  readonly environment: Environment;
  /** Host (and port) asked; empty for `simulated`, whose port changes with every start. */
  readonly host: string;
}

/** `kingfisher@production:api.thekingfisher.io`, `binance@simulated:` … the store's key of a source. */
export type SourceKey = string;
export const sourceKey = (source: Source): SourceKey => `${source.provider}@${source.environment}:${source.host}`;
