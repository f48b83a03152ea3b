import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { snapshotKinds } from '../../../src-main/contract/snapshot.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { kingfisher } from '../../../src-main/providers/kingfisher.ts';
import { positiveSideOf } from '../../../src-main/providers/kingfisher/gex.ts';
import { arrival, failureOf, fakeContext, fixture, noSignal, testKey, type Reply } from './context.ts';

const connected = (reply: Reply) => {
  const fake = fakeContext('kingfisher', () => reply);
  return { ...fake, client: kingfisher.connect(fake.context), fetch: kingfisher.connect(fake.context).snapshots! };
};
const midnight = Date.UTC(2026, 1, 1);

describe('what the documented answers become', () => {
  test('liquidation clusters: a map in US dollars, of the newest level time', async () => {
    const { fetch, requests, source } = connected(fixture('kingfisher/liquidations-btc.json'));
    expect(await fetch['liquidation-map']!('BTC', noSignal)).toEqual({
      kind: 'liquidation-map',
      source,
      asset: 'BTC',
      variant: 'all/1D',
      takenAt: midnight,
      takenAtBasis: 'provider',
      receivedAt: arrival,
      confirmedAt: arrival,
      transport: 'rest',
      extra: null,
      exchange: 'all',
      timeframe: '1D',
      unit: 'usd',
      referencePrice: 67000,
      prices: new Float64Array([64000, 69500]),
      longs: new Float64Array([4_800_000_000, 95_000_000]),
      shorts: new Float64Array([120_000_000, 2_100_000_000]),
      levelTimes: new Float64Array([midnight, midnight]),
    });
    expect(requests[0]).toMatchObject({
      url: 'https://api.test/v1/liquidations/BTC?exchange=all&timeframe=1D',
      headers: { authorization: `Bearer ${testKey}` },
    });
  });

  test('GEX: profile, flip and regime as given; positive gamma lies below the flip', async () => {
    const { fetch, requests } = connected(fixture('kingfisher/gex-btc.json'));
    expect(await fetch.gex!('BTC', noSignal)).toMatchObject({
      kind: 'gex',
      takenAt: arrival,
      takenAtBasis: 'received',
      extra: null,
      unit: 'usd-per-percent',
      unitBasis: 'inferred',
      currentPrice: 67000,
      strikes: new Float64Array([65000, 67000, 68500]),
      gammaExposure: new Float64Array([-420_000_000, 680_000_000, -350_000_000]),
      totalGamma: new Float64Array([-680_000_000, 520_000_000, -500_000_000]),
      flipLevel: 68200,
      regime: 'positive',
      positiveSide: 'below',
    });
    expect(requests[0]?.url).toBe('https://api.test/v1/gex/BTC');
  });

  test('open interest by exchange, in US dollars, with the total as given', async () => {
    const { fetch, requests } = connected(fixture('kingfisher/open-interest-btc.json'));
    expect(await fetch['open-interest']!('BTC', noSignal)).toMatchObject({
      totalUsd: 28_000_000_000,
      exchanges: [
        { exchange: 'binance', openInterestUsd: 15_000_000_000, change24hUsd: 750_000_000, changePercent24h: 5 },
        { exchange: 'bybit', openInterestUsd: 8_000_000_000, change24hUsd: 160_000_000, changePercent24h: 2 },
      ],
      extra: null,
    });
    expect(requests[0]?.url).toBe('https://api.test/v1/open-interest/BTC');
  });
});

