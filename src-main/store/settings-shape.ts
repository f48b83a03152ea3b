import { assetPattern, timeframes } from '../contract/market.ts';
import {
  defaultSettings,
  inspectorTabs,
  mostWatched,
  type ProviderSettings,
  type Settings,
} from '../contract/settings.ts';
import { providerIds, type ProviderId } from '../contract/source.ts';

const markets: readonly Settings['market'][] = ['simulated', 'live'];
const themes: readonly Settings['theme'][] = ['dark', 'light'];
const timeZones: readonly Settings['timeZone'][] = ['UTC', 'local'];
const environments: readonly ProviderSettings['environment'][] = ['production', 'sandbox', 'custom'];

/** Settings from anything: each field that is missing or makes no sense has its default, unknown fields are dropped. */
export function settingsFrom(value: unknown): Settings {
  const given = fieldsOf(value);
  const focus = fieldsOf(given['focus']);
  const overlays = fieldsOf(given['overlays']);
  const layout = fieldsOf(given['layout']);
  const providers = fieldsOf(given['providers']);
  const fallback = defaultSettings;
  return {
    market: oneOf(markets, given['market'], fallback.market),
    theme: oneOf(themes, given['theme'], fallback.theme),
    timeZone: oneOf(timeZones, given['timeZone'], fallback.timeZone),
    watchlist: watchlistFrom(given['watchlist']),
    focus: {
      asset: isAsset(focus['asset']) ? focus['asset'] : fallback.focus.asset,
      timeframe: oneOf(timeframes, focus['timeframe'], fallback.focus.timeframe),
    },
    overlays: {
      bands: booleanOr(overlays['bands'], fallback.overlays.bands),
      gex: booleanOr(overlays['gex'], fallback.overlays.gex),
      fitLevels: booleanOr(overlays['fitLevels'], fallback.overlays.fitLevels),
    },
    intensity: intensityFrom(given['intensity']),
    layout: {
      watchlist: booleanOr(layout['watchlist'], fallback.layout.watchlist),
      inspector: booleanOr(layout['inspector'], fallback.layout.inspector),
      inspectorTab: oneOf(inspectorTabs, layout['inspectorTab'], fallback.layout.inspectorTab),
    },
    providers: Object.fromEntries(
      providerIds.map((id) => [id, providerFrom(providers[id], fallback.providers[id])]),
    ) as Record<ProviderId, ProviderSettings>,
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function oneOf<Value extends string>(values: readonly Value[], given: unknown, fallback: Value): Value {
  return values.find((value) => value === given) ?? fallback;
}

const booleanOr = (given: unknown, fallback: boolean): boolean => (typeof given === 'boolean' ? given : fallback);

const isAsset = (given: unknown): given is string => typeof given === 'string' && assetPattern.test(given);

function watchlistFrom(given: unknown): readonly string[] {
  const assets = Array.isArray(given) ? [...new Set(given.filter(isAsset))].slice(0, mostWatched) : [];
  return assets.length > 0 ? assets : defaultSettings.watchlist;
}

function intensityFrom(given: unknown): Settings['intensity'] {
  const { low, high } = fieldsOf(given);
  const isFraction = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
  return isFraction(low) && isFraction(high) && low <= high ? { low, high } : defaultSettings.intensity;
}

function providerFrom(value: unknown, fallback: ProviderSettings): ProviderSettings {
  const given = fieldsOf(value);
  return {
    environment: oneOf(environments, given['environment'], fallback.environment),
    customUrl: urlFrom(given['customUrl'], ['https:', 'http:']) ?? fallback.customUrl,
    customStreamUrl: urlFrom(given['customStreamUrl'], ['wss:', 'ws:']) ?? fallback.customStreamUrl,
  };
}

/** The URL without a trailing slash; the second, unencrypted protocol is for loopback only, so that no key leaves in clear. */
function urlFrom(given: unknown, [secure, plain]: readonly [string, string]): string | null {
  if (typeof given !== 'string') return null;
  const text = given.trim().replace(/\/+$/, '');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return null;
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === secure || (url.protocol === plain && isLoopback) ? text : null;
}
