import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../../src-main/contract/settings.ts';
import { settingsFrom } from '../../../src-main/store/settings-shape.ts';
import { after, noon } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const chosen: Settings = {
  market: 'live',
  theme: 'light',
  timeZone: 'UTC',
  watchlist: ['SOL', '1000PEPE'],
  focus: { asset: 'SOL', timeframe: '4h' },
  overlays: { bands: false, gex: false, fitLevels: true, liquidations: false, volumes: false },
  maps: {
    kingfisher: { shown: false, intensity: { low: 0, high: 0.5 }, form: 'both' },
    'kingfisher-legacy': { shown: true, intensity: { low: 0.3, high: 0.4 }, form: 'profile' },
    kiyotaka: { shown: true, intensity: { low: 0.5, high: 0.5 }, form: 'bands' },
  },
  confluence: { shown: false, tolerancePercent: 0.25 },
  prices: { byAsset: { SOL: 'hyperliquid', '1000PEPE': 'okx' } },
  gex: { provider: 'deribit' },
  volumes: { providers: ['kiyotaka'] },
  layout: { watchlist: false, inspector: false, inspectorTab: 'volumes' },
  providers: {
    ...defaultSettings.providers,
    kingfisher: {
      environment: 'custom',
      customUrl: 'https://proxy.example.com/kf',
      customStreamUrl: 'ws://127.0.0.1:8080/stream',
      options: {},
    },
    'kingfisher-legacy': {
      environment: 'production',
      customUrl: '',
      customStreamUrl: '',
      options: { exchange: 'binance', type: 'high_leverage' },
    },
    kaiko: { environment: 'production-eu', customUrl: '', customStreamUrl: '', options: { interval: '1h' } },
    binance: { environment: 'sandbox', customUrl: 'http://localhost:8080', customStreamUrl: '', options: {} },
  },
  plan: {
    providers: {
      kingfisher: { amounts: { day: 250, burst: null }, reserve: 0, hours: 8 },
      kaiko: { amounts: {}, reserve: 12, hours: null },
    },
    intervals: { 'liquidation-map': 900_000, gex: 10_000 },
    pins: [{ provider: 'kingfisher', kind: 'gex', asset: 'BTC' }],
  },
  retention: {
    maxAgeDays: 90,
    maxBytes: 2_000_000_000,
    pinned: [
      { asset: 'BTC', from: after(-60), to: noon, label: 'The crash' },
      { asset: null, from: noon, to: after(60), label: '' },
    ],
  },
};

/** As version 0.1 wrote them. */
const former = {
  market: 'simulated',
  theme: 'light',
  timeZone: 'local',
  watchlist: ['SOL'],
  focus: { asset: 'SOL', timeframe: '1h' },
  overlays: { bands: false, gex: true, fitLevels: false },
  intensity: { low: 0.4, high: 0.9 },
  layout: { watchlist: true, inspector: true, inspectorTab: 'flow' },
  providers: {
    kingfisher: { environment: 'sandbox', customUrl: '', customStreamUrl: '' },
    binance: { environment: 'production', customUrl: '', customStreamUrl: '' },
  },
};

