import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../../src-main/contract/settings.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { migrate } from '../../../src-main/store/migrate.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { createRejected, type RejectedPayload } from '../../../src-main/store/rejected.ts';
import type { LoggedRequest } from '../../../src-main/store/requests.ts';
import { settingsFrom } from '../../../src-main/store/settings-shape.ts';
import { createSources } from '../../../src-main/store/sources.ts';
import { after, kingfisher, noon, simulated } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const payload = (text: string, more: Partial<RejectedPayload> = {}): RejectedPayload => ({
  source: kingfisher,
  endpoint: '/v1/gex/BTC',
  at: noon,
  path: '$.gex[0]',
  message: 'a number was expected',
  text,
  ...more,
});

describe('rejected payloads', () => {
  it('come back newest first', () => {
    const { rejected } = openTemporary();
    rejected.add(payload('{}'));
    rejected.add(payload('<html>', { at: after(1), path: '$', source: simulated }));
    expect(rejected.count()).toBe(2);
    expect(rejected.list(9)).toEqual([
      { ...payload('<html>', { at: after(1), path: '$', source: simulated }), lastAt: after(1), times: 1, length: 6 },
      { ...payload('{}'), lastAt: noon, times: 1, length: 2 },
    ]);
    expect(rejected.list(1)).toHaveLength(1);
  });

  it('that repeat are counted, per endpoint and in a row', () => {
    const { rejected } = openTemporary();
    rejected.add(payload('a'));
    rejected.add(payload('a', { endpoint: '/v1/gex/ETH' }));
    rejected.add(payload('a', { at: after(1) }));
    rejected.add(payload('b', { at: after(2) }));
    rejected.add(payload('a', { at: after(3) }));
    const kept = rejected.list(9).map(({ text, endpoint, times, lastAt }) => ({ text, endpoint, times, lastAt }));
    expect(kept).toEqual([
      { text: 'a', endpoint: '/v1/gex/BTC', times: 1, lastAt: after(3) },
      { text: 'b', endpoint: '/v1/gex/BTC', times: 1, lastAt: after(2) },
      { text: 'a', endpoint: '/v1/gex/ETH', times: 1, lastAt: noon },
      { text: 'a', endpoint: '/v1/gex/BTC', times: 2, lastAt: after(1) },
    ]);
  });

  it('are cut at 256 KiB, between characters, and keep their length', () => {
    const { rejected } = openTemporary();
    rejected.add(payload(`x${'€'.repeat(200_000)}`));
    const [kept] = rejected.list(1);
    expect(kept?.length).toBe(200_001);
    expect(Buffer.byteLength(kept?.text ?? '')).toBe(262_144 - ((262_144 - 1) % 3));
    expect(kept?.text.endsWith('€')).toBe(true);
    rejected.add(payload('y'.repeat(262_144), { endpoint: '/whole' }));
    expect(rejected.list(1)[0]?.text).toHaveLength(262_144);
    rejected.add(payload('\ud800'));
    expect(rejected.list(1)[0]?.text).toBe('\ufffd');
  });

  it('make room for newer ones, by number and by bytes', () => {
    const db = new Database(':memory:');
    migrate(db, migrations);
    const few = createRejected(db, createSources(db), { rows: 3, bytes: 1_000 });
    for (let i = 0; i < 5; i++) few.add(payload(`text ${i}`));
    expect(few.list(9).map(({ text }) => text)).toEqual(['text 4', 'text 3', 'text 2']);
    few.add(payload('z'.repeat(990)));
    expect(few.list(9).map(({ text }) => text.slice(0, 6))).toEqual(['zzzzzz', 'text 4']);
    expect(few.count()).toBe(2);
    const again = createRejected(db, createSources(db), { rows: 3, bytes: 1_000 });
    again.add(payload('after a restart'));
    expect(again.list(9).map(({ text }) => text)).toEqual(['after a restart', 'text 4'].slice(0, again.count()));
  });
});

const request = (more: Partial<LoggedRequest> = {}): LoggedRequest => ({
  source: kingfisher,
  at: noon,
  method: 'GET',
  endpoint: '/v1/gex/BTC',
  status: 200,
  tookMs: 81.5,
  failureKind: null,
  bytes: 2_048,
  charged: true,
  ...more,
});

describe('the request log', () => {
  it('comes back newest first', () => {
    const { requests } = openTemporary();
    const failed = request({ at: after(1), status: null, failureKind: 'timeout', bytes: 0, charged: false });
    requests.add(request());
    requests.add(failed);
    expect(requests.recent(9)).toEqual([failed, request()]);
    expect(requests.recent(1)).toEqual([failed]);
  });

  it('counts what was charged to one source, from a moment on', () => {
    const { requests } = openTemporary();
    requests.add(request());
    requests.add(request({ at: after(1) }));
    requests.add(request({ at: after(2), charged: false }));
    requests.add(request({ at: after(2), source: simulated }));
    expect(requests.chargedSince(sourceKey(kingfisher), noon)).toBe(2);
    expect(requests.chargedSince(sourceKey(kingfisher), after(1))).toBe(1);
    expect(requests.chargedSince(sourceKey(kingfisher), after(2))).toBe(0);
    expect(requests.chargedSince('nobody@production:', noon)).toBe(0);
  });

  it('is kept for 30 days', () => {
    const { requests } = openTemporary();
    const day = 24 * 60;
    requests.add(request());
    requests.add(request({ at: after(1) }));
    requests.add(request({ at: after(30 * day + 1) }));
    expect(requests.recent(9).map(({ at }) => at)).toEqual([after(30 * day + 1), after(1)]);
  });
});

describe('rate limits', () => {
  it('are the last ones told, per source', () => {
    const { limits } = openTemporary();
    expect(limits.read(sourceKey(kingfisher))).toBeNull();
    limits.write(kingfisher, { limit: 100, remaining: 58, resetAt: after(60), seenAt: noon });
    limits.write(kingfisher, { limit: 100, remaining: null, resetAt: null, seenAt: after(1) });
    limits.write(simulated, { limit: null, remaining: 3, resetAt: null, seenAt: noon });
    expect(limits.read(sourceKey(kingfisher))).toEqual({
      limit: 100,
      remaining: null,
      resetAt: null,
      seenAt: after(1),
    });
    expect(limits.read(sourceKey(simulated))?.remaining).toBe(3);
  });
});

const chosen: Settings = {
  market: 'live',
  theme: 'light',
  timeZone: 'UTC',
  watchlist: ['SOL', '1000PEPE'],
  focus: { asset: 'SOL', timeframe: '4h' },
  overlays: { bands: false, gex: false, fitLevels: true },
  intensity: { low: 0, high: 0.5 },
  layout: { watchlist: false, inspector: false, inspectorTab: 'flow' },
  providers: {
    kingfisher: {
      environment: 'custom',
      customUrl: 'https://proxy.example.com/kf',
      customStreamUrl: 'ws://127.0.0.1:8080/stream',
    },
    binance: { environment: 'sandbox', customUrl: 'http://localhost:8080', customStreamUrl: '' },
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