describe('what the undocumented answers become (inferred shapes)', () => {
  const fundingRows = [
    {
      exchange: 'binance',
      rate: 0.0001,
      annualized: 0.1095,
      predicted: 0.00012,
      nextFundingAt: Date.UTC(2026, 1, 1, 16),
      intervalHours: 8,
    },
    {
      exchange: 'bybit',
      rate: -0.00005,
      annualized: -0.05475,
      predicted: null,
      nextFundingAt: null,
      intervalHours: null,
    },
  ];

  test('funding rates as fractions; what is not known is kept', async () => {
    const { fetch, requests } = connected(fixture('kingfisher/funding-rates-btc.inferred.json'));
    expect(await fetch['funding-rates']!('BTC', noSignal)).toMatchObject({
      basis: 'inferred',
      takenAt: Date.UTC(2026, 1, 1, 8),
      exchanges: fundingRows,
      extra: '{"funding_rates[1]":{"mood":"calm"}}',
    });
    expect(requests[0]?.url).toBe('https://api.test/v1/funding-rates/BTC');
  });

  test.each([
    ['rows by exchange', { rates: { binance: { rate: 0.0001 }, okx: { rate: null } } }],
    ['bare rates by exchange', { asset: 'BTC', exchanges: { binance: '0.0001', okx: null } }],
    [
      'a list alone',
      [
        { exchange: 'binance', current_rate: 0.0001 },
        { venue: 'okx', funding_rate: null },
      ],
    ],
  ])('funding rates as %s', async (_, payload) => {
    const { fetch } = connected(JSON.stringify(payload));
    const { exchanges } = await fetch['funding-rates']!('BTC', noSignal);
    expect(exchanges.map(({ exchange, rate }) => [exchange, rate])).toEqual([
      ['binance', 0.0001],
      ['okx', null],
    ]);
  });

  test('depth in US dollars by exchange and percentage', async () => {
    const { fetch, requests } = connected(fixture('kingfisher/depth-btc.inferred.json'));
    expect(await fetch['market-depth']!('BTC', noSignal)).toMatchObject({
      basis: 'inferred',
      midPrice: 67000.5,
      spreadPercent: 0.0015,
      bands: [
        { exchange: 'binance', percent: 0.1, bidUsd: 12_000_000, askUsd: 11_500_000 },
        { exchange: 'binance', percent: 0.5, bidUsd: 48_000_000, askUsd: 51_000_000 },
      ],
      extra: null,
    });
    expect(requests[0]?.url).toBe('https://api.test/v1/depth/BTC');
  });

  const band = { exchange: 'okx', percent: 0.5, bidUsd: 7, askUsd: 8 };
  test.each([
    ['keyed by percentage', { depth: { '0.5': { bid: 7, ask: 8 } } }, { ...band, exchange: null }],
    ['keyed by exchange, then percentage', { exchanges: { okx: { '0.5%': { bids: '7', asks: '8' } } } }, band],
    [
      'a list by exchange, levels inside',
      { exchanges: [{ exchange: 'okx', levels: [{ percentage: '0.5%', bid_usd: 7, ask_usd: 8 }] }] },
      band,
    ],
    ['one flat row', { exchange: 'okx', percentage: 0.5, bid_depth: 7, ask_depth: 8 }, band],
    [
      'all exchanges together',
      { depth: [{ exchange: 'all', percent: 0.5, bid_depth: 7, ask_depth: 8 }] },
      { ...band, exchange: null },
    ],
  ])('depth %s', async (_, payload, expected) => {
    const { fetch } = connected(JSON.stringify(payload));
    expect((await fetch['market-depth']!('BTC', noSignal)).bands).toEqual([expected]);
  });

  test('order flow: score, cumulative delta and their history', async () => {
    const { fetch, requests } = connected(fixture('kingfisher/tof-btc.inferred.json'));
    expect(await fetch['order-flow']!('BTC', noSignal)).toMatchObject({
      basis: 'inferred',
      tof: 0.42,
      cvdUsd: -15_250_000.5,
      times: new Float64Array([Date.UTC(2026, 1, 1, 7, 59), Date.UTC(2026, 1, 1, 8)]),
      tofSeries: new Float64Array([0.4, 0.42]),
      cvdSeries: new Float64Array([-15_000_000, -15_250_000.5]),
      extra: null,
    });
    expect(requests[0]?.url).toBe('https://api.test/v1/tof/BTC');
  });

  test('order flow as objects around the numbers, without history', async () => {
    const { fetch } = connected('{"tof":{"score":"0.5","label":"buying"},"cvd":{"value":-3}}');
    expect(await fetch['order-flow']!('BTC', noSignal)).toMatchObject({
      tof: 0.5,
      cvdUsd: -3,
      times: new Float64Array(0),
      extra: '{"tof":{"label":"buying"}}',
    });
  });

  test.each(['funding-rates', 'market-depth', 'order-flow'] as const)(
    '%s without anything readable is refused',
    async (kind) => {
      const { fetch, rejected } = connected('{"asset":"BTC","hello":1}');
      expect(await failureOf(fetch[kind]!('BTC', noSignal))).toMatchObject({
        kind: 'bad-response',
        path: expect.stringMatching(/^\$\.\w+$/),
      });
      expect(rejected).toHaveLength(1);
    },
  );
});

