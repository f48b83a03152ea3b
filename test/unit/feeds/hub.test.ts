import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProviderStatus } from '../../../src-main/contract/provider-status.ts';
import { defaultSettings, type Settings } from '../../../src-main/contract/settings.ts';
import type { Source } from '../../../src-main/contract/source.ts';
import { Hub } from '../../../src-main/feeds/hub.ts';
import type { SimulatedPlaces } from '../../../src-main/feeds/place.ts';
import { wantedAtFirst } from '../../../src-main/feeds/wanted-at-first.ts';
import { providers } from '../../../src-main/providers/index.ts';
import { candlesOf, feedTools } from './fakes.ts';

const binance: Source = { provider: 'binance', environment: 'production', host: 'fapi.binance.com' };
const kept = { kept: 'keychain', keychainProblem: null } as const;

let tools: ReturnType<typeof feedTools>;
let hub: Hub | null;
let sent: string[];
let simulation: { resolve(places: SimulatedPlaces): void; reject(thrown: unknown): void };

function open(settings: Partial<Settings>): Hub {
  tools.store.settings.write({ ...defaultSettings, ...settings });
  hub = new Hub({
    ...tools,
    http: {
      send: (request) => {
        sent.push(new URL(request.url).host);
        return new Promise<never>(() => undefined);
      },
    },
    providers,
    notices: [],
    version: '0.0.0',
    profile: '',
    simulated: false,
    startSimulation: () => new Promise((resolve, reject) => (simulation = { resolve, reject })),
    stopSimulation: () => undefined,
    checkStreams: () => undefined,
  });
  return hub;
}

const statuses = (): ProviderStatus[] =>
  tools.events.filter(([name]) => name === 'provider/changed').map(([, status]) => status as ProviderStatus);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  tools = feedTools();
  sent = [];
  hub = null;
});
afterEach(() => {
  hub?.close();
  tools.end();
  vi.useRealTimers();
});

/** Live candles of BTC in the cache. */
function keepLiveCandles(asset = 'BTC'): void {
  const series = candlesOf(asset, '15m', Date.UTC(2026, 0, 1), [1, 2, 3]);
  tools.store.candles.write({ ...series, instrument: { ...series.instrument, source: binance } });
}

describe('the market that is shown', () => {
  const read = { asset: 'BTC', timeframe: '15m', before: null, limit: 10 } as const;

  it('before anything is started is the chosen one: no live number is painted as simulated', async () => {
    keepLiveCandles();
    const simulated = open({ market: 'simulated' });
    expect(simulated.startState().market).toEqual({ effective: 'simulated', reason: null });
    expect(simulated.hasCandles()).toBe(false);
    expect(await simulated.readCandles(read)).toBeNull();
    const live = open({ market: 'live' });
    expect((await live.readCandles(read))?.close).toEqual(Float64Array.of(1, 2, 3));
  });

  it('is live where anything real was ever fetched of what is watched, though not of the asset in focus', () => {
    keepLiveCandles('ETH');
    const auto = open({ market: 'auto', focus: { asset: 'DOGE', timeframe: '15m' } });
    auto.start();
    expect(auto.startState().market.effective).toBe('live');
    expect(statuses().some(({ source }) => source.provider === 'binance')).toBe(true);
  });

  it('builds nothing on simulated servers that come up after another market was chosen', async () => {
    const changing = open({ market: 'simulated' });
    changing.start();
    const first = simulation;
    changing.chooseMarket('auto');
    const url = { restUrl: 'http://127.0.0.1:9', streamUrl: 'ws://127.0.0.1:9' };
    first.resolve({ urls: { binance: url }, secrets: {} });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(statuses().filter(({ source }) => source.environment === 'simulated')).toEqual([]);
    expect(sent.filter((host) => host.startsWith('127.'))).toEqual([]);
  });

  it('while it is not settled, asks no provider whose calls are counted', async () => {
    const auto = open({ market: 'auto' });
    auto.want({ ...wantedAtFirst(defaultSettings), volumes: ['kaiko'] });
    auto.start();
    auto.setKey('kaiko', { secret: { apiKey: 'kaiko_key_1' }, state: kept });
    auto.configure('kingfisher', defaultSettings.providers.kingfisher);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent).toContain('fapi.binance.com');
    expect(sent).not.toContain('us.market-api.kaiko.io');
    expect(auto.startState().market.effective).toBe('live');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(auto.startState().market.effective).toBe('simulated');
  });
});

it('before the window has spoken no hidden layer is asked for', () => {
  const kinds = (settings: Settings) => wantedAtFirst(settings).snapshots.map(({ kind }) => kind);
  const { kingfisher } = defaultSettings.maps;
  expect(kinds(defaultSettings)).toEqual(['liquidation-map', 'gex']);
  const hidden = { ...defaultSettings.maps, kingfisher: { ...kingfisher, shown: false } };
  expect(kinds({ ...defaultSettings, maps: hidden })).toEqual(['gex']);
  expect(kinds({ ...defaultSettings, maps: hidden, gex: { provider: 'deribit' } })).toEqual([]);
});
