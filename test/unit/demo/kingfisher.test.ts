import { afterEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { manualClock } from '../../../src-main/demo/clock.ts';
import type { DemoKey } from '../../../src-main/demo/kingfisher/keys.ts';
import { startKingfisherServer } from '../../../src-main/demo/kingfisher/server.ts';
import type { LoopbackKingfisher } from '../../../src-main/demo/kingfisher/server.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const market = createMarket(3);
const keys: readonly DemoKey[] = [
  { key: 'elite-key', plan: 'elite' },
  { key: 'pro-key', plan: 'pro', used: 95 },
];
const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serve(at = start): Promise<{ server: LoopbackKingfisher; clock: ReturnType<typeof manualClock> }> {
  const clock = manualClock(at);
  const server = await startKingfisherServer({ market, clock, keys });
  endings.push(() => server.close());
  return { server, clock };
}

const get = (server: LoopbackKingfisher, path: string, key = 'elite-key'): Promise<Response> =>
  fetch(`${server.restUrl}${path}`, { headers: { authorization: `Bearer ${key}` } });

interface Message {
  readonly [name: string]: unknown;
  readonly channel?: string;
  readonly data?: { clusters?: { price: number; long_liquidations: number; short_liquidations: number }[] };
}

async function connect(
  server: LoopbackKingfisher,
): Promise<{ socket: WebSocket; got: Message[]; ended: { code: number }[] }> {
  const socket = new WebSocket(server.streamUrl);
  const got: Message[] = [];
  const ended: { code: number }[] = [];
  socket.on('message', (data) => got.push(JSON.parse(String(data)) as Message));
  socket.on('close', (code) => ended.push({ code }));
  socket.on('error', () => undefined);
  endings.push(() => socket.terminate());
  await new Promise((done) => socket.once('open', done));
  return { socket, got, ended };
}

const say = (socket: WebSocket, message: object): void => socket.send(JSON.stringify(message));
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

describe('REST', () => {
  test('liquidations have the documented fields, of the moment on the clock', async () => {
    const { server } = await serve();
    const response = await get(server, '/liquidations/BTC?exchange=all&timeframe=1D');
    const body = (await response.json()) as { clusters: object[] };
    expect(response.status).toBe(200);
    expect(Object.keys(body)).toEqual(['asset', 'exchange', 'timeframe', 'current_price', 'clusters']);
    expect(body).toMatchObject({ asset: 'BTC', exchange: 'all', timeframe: '1D' });
    expect(body.clusters.length).toBeGreaterThan(80);
    expect(Object.keys(body.clusters[0]!)).toEqual(['price', 'long_liquidations', 'short_liquidations', 'timestamp']);
    expect(body.clusters[0]).toMatchObject({ timestamp: '2026-02-01T12:34:56Z' });
  });

  test.each([
    ['/gex/BTC', ['asset', 'current_price', 'gex_profile', 'flip_level', 'current_gex']],
    ['/open-interest/ETH', ['asset', 'total_open_interest', 'exchange_breakdown']],
    ['/funding-rates/SOL', ['asset', 'timestamp', 'funding_rates']],
    ['/depth/BTC?percentage=0.5', ['asset', 'timestamp', 'mid_price', 'spread_percent', 'depth']],
    ['/tof/BTC', ['asset', 'timestamp', 'tof', 'cvd', 'history']],
  ])('%s answers with %j', async (path, fields) => {
    const { server } = await serve();
    const response = await get(server, path);
    expect(response.status).toBe(200);
    expect(Object.keys((await response.json()) as object)).toEqual(fields);
  });

  test('an unknown key is refused in the documented words', async () => {
    const { server } = await serve();
    const response = await get(server, '/liquidations/BTC', 'wrong');
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      error: 'invalid_api_key',
      message: 'API key is invalid or expired',
      code: 401,
    });
  });

  test.each([
    ['/liquidations/BTC?timeframe=2D', 'Invalid timeframe specified'],
    ['/liquidations/DOGE', 'Invalid asset specified'],
    ['/liquidations/BTC?exchange=ftx', 'Invalid exchange specified'],
    ['/gex/SOL', 'Invalid asset specified'],
    ['/depth/BTC?percentage=7', 'Invalid percentage specified'],
  ])('%s is a bad request: %s', async (path, message) => {
    const { server } = await serve();
    const response = await get(server, path);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'invalid_parameter', message, code: 400 });
  });

  test('a path nobody documented is not found', async () => {
    const { server } = await serve();
    expect((await get(server, '/nothing/BTC')).status).toBe(404);
    expect((await get(server, '/liquidations')).status).toBe(404);
  });

  test('Pro counts down to the limit, then waits until midnight UTC', async () => {
    const { server, clock } = await serve();
    const first = await get(server, '/tof/BTC', 'pro-key');
    expect(first.headers.get('x-ratelimit-limit')).toBe('100');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('4');
    expect(first.headers.get('x-ratelimit-reset')).toBe(String(Date.UTC(2026, 1, 2) / 1000));
    for (let i = 0; i < 4; i++) expect((await get(server, '/tof/BTC', 'pro-key')).status).toBe(200);
    const refused = await get(server, '/tof/BTC', 'pro-key');
    const wait = (Date.UTC(2026, 1, 2) - start) / 1000;
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe(String(wait));
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(await refused.json()).toEqual({
      error: 'rate_limit_exceeded',
      message: 'Daily limit exceeded',
      code: 429,
      retry_after: wait,
    });
    clock.advance(wait * 1000);
    expect((await get(server, '/tof/BTC', 'pro-key')).headers.get('x-ratelimit-remaining')).toBe('99');
  });

  test('Elite is not limited, and alone gets the predicted funding', async () => {
    const { server } = await serve();
    const elite = await get(server, '/funding-rates/BTC');
    expect(elite.headers.get('x-ratelimit-limit')).toBe('unlimited');
    expect(JSON.stringify(await elite.json())).toContain('predicted_rate');
    expect(await (await get(server, '/funding-rates/BTC', 'pro-key')).text()).not.toContain('predicted_rate');
  });

  test('a test can replace an answer and read what was asked', async () => {
    const { server } = await serve();
    const exact = {
      asset: 'BTC',
      clusters: [{ price: 64_000, long_liquidations: 4_800_000_000, short_liquidations: 1 }],
    };
    server.override('liquidations/BTC', { body: exact });
    server.override('gex', { status: 503, headers: { 'x-test': 'yes' }, body: 'down' });
    expect(await (await get(server, '/liquidations/BTC?timeframe=1H')).json()).toEqual(exact);
    expect(((await (await get(server, '/liquidations/ETH')).json()) as { asset: string }).asset).toBe('ETH');
    const gex = await get(server, '/gex/BTC');
    expect([gex.status, gex.headers.get('x-test'), await gex.text()]).toEqual([503, 'yes', 'down']);
    expect((await get(server, '/liquidations/BTC', 'wrong')).status).toBe(401);
    server.override('gex', null);
    expect((await get(server, '/gex/BTC')).status).toBe(200);
    expect(server.requests[0]).toMatchObject({
      at: start,
      method: 'GET',
      path: '/v1/liquidations/BTC',
      query: { timeframe: '1H' },
      headers: { authorization: 'Bearer elite-key' },
      body: '',
    });
    expect(server.requests).toHaveLength(5);
  });
});

