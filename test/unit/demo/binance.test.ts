import { afterEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { startBinanceServer } from '../../../src-main/demo/binance/server.ts';
import type { LoopbackBinance } from '../../../src-main/demo/binance/server.ts';
import { manualClock } from '../../../src-main/demo/clock.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const minute = 60_000;
const market = createMarket(3);
const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serve(): Promise<{ server: LoopbackBinance; clock: ReturnType<typeof manualClock> }> {
  const clock = manualClock(start);
  const server = await startBinanceServer({ market, clock });
  endings.push(() => server.close());
  return { server, clock };
}

type Row = (string | number)[];
const klines = async (server: LoopbackBinance, query: string): Promise<Row[]> =>
  (await (await fetch(`${server.restUrl}/fapi/v1/klines?${query}`)).json()) as Row[];

interface KlineEvent {
  readonly e: string;
  readonly E: number;
  readonly k: Readonly<Record<string, string | number | boolean>>;
}

async function connect(url: string): Promise<{ socket: WebSocket; got: unknown[]; events: () => KlineEvent[] }> {
  const socket = new WebSocket(url);
  const got: unknown[] = [];
  socket.on('message', (data) => got.push(JSON.parse(String(data))));
  socket.on('error', () => undefined);
  endings.push(() => socket.terminate());
  await new Promise((done) => socket.once('open', done));
  return { socket, got, events: () => got.filter((one) => (one as KlineEvent).e === 'kline') as KlineEvent[] };
}
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

describe('klines', () => {
  test('rows are as the venue writes them: twelve columns, decimals as text', async () => {
    const { server } = await serve();
    const rows = await klines(server, 'symbol=BTCUSDT&interval=1m&limit=3');
    expect(rows.map(([openTime]) => openTime)).toEqual(
      [-2, -1, 0].map((i) => Math.floor(start / minute) * minute + i * minute),
    );
    for (const row of rows) {
      expect(row).toHaveLength(12);
      for (const column of [1, 2, 3, 4]) expect(row[column]).toMatch(/^\d+\.\d0$/);
      expect(row[5]).toMatch(/^\d+\.\d{3}$/);
      expect(row[6]).toBe(Number(row[0]) + minute - 1);
      expect(Number(row[9])).toBeLessThan(Number(row[5]));
    }
  });

  test('without times the newest come, the forming one last; 500 unless told', async () => {
    const { server } = await serve();
    const rows = await klines(server, 'symbol=SOLUSDT&interval=15m');
    expect(rows).toHaveLength(500);
    expect(rows.at(-1)![0]).toBe(Math.floor(start / (15 * minute)) * 15 * minute);
    expect(rows[0]![1]).toMatch(/^\d+\.\d\d00$/);
  });

  test('startTime counts forward, endTime backward, both bound', async () => {
    const { server } = await serve();
    const at = Date.UTC(2026, 0, 10);
    const hour = 60 * minute;
    const opens = async (query: string): Promise<number[]> =>
      (await klines(server, `symbol=BTCUSDT&interval=1h&${query}`)).map(([open]) => (Number(open) - at) / hour);
    expect(await opens(`startTime=${at + 1}&limit=3`)).toEqual([1, 2, 3]);
    expect(await opens(`endTime=${at + hour}&limit=3`)).toEqual([-1, 0, 1]);
    expect(await opens(`startTime=${at}&endTime=${at + 2 * hour - 1}`)).toEqual([0, 1]);
    expect(await opens(`startTime=${start + hour}&limit=3`)).toEqual([]);
    expect(await opens(`startTime=0&endTime=1000`)).toEqual([]);
  });

  test.each([
    ['symbol=NOPE&interval=1m', -1121, 'Invalid symbol.'],
    ['symbol=BTCUSDT&interval=7m', -1120, 'Invalid interval.'],
    ['symbol=BTCUSDT&interval=constructor', -1120, 'Invalid interval.'],
    ['symbol=BTCUSDT&interval=1m&limit=1501', -1130, "Data sent for parameter 'limit' is not valid."],
    ['interval=1m', -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."],
  ])('%s is refused with code %i', async (query, code, msg) => {
    const { server } = await serve();
    const response = await fetch(`${server.restUrl}/fapi/v1/klines?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code, msg });
  });

  test('weights add up within a minute and are refused above the limit', async () => {
    const { server, clock } = await serve();
    const ask = (): Promise<Response> =>
      fetch(`${server.restUrl}/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500`);
    expect((await ask()).headers.get('x-mbx-used-weight-1m')).toBe('10');
    server.override('klines', { body: [] });
    for (let i = 0; i < 239; i++) await ask();
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '4']);
    expect(await refused.json()).toMatchObject({ code: -1003 });
    clock.advance(4000);
    expect((await ask()).headers.get('x-mbx-used-weight-1m')).toBe('10');
  });
});

test('exchangeInfo names each contract and its tick', async () => {
  const { server } = await serve();
  const info = (await (await fetch(`${server.restUrl}/fapi/v1/exchangeInfo`)).json()) as {
    symbols: { symbol: string; filters: { tickSize?: string }[] }[];
  };
  expect(info.symbols.map(({ symbol, filters }) => [symbol, filters[0]!.tickSize])).toEqual([
    ['BTCUSDT', '0.10'],
    ['ETHUSDT', '0.01'],
    ['SOLUSDT', '0.0100'],
  ]);
  expect(info.symbols[0]).toMatchObject({
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    status: 'TRADING',
    contractType: 'PERPETUAL',
  });
});

test('time is the clock, ping is empty', async () => {
  const { server } = await serve();
  expect(await (await fetch(`${server.restUrl}/fapi/v1/time`)).json()).toEqual({ serverTime: start });
  expect(await (await fetch(`${server.restUrl}/fapi/v1/ping`)).json()).toEqual({});
});

describe('stream', () => {
  test('subscribing is acknowledged; then the forming candle comes four times a second, as the venue writes it', async () => {
    const { server, clock } = await serve();
    const { socket, got, events } = await connect(server.streamUrl);
    socket.send('{"method":"SUBSCRIBE","params":["btcusdt@kline_1m","nothing@kline_1m"],"id":7}');
    await until(() => expect(got).toEqual([{ result: null, id: 7 }]));
    clock.advance(1000);
    await until(() => expect(events()).toHaveLength(4));
    const event = events().at(-1)!;
    expect(Object.keys(event)).toEqual(['e', 'E', 's', 'k']);
    expect(Object.keys(event.k).join()).toBe('t,T,s,i,f,L,o,c,h,l,v,n,x,q,V,Q,B');
    expect(event.E).toBe(start + 1000);
    const [row] = await klines(server, 'symbol=BTCUSDT&interval=1m&limit=1');
    const { t, o, h, l, c, v, T, q, n, V, Q, B, x } = event.k;
    expect([t, o, h, l, c, v, T, q, n, V, Q, B]).toEqual(row);
    expect(x).toBe(false);
  });

  test('a candle that ended gets one last event, closed, before the next one opens', async () => {
    const { server, clock } = await serve();
    const { socket, got, events } = await connect(server.streamUrl);
    socket.send('{"method":"SUBSCRIBE","params":["ethusdt@kline_1m"],"id":1}');
    await until(() => expect(got).toHaveLength(1));
    clock.advance(5000);
    await until(() => expect(events()).toHaveLength(21));
    const closed = events().filter(({ k }) => k['x']);
    expect(closed).toHaveLength(1);
    expect(closed[0]!.k['T']).toBe(Math.floor(start / minute) * minute + minute - 1);
    const after = events()[events().indexOf(closed[0]!) + 1]!;
    expect(after.k['t']).toBe(Number(closed[0]!.k['T']) + 1);
    expect(after.k['o']).toBe(closed[0]!.k['c']);
    const [row] = await klines(server, `symbol=ETHUSDT&interval=1m&endTime=${closed[0]!.k['t']}&limit=1`);
    expect(row![5]).toBe(closed[0]!.k['v']);
  });

  test('combined streams wrap each event with its name; unsubscribing ends them', async () => {
    const { server, clock } = await serve();
    const { socket, got } = await connect(
      `ws://127.0.0.1:${server.port}/market/stream?streams=btcusdt@kline_1m/solusdt@kline_1h`,
    );
    clock.advance(250);
    await until(() => expect(got).toHaveLength(2));
    expect(got.map((one) => (one as { stream: string }).stream)).toEqual(['btcusdt@kline_1m', 'solusdt@kline_1h']);
    socket.send('{"method":"UNSUBSCRIBE","params":["btcusdt@kline_1m"],"id":2}');
    await until(() => expect(got).toHaveLength(3));
    clock.advance(250);
    await until(() => expect(got).toHaveLength(4));
    expect(got.at(-1)).toMatchObject({ stream: 'solusdt@kline_1h' });
  });

  test.each([
    ['not json', { error: { code: 3 } }],
    ['null', { error: { code: 3 } }],
    ['{"method":"SUBSCRIBE","id":1}', { error: { code: 2 }, id: 1 }],
    ['{"method":"DANCE","params":[],"id":2}', { error: { code: 2 }, id: 2 }],
    ['{"method":"LIST_SUBSCRIPTIONS","id":3}', { result: [], id: 3 }],
  ])('%s is answered', async (text, answer) => {
    const { server } = await serve();
    const { socket, got } = await connect(server.streamUrl);
    socket.send(text);
    await until(() => expect(got).toEqual([expect.objectContaining({})]));
    expect(got[0]).toMatchObject(answer);
  });
});
