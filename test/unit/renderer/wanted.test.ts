import { describe, expect, test } from 'vitest';
import type { EffectiveMarket, Settings } from '../../../src-main/contract/settings.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { gexProviderOf, isUsable, serves, usableServers } from '../../../src-renderer/state/serving.ts';
import type { Serving } from '../../../src-renderer/state/serving.ts';
import { wantedOf } from '../../../src-renderer/state/wanted.ts';
import { allInfos } from './all-infos.ts';
import { settingsOf, statusOf } from './samples.ts';

/** Live, with a key for these alone. */
const withKeys = (keys: readonly ProviderId[], market: EffectiveMarket = 'live'): Serving => ({
  infos: allInfos,
  status: (id) =>
    statusOf(id, {
      state: keys.includes(id) ? 'polling' : 'no-key',
      credential: { kept: keys.includes(id) ? 'keychain' : 'none', keychainProblem: null },
    }),
  market,
});
const none = withKeys([]);
const on = (asset: string, more: Partial<Settings> = {}): Settings =>
  settingsOf({ focus: { asset, timeframe: '15m' }, ...more });
const asked = (settings: Settings, serving: Serving, tab: Parameters<typeof wantedOf>[1] = null): string[] =>
  wantedOf(settings, tab, serving).snapshots.map(({ provider, kind, scope }) => `${provider} ${kind} ${scope}`);
const gexOnly = (settings: Settings, serving: Serving): string[] =>
  asked(settings, serving).filter((each) => each.includes(' gex '));

describe('who can be asked', () => {
  test('needs no key, or has one, or is of the simulated market', () => {
    expect(isUsable(none, 'binance')).toBe(true);
    expect(isUsable(none, 'kaiko')).toBe(false);
    expect(isUsable(withKeys(['kaiko']), 'kaiko')).toBe(true);
    expect(isUsable(withKeys([], 'simulated'), 'kaiko')).toBe(true);
    expect(isUsable({ ...none, infos: [] }, 'binance')).toBe(false);
  });

  test('serves an asset unless it is limited to others', () => {
    expect(serves(none, 'deribit', 'gex', 'ETH')).toBe(true);
    expect(serves(none, 'deribit', 'gex', 'SOL')).toBe(false);
    expect(serves(none, 'deribit', 'candles', 'BTC')).toBe(false);
  });

  test('are all who have the kind, in the order of the registry', () => {
    const venues = ['binance', 'bybit', 'okx', 'hyperliquid'];
    expect(usableServers(none, 'open-interest', 'BTC')).toEqual(venues);
    expect(usableServers(withKeys(['kingfisher']), 'funding-rates', 'BTC')).toEqual(['kingfisher', ...venues]);
  });
});

describe('gamma exposure', () => {
  test('is by default of Kingfisher with a key, else of Deribit, else of Bybit where that has the asset', () => {
    expect(gexProviderOf(withKeys(['kingfisher']), 'auto', 'BTC')).toBe('kingfisher');
    expect(gexProviderOf(none, 'auto', 'BTC')).toBe('deribit');
    expect(gexProviderOf(none, 'auto', 'SOL')).toBe('bybit');
    expect(gexProviderOf(none, 'auto', 'DOGE')).toBeNull();
    expect(gexProviderOf(withKeys([], 'simulated'), 'auto', 'BTC')).toBe('kingfisher');
    expect(gexProviderOf(none, 'bybit', 'BTC')).toBe('bybit');
  });

  test('is asked of Kingfisher for every watched asset, of an option chain for the focused one alone', () => {
    expect(gexOnly(on('BTC'), none)).toEqual(['deribit gex focus']);
    expect(gexOnly(on('BTC'), withKeys(['kingfisher']))).toEqual(['kingfisher gex watchlist']);
    expect(gexOnly(on('SOL'), withKeys(['kingfisher']))).toEqual(['kingfisher gex watchlist', 'bybit gex focus']);
    expect(gexOnly(on('BTC', { gex: { provider: 'bybit' } }), withKeys(['kingfisher']))).toEqual(['bybit gex focus']);
    expect(gexOnly(on('SOL', { gex: { provider: 'deribit' } }), none)).toEqual([]);
    expect(gexOnly(on('BTC', { gex: { provider: 'kingfisher' } }), none)).toEqual(['kingfisher gex watchlist']);
  });
});

test('maps are asked of the layers that are shown, Kingfisher’s for the watchlist, the others for the focus', () => {
  const { maps } = defaultSettings;
  const all = Object.fromEntries(Object.entries(maps).map(([id, layer]) => [id, { ...layer, shown: true }]));
  const isMap = (each: string): boolean => each.includes('liquidation-');
  expect(asked(on('BTC'), none).filter(isMap)).toEqual(['kingfisher liquidation-map watchlist']);
  expect(asked(on('BTC', { maps: all as Settings['maps'] }), none).filter(isMap)).toEqual([
    'kingfisher liquidation-map watchlist',
    'kingfisher-legacy liquidation-profile focus',
    'kiyotaka liquidation-profile focus',
  ]);
  const hidden = { ...maps, kingfisher: { ...maps.kingfisher, shown: false } };
  expect(asked(on('BTC', { maps: hidden }), none).filter(isMap)).toEqual([]);
});

test('the Flow tab asks every venue that can be asked, and Kingfisher for depth and order flow', () => {
  expect(asked(on('BTC'), none, 'flow').slice(2)).toEqual([
    'binance open-interest focus',
    'bybit open-interest focus',
    'okx open-interest focus',
    'hyperliquid open-interest focus',
    'binance funding-rates focus',
    'bybit funding-rates focus',
    'okx funding-rates focus',
    'hyperliquid funding-rates focus',
    'kingfisher market-depth focus',
    'kingfisher order-flow focus',
  ]);
});

describe('volumes and liquidations', () => {
  const off = { ...defaultSettings.overlays, volumes: false, liquidations: false };
  const of = (settings: Settings, tab: Parameters<typeof wantedOf>[1], serving: Serving) => {
    const { volumes, liquidations } = wantedOf(settings, tab, serving);
    return { volumes, liquidations };
  };

  test('are asked while the overlay or the tab shows them, volumes of the chosen providers with a key', () => {
    const keys = withKeys(['kaiko', 'kiyotaka']);
    expect(of(on('BTC'), null, keys)).toEqual({ volumes: ['kaiko', 'kiyotaka'], liquidations: true });
    expect(of(on('BTC'), null, withKeys(['kaiko']))).toEqual({ volumes: ['kaiko'], liquidations: true });
    expect(of(on('BTC', { overlays: off }), 'levels', keys)).toEqual({ volumes: [], liquidations: false });
    expect(of(on('BTC', { overlays: off }), 'volumes', keys)).toEqual({
      volumes: ['kaiko', 'kiyotaka'],
      liquidations: true,
    });
    expect(of(on('BTC', { volumes: { providers: ['kiyotaka'] } }), null, keys).volumes).toEqual(['kiyotaka']);
  });
});