describe('stream', () => {
  test('after auth, each channel pushes in the documented envelope', async () => {
    const { server } = await serve();
    const { socket, got } = await connect(server);
    say(socket, { action: 'auth', apiKey: 'elite-key' });
    for (const channel of ['liquidations', 'gex', 'open_interest', 'funding_rates']) {
      say(socket, { action: 'subscribe', channel, asset: 'BTC', exchange: 'all' });
    }
    await until(() => expect(got.filter(({ data }) => data)).toHaveLength(4));
    const pushes = got.filter(({ data }) => data);
    expect(pushes.map(({ channel }) => channel)).toEqual(['liquidations', 'gex', 'open_interest', 'funding_rates']);
    for (const push of pushes) {
      expect(Object.keys(push)).toEqual(['channel', 'asset', 'data']);
      expect(push).toMatchObject({ asset: 'BTC', data: { timestamp: '2026-02-01T12:34:56Z' } });
    }
    expect(Object.keys(pushes[0]!.data!)).toEqual(['timestamp', 'clusters']);
    expect(Object.keys(pushes[0]!.data!.clusters![0]!)).toEqual(['price', 'long_liquidations', 'short_liquidations']);
  });

  test('pushes merged one after the other give the map that REST gives', async () => {
    const { server, clock } = await serve(Date.UTC(2026, 1, 2, 14));
    const { socket, got } = await connect(server);
    say(socket, { action: 'auth', apiKey: 'elite-key' });
    say(socket, { action: 'subscribe', channel: 'liquidations', asset: 'BTC', exchange: 'all' });
    await until(() => expect(got.some(({ data }) => data)).toBe(true));
    for (let i = 0; i < 400; i++) clock.advance(1500);
    await server.scenario('gap', 'stream');
    server.push({ last: true });
    await until(() => expect(got.at(-1)).toEqual({ last: true }));
    const merged = new Map<number, object>();
    let gone = 0;
    for (const { data } of got) {
      for (const { price, ...amounts } of data?.clusters ?? []) {
        if (amounts.long_liquidations === 0 && amounts.short_liquidations === 0) gone += Number(merged.delete(price));
        else merged.set(price, amounts);
      }
    }
    const body = (await (await get(server, '/liquidations/BTC')).json()) as { clusters: { price: number }[] };
    const rest = body.clusters.map((cluster) => [
      cluster.price,
      expect.objectContaining(merged.get(cluster.price) ?? { none: 0 }),
    ]);
    expect(body.clusters.map((cluster) => [cluster.price, cluster])).toEqual(rest);
    expect(merged.size).toBe(body.clusters.length);
    expect(gone).toBeGreaterThan(0);
  });

  test.each([
    ['wrong', 'invalid_api_key', 401],
    ['pro-key', 'forbidden', 403],
  ])('the key %s gets an error (%s), then the end', async (apiKey, error, code) => {
    const { server } = await serve();
    const { socket, got, ended } = await connect(server);
    say(socket, { action: 'auth', apiKey });
    await until(() => expect(ended).toEqual([{ code: 1008 }]));
    expect(got).toEqual([expect.objectContaining({ error, code })]);
  });

  test('who does not authenticate within ten seconds is sent away', async () => {
    const { server, clock } = await serve();
    const { ended } = await connect(server);
    clock.advance(10_000);
    expect(server.clients).toBe(1);
    clock.advance(500);
    await until(() => expect(ended).toEqual([{ code: 1008 }]));
  });

  test.each([
    [{ channel: 'tof', asset: 'BTC' }, 'Invalid channel specified'],
    [{ channel: 'gex', asset: 'SOL' }, 'Invalid asset specified'],
    [{ channel: 'liquidations', asset: 'BTC', exchange: 'ftx' }, 'Invalid exchange specified'],
  ])('a subscription to %j is answered with an error and the stream lives on', async (subscription, message) => {
    const { server } = await serve();
    const { socket, got } = await connect(server);
    say(socket, { action: 'auth', apiKey: 'elite-key' });
    say(socket, { action: 'subscribe', ...subscription });
    await until(() => expect(got.at(-1)).toEqual({ error: 'invalid_parameter', message, code: 400 }));
    socket.send('not json');
    await until(() => expect(got.at(-1)).toMatchObject({ message: 'Unknown action' }));
  });

  test('a pushed text arrives exactly as given, at authenticated clients only', async () => {
    const { server } = await serve();
    const { socket, got } = await connect(server);
    expect(server.push('{"n":1}')).toBe(0);
    say(socket, { action: 'auth', apiKey: 'elite-key' });
    await until(() => expect(got).toHaveLength(1));
    const texts: string[] = [];
    socket.on('message', (data) => texts.push(String(data)));
    expect(server.push('{"n" : 1.50}')).toBe(1);
    await until(() => expect(texts).toEqual(['{"n" : 1.50}']));
    expect(server.messages.map(({ text }) => text)).toEqual(['{"action":"auth","apiKey":"elite-key"}']);
  });
});
