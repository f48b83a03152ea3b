import { timeframes } from '../contract/market.ts';
import {
  defaultSettings,
  inspectorTabs,
  marketModes,
  mostWatched,
  type MapLayer,
  type ProviderSettings,
  type Settings,
} from '../contract/settings.ts';
import {
  gexProviders,
  mapProviders,
  priceProviders,
  providerIds,
  volumeProviders,
  type PriceProvider,
} from '../contract/source.ts';
import { booleanOr, fieldsOf, isAsset, numberOr, oneOf, textsFrom, urlFrom } from './settings-fields.ts';
import { planFrom } from './settings-plan.ts';
import { retentionFrom } from './settings-retention.ts';

const themes: readonly Settings['theme'][] = ['dark', 'light'];
const timeZones: readonly Settings['timeZone'][] = ['UTC', 'local'];
const environments: readonly ProviderSettings['environment'][] = ['production', 'production-eu', 'sandbox', 'custom'];
const forms: readonly MapLayer['form'][] = ['bands', 'profile', 'both'];
const gexChoices: readonly Settings['gex']['provider'][] = ['auto', ...gexProviders];

/** Assets whose price provider was chosen, at most. */
const mostChosen = 1_000;

/** Settings from anything: each field that is missing or makes no sense has its default, unknown fields are dropped. */
export function settingsFrom(value: unknown): Settings {
  const given = fieldsOf(value);
  const focus = fieldsOf(given['focus']);
  const overlays = fieldsOf(given['overlays']);
  const confluence = fieldsOf(given['confluence']);
  const layout = fieldsOf(given['layout']);
  const providers = fieldsOf(given['providers']);
  const fallback = defaultSettings;
  return {
    market: oneOf(marketModes, given['market'], fallback.market),
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
      liquidations: booleanOr(overlays['liquidations'], fallback.overlays.liquidations),
      volumes: booleanOr(overlays['volumes'], fallback.overlays.volumes),
    },
    maps: mapsFrom(given),
    confluence: {
      shown: booleanOr(confluence['shown'], fallback.confluence.shown),
      tolerancePercent: numberOr(confluence['tolerancePercent'], [0.001, 5], fallback.confluence.tolerancePercent),
    },
    prices: { byAsset: byAssetFrom(fieldsOf(given['prices'])['byAsset']) },
    gex: { provider: oneOf(gexChoices, fieldsOf(given['gex'])['provider'], fallback.gex.provider) },
    volumes: { providers: volumeProvidersFrom(fieldsOf(given['volumes'])['providers']) },
    layout: {
      watchlist: booleanOr(layout['watchlist'], fallback.layout.watchlist),
      inspector: booleanOr(layout['inspector'], fallback.layout.inspector),
      inspectorTab: oneOf(inspectorTabs, layout['inspectorTab'], fallback.layout.inspectorTab),
    },
    providers: recordOf(providerIds, (id) => providerFrom(providers[id], fallback.providers[id])),
    plan: planFrom(given['plan']),
    retention: retentionFrom(given['retention']),
  };
}

const recordOf = <Key extends string, Value>(keys: readonly Key[], of: (key: Key) => Value): Record<Key, Value> =>
  Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<Key, Value>;

function watchlistFrom(given: unknown): readonly string[] {
  const assets = Array.isArray(given) ? [...new Set(given.filter(isAsset))].slice(0, mostWatched) : [];
  return assets.length > 0 ? assets : defaultSettings.watchlist;
}

/** Settings of version 0.1 have one `intensity`, which was that of Kingfisher's map, and no `maps`. */
function mapsFrom(given: Readonly<Record<string, unknown>>): Settings['maps'] {
  const maps = fieldsOf(given['maps']);
  return recordOf(mapProviders, (id) => {
    const layer = fieldsOf(maps[id]);
    const fallback = defaultSettings.maps[id];
    const former = id === 'kingfisher' ? intensityFrom(given['intensity'], fallback.intensity) : fallback.intensity;
    return {
      shown: booleanOr(layer['shown'], fallback.shown),
      intensity: intensityFrom(layer['intensity'], former),
      form: oneOf(forms, layer['form'], fallback.form),
    };
  });
}

function intensityFrom(given: unknown, fallback: MapLayer['intensity']): MapLayer['intensity'] {
  const { low, high } = fieldsOf(given);
  const isFraction = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
  return isFraction(low) && isFraction(high) && low <= high ? { low, high } : fallback;
}

function byAssetFrom(given: unknown): Settings['prices']['byAsset'] {
  const isKnown = (entry: [string, unknown]): entry is [string, PriceProvider] =>
    isAsset(entry[0]) && priceProviders.some((id) => id === entry[1]);
  return Object.fromEntries(Object.entries(fieldsOf(given)).filter(isKnown).slice(0, mostChosen));
}

/** None at all is a choice; a list in which nothing is known is not. */
function volumeProvidersFrom(given: unknown): Settings['volumes']['providers'] {
  if (!Array.isArray(given)) return defaultSettings.volumes.providers;
  const known = volumeProviders.filter((id) => given.includes(id));
  return known.length > 0 || given.length === 0 ? known : defaultSettings.volumes.providers;
}

function providerFrom(value: unknown, fallback: ProviderSettings): ProviderSettings {
  const given = fieldsOf(value);
  return {
    environment: oneOf(environments, given['environment'], fallback.environment),
    customUrl: urlFrom(given['customUrl'], ['https:', 'http:']) ?? fallback.customUrl,
    customStreamUrl: urlFrom(given['customStreamUrl'], ['wss:', 'ws:']) ?? fallback.customStreamUrl,
    options: textsFrom(given['options']),
  };
}