describe('settings', () => {
  it('are the default ones at first', () => {
    expect(openTemporary().settings.read()).toEqual(defaultSettings);
  });

  it('come back as they were written', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    store.settings.write(defaultSettings);
    store.settings.write(chosen);
    store.close();
    expect(openTemporary(file).settings.read()).toEqual(chosen);
  });

  it('survive text that is not JSON', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    store.settings.write(chosen);
    const writer = new Database(file);
    writer.exec("UPDATE settings SET json = '{broken'");
    writer.close();
    expect(store.settings.read()).toEqual(defaultSettings);
  });

  it.each([
    ['an unknown market', { market: 'paper' }],
    ['maps that are a list', { maps: [{ shown: false }] }],
    ['a map of an unknown provider', { maps: { binance: { shown: true } } }],
    ['a form of drawing nobody knows', { maps: { kiyotaka: { shown: 'yes', form: 'cloud' } } }],
    ['handles of a map that cross', { maps: { kiyotaka: { intensity: { low: 0.9, high: 0.1 } } } }],
    ['a tolerance of nothing', { confluence: { tolerancePercent: 0 } }],
    ['a tolerance of everything', { confluence: { tolerancePercent: 5.01 } }],
    ['a tolerance that is no number', { confluence: { shown: 1, tolerancePercent: '1' } }],
    ['prices of a provider without any', { prices: { byAsset: { BTC: 'kaiko', btc: 'binance', ETH: null } } }],
    ['prices that are a list', { prices: { byAsset: ['binance'] } }],
    ['gamma of a provider without any', { gex: { provider: 'binance' } }],
    ['volumes of providers without any', { volumes: { providers: ['binance', 3] } }],
    ['volumes of a text', { volumes: { providers: 'kaiko' } }],
    ['options that are no texts', { providers: { kaiko: { options: { interval: 3, unit: null } } } }],
    ['options that are too long', { providers: { kaiko: { options: { interval: 'x'.repeat(201) } } } }],
    [
      'options of names that are none',
      { providers: { kaiko: { options: { '': 'a', 'a b': 'b', ['n'.repeat(61)]: 'c' } } } },
    ],
    ['options that are a list', { providers: { kaiko: { options: ['1h'] } } }],
    ['an unknown environment', { providers: { kaiko: { environment: 'production-us' } } }],
    ['a simulated environment', { providers: { kaiko: { environment: 'simulated' } } }],
    ['an asset in lower case', { focus: { asset: 'btc', timeframe: '15m' } }],
    ['an unknown timeframe', { focus: { asset: 'BTC', timeframe: '7m' } }],
    ['a watchlist without an asset', { watchlist: ['', 3, null] }],
    ['handles that cross', { intensity: { low: 0.9, high: 0.1 } }],
    ['a handle that is no number', { intensity: { low: '0', high: 1 } }],
    ['a text for a switch', { overlays: { bands: 'no' } }],
    ['a URL that is none', { providers: { kingfisher: { customUrl: 'api' } } }],
    ['a URL that sends the key in clear', { providers: { kingfisher: { customUrl: 'http://api.example.com' } } }],
    ['a URL with a password', { providers: { kingfisher: { customUrl: 'https://me:pw@api.example.com' } } }],
    ['a stream URL of another protocol', { providers: { kingfisher: { customStreamUrl: 'https://x.example' } } }],
    ['fields nobody knows', { colour: 'red', layout: { depth: 3 } }],
  ])('take the default for %s', (_what, given) => {
    expect(settingsFrom(given)).toEqual(defaultSettings);
  });

  it('keep what is good beside what is not', () => {
    expect(settingsFrom({ ...chosen, theme: 'blue', watchlist: ['SOL', 'sol', 'SOL', 'ETH'] })).toEqual({
      ...chosen,
      theme: defaultSettings.theme,
      watchlist: ['SOL', 'ETH'],
    });
    expect(
      settingsFrom({ providers: { kingfisher: { customUrl: ' https://a.example/ ' } } }).providers.kingfisher.customUrl,
    ).toBe('https://a.example');
  });

  it('of the version before come over: the market, the addresses, the handles', () => {
    const settings = settingsFrom(former);
    expect(settings).toEqual({
      ...defaultSettings,
      market: 'simulated',
      theme: 'light',
      watchlist: ['SOL'],
      focus: { asset: 'SOL', timeframe: '1h' },
      overlays: { ...defaultSettings.overlays, bands: false },
      maps: {
        ...defaultSettings.maps,
        kingfisher: { ...defaultSettings.maps.kingfisher, intensity: { low: 0.4, high: 0.9 } },
      },
      layout: { watchlist: true, inspector: true, inspectorTab: 'flow' },
      providers: {
        ...defaultSettings.providers,
        kingfisher: { ...defaultSettings.providers.kingfisher, environment: 'sandbox' },
      },
    });
    const newer = { intensity: { low: 0.7, high: 0.8 } };
    expect(settingsFrom({ ...former, maps: { kingfisher: newer } }).maps.kingfisher.intensity).toEqual(newer.intensity);
  });

  it('keep at most 40 options of a provider, and texts of 200 characters', () => {
    const options = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`option${i}`, 'x'.repeat(200)]));
    const kept = settingsFrom({ providers: { kaiko: { options } } }).providers.kaiko.options;
    expect(Object.keys(kept)).toHaveLength(40);
    expect(kept['option39']).toBe('x'.repeat(200));
  });

  it('may name no provider of volumes, each known one once, and the ends of the tolerance', () => {
    expect(settingsFrom({ volumes: { providers: [] } }).volumes.providers).toEqual([]);
    expect(settingsFrom({ volumes: { providers: ['kaiko', 'x', 'kaiko'] } }).volumes.providers).toEqual(['kaiko']);
    for (const tolerancePercent of [0.001, 5]) {
      expect(settingsFrom({ confluence: { tolerancePercent } }).confluence.tolerancePercent).toBe(tolerancePercent);
    }
  });

  it('are whole whatever they are made of', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(defaultSettings)), (value, field) => {
        const settings = settingsFrom({ [field]: value });
        expect(settingsFrom(settings)).toEqual(settings);
        expect(Object.keys(settings)).toEqual(Object.keys(defaultSettings));
        expect(() => settingsFrom(value)).not.toThrow();
      }),
    );
  });
});