describe('each kind of bad input', () => {
  type Clusters = Record<string, unknown>[];
  type Answer = Record<string, unknown> & { clusters: Clusters };
  const map = (change: (payload: Answer) => void) => {
    const payload = JSON.parse(fixture('kingfisher/liquidations-btc.json')) as Answer;
    change(payload);
    return JSON.stringify(payload);
  };
  const cluster = (fields: object) => map((payload) => Object.assign(payload.clusters[1]!, fields));
  const without = (field: string) => map((payload) => delete payload.clusters[1]![field]);

  test.each([
    ['numbers as strings are accepted', cluster({ price: '69500', long_liquidations: '95000000' })],
    ['rows out of order are sorted', map((payload) => void payload.clusters.reverse())],
  ])('%s', async (_, text) => {
    const { fetch } = connected(text);
    const read = await fetch['liquidation-map']!('BTC', noSignal);
    expect([...read.prices, ...read.longs]).toEqual([64000, 69500, 4_800_000_000, 95_000_000]);
  });

  test.each([
    ['a negative size', cluster({ short_liquidations: -1 }), '$.clusters[1].short_liquidations', 'is negative'],
    ['a null size', cluster({ short_liquidations: null }), '$.clusters[1].short_liquidations', 'is not a number'],
    ['a missing field', without('long_liquidations'), '$.clusters[1].long_liquidations', 'is missing'],
    ['a price of zero', cluster({ price: 0 }), '$.clusters[1].price', 'is not a price above zero'],
    [
      'an endless size',
      cluster({ long_liquidations: 0 }).replace('"long_liquidations":0', '"long_liquidations":1e400'),
      '$.clusters[1].long_liquidations',
      'is too large for a number',
    ],
    ['an unreadable time', cluster({ timestamp: 'soon' }), '$.clusters[1].timestamp', 'is not a time'],
    [
      'no clusters',
      map((payload) => delete (payload as Record<string, unknown>)['clusters']),
      '$.clusters',
      'is missing',
    ],
    [
      'clusters that are no list',
      map((payload) => Object.assign(payload, { clusters: {} })),
      '$.clusters',
      'is not a list',
    ],
    ['no price', map((payload) => delete payload['current_price']), '$.current_price', 'is missing'],
    [
      'another asset',
      map((payload) => Object.assign(payload, { asset: 'ETH' })),
      '$.asset',
      'is not BTC, which was asked for',
    ],
    [
      'another timeframe',
      map((payload) => Object.assign(payload, { timeframe: '1H' })),
      '$.timeframe',
      'is not 1D, which was asked for',
    ],
  ])('%s refuses the map as a whole, by its path', async (_, text, path, problem) => {
    const { fetch, rejected } = connected(text);
    const message = `Kingfisher sent an answer that could not be read: ${path} ${problem}.`;
    expect(await failureOf(fetch['liquidation-map']!('BTC', noSignal))).toMatchObject({
      kind: 'bad-response',
      path,
      message,
    });
    expect(rejected).toEqual([
      {
        source: rejected[0]!.source,
        endpoint: '/liquidations/BTC?exchange=all&timeframe=1D',
        at: arrival,
        path,
        message,
        text,
      },
    ]);
  });

  test.each([
    ['NaN', '{"asset":"BTC","current_price":NaN}', 'Kingfisher answered with something that is not JSON.'],
    ['a web page', '<!doctype html><title>Login</title>', 'Kingfisher answered with a web page instead of data.'],
    ['nothing', '', 'Kingfisher answered with nothing.'],
  ])('%s is refused at $', async (_, text, message) => {
    const { fetch, rejected } = connected(text);
    expect(await failureOf(fetch['liquidation-map']!('BTC', noSignal))).toMatchObject({
      kind: 'bad-response',
      path: '$',
      message,
    });
    expect(rejected).toHaveLength(1);
  });

  test('an empty list of clusters is a valid, empty map', async () => {
    const { fetch } = connected(map((payload) => Object.assign(payload, { clusters: [] })));
    expect(await fetch['liquidation-map']!('BTC', noSignal)).toMatchObject({
      prices: new Float64Array(0),
      takenAt: arrival,
      takenAtBasis: 'received',
    });
  });

  test('unknown extra fields are kept', async () => {
    const { fetch } = connected(
      map((payload) => Object.assign(payload, { model: 'v2', clusters: [{ ...payload.clusters[0], heat: 3 }] })),
    );
    const read = await fetch['liquidation-map']!('BTC', noSignal);
    expect(JSON.parse(read.extra ?? '')).toEqual({ model: 'v2', 'clusters[]': { heat: [3] } });
  });

  test('one price named twice is one level, its dollars added', async () => {
    const { fetch } = connected(cluster({ price: 64000 }));
    expect(await fetch['liquidation-map']!('BTC', noSignal)).toMatchObject({
      prices: new Float64Array([64000]),
      longs: new Float64Array([4_895_000_000]),
      shorts: new Float64Array([2_220_000_000]),
    });
  });

  test('ten million clusters: the body is cut off at the cap, that it came is recorded, and it is said', async () => {
    const { context, rejected } = fakeContext('kingfisher', () => {
      throw new FailureError(
        failure('bad-response', 'api.test sent an answer larger than Halcyon accepts (32 MiB).', { path: '$' }),
      );
    });
    const { snapshots } = kingfisher.connect(context);
    expect(await failureOf(snapshots!['liquidation-map']!('BTC', noSignal))).toMatchObject({
      kind: 'bad-response',
      message: 'api.test sent an answer larger than Halcyon accepts (32 MiB).',
    });
    expect(rejected).toEqual([expect.objectContaining({ path: '$', text: '' })]);
  });

  test('a key that the answer echoes is in nothing that is kept', async () => {
    const echo = map((payload) => Object.assign(payload, { you_sent: testKey }));
    const { fetch } = connected(echo);
    expect((await fetch['liquidation-map']!('BTC', noSignal)).extra).toBe('{"you_sent":"•••"}');
    const broken = connected(`{"you_sent":"${testKey}"`);
    const failed = await failureOf(broken.fetch['liquidation-map']!('BTC', noSignal));
    expect(JSON.stringify([failed, broken.rejected])).not.toContain(testKey);
  });

  test('a regime in a word we do not know is no regime, and stays readable', async () => {
    const { fetch } = connected(fixture('kingfisher/gex-btc.json').replace('"positive"', '"transition"'));
    expect(await fetch.gex!('BTC', noSignal)).toMatchObject({
      regime: null,
      positiveSide: null,
      extra: '{"current_gex":"transition"}',
    });
  });

  test('a profile without flip, regime or totals keeps them unknown', async () => {
    const { fetch } = connected(
      '{"asset":"BTC","current_price":1,"gex_profile":[{"strike":2,"gamma_exposure":3}],"flip_level":null}',
    );
    expect(await fetch.gex!('BTC', noSignal)).toMatchObject({
      flipLevel: null,
      regime: null,
      positiveSide: null,
      totalGamma: new Float64Array([NaN]),
    });
  });
});

