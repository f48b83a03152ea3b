import { FailureError } from '../contract/failure.ts';
import type { ProviderInfo } from '../contract/provider-status.ts';
import type { EffectiveMarket, ProviderSettings } from '../contract/settings.ts';
import type { ProviderId, Source } from '../contract/source.ts';
import type { Secret } from '../engine-messages.ts';
import { readCustomUrls, type CustomUrls } from '../net/base-url.ts';
import type { Options } from '../providers/provider.ts';

/** Where a provider is asked, and the source its numbers carry. */
export interface Place {
  readonly source: Source;
  /** The provider's own parameters, each one set. */
  readonly options: Options;
  readonly restUrl: string;
  readonly streamUrl: string;
}

/** Loopback addresses of the simulated market, and the key its servers accept. */
export interface SimulatedPlaces {
  readonly urls: Readonly<Partial<Record<ProviderId, { readonly restUrl: string; readonly streamUrl: string }>>>;
  readonly secrets: Partial<Readonly<Record<ProviderId, Secret>>>;
}

/** The source a provider's data carries under these settings: known before anything is connected. Throws `bad-request` for a bad custom URL. */
export function sourceUnder(info: ProviderInfo, settings: ProviderSettings, market: EffectiveMarket): Source {
  if (market === 'simulated') return { provider: info.id, environment: 'simulated', host: '' };
  return livePlace(info, settings).source;
}

/** Throws `bad-request` when the custom URLs are not to be used. */
export function livePlace(info: ProviderInfo, settings: ProviderSettings): Place {
  const { environment } = settings;
  const known = info.environments.find(({ id }) => id === environment);
  const urls = environment === 'custom' || !known ? customPlace(info, settings) : known;
  return {
    source: { provider: info.id, environment, host: new URL(urls.restUrl).host },
    restUrl: urls.restUrl,
    streamUrl: urls.streamUrl,
    options: optionsOf(info, settings),
  };
}

/** Whether its server is one of the net’s, whose clock is right. */
export const isOnTheNet = ({ environment }: Source): boolean => environment !== 'custom' && environment !== 'simulated';

/** Every option of the provider with the user's value or its fallback. */
export function optionsOf(info: ProviderInfo, settings: ProviderSettings): Options {
  return Object.fromEntries(
    info.options.map(({ name, fallback }) => [name, (settings.options[name] ?? '').trim() || fallback]),
  );
}

function customPlace({ streamPath }: ProviderInfo, settings: ProviderSettings): CustomUrls {
  const read = readCustomUrls(settings.customUrl, settings.customStreamUrl, streamPath);
  if (!read.ok) throw new FailureError(read.failure);
  return read.value;
}
