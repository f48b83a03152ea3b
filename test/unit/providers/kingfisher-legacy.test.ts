import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failure, FailureError, toFailure, type Failure } from '../../../src-main/contract/failure.ts';
import type { LiquidationProfile } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { HttpRequest } from '../../../src-main/net/http.ts';
import { livePlace } from '../../../src-main/feeds/place.ts';
import { kingfisherLegacy } from '../../../src-main/providers/kingfisher-legacy.ts';
import type { ProviderContext } from '../../../src-main/providers/provider.ts';
import { payloads } from '../seed.ts';
import { arrival, fakeContext, fixture, noSignal, type Reply } from './context.ts';

const login = 'someone@example.com';
const password = 'correct horse! battery';
const token = 'eyJhbGciOiJIUzI1NiJ9.c2FtcGxl.0123456789abcdef';
const fallbacks = { exchange: 'binance', pair: '{asset}/USDT', type: 'all_leverage' };
const latest = fixture('kingfisher-legacy/latest-btc.inferred.json');
const isLogin = ({ url }: HttpRequest): boolean => url.endsWith('/api/auth/login');

/** A login that works; `reply` answers the questions. */
function connected(
  reply: Reply | ((request: HttpRequest) => Reply | Promise<Reply>) = latest,
  more: Partial<ProviderContext> = {},
) {
  const fake = fakeContext('kingfisher-legacy', (request) => {
    if (isLogin(request)) return fixture('kingfisher-legacy/login.inferred.json');
    return typeof reply === 'function' ? reply(request) : reply;
  });
  const context: ProviderContext = {
    ...fake.context,
    restUrl: 'https://dashboard.test',
    streamUrl: '',
    secret: { login, password },
    options: fallbacks,
    ...more,
  };
  const client = kingfisherLegacy.connect(context);
  return { ...fake, context, client, fetch: client.snapshots!['liquidation-profile']! };
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then((value) => expect.fail(`resolved to ${JSON.stringify(value)}`), toFailure) as Promise<Failure>;
const withData = (data: unknown, more: object = {}): string => JSON.stringify({ result: { data, ...more } });
const columns = (...values: number[]) => new Float64Array(values);

describe('what an answer becomes', () => {
  test('clusters are flattened: zeros dropped, densities of one price added, ascending; the two curves stand apart', async () => {
    const { fetch, source, rejected } = connected();
    expect(await fetch('BTC', noSignal)).toEqual({
      kind: 'liquidation-profile',
      source,
      asset: 'BTC',
      variant: 'binance/BTC/USDT/all_leverage',
      takenAt: arrival,
      takenAtBasis: 'received',
      receivedAt: arrival,
      confirmedAt: arrival,
      transport: 'rest',
      extra:
        '{"result.data":{"cluster 0":4,"cluster 1":2,"noise":2,"Cummulated short liqs":3,"Cummulated long liqs":3}}',
      exchange: 'binance',
      market: 'BTC/USDT',
      leverage: 'all_leverage',
      unit: 'relative',
      prices: columns(64000, 67000, 69500, 70000),
      amounts: columns(1.25, 0.125, 0.5, 0.75),
      longCurvePrices: columns(61000, 64000, 67000),
      longCurve: columns(1.25, 1.25, 0),
      shortCurvePrices: columns(67000, 69500, 70000),
      shortCurve: columns(0, 0.625, 1.375),
    });
    expect(rejected).toEqual([]);
  });

  test('the login is a form, the question is JSON with the token', async () => {
    const { fetch, requests } = connected();
    await fetch('BTC', noSignal);
    expect(requests).toMatchObject([
      {
        url: 'https://dashboard.test/api/auth/login',
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'login=someone%40example.com&password=correct+horse%21+battery',
      },
      {
        url: 'https://dashboard.test/api/private/map/latest',
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{"exchange":"binance","pair":"BTC/USDT","type":"all_leverage"}',
      },
    ]);
  });

  test.each(['{}', '{"only noise":[[1,2],[0,0]]}', '{"nothing":[[],[]]}'])(
    'data %s is a valid, empty map without curves',
    async (data) => {
      const { fetch } = connected(`{"result":{"data":${data}}}`);
      const none = columns();
      expect(await fetch('BTC', noSignal)).toMatchObject({
        ...{ prices: none, amounts: none, longCurvePrices: none, longCurve: none },
        ...{ shortCurvePrices: none, shortCurve: none },
      });
    },
  );

  test.each([
    ['Cumulated short liqs', 'Cumulated long liqs'],
    ['cumulative_short_liquidations', 'Cumulative longs'],
    ['CUMMULATED SHORT LIQS', ' cummulated long liqs '],
  ])('curves called %j and %j are curves, not clusters (inferred)', async (short, long) => {
    const { fetch } = connected(withData({ a: [[5], [1]], [short]: [[7], [2]], [long]: [[3], [4]] }));
    expect(await fetch('BTC', noSignal)).toMatchObject({
      ...{ prices: columns(5), amounts: columns(1) },
      ...{ shortCurvePrices: columns(7), shortCurve: columns(2), longCurvePrices: columns(3), longCurve: columns(4) },
    });
  });

  test('a curve that names a price twice has reached the larger value there', async () => {
    const { fetch } = connected(
      withData({
        'Cummulated long liqs': [
          [9, 8, 9],
          [3, 5, 1],
        ],
      }),
    );
    expect(await fetch('BTC', noSignal)).toMatchObject({ longCurvePrices: columns(8, 9), longCurve: columns(5, 3) });
  });

  test('numbers as strings are read', async () => {
    const { fetch } = connected('{"result":{"data":{"a":[["64000","63000"],["0.5","0.25"]]}}}');
    expect(await fetch('BTC', noSignal)).toMatchObject({ prices: columns(63000, 64000), amounts: columns(0.25, 0.5) });
  });

  test('noise may lie where no price can be', async () => {
    const { fetch } = connected('{"result":{"data":{"a":[[-5,0,2],[0,0,1]]}}}');
    expect(await fetch('BTC', noSignal)).toMatchObject({ prices: columns(2), amounts: columns(1) });
  });

  test('unknown fields are kept, wherever they stand', async () => {
    const { fetch } = connected(
      '{"ok":true,"result":{"model":"v2","data":{"a":[[5],[1],["x"]],"meta":{"bins":3},"mid":6}}}',
    );
    const { extra, prices } = await fetch('BTC', noSignal);
    expect(prices).toEqual(columns(5));
    expect(JSON.parse(extra!)).toEqual({
      ok: true,
      result: { model: 'v2' },
      'result.data': { a: 1, meta: { bins: 3 }, mid: 6 },
      'result.data[][2…]': { a: [['x']] },
    });
  });

  test('unknown fields larger than a map are kept by name only', async () => {
    const { fetch } = connected(withData({ a: [[5], [1]] }, { blob: 'x'.repeat(70_000) }));
    const { extra } = await fetch('BTC', noSignal);
    expect(JSON.parse(extra!)).toEqual({ 'names only': { answer: ['result'], result: ['data', 'blob'], data: ['a'] } });
  });

  const hourAgo = arrival / 1000 - 3600.5;
  test.each([
    ['result.ts in seconds', { result: { ts: hourAgo, data: {} } }],
    ['result.timestamp in milliseconds', { result: { timestamp: hourAgo * 1000, data: {} } }],
    ['ts as text', { ts: '2026-02-01T10:59:59.500Z', result: { data: {} } }],
    ['timestamp', { timestamp: hourAgo, result: { ts: 'later', data: {} } }],
  ])('a time in %s is the provider’s own (inferred)', async (_, payload) => {
    const { fetch } = connected(JSON.stringify(payload));
    expect(await fetch('BTC', noSignal)).toMatchObject({
      takenAt: arrival - 3_600_500,
      takenAtBasis: 'provider',
    });
  });

  test.each(['soon', 5, null, (arrival + 3_600_000) / 1000])('%j is no time of a map, and is kept', async (ts) => {
    const { fetch } = connected(withData({}, { ts }));
    const read = await fetch('BTC', noSignal);
    expect(read).toMatchObject({ takenAt: arrival, takenAtBasis: 'received' });
    expect(JSON.parse(read.extra!)).toEqual({ result: { ts } });
  });
});

describe('the map at a moment', () => {
  const moment = unixMs(arrival - 86_400_000 - 250);

  test('asks with seconds and a fraction; its time is the moment asked for', async () => {
    const { client, requests } = connected();
    expect(await client.profileAt!('BTC', moment, noSignal)).toMatchObject({
      takenAt: moment,
      takenAtBasis: 'received',
      receivedAt: arrival,
      prices: columns(64000, 67000, 69500, 70000),
    });
    expect(requests[1]).toMatchObject({ url: 'https://dashboard.test/api/private/map/timestamp' });
    expect(JSON.parse(requests[1]!.body!)).toEqual({
      ...{ exchange: 'binance', pair: 'BTC/USDT', type: 'all_leverage' },
      ts: arrival / 1000 - 86_400.25,
    });
  });

  test('the provider’s own time wins over the one asked for', async () => {
    const { client } = connected(withData({}, { ts: moment / 1000 - 60 }));
    expect(await client.profileAt!('BTC', moment, noSignal)).toMatchObject({
      takenAt: moment - 60_000,
      takenAtBasis: 'provider',
    });
  });

  const page = '<!doctype html><title>Dashboard</title>';
  test.each<[string, Reply]>([
    ['404', { status: 404, text: '{"message":"Not found"}' }],
    ['404 with a page', { status: 404, text: page }],
    ['500', { status: 500, text: '' }],
    ['501', { status: 501, text: '{"message":"Not implemented"}' }],
    ['503', { status: 503, text: page }],
    ['400 that says so', { status: 400, text: '{"error":"Being reworked, coming back soon"}' }],
    ['403 that says so', { status: 403, text: '{"error":"under maintenance"}' }],
    ['a redirect', { status: 302, headers: { location: '/login' }, text: '' }],
    ['a page', page],
    ['nothing', ''],
    ['words', '"being reworked"'],
    ['no data', '{"result":null}'],
    ['a half map', '{"result":{"data":{"a":[[1,2],[3]]}}}'],
  ])('%s is said to be theirs, and nothing to try again', async (_, reply) => {
    const { client } = connected(reply);
    expect(await failureOf(client.profileAt!('BTC', moment, noSignal))).toMatchObject({
      kind: 'unsupported',
      retryAt: null,
      message:
        'Kingfisher’s map at a moment is being reworked on their side and did not answer as it should; the latest map goes on.',
    });
  });

  test('an answer that cannot be read is recorded all the same, with its path', async () => {
    const { client, rejected } = connected('{"result":{"data":{"a":[[1,2],[3]]}}}');
    const failed = await failureOf(client.profileAt!('BTC', moment, noSignal));
    expect(failed).toMatchObject({ kind: 'unsupported', path: '$.result.data.a' });
    expect(rejected).toMatchObject([{ endpoint: '/api/private/map/timestamp', path: '$.result.data.a' }]);
  });

  test.each<[string, Reply | (() => never), string]>([
    ['401', { status: 401, text: '' }, 'auth'],
    ['429', { status: 429, headers: { 'retry-after': '9' }, text: '' }, 'rate-limited'],
    ['400', { status: 400, text: '{"message":"Unknown pair"}' }, 'bad-request'],
    ['403', { status: 403, text: '{"message":"Upgrade your plan"}' }, 'plan'],
    ['408', { status: 408, text: '' }, 'timeout'],
    ['no network', throwing('offline'), 'offline'],
    ['no answer', throwing('timeout'), 'timeout'],
    ['the end of the connection', throwing('cancelled'), 'cancelled'],
  ])('%s stays what it is: %s', async (_, reply, kind) => {
    const { client } = connected(reply);
    expect(await failureOf(client.profileAt!('BTC', moment, noSignal))).toMatchObject({ kind });
  });

  test('a login that fails is no matter of this endpoint', async () => {
    const { context } = fakeContext('kingfisher-legacy', () => ({ status: 500, text: '' }));
    const client = kingfisherLegacy.connect({ ...context, secret: { login, password }, options: fallbacks });
    expect(await failureOf(client.profileAt!('BTC', moment, noSignal))).toMatchObject({ kind: 'server' });
  });

  test.each([NaN, -1, 0, arrival + 3_600_000, Infinity])(
    '%d is no moment of the past: nothing is asked',
    async (at) => {
      const { client, requests } = connected();
      expect(await failureOf(client.profileAt!('BTC', unixMs(at), noSignal))).toMatchObject({ kind: 'bad-request' });
      expect(requests).toEqual([]);
    },
  );

  test('after it failed the latest map is read as before', async () => {
    const { client, fetch } = connected(({ url }) => (url.endsWith('timestamp') ? { status: 500, text: '' } : latest));
    await failureOf(client.profileAt!('BTC', moment, noSignal));
    expect((await fetch('BTC', noSignal)).prices).toHaveLength(4);
  });
});

function throwing(kind: 'offline' | 'timeout' | 'cancelled'): () => never {
  return () => {
    throw new FailureError(failure(kind, 'No.'));
  };
}

describe('each kind of bad input', () => {
  const bad = (data: string): string => `{"result":{"data":${data}}}`;
  test.each([
    ['a negative density', bad('{"All":[[1,2,3,4],[0,1,2,-3]]}'), '$.result.data.All[1][3]', 'is negative'],
    ['a density of null', bad('{"All":[[1],[null]]}'), '$.result.data.All[1][0]', 'is not a number'],
    ['a density in words', bad('{"x y":[[1],["high"]]}'), '$.result.data["x y"][1][0]', 'is not a number'],
    ['an endless density', bad('{"All":[[1],[1e999]]}'), '$.result.data.All[1][0]', 'is too large for a number'],
    ['a price of zero', bad('{"All":[[0],[1]]}'), '$.result.data.All[0][0]', 'is not a price above zero'],
    ['a noise price that is none', bad('{"All":[[null],[0]]}'), '$.result.data.All[0][0]', 'is not a number'],
    ['more prices', bad('{"All":[[1,2],[1]]}'), '$.result.data.All', 'has 2 prices and 1 densities'],
    ['fewer prices', bad('{"All":[[],[1]]}'), '$.result.data.All', 'has 0 prices and 1 densities'],
    ['null as cluster', bad('{"All":null}'), '$.result.data.All', 'is not a list of prices and a list of densities'],
    ['one list', bad('{"All":[[1]]}'), '$.result.data.All', 'is not a list of prices and a list of densities'],
    ['rows', bad('{"All":[{"price":1},{}]}'), '$.result.data.All', 'is not a list of prices and a list of densities'],
    [
      'a negative curve',
      bad('{"Cummulated long liqs":[[1],[-1]]}'),
      '$.result.data["Cummulated long liqs"][1][0]',
      'is negative',
    ],
    [
      'two curves',
      bad('{"Cummulated long liqs":[[],[]],"Cumulated long liqs":[[],[]]}'),
      '$.result.data["Cumulated long liqs"]',
      'is a second curve of the long side',
    ],
    [
      'sums past all numbers',
      bad('{"a":[[1,1],[1e308,1e308]]}'),
      '$.result.data',
      'adds up to more than a number holds',
    ],
    ['data of null', bad('null'), '$.result.data', 'is not an object'],
    ['data as a list', bad('[]'), '$.result.data', 'is not an object'],
    ['no data', '{"result":{}}', '$.result.data', 'is missing'],
    ['no result', '{"error":"oops"}', '$.result', 'is missing'],
    ['a result of null', '{"result":null}', '$.result', 'is not an object'],
    ['another pair', withData({}, { pair: 'ETH/USDT' }), '$.result.pair', 'is not BTC/USDT, which was asked for'],
  ])('%s refuses the map as a whole, by its path', async (_, text, path, problem) => {
    const { fetch, rejected, source } = connected(text);
    const message = `Kingfisher legacy sent an answer that could not be read: ${path} ${problem}.`;
    expect(await failureOf(fetch('BTC', noSignal))).toMatchObject({ kind: 'bad-response', path, message });
    expect(rejected).toEqual([{ source, endpoint: '/api/private/map/latest', at: arrival, path, message, text }]);
  });

  test.each([
    ['NaN', bad('{"a":[[1],[NaN]]}'), 'answered with something that is not JSON'],
    ['truncated', bad('{"a":[[1'), 'answered with something that is not JSON'],
    ['a web page', '<!doctype html><title>Login</title>', 'answered with a web page instead of data'],
    ['nothing', '', 'answered with nothing'],
    ['a list', '[]', 'answered with something other than an object'],
  ])('%s is refused at $', async (_, text, problem) => {
    const { fetch, rejected } = connected(text);
    const message = `Kingfisher legacy ${problem}.`;
    expect(await failureOf(fetch('BTC', noSignal))).toMatchObject({ kind: 'bad-response', path: '$', message });
    expect(rejected).toHaveLength(1);
  });

  test.each(['BTCUSDT', 'btc/usdt', 'BTC/USDT:USDT', 'BTC', ''])(
    'a pair that is named %j is the one asked for',
    async (pair) => {
      const { fetch } = connected(withData({}, { pair }));
      expect(await fetch('BTC', noSignal)).toMatchObject({ market: 'BTC/USDT' });
    },
  );

  test('more rows than any market has are refused before they are read', async () => {
    const half = `[[${'1,'.repeat(500_000)}1],[${'0,'.repeat(500_000)}0]]`;
    const { fetch, rejected } = connected(bad(`{"a":${half},"b":${half}}`));
    expect(await failureOf(fetch('BTC', noSignal))).toMatchObject({
      kind: 'bad-response',
      path: '$.result.data',
      message: expect.stringContaining('has more rows than Halcyon accepts (1000000)') as string,
    });
    expect(rejected).toHaveLength(1);
  });

  test('a body that was cut off at the cap is recorded without its text', async () => {
    const { fetch, rejected } = connected(() => {
      throw new FailureError(
        failure('bad-response', 'dashboard.test sent an answer larger than Halcyon accepts (32 MiB).', { path: '$' }),
      );
    });
    expect(await failureOf(fetch('BTC', noSignal))).toMatchObject({ kind: 'bad-response' });
    expect(rejected).toEqual([expect.objectContaining({ path: '$', text: '' })]);
  });
});

describe('what the statuses mean', () => {
  test.each<[number, string, Partial<Failure>]>([
    [
      400,
      '{"message":"Unknown pair"}',
      { kind: 'bad-request', message: 'Kingfisher legacy did not accept the request: Unknown pair.' },
    ],
    [402, '{}', { kind: 'plan' }],
    [
      403,
      '{"message":"Elite only."}',
      {
        kind: 'plan',
        message:
          'Your Kingfisher account does not include these maps: Elite only. API access is applied for on the dashboard.',
      },
    ],
    [403, '{"message":"Your token needs the Elite plan"}', { kind: 'plan' }],
    [
      403,
      '<html>token</html>',
      {
        kind: 'bad-response',
        message: 'dashboard.test answered with a web page instead of data (status 403). Check the base URL.',
      },
    ],
    [404, '{}', { kind: 'unsupported' }],
    [408, '', { kind: 'timeout' }],
    [
      500,
      '<html>Bad gateway</html>',
      { kind: 'server', message: 'Kingfisher legacy has a problem on its side (status 500).' },
    ],
    [418, '', { kind: 'bad-response', path: '$' }],
  ])('%d %s', async (status, text, expected) => {
    const { fetch, rejected, requests } = connected({ status, text });
    expect(await failureOf(fetch('BTC', noSignal))).toMatchObject(expected);
    expect(rejected).toHaveLength(expected.kind === 'bad-response' ? 1 : 0);
    expect(requests).toHaveLength(2);
  });

  test.each([
    ['a header', { 'retry-after': '7' }, '{}', arrival + 7_000],
    ['the body', {}, '{"retry_after":9}', arrival + 9_000],
    ['nothing', {}, '<html>', null],
  ])('429 is a limit until the moment of %s', async (_, headers, text, retryAt) => {
    const { fetch } = connected({ status: 429, headers, text });
    expect(await failureOf(fetch('BTC', noSignal))).toMatchObject({ kind: 'rate-limited', retryAt });
  });

  test('a redirect is not followed', async () => {
    const { fetch, requests } = connected({ status: 307, headers: { location: 'https://elsewhere.test/' }, text: '' });
    expect(await failureOf(fetch('BTC', noSignal))).toMatchObject({
      kind: 'bad-response',
      message: 'dashboard.test answered with a redirect to another host; not followed, nothing secret was sent there.',
    });
    expect(requests.every(({ url }) => url.startsWith('https://dashboard.test/'))).toBe(true);
  });

  test('201 is an answer like 200', async () => {
    const { fetch } = connected({ status: 201, text: latest });
    expect((await fetch('BTC', noSignal)).prices).toHaveLength(4);
  });

  test('limits are read off answers that carry them', async () => {
    const headers = { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '59' };
    const { fetch, limits } = connected({ headers, text: latest });
    await fetch('BTC', noSignal);
    expect(limits).toEqual([{ limit: 60, remaining: 59, resetAt: null, seenAt: arrival }]);
  });
});

describe('options', () => {
  const variant = (options: object) =>
    kingfisherLegacy.variant!('liquidation-profile', 'ETH', { ...fallbacks, ...options });

  test('are what a series is told apart by', () => {
    expect(variant({})).toBe('binance/ETH/USDT/all_leverage');
    expect(variant({ exchange: ' bybit ', pair: '{asset}-{asset}/USD', type: 'whales' })).toBe(
      'bybit/ETH-ETH/USD/whales',
    );
    expect(kingfisherLegacy.variant!('gex', 'ETH', fallbacks)).toBe('');
  });

  test('that were never set have the fallbacks of the card', () => {
    expect(kingfisherLegacy.variant!('liquidation-profile', 'SOL', {})).toBe('binance/SOL/USDT/all_leverage');
  });

  test('are sent as they are, unknown classes too, and are in the map', async () => {
    const { fetch, requests } = connected(latest, {
      options: { exchange: 'bybit ', pair: '{asset}/USD', type: 'retail only' },
    });
    expect(await fetch('BTC', noSignal)).toMatchObject({
      ...{ exchange: 'bybit', market: 'BTC/USD', leverage: 'retail only', variant: 'bybit/BTC/USD/retail only' },
    });
    expect(requests[1]!.body).toBe('{"exchange":"bybit","pair":"BTC/USD","type":"retail only"}');
  });

  test.each([
    ['exchange', '   ', 'exchange'],
    ['exchange', 'x'.repeat(61), 'exchange'],
    ['pair', 'BTC\u0000', 'pair'],
    ['type', 'all\nleverage', 'leverage class'],
    ['type', '', 'leverage class'],
    ['type', 'all\u200bleverage', 'leverage class'],
  ])('%s %j is nonsense: refused before anything is asked', async (name, value, label) => {
    const { fetch, requests } = connected(latest, { options: { ...fallbacks, [name]: value } });
    expect(await failureOf(fetch('BTC', noSignal))).toMatchObject({
      kind: 'bad-request',
      message: `The ${label} set for Kingfisher legacy is not usable: write 1 to 60 letters, digits or signs in Settings → Providers.`,
    });
    expect(requests).toEqual([]);
  });

  test('a pair written out is not passed off as another asset’s', async () => {
    const { fetch, requests } = connected(latest, { options: { ...fallbacks, pair: 'BTC/USD' } });
    expect(await failureOf(fetch('ETH', noSignal))).toMatchObject({
      kind: 'unsupported',
      message:
        'Kingfisher legacy is set to the pair BTC/USD, which is not one of ETH. Write {asset} in its place in Settings → Providers to have every asset’s own.',
    });
    expect(requests).toEqual([]);
    expect(await fetch('BTC', noSignal)).toMatchObject({ market: 'BTC/USD' });
  });

  test.each(['btc', 'BTC/USDT', ''])('an asset written %j is a bad request', async (asset) => {
    const { fetch, requests } = connected();
    expect(await failureOf(fetch(asset, noSignal))).toMatchObject({ kind: 'bad-request' });
    expect(requests).toEqual([]);
  });
});

test('Test logs in, asks once, and says what came back, whatever the pair is set to', async () => {
  const { client, requests } = connected();
  expect(await client.test(noSignal)).toBe(
    'Logged in and asked for the latest all_leverage map of BTC/USDT on binance: 4 levels came back.',
  );
  expect(requests).toHaveLength(2);
  const other = connected(withData({ a: [[5], [1]] }), { options: { ...fallbacks, pair: 'ETH/USDT' } });
  expect(await other.client.test(noSignal)).toContain('map of ETH/USDT on binance: 1 level came back.');
});

test('its card: login and password, no stream, and a place without a stream address', () => {
  const { info } = kingfisherLegacy;
  expect(info.credential).toEqual([
    { name: 'login', label: 'Login', secret: false },
    { name: 'password', label: 'Password', secret: true },
  ]);
  expect(info.capabilities).toEqual(['liquidation-profile', 'snapshot-at']);
  expect(info.options.map(({ name, fallback }) => [name, fallback])).toEqual(Object.entries(fallbacks));
  const settings = { environment: 'production', customUrl: '', customStreamUrl: '', options: {} } as const;
  expect(livePlace(info, settings)).toMatchObject({ restUrl: 'https://thekingfisher.io', streamUrl: '' });
  const custom = { ...settings, environment: 'custom', customUrl: 'https://alpha.thekingfisher.io/' } as const;
  expect(livePlace(info, custom)).toMatchObject({ restUrl: 'https://alpha.thekingfisher.io' });
});

describe('whatever is sent', () => {
  const level = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom<unknown>(0, 1, '2', null, -1, 'NaN', [], {}));
  const columnPair = fc.oneof(
    fc.tuple(fc.array(level, { maxLength: 4 }), fc.array(level, { maxLength: 4 })),
    fc
      .integer({ min: 0, max: 6 })
      .chain((length) =>
        fc.tuple(
          fc.array(fc.integer({ min: 1, max: 5 }), { minLength: length, maxLength: length }),
          fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: length, maxLength: length }),
        ),
      ),
    fc.jsonValue(),
  );
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom('Cummulated short liqs', 'Cummulated long liqs', 'Cumulated long liqs', '__proto__', 'constructor'),
  );
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ data: fc.dictionary(names, columnPair, { maxKeys: 4 }), ts: fc.jsonValue() })
      .map((result) => JSON.stringify({ result })),
    fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }).map((data) => withData(data)),
  );
  const isAscending = (values: Float64Array): boolean =>
    values.every((value, index) => value > 0 && (index === 0 || value > values[index - 1]!));

  function expectValid(profile: LiquidationProfile): void {
    const { prices, amounts, longCurvePrices, longCurve, shortCurvePrices, shortCurve } = profile;
    expect([prices.length, longCurvePrices.length, shortCurvePrices.length]).toEqual([
      amounts.length,
      longCurve.length,
      shortCurve.length,
    ]);
    expect([prices, longCurvePrices, shortCurvePrices].every(isAscending)).toBe(true);
    expect(amounts.every((amount) => Number.isFinite(amount) && amount > 0)).toBe(true);
    expect([...longCurve, ...shortCurve].every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    expect(Number.isFinite(profile.takenAt)).toBe(true);
    if (profile.extra !== null) expect(Object.keys(JSON.parse(profile.extra) as object).length).toBeGreaterThan(0);
  }

  test('a map that keeps its promises, or one bad-response with a path that is recorded exactly once', async () => {
    let read = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        const { fetch, rejected } = connected(text);
        try {
          expectValid(await fetch('BTC', noSignal));
          expect(rejected).toEqual([]);
          read += 1;
        } catch (thrown) {
          if (!(thrown instanceof FailureError)) throw thrown;
          expect(thrown.failure).toMatchObject({ kind: 'bad-response', path: expect.stringMatching(/^\$/) as string });
          expect(thrown.failure.message).not.toContain('stumbled');
          expect(rejected).toMatchObject([{ text, path: thrown.failure.path }]);
          refused += 1;
        }
      }),
      { numRuns: payloads(600) },
    );
    expect(Math.min(read, refused)).toBeGreaterThan(50);
  });

  test('flattening loses no density and knows each price once', async () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 9 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(rows, { maxLength: 5 }), async (clusters) => {
        const data = Object.fromEntries(
          clusters.map((cluster, i) => [
            `c${i}`,
            [cluster.map(([price]) => price), cluster.map(([, density]) => density)],
          ]),
        );
        const sums = new Map<number, number>();
        for (const [price, density] of clusters.flat())
          if (density > 0) sums.set(price, (sums.get(price) ?? 0) + density);
        const { prices, amounts } = await connected(withData(data)).fetch('BTC', noSignal);
        expect([...prices].map((price, i) => [price, amounts[i]])).toEqual([...sums].sort((a, b) => a[0] - b[0]));
      }),
    );
  });
});
