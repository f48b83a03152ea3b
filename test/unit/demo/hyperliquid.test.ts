import { afterEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { toFailure } from '../../../src-main/contract/failure.ts';
import { manualClock } from '../../../src-main/demo/clock.ts';
import { startHyperliquidServer } from '../../../src-main/demo/hyperliquid/server.ts';
import { garbageVariants } from '../../../src-main/demo/loopback/scenario.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import type { DemoServer } from '../../../src-main/demo/servers.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { createOpenSocket } from '../../../src-main/net/socket.ts';
import { hyperliquid } from '../../../src-main/providers/hyperliquid.ts';
import type { CandleUpdate, StreamState } from '../../../src-main/providers/provider.ts';
import { fakeContext, noSignal } from '../providers/context.ts';

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const minute = 60_000;
const hour = 60 * minute;
const market = createMarket(3);
const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serve() {
  const clock = manualClock(start);
  const server = await startHyperliquidServer({ market, clock });
  endings.push(() => server.close());
  return { server, clock };
}

const post = (server: DemoServer, body: unknown): Promise<Response> =>
  fetch(`${server.restUrl}/info`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
type Row = Readonly<Record<string, string | number>>;
const candles = async (server: DemoServer, req: object): Promise<Row[]> =>
  (await (await post(server, { type: 'candleSnapshot', req })).json()) as Row[];
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

describe('the questions', () => {
  test('candles are written as the venue does: decimals as text, those that overlap with the range', async () => {
    const { server } = await serve();
    const rows = await candles(server, { coin: 'BTC', interval: '1h', startTime: start - hour, endTime: start });
    const open = Math.floor(start / hour) * hour;
    expect(rows.map(({ t }) => t)).toEqual([open - hour, open]);
    expect(Object.keys(rows[0]!).join()).toBe('t,T,s,i,o,c,h,l,v,n');
    expect(rows[0]).toMatchObject({ T: open - 1, s: 'BTC', i: '1h' });
    for (const name of ['o', 'c', 'h', 'l', 'v']) expect(rows[0]![name]).toMatch(/^\d+\.\d+$/);
    const [same] = market.prices.candles(market.find('BTC')!, 60, open - hour, open, start as never);
    expect(Number(rows[0]!['c'])).toBe(same!.close / 10);
  });

  test('of each length the newest 5,000 are kept', async () => {
    const { server } = await serve();
    const rows = await candles(server, { coin: 'SOL', interval: '1m', startTime: 0 });
    expect(rows).toHaveLength(5_000);
    expect(rows.at(-1)!['t']).toBe(Math.floor(start / minute) * minute);
  });

  test('one answer names every perpetual and its state', async () => {
    const { server } = await serve();
    const [meta, states] = (await (await post(server, { type: 'metaAndAssetCtxs' })).json()) as [
      { universe: Row[] },
      Row[],
    ];
    expect(meta.universe.map(({ name, szDecimals }) => [name, szDecimals])).toEqual([
      ['BTC', 3],
      ['ETH', 3],
      ['SOL', 2],
    ]);
    expect(Number(states[0]!['markPx'])).toBe(market.prices.price(market.find('BTC')!, start as never));
    expect(Object.keys(states[0]!).sort()).toEqual(
      [
        ...['dayBaseVlm', 'dayNtlVlm', 'funding', 'impactPxs', 'markPx', 'midPx'],
        ...['openInterest', 'oraclePx', 'premium', 'prevDayPx'],
      ].sort(),
    );
    expect(Math.abs(Number(states[0]!['funding']))).toBeLessThan(0.0001);
  });

  test.each([
    ['no JSON', '{', 422],
    ['another question', '{"type":"dance"}', 422],
    ['an unknown length', { type: 'candleSnapshot', req: { coin: 'BTC', interval: '7m', startTime: 0 } }, 422],
    ['a time that is none', { type: 'candleSnapshot', req: { coin: 'BTC', interval: '1m', startTime: '0' } }, 422],
    ['an unknown coin', { type: 'candleSnapshot', req: { coin: 'XYZ', interval: '1m', startTime: 0 } }, 500],
  ])('%s is refused', async (_what, body, status) => {
    const { server } = await serve();
    const response = await post(server, body);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(
      status === 422 ? 'Failed to deserialize the JSON body into the target type' : 'null',
    );
  });

  test('only POST /info is there', async () => {
    const { server } = await serve();
    expect((await fetch(`${server.restUrl}/info`)).status).toBe(405);
    expect((await fetch(`${server.restUrl}/exchange`, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

describe('the stream', () => {
  async function connect(server: DemoServer) {
    const socket = new WebSocket(server.streamUrl);
    const got: { channel: string; data?: unknown }[] = [];
    socket.on('message', (data) => got.push(JSON.parse(String(data)) as (typeof got)[number]));
    socket.on('error', () => undefined);
    endings.push(() => socket.terminate());
    await new Promise((done) => socket.once('open', done));
    const rows = (): Row[] => got.filter(({ channel }) => channel === 'candle').map(({ data }) => data as Row);
    return { socket, got, rows };
  }
  const subscription = { type: 'candle', coin: 'ETH', interval: '1m' };

  test('a subscription is acknowledged; the candle comes four times a second, once more when it has ended', async () => {
    const { server, clock } = await serve();
    const { socket, got, rows } = await connect(server);
    socket.send(JSON.stringify({ method: 'subscribe', subscription }));
    await until(() =>
      expect(got).toEqual([{ channel: 'subscriptionResponse', data: { method: 'subscribe', subscription } }]),
    );
    clock.advance(5_000);
    await until(() => expect(rows()).toHaveLength(21));
    const open = Math.floor(start / minute) * minute;
    expect(rows().filter(({ t }) => t === open)).toHaveLength(16);
    const ended = rows().findLast(({ t }) => t === open)!;
    expect(await candles(server, { coin: 'ETH', interval: '1m', startTime: open, endTime: open })).toEqual([ended]);
    socket.send(JSON.stringify({ method: 'unsubscribe', subscription }));
    await until(() => expect(got.at(-1)?.channel).toBe('subscriptionResponse'));
    clock.advance(1_000);
    socket.send('{"method":"ping"}');
    await until(() => expect(got.at(-1)).toEqual({ channel: 'pong' }));
    expect(rows()).toHaveLength(21);
  });

  test.each([
    ['not json', 'Error parsing JSON into valid websocket request: not json'],
    ['{"method":"dance"}', 'Error parsing JSON into valid websocket request: {"method":"dance"}'],
    ['{"method":"subscribe","subscription":{"type":"candle"}}', 'Invalid subscription {"type":"candle"}'],
    ['{"method":"subscribe"}', 'Invalid subscription undefined'],
  ])('%s is answered with an error', async (text, data) => {
    const { server } = await serve();
    const { socket, got } = await connect(server);
    socket.send(text);
    await until(() => expect(got).toEqual([{ channel: 'error', data }]));
  });
});

describe('the provider over real HTTP and WebSocket', () => {
  async function connected() {
    const { server, clock } = await serve();
    const fake = fakeContext('hyperliquid');
    const http = createHttpClient({ timeoutMs: 5_000, now: () => clock.now() });
    endings.push(() => http.close());
    const client = hyperliquid.connect({
      ...fake.context,
      http,
      openSocket: createOpenSocket(),
      now: () => clock.now(),
      restUrl: server.restUrl,
      streamUrl: server.streamUrl,
    });
    return { ...fake, server, clock, client };
  }
  const query = { asset: 'BTC', timeframe: '15m', from: null, to: null, limit: 700 } as const;

  test('prices, open interest and funding of the watchlist in one request, and candles that go with them', async () => {
    const { client, server, rejected } = await connected();
    const { quotes, snapshots } = await client.overview!(['BTC', 'ETH', 'SOL', 'XYZ'], noSignal);
    expect(server.requests).toHaveLength(1);
    expect(quotes.map(({ instrument }) => instrument.asset)).toEqual(['BTC', 'ETH', 'SOL']);
    expect(snapshots).toHaveLength(6);
    const series = await client.candles!(query, noSignal);
    expect([series.openTimes.length, series.lastIsForming]).toEqual([700, true]);
    expect(series.close.at(-1)).toBe(quotes[0]!.price);
    expect(rejected).toEqual([]);
  });

  test.each(garbageVariants.filter((variant) => variant !== 'huge'))(
    'garbage (%s): a value, or one refusal that is recorded',
    async (variant) => {
      const { client, server, rejected } = await connected();
      await client.overview!(['BTC'], noSignal);
      await server.scenario({ name: 'garbage', variant });
      const outcome = await client.candles!(query, noSignal).then(() => null, toFailure);
      const harmless = ['unknown-fields', 'numbers-as-strings'].includes(variant);
      expect(outcome?.kind ?? null).toBe(harmless ? null : 'bad-response');
      expect(rejected).toHaveLength(harmless ? 0 : 1);
    },
  );

  test('millions of candles are refused', async () => {
    const { client, server, rejected } = await connected();
    await client.overview!(['BTC'], noSignal);
    await server.scenario({ name: 'garbage', variant: 'huge', rows: 100_000 });
    expect(await client.candles!(query, noSignal).then(() => null, toFailure)).toMatchObject({ kind: 'bad-response' });
    expect(rejected).toHaveLength(1);
  });

  test.each([
    ['401', 'auth'],
    ['403', 'rate-limited'],
    ['429', 'rate-limited'],
    ['500', 'server'],
    ['drop', 'offline'],
  ] as const)('%s is %s, and after it all is well', async (scenario, kind) => {
    const { client, server } = await connected();
    await server.scenario(scenario);
    expect(await client.overview!(['BTC'], noSignal).then(() => null, toFailure)).toMatchObject({ kind });
    await server.scenario('calm');
    expect((await client.overview!(['BTC'], noSignal)).quotes).toHaveLength(1);
  });

  test('streams the forming candle, and says that one is closed when the next begins', async () => {
    const { client, server, clock, rejected } = await connected();
    await client.overview!(['BTC'], noSignal);
    const states: StreamState['kind'][] = [];
    const updates: CandleUpdate[] = [];
    const stream = client.openCandleStream!({
      state: ({ kind }) => void states.push(kind),
      update: (update) => void updates.push(update),
      gap: () => undefined,
    });
    endings.push(() => stream.close());
    stream.want([{ asset: 'BTC', timeframe: '1m' }]);
    await until(() => expect(server.messages).toHaveLength(1));
    clock.advance(5_000);
    await until(() => expect(updates).toHaveLength(22));
    expect(states).toEqual(['connecting', 'open', 'live']);
    const closed = updates.filter(({ candle }) => candle.closed);
    const open = Math.floor(start / minute) * minute;
    expect(closed.map(({ candle }) => candle.openTime)).toEqual([open]);
    const series = await client.candles!({ ...query, timeframe: '1m', limit: 2 }, noSignal);
    expect([series.close[0], series.volume[0]]).toEqual([closed[0]!.candle.close, closed[0]!.candle.volume]);
    expect(rejected).toEqual([]);
  });
});
