import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { DemandKind } from '../../../src-main/contract/plan.ts';
import type { SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import { providerIds, type ProviderId } from '../../../src-main/contract/source.ts';
import { fixedClock } from '../../../src-main/demo/clock.ts';
import { startKingfisherServer } from '../../../src-main/demo/kingfisher/server.ts';
import { kiyotakaDemoKey, startKiyotakaServer, type LoopbackKiyotaka } from '../../../src-main/demo/kiyotaka/server.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import { demoProviders, type DemoServer } from '../../../src-main/demo/servers.ts';
import { createHttpClient, type HttpRequest } from '../../../src-main/net/http.ts';
import { providers } from '../../../src-main/providers/index.ts';
import { intervalNames } from '../../../src-main/providers/kiyotaka/choices.ts';
import type { ProviderClient, WeighedRequest } from '../../../src-main/providers/provider.ts';
import { fakeContext, noSignal } from './context.ts';
import { candleQuery, minute } from './exchange.ts';

const hour = 60 * minute;
const now = Date.UTC(2026, 1, 1, 12, 34, 5);

const weighed = ({ url, method = 'GET', body }: Pick<HttpRequest, 'url' | 'method' | 'body'>): WeighedRequest => ({
  url: new URL(url),
  method,
  body: body ?? null,
});

/** Of one request, by a provider's rule; a provider that weighs nothing is charged 1 of each. */
const weightBy = (id: ProviderId, request: Parameters<typeof weighed>[0], rule: string): number =>
  providers[id].weigh?.(weighed(request), rule) ?? 1;

const get = (id: ProviderId, path: string, rule: string) => weightBy(id, { url: `https://host.test${path}` }, rule);

describe('the rules of every provider', () => {
  test.each(providerIds)('%s: each has an amount that is possible, a name of its own and a basis', (id) => {
    const { limits } = providers[id].info;
    expect(limits.length).toBeGreaterThan(0);
    expect(new Set(limits.map((rule) => rule.id)).size).toBe(limits.length);
    for (const { amount, windowMs, label, basis } of limits) {
      if (amount !== null) expect(amount).toBeGreaterThan(0);
      expect(windowMs).toBeGreaterThan(0);
      expect(label).toMatch(/^\S.*\S$/);
      expect(basis).toMatch(/^[A-Z].{40,}\.$/);
    }
  });

  test.each(providerIds)('%s: an answer’s limits belong to one rule at the most', (id) => {
    expect(providers[id].info.limits.filter(({ told }) => told).length).toBeLessThanOrEqual(1);
  });

  test('are these', () => {
    const rules = providerIds.flatMap((provider) =>
      providers[provider].info.limits.map(({ id, unit, amount, windowMs, window, told }) =>
        [provider, id, unit, amount, windowMs / 1000, window, told ? 'told' : 'counted'].join(' '),
      ),
    );
    expect(rules.sort()).toEqual([
      'binance funding-info calls 500 300 rolling counted',
      'binance minute weight 2400 60 fixed told',
      'binance statistics calls 1000 300 rolling counted',
      'bybit burst calls 600 5 rolling counted',
      'deribit burst calls 20 1 rolling counted',
      'hyperliquid minute weight 1200 60 rolling counted',
      'kaiko day calls  86400 fixed told',
      'kaiko pace calls 10 5 rolling counted',
      'kingfisher burst calls 5 1 rolling counted',
      'kingfisher day calls 100 86400 fixed told',
      'kingfisher-legacy day calls  86400 fixed told',
      'kingfisher-legacy pace calls 5 5 rolling counted',
      'kiyotaka day weight  86400 fixed counted',
      'kiyotaka minute weight 750 60 rolling told',
      'okx burst weight 40 2 rolling counted',
    ]);
  });
});

describe('kiyotaka’s weights', () => {
  const defaults = Object.fromEntries(providers.kiyotaka.info.options.map(({ name, fallback }) => [name, fallback]));
  const start = Date.UTC(2026, 0, 5);
  type Kind = 'liquidation-volumes' | 'liquidation-profile';

  function connected(options: Readonly<Record<string, string>>) {
    const fake = fakeContext('kiyotaka', () => '{"series":[]}', {
      options: { ...defaults, ...options },
      secret: { apiKey: 'kt_0123456789abcdef' },
      restUrl: 'https://api.test',
    });
    fake.setNow(start + 100 * 24 * hour);
    const weights = () => fake.requests.map((request) => weightBy('kiyotaka', request, 'minute'));
    return { ...fake, weights, client: providers.kiyotaka.connect(fake.context) };
  }

  async function filled(kind: Kind, lastsMs: number, options: Readonly<Record<string, string>>) {
    const connection = connected(options);
    const range = { from: unixMs(start), to: unixMs(start + lastsMs) };
    const query = { provider: 'kiyotaka', kind, asset: 'BTC', ...range } as const;
    const reader = connection.client.history![kind]!;
    const parts = reader.read(query, noSignal);
    while (!(await parts.next()).done);
    return { weights: connection.weights(), plan: reader.plan(query) };
  }

  test.each<[string, Kind, number, Record<string, string>, number[]]>([
    ['the heatmap, 1 h at HOUR', 'liquidation-profile', hour, { heatmapInterval: 'HOUR' }, [5]],
    ['three exchanges summed, 1 h', 'liquidation-volumes', hour, {}, [2]],
    ['one exchange, 1 h', 'liquidation-volumes', hour, { exchanges: 'BYBIT' }, [1]],
    ['the heatmap of 5,000 minutes', 'liquidation-profile', 5000 * minute, {}, [5, 5, 5, 5, 5]],
    ['the same in one request', 'liquidation-profile', 5000 * minute, { maxDepth: '440' }, [25]],
    ['3,001 levels: × 1.4', 'liquidation-profile', hour, { heatmapInterval: 'HOUR', maxDepth: '3001' }, [7]],
  ])('%s', async (_, kind, lastsMs, options, weights) => {
    expect((await filled(kind, lastsMs, options)).weights).toEqual(weights);
  });

  const options = fc.record({
    heatmapInterval: fc.constantFrom(...intervalNames),
    interval: fc.constantFrom(...intervalNames),
    unit: fc.constantFrom('usd', 'coin'),
    maxDepth: fc.integer({ min: 1, max: 45_000 }).map(String),
    exchanges: fc.subarray(['BINANCE_FUTURES', 'BYBIT', 'OKEX_SWAP', 'BITGET'], { minLength: 1 }).map(String),
  });

  test('what is sent weighs what its plan said', async () => {
    const kinds = fc.constantFrom<Kind>('liquidation-volumes', 'liquidation-profile');
    await fc.assert(
      fc.asyncProperty(kinds, fc.integer({ min: 1, max: 3 * 24 * 60 }), options, async (kind, minutes, chosen) => {
        const { weights, plan } = await filled(kind, minutes * minute, chosen);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(plan.cost);
      }),
      { numRuns: 60 },
    );
  });

  test('the newest column and an hour of volumes cost what was said before', async () => {
    const { costOf } = providers.kiyotaka;
    await fc.assert(
      fc.asyncProperty(options, async (chosen) => {
        const { client, weights } = connected(chosen);
        await client.snapshots!['liquidation-profile']!('BTC', noSignal).catch(() => null);
        expect(weights()).toEqual([costOf!('liquidation-profile', 'BTC', { ...defaults, ...chosen })]);
        const volumes = await filled('liquidation-volumes', hour, chosen);
        expect(volumes.weights).toEqual([costOf!('liquidation-volumes', 'BTC', { ...defaults, ...chosen })]);
      }),
      { numRuns: 60 },
    );
  });

  test('the usage costs nothing', async () => {
    const { client, requests, weights } = connected({});
    await client.test(noSignal);
    expect(requests.map(({ url }) => url)).toEqual(['https://api.test/v1/usage']);
    expect(weights()).toEqual([0]);
  });

  test('a query that the client never builds weighs the most it could', () => {
    const heatmap = '/v1/points?type=HYPERLIQUID_LIQUIDATION_AGG';
    expect(get('kiyotaka', heatmap, 'minute')).toBe(25);
    expect(get('kiyotaka', `${heatmap}&interval=HOUR&period=x&maxDepth=y`, 'minute')).toBe(25);
    expect(get('kiyotaka', '/v1/points', 'minute')).toBe(100);
  });
});

describe('binance’s weights', () => {
  test.each([
    ['/fapi/v1/klines?limit=1', 1],
    ['/fapi/v1/klines?limit=99', 1],
    ['/fapi/v1/klines?limit=100', 2],
    ['/fapi/v1/klines?limit=499', 2],
    ['/fapi/v1/klines?limit=500', 5],
    ['/fapi/v1/klines', 5],
    ['/fapi/v1/klines?limit=1000', 5],
    ['/fapi/v1/klines?limit=1001', 10],
    ['/fapi/v1/klines?limit=1500', 10],
    ['/fapi/v1/exchangeInfo', 1],
    ['/fapi/v1/time', 1],
    ['/fapi/v1/openInterest?symbol=BTCUSDT', 1],
    ['/fapi/v1/premiumIndex?symbol=BTCUSDT', 1],
    ['/fapi/v1/premiumIndex', 10],
    ['/fapi/v1/ticker/24hr?symbol=BTCUSDT', 1],
    ['/fapi/v1/ticker/24hr', 40],
    ['/below/another/path/fapi/v1/klines?limit=1500', 10],
  ])('%s weighs %d in the minute, and counts nowhere else', (path, weight) => {
    expect(get('binance', path, 'minute')).toBe(weight);
    expect([get('binance', path, 'statistics'), get('binance', path, 'funding-info')]).toEqual([0, 0]);
  });

  test.each([
    ['/futures/data/openInterestHist?symbol=BTCUSDT&period=1h&limit=25', [0, 1, 0]],
    ['/fapi/v1/fundingInfo', [0, 0, 1]],
  ])('%s has a limit of its own, and no weight', (path, counts) => {
    expect(['minute', 'statistics', 'funding-info'].map((rule) => get('binance', path, rule))).toEqual(counts);
  });
});

describe('okx’s weights', () => {
  /** Requests in 2 seconds, as documented for each endpoint. */
  test.each([
    ['/api/v5/market/candles', 40],
    ['/api/v5/market/history-candles', 20],
    ['/api/v5/public/instruments', 20],
    ['/api/v5/public/open-interest', 20],
    ['/api/v5/public/funding-rate', 10],
    ['/api/v5/public/mark-price', 10],
    ['/api/v5/public/time', 10],
    ['/api/v5/rubik/stat/contracts/open-interest-history', 10],
    ['/api/v5/public/what-is-not-known', 10],
  ])('%s: the rule lets %d through, asked alone', (path, allowed) => {
    const { amount } = providers.okx.info.limits[0]!;
    expect(amount! / get('okx', `${path}?instId=BTC-USDT-SWAP`, 'burst')).toBe(allowed);
  });
});

describe('hyperliquid’s weights', () => {
  const ask = (body: unknown) =>
    weightBy('hyperliquid', { url: 'https://host.test/info', method: 'POST', body: JSON.stringify(body) }, 'minute');
  const candles = (count: number, interval = '1m', length = minute) =>
    ask({ type: 'candleSnapshot', req: { coin: 'BTC', interval, startTime: 0, endTime: count * length - 1 } });

  test.each([
    [1, 21],
    [60, 21],
    [61, 22],
    [1500, 45],
    [5000, 104],
    [1_000_000, 104],
  ])('%d candles weigh %d, whatever their length', (count, weight) => {
    expect([candles(count), candles(count, '1d', 24 * hour)]).toEqual([weight, weight]);
  });

  test('the state of all perpetuals weighs 20', () => {
    expect(ask({ type: 'metaAndAssetCtxs' })).toBe(20);
  });

  test('what cannot be read weighs as candles do at the most', () => {
    expect(ask({ type: 'candleSnapshot', req: { interval: '2m', startTime: 0, endTime: 1 } })).toBe(104);
    expect(ask({ type: 'candleSnapshot', req: { interval: '1m', startTime: 'x' } })).toBe(104);
    expect(ask(null)).toBe(20);
    expect(weightBy('hyperliquid', { url: 'https://host.test/info', body: '{' }, 'minute')).toBe(20);
  });
});

describe('over the simulated market’s servers', () => {
  const market = createMarket(3);
  const clock = fixedClock(now);
  const http = createHttpClient({ timeoutMs: 5_000 });
  const servers = new Map<ProviderId, DemoServer>();
  const endings: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    for (const id of providerIds) {
      const server = await demoProviders[id].start({ market, clock });
      servers.set(id, server);
      endings.push(() => server.close());
    }
  });
  afterAll(async () => {
    await http.close();
    await Promise.all(endings.map((end) => end()));
  });

  /** `sent`: what a question costs by a rule, request by request. */
  function connected(id: ProviderId, { server = servers.get(id)!, secret = demoProviders[id].secret } = {}) {
    const fake = fakeContext(id);
    const requests: HttpRequest[] = [];
    const client = providers[id].connect({
      ...fake.context,
      http: { ...http, send: (request) => (requests.push(request), http.send(request)) },
      now: clock.now,
      restUrl: server.restUrl,
      secret,
      options: Object.fromEntries(providers[id].info.options.map(({ name, fallback }) => [name, fallback])),
    });
    const sent = async (ask: (client: ProviderClient) => Promise<unknown>, rule: string) => {
      requests.length = 0;
      await ask(client);
      return requests.map((request) => weightBy(id, request, rule));
    };
    return { ...fake, client, sent };
  }

  const snapshot = (kind: SnapshotKind) => (client: ProviderClient) => client.snapshots![kind]!('BTC', noSignal);
  const candles = (client: ProviderClient) => client.candles!(candleQuery(), noSignal);
  const overview = (client: ProviderClient) => client.overview!(['BTC', 'ETH'], noSignal);

  test.each<[ProviderId, DemandKind, string, (client: ProviderClient) => Promise<unknown>, number]>([
    ['binance', 'candles', 'minute', candles, 1],
    ['binance', 'open-interest', 'minute', snapshot('open-interest'), 2],
    ['binance', 'funding-rates', 'minute', snapshot('funding-rates'), 1],
    ['okx', 'candles', 'burst', candles, 1],
    ['okx', 'open-interest', 'burst', snapshot('open-interest'), 6],
    ['okx', 'funding-rates', 'burst', snapshot('funding-rates'), 4],
    ['bybit', 'candles', 'burst', candles, 1],
    ['bybit', 'open-interest', 'burst', snapshot('open-interest'), 1],
    ['bybit', 'funding-rates', 'burst', snapshot('funding-rates'), 1],
    ['bybit', 'gex', 'burst', snapshot('gex'), 1],
    ['deribit', 'gex', 'burst', snapshot('gex'), 1],
    ['hyperliquid', 'candles', 'minute', candles, 21],
    ['hyperliquid', 'open-interest', 'minute', snapshot('open-interest'), 20],
    ['hyperliquid', 'funding-rates', 'minute', snapshot('funding-rates'), 20],
    ['hyperliquid', 'overview', 'minute', overview, 20],
    ['kingfisher', 'liquidation-map', 'day', snapshot('liquidation-map'), 1],
    ['kingfisher', 'gex', 'burst', snapshot('gex'), 1],
    ['kingfisher-legacy', 'liquidation-profile', 'pace', snapshot('liquidation-profile'), 1],
    ['kiyotaka', 'liquidation-profile', 'minute', snapshot('liquidation-profile'), 5],
  ])('%s: %s costs by its rule %s what was said before', async (id, kind, rule, ask, cost) => {
    const { client, sent } = connected(id);
    // Lists of contracts and tokens are asked for once and kept; what is kept for 2 seconds only is another client's.
    if (id !== 'hyperliquid') await ask(client);
    else if (kind === 'candles') await snapshot('open-interest')(client);
    const options = Object.fromEntries(providers[id].info.options.map(({ name, fallback }) => [name, fallback]));
    expect(providers[id].costOf?.(kind, 'BTC', options) ?? 1).toBe(cost);
    const weights = await sent(ask, rule);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(cost);
  });

  test('kiyotaka charges what a request weighs', async () => {
    const server: LoopbackKiyotaka = await startKiyotakaServer({ market, clock, weightPerMinute: 1_000_000 });
    endings.push(() => server.close());
    const heatmap = 'type=HYPERLIQUID_LIQUIDATION_AGG&coin=BTC&flatten=true';
    const volumes = 'type=LIQUIDATION_AGG&exchange=BINANCE_FUTURES';
    const sum = '&coin=BTC&transform.groupBy.type=GROUP_BY_TYPE_SUM';
    const [one, many] = ['&interval=HOUR&period=3600', '&interval=MINUTE&period=60001'];
    // Nothing is there yet, and it is charged all the same.
    const from = Math.floor(now / 1000) + 86_400;
    for (const query of [
      ...['', '&maxDepth=10', '&maxDepth=1501', '&maxDepth=3001'].map((depth) => `${heatmap}${one}${depth}`),
      `${heatmap}${many}&maxDepth=10`,
      ...[one, many].map((period) => `${volumes}&rawSymbol=BTCUSDT${period}`),
      ...['', '&exchange=BYBIT', '&exchange=BYBIT&exchange=OKEX_SWAP'].map((more) => `${volumes}${more}${sum}${many}`),
    ]) {
      const url = `${server.restUrl}/v1/points?${query}&from=${from}`;
      const before = server.weightUsed();
      const { status } = await http.send({ url, headers: { 'x-kiyotaka-key': kiyotakaDemoKey }, signal: noSignal });
      expect([query, status]).toEqual([query, 200]);
      expect([query, server.weightUsed() - before]).toEqual([query, weightBy('kiyotaka', { url }, 'minute')]);
    }
  });

  test('binance charges the minute what a request weighs', async () => {
    const { restUrl } = servers.get('binance')!;
    const symbol = 'symbol=BTCUSDT';
    const used = async (path: string) => {
      const { headers } = await http.send({ url: `${restUrl}${path}`, headers: {}, signal: noSignal });
      return Number(headers['x-mbx-used-weight-1m']);
    };
    let before = await used('/fapi/v1/ping');
    for (const path of [
      ...[1, 99, 100, 499, 500, 1000, 1001, 1500].map(
        (limit) => `/fapi/v1/klines?${symbol}&interval=1m&limit=${limit}`,
      ),
      ...[`/fapi/v1/klines?${symbol}&interval=1m`, '/fapi/v1/time', '/fapi/v1/exchangeInfo'],
      ...[`/fapi/v1/openInterest?${symbol}`, `/fapi/v1/premiumIndex?${symbol}`],
    ]) {
      const after = await used(path);
      expect([path, after - before]).toEqual([path, get('binance', path, 'minute')]);
      before = after;
    }
  });

  test('kingfisher charges one call a request, and says so', async () => {
    const server = await startKingfisherServer({ market, clock, keys: [{ key: 'kf_pro_plan_key', plan: 'pro' }] });
    endings.push(() => server.close());
    const { client, limits } = connected('kingfisher', { server, secret: { apiKey: 'kf_pro_plan_key' } });
    for (const kind of ['liquidation-map', 'gex', 'open-interest'] as const) await snapshot(kind)(client);
    expect(limits.map(({ limit, remaining }) => [limit, remaining])).toEqual([
      [100, 99],
      [100, 98],
      [100, 97],
    ]);
  });
});
