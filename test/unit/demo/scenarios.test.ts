import { afterEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { startBinanceServer } from '../../../src-main/demo/binance/server.ts';
import { fixedClock, manualClock } from '../../../src-main/demo/clock.ts';
import { startKingfisherServer } from '../../../src-main/demo/kingfisher/server.ts';
import type { LoopbackKingfisher } from '../../../src-main/demo/kingfisher/server.ts';
import { demoKey } from '../../../src-main/demo/kingfisher/keys.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const market = createMarket(3);
const clock = fixedClock(start);
const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function kingfisher(): Promise<LoopbackKingfisher> {
  const server = await startKingfisherServer({ market, clock });
  endings.push(() => server.close());
  return server;
}
const get = (server: { restUrl: string }, path: string): Promise<Response> =>
  fetch(`${server.restUrl}${path}`, { headers: { authorization: `Bearer ${demoKey}` } });
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

async function subscribed(
  server: LoopbackKingfisher,
): Promise<{ texts: string[]; codes: number[]; socket: WebSocket }> {
  const socket = new WebSocket(server.streamUrl);
  const texts: string[] = [];
  const codes: number[] = [];
  socket.on('message', (data) => texts.push(String(data)));
  socket.on('close', (code) => codes.push(code));
  socket.on('error', () => undefined);
  endings.push(() => socket.terminate());
  await new Promise((done) => socket.once('open', done));
  socket.send(JSON.stringify({ action: 'auth', apiKey: demoKey }));
  socket.send(JSON.stringify({ action: 'subscribe', channel: 'liquidations', asset: 'BTC', exchange: 'all' }));
  await until(() => expect(texts.length).toBeGreaterThanOrEqual(3));
  return { texts, codes, socket };
}

describe('statuses', () => {
  test.each(['401', '403', '429', '500'] as const)(
    '%s is answered in the provider\u2019s words until calm returns',
    async (name) => {
      const server = await kingfisher();
      await server.scenario(name);
      const response = await get(server, '/tof/BTC');
      expect(response.status).toBe(Number(name));
      expect(await response.json()).toMatchObject({ code: Number(name), message: expect.any(String) as string });
      await server.scenario('calm');
      expect((await get(server, '/tof/BTC')).status).toBe(200);
    },
  );

  test('429 says when to come back', async () => {
    const server = await kingfisher();
    await server.scenario({ name: '429', retryAfterSeconds: 7 });
    const response = await get(server, '/tof/BTC');
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject({ retry_after: 7 });
  });

  test('an endpoint can have its own scenario, narrower than the server\u2019s', async () => {
    const server = await kingfisher();
    await server.scenario('500');
    await server.scenario('calm', 'gex');
    await server.scenario('429', 'gex/ETH');
    expect((await get(server, '/tof/BTC')).status).toBe(500);
    expect((await get(server, '/gex/BTC')).status).toBe(200);
    expect((await get(server, '/gex/ETH')).status).toBe(429);
    await server.scenario('calm');
    expect((await get(server, '/gex/ETH')).status).toBe(200);
  });

  test('Binance bans in its own words', async () => {
    const server = await startBinanceServer({ market, clock });
    endings.push(() => server.close());
    await server.scenario({ name: '418', retryAfterSeconds: 60 });
    const response = await fetch(`${server.restUrl}/fapi/v1/time`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([418, '60']);
    expect(await response.json()).toMatchObject({
      code: -1003,
      msg: expect.stringContaining(String(start + 60_000)) as string,
    });
    await server.scenario('403');
    expect((await fetch(`${server.restUrl}/fapi/v1/time`)).headers.get('content-type')).toBe('text/html');
  });

  test('401 while streaming ends the stream and refuses the next one', async () => {
    const server = await kingfisher();
    const { codes } = await subscribed(server);
    await server.scenario('401');
    await until(() => expect(codes).toEqual([1008]));
    const again = new WebSocket(server.streamUrl);
    const texts: string[] = [];
    again.on('message', (data) => texts.push(String(data)));
    await new Promise((done) => again.once('open', done));
    again.send(JSON.stringify({ action: 'auth', apiKey: demoKey }));
    await new Promise((done) => again.once('close', done));
    expect(texts).toEqual([expect.stringContaining('invalid_api_key')]);
  });

  test('429 and 500 refuse the stream at the door', async () => {
    const server = await kingfisher();
    await server.scenario('429', 'stream');
    const socket = new WebSocket(server.streamUrl);
    const error = await new Promise<Error>((done) => socket.once('error', done));
    expect(error.message).toContain('429');
  });
});

describe('garbage', () => {
  const ask = async (variant: Parameters<typeof spoilt>[0]): Promise<string> => spoilt(variant, '/liquidations/BTC');
  async function spoilt(
    variant:
      | 'html'
      | 'empty'
      | 'truncated'
      | 'missing-field'
      | 'numbers-as-strings'
      | 'nan'
      | 'negative'
      | 'unknown-fields'
      | 'wrong-type',
    path: string,
  ): Promise<string> {
    const server = await kingfisher();
    server.override('liquidations', {
      body: { asset: 'BTC', current_price: 5, clusters: [{ price: 1, long_liquidations: 2, short_liquidations: 3 }] },
    });
    await server.scenario({ name: 'garbage', variant });
    return (await get(server, path)).text();
  }

  test('html is a page', async () => expect(await ask('html')).toMatch(/^<!DOCTYPE html>/));
  test('empty is nothing', async () => expect(await ask('empty')).toBe(''));
  test('truncated ends half-way', async () =>
    expect(await ask('truncated')).toBe('{"asset":"BTC","current_price":5,"clusters":[{"pric'));
  test('missing-field drops the first number of the last row', async () =>
    expect(await ask('missing-field')).toBe(
      '{"asset":"BTC","current_price":5,"clusters":[{"long_liquidations":2,"short_liquidations":3}]}',
    ));
  test('numbers-as-strings', async () => expect(await ask('numbers-as-strings')).toContain('"price":"1"'));
  test('nan is a bare NaN', async () => expect(await ask('nan')).toContain('"clusters":[{"price":NaN,'));
  test('negative sizes, the price untouched', async () =>
    expect(await ask('negative')).toContain('{"price":1,"long_liquidations":-2,"short_liquidations":-3}'));
  test('unknown-fields on top and in rows, known ones untouched', async () =>
    expect(JSON.parse(await ask('unknown-fields'))).toEqual({
      asset: 'BTC',
      current_price: 5,
      clusters: [{ price: 1, long_liquidations: 2, short_liquidations: 3, undocumented: expect.anything() as object }],
      undocumented: expect.anything() as object,
    }));
  test('wrong-type puts null where the rows should be', async () =>
    expect(await ask('wrong-type')).toContain('"clusters":null'));

  test('huge streams as many rows as it is told, each at its own price, and is still JSON', async () => {
    const server = await kingfisher();
    await server.scenario({ name: 'garbage', variant: 'huge', rows: 30_000 }, 'liquidations');
    const body = (await (await get(server, '/liquidations/BTC')).json()) as { clusters: { price: number }[] };
    expect(body.clusters).toHaveLength(30_000);
    expect(new Set(body.clusters.map(({ price }) => price)).size).toBe(30_000);
  });

  test('ten million rows are never held: a reader who leaves ends them', async () => {
    const server = await kingfisher();
    await server.scenario({ name: 'garbage', variant: 'huge' });
    const before = process.memoryUsage().rss;
    const response = await get(server, '/liquidations/BTC');
    const reader = response.body!.getReader();
    for (let read = 0; read < 20_000_000;) read += (await reader.read()).value?.length ?? Infinity;
    await reader.cancel();
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  test('candles can be garbage, too', async () => {
    const server = await startBinanceServer({ market, clock });
    endings.push(() => server.close());
    server.override('klines', { body: [[1, '2.0', '3.0', '1.0', '2.5', '7', 2, '9', 4, '3', '5', '0']] });
    const ask = async (variant: 'nan' | 'negative' | 'missing-field'): Promise<string> => {
      await server.scenario({ name: 'garbage', variant });
      return (await fetch(`${server.restUrl}/fapi/v1/klines?symbol=BTCUSDT&interval=1m`)).text();
    };
    expect(await ask('nan')).toMatch(/^\[\[NaN,"2.0"/);
    expect(await ask('negative')).toBe('[[1,"-2.0","-3.0","-1.0","-2.5","-7",2,"-9",4,"-3","-5","-0"]]');
    expect(await ask('missing-field')).toMatch(/^\[\["2.0"/);
  });

  test('the stream carries garbage as well', async () => {
    const server = await kingfisher();
    const { texts } = await subscribed(server);
    await server.scenario({ name: 'garbage', variant: 'html' }, 'stream');
    const socket = new WebSocket(server.streamUrl);
    endings.push(() => socket.terminate());
    const text = new Promise<string>((done) => socket.once('message', (data) => done(String(data))));
    socket.once('open', () => socket.send(JSON.stringify({ action: 'auth', apiKey: demoKey })));
    expect(await text).toMatch(/^<!DOCTYPE html>/);
    expect(texts[0]).toContain('authenticated');
  });
});

describe('connections', () => {
  test('drop cuts requests and streams', async () => {
    const server = await kingfisher();
    const { codes } = await subscribed(server);
    await server.scenario('drop');
    await until(() => expect(codes).toEqual([1006]));
    await expect(get(server, '/tof/BTC')).rejects.toThrow('fetch failed');
    await server.scenario('calm');
    expect((await get(server, '/tof/BTC')).status).toBe(200);
  });

  test('refuse closes the port and calm opens the same one again', async () => {
    const server = await kingfisher();
    await server.scenario({ name: 'drop', how: 'refuse' });
    const refused: unknown = await get(server, '/tof/BTC').catch((thrown: unknown) => thrown);
    expect((refused as Error & { cause: { code: string } }).cause.code).toBe('ECONNREFUSED');
    await server.scenario('calm');
    expect((await get(server, '/tof/BTC')).status).toBe(200);
  });

  test('dropAll cuts what is open and welcomes what comes', async () => {
    const server = await kingfisher();
    const { codes } = await subscribed(server);
    server.dropAll();
    await until(() => expect(codes).toEqual([1006]));
    await subscribed(server);
    expect(server.clients).toBe(1);
  });

  test('slow answers late, stall sends the first half and no more', async () => {
    const server = await kingfisher();
    await server.scenario({ name: 'slow', delayMs: 80 });
    const asked = performance.now();
    await (await get(server, '/tof/BTC')).json();
    expect(performance.now() - asked).toBeGreaterThanOrEqual(79);
    await server.scenario({ name: 'slow', stall: true });
    const response = await get(server, '/tof/BTC');
    const reader = response.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    const rest = reader.read();
    server.dropAll();
    await expect(rest).rejects.toThrow('terminated');
  });
});

describe('streams', () => {
  test('gap is silence, except for what a test pushes', async () => {
    const server = await kingfisher();
    const { texts } = await subscribed(server);
    await server.scenario('gap', 'stream');
    const before = texts.length;
    server.push('{"after":"gap"}');
    await until(() => expect(texts.length).toBeGreaterThan(before));
    expect(texts.slice(before)).toEqual(['{"after":"gap"}']);
  });

  test('gap leaves candles out of a REST answer', async () => {
    const server = await startBinanceServer({ market, clock });
    endings.push(() => server.close());
    const minute = 60_000;
    const at = Math.floor(start / minute) * minute;
    await server.scenario({ name: 'gap', from: at - 3 * minute, to: at - minute }, 'klines');
    const rows = (await (
      await fetch(`${server.restUrl}/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=5`)
    ).json()) as number[][];
    expect(rows.map(([open]) => (open! - at) / minute)).toEqual([-4, -1, 0]);
  });

  test('burst floods, and calm ends with every level right again', async () => {
    const server = await kingfisher();
    const { texts } = await subscribed(server);
    await server.scenario({ name: 'burst', messagesPerSecond: 5000 }, 'stream');
    await until(() => expect(texts.length).toBeGreaterThan(1000));
    await server.scenario('calm', 'stream');
    const levels = (): Map<number, object> => {
      const merged = new Map<number, object>();
      for (const text of texts) {
        const { data } = JSON.parse(text) as { data?: { clusters: { price: number }[] } };
        for (const cluster of data?.clusters ?? []) merged.set(cluster.price, cluster);
      }
      return merged;
    };
    const body = (await (await get(server, '/liquidations/BTC')).json()) as { clusters: { price: number }[] };
    await until(() => {
      const merged = levels();
      for (const cluster of body.clusters) expect(cluster).toMatchObject(merged.get(cluster.price)!);
    });
  });

  test('a client that does not read costs no memory: messages are left out, not queued', async () => {
    const scripted = manualClock(start);
    const server = await startKingfisherServer({ market, clock: scripted });
    endings.push(() => server.close());
    const { socket } = await subscribed(server);
    socket.pause();
    await server.scenario({ name: 'burst', messagesPerSecond: 400_000 }, 'stream');
    const held = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external;
    scripted.advance(1000);
    const before = held();
    scripted.advance(4000);
    expect(held() - before).toBeLessThan(60_000_000);
    expect(server.clients).toBe(1);
  });
});