test('the orientation is read off price, flip and regime, and unknown where they cannot tell', () => {
  expect(positiveSideOf(67000, 68200, 'positive')).toBe('below');
  expect(positiveSideOf(67000, 68200, 'negative')).toBe('above');
  expect(positiveSideOf(69000, 68200, 'positive')).toBe('above');
  expect(positiveSideOf(69000, 68200, 'negative')).toBe('below');
  expect(positiveSideOf(67000, null, 'positive')).toBeNull();
  expect(positiveSideOf(null, 68200, 'positive')).toBeNull();
  expect(positiveSideOf(67000, 68200, 'neutral')).toBeNull();
  expect(positiveSideOf(68200, 68200, 'positive')).toBeNull();
});

describe('what the statuses mean', () => {
  const asked = (reply: Reply) => {
    const { fetch, ...rest } = connected(reply);
    return failureOf(fetch['liquidation-map']!('BTC', noSignal)).then((failed) => ({ failed, ...rest }));
  };

  test('400 is a bad request in the words of the provider', async () => {
    const { failed, rejected } = await asked({ status: 400, text: fixture('kingfisher/error-400.json') });
    expect(failed).toMatchObject({
      kind: 'bad-request',
      message: 'Kingfisher did not accept the request: Invalid timeframe specified.',
    });
    expect(rejected).toEqual([]);
  });

  test('401 is a refused key, which does not heal by itself', async () => {
    const { failed } = await asked({ status: 401, text: fixture('kingfisher/error-401.json') });
    expect(failed).toMatchObject({
      kind: 'auth',
      retryAt: null,
      message:
        'Kingfisher refused the key: API key is invalid or expired. Enter a valid key in Settings → Providers; Halcyon does not use this one again by itself.',
    });
  });

  test('403 is the plan', async () => {
    const { failed } = await asked({ status: 403, text: '{"error":"forbidden","message":"Elite only","code":403}' });
    expect(failed).toMatchObject({ kind: 'plan', message: 'Your Kingfisher plan does not include this: Elite only.' });
  });

  test.each([
    ['the body', {}, arrival + 3_600_000],
    ['the header where it is later', { 'retry-after': '7200' }, arrival + 7_200_000],
  ])('429 is a limit until the moment of %s', async (_, headers, retryAt) => {
    const { failed } = await asked({ status: 429, headers, text: fixture('kingfisher/error-429.json') });
    expect(failed).toMatchObject({
      kind: 'rate-limited',
      retryAt,
      message: "Kingfisher's call limit is reached: Daily limit exceeded.",
    });
  });

  test('429 without a moment uses the reset of a spent budget, or none', async () => {
    const reset = arrival / 1000 + 600;
    const headers = { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    expect((await asked({ status: 429, headers, text: '' })).failed).toMatchObject({
      kind: 'rate-limited',
      retryAt: reset * 1000,
    });
    expect((await asked({ status: 429, text: '<html>' })).failed).toMatchObject({
      kind: 'rate-limited',
      retryAt: null,
    });
  });

  test.each([500, 502, 503, 504])('%d is a problem on their side, whatever the body', async (status) => {
    expect((await asked({ status, text: '<html>Bad gateway</html>' })).failed).toMatchObject({
      kind: 'server',
      message: `Kingfisher has a problem on its side (status ${status}).`,
    });
  });

  test('404 may be the asset or the base URL; a web page is the base URL', async () => {
    expect((await asked({ status: 404, text: '{"error":"not_found"}' })).failed).toMatchObject({ kind: 'unsupported' });
    const page = await asked({ status: 404, text: '<html></html>' });
    expect(page.failed).toMatchObject({
      kind: 'bad-response',
      message: 'api.test answered with a web page instead of data (status 404). Check the base URL.',
    });
    expect(page.rejected).toHaveLength(1);
  });

  test.each([204, 418])('an unexpected status %d is a rejected payload', async (status) => {
    const { failed, rejected } = await asked({ status, text: '' });
    expect(failed).toMatchObject({ kind: 'bad-response', path: '$' });
    expect(rejected).toHaveLength(1);
  });

  test('a redirect is refused, and the other host never gets the key', async () => {
    const seen: unknown[] = [];
    const other = createServer((request, response) => void (seen.push(request.headers), response.end('{}')));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/v1/liquidations/BTC`;
    const host = createServer((_, response) => void response.writeHead(307, { location }).end());
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(host.address() as AddressInfo).port}`;
    const http = createHttpClient();
    const { context } = fakeContext('kingfisher');
    const client = kingfisher.connect({ ...context, http, restUrl: `http://${address}/v1` });
    expect(await failureOf(client.test(noSignal))).toMatchObject({
      kind: 'bad-response',
      message: `${address} answered with a redirect to another host; not followed, the key was not sent there.`,
    });
    expect(seen).toEqual([]);
    await http.close();
    host.close();
    other.close();
  });

  test('limits are read off every answer, errors included', async () => {
    const headers = { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '95', 'x-ratelimit-reset': '1769990400' };
    const expected = { limit: 100, remaining: 95, resetAt: 1_769_990_400_000, seenAt: arrival };
    for (const status of [200, 400, 401, 429, 500]) {
      expect((await asked({ status, headers, text: 'no json' })).limits).toEqual([expected]);
    }
  });
});

describe('before anything is sent', () => {
  test('without a key nothing is asked', async () => {
    const { context, requests } = fakeContext('kingfisher');
    const client = kingfisher.connect({ ...context, secret: null });
    expect(await failureOf(client.test(noSignal))).toMatchObject({ kind: 'auth' });
    expect(requests).toEqual([]);
  });

  test('white space around a key is cut off, a key with odd characters is refused', async () => {
    const { context, requests } = fakeContext('kingfisher', () => fixture('kingfisher/liquidations-btc.json'));
    await kingfisher.connect({ ...context, secret: { apiKey: ` ${testKey}\n` } }).test(noSignal);
    expect(requests[0]?.headers?.['authorization']).toBe(`Bearer ${testKey}`);
    const odd = kingfisher.connect({ ...context, secret: { apiKey: 'kf\u200b_1' } });
    expect(await failureOf(odd.test(noSignal))).toMatchObject({ kind: 'auth' });
    expect(requests).toHaveLength(1);
  });

  test('gamma of an asset without options is unsupported, without a request', async () => {
    const { fetch, requests } = connected('{}');
    expect(await failureOf(fetch.gex!('SOL', noSignal))).toMatchObject({
      kind: 'unsupported',
      message: 'Kingfisher has gamma exposure for BTC and ETH only, not for SOL.',
    });
    expect(requests).toEqual([]);
  });

  test.each(['btc', '../keys', 'BTC?x=1', ''])('an asset written %j is a bad request', async (asset) => {
    const { fetch, requests } = connected('{}');
    expect(await failureOf(fetch['liquidation-map']!(asset, noSignal))).toMatchObject({ kind: 'bad-request' });
    expect(requests).toEqual([]);
  });
});

test('Test is one real request and says what came back', async () => {
  const { client, requests } = connected(fixture('kingfisher/liquidations-btc.json'));
  expect(await client.test(noSignal)).toBe(
    'Asked for the BTC liquidation map: 2 levels came back, at a price of 67,000.',
  );
  expect(requests).toHaveLength(1);
});

test('its card names every kind it fetches, and the sandbox has a stream at the same place', () => {
  const { client } = connected('{}');
  const served = snapshotKinds.filter((kind) => kind !== 'liquidation-profile');
  expect(Object.keys(client.snapshots!).sort()).toEqual([...served].sort());
  expect(kingfisher.info.capabilities).toEqual(expect.arrayContaining(served));
  expect(kingfisher.info.environments.map(({ id, restUrl, streamUrl }) => [id, restUrl, streamUrl])).toEqual([
    ['production', 'https://api.thekingfisher.io/v1', 'wss://api.thekingfisher.io/v1/stream'],
    ['sandbox', 'https://api-sandbox.thekingfisher.io/v1', 'wss://api-sandbox.thekingfisher.io/v1/stream'],
    ['custom', '', ''],
  ]);
  expect(kingfisher.info.streamPath).toBe('/stream');
});
