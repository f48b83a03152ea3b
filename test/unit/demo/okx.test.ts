import { afterEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { unixMs } from '../../../src-main/contract/market.ts';
import { manualClock } from '../../../src-main/demo/clock.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import { startOkxServer, type LoopbackOkx } from '../../../src-main/demo/okx/server.ts';

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const minute = 60_000;
const market = createMarket(3);
const spec = market.find('BTC')!;
const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serve(at = start): Promise<{ server: LoopbackOkx; clock: ReturnType<typeof manualClock> }> {
  const clock = manualClock(at);
  const server = await startOkxServer({ market, clock });
  endings.push(() => server.close());
  return { server, clock };
}
interface Body {
  readonly code: string;
  readonly msg: string;
  readonly data: readonly unknown[];
}
const get = async (server: LoopbackOkx, path: string): Promise<{ status: number; body: Body }> => {
  const response = await fetch(`${server.restUrl}${path}`);
  return { status: response.status, body: (await response.json()) as Body };
};
const candles = async (server: LoopbackOkx, query: string, endpoint = 'candles'): Promise<string[][]> =>
  (await get(server, `/api/v5/market/${endpoint}?instId=BTC-USDT-SWAP&${query}`)).body.data as string[][];

async function connect(server: LoopbackOkx, path: 'public' | 'business') {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws/v5/${path}`);
  const got: { event?: string; code?: string; arg?: unknown; data?: string[][] }[] = [];
  const texts: string[] = [];
  const codes: number[] = [];
  socket.on('message', (data) => {
    texts.push(String(data));
    if (String(data).startsWith('{')) got.push(JSON.parse(String(data)) as (typeof got)[number]);
  });
  socket.on('close', (code) => codes.push(code));
  socket.on('error', () => undefined);
  endings.push(() => socket.terminate());
  await new Promise((done) => socket.once('open', done));
  const send = (message: unknown): void => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return { socket, send, got, texts, codes, pushes: () => got.filter(({ data }) => data !== undefined) };
}
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

describe('candles', () => {
  test('rows are as the venue writes them: nine texts, newest first, the forming one unconfirmed', async () => {
    const { server } = await serve();
    const rows = await candles(server, 'bar=1m&limit=3');
    expect(rows.map(([time]) => time)).toEqual(
      [0, -1, -2].map((i) => String(Math.floor(start / minute) * minute + i * minute)),
    );
    expect(rows.map((row) => row[8])).toEqual(['0', '1', '1']);
    for (const row of rows) {
      expect(row).toHaveLength(9);
      for (const column of [1, 2, 3, 4]) expect(row[column]).toMatch(/^\d+\.\d$/);
      // Volume in contracts of 0.01 coins, and in coins.
      expect(Number(row[5])).toBeCloseTo(Number(row[6]) * 100, 6);
    }
  });

  test('after and before are both exclusive; without a limit 100 come, and never more than 300', async () => {
    const { server } = await serve();
    const at = Math.floor(start / minute) * minute - 10 * minute;
    const opens = async (query: string): Promise<number[]> =>
      (await candles(server, `bar=1m&${query}`)).map(([time]) => (Number(time) - at) / minute);
    expect(await opens(`after=${at}&limit=2`)).toEqual([-1, -2]);
    expect(await opens(`after=${at + 3 * minute}&before=${at}&limit=300`)).toEqual([2, 1]);
    expect(await opens(`before=${at + 7 * minute}`)).toEqual([10, 9, 8]);
    expect(await opens('')).toHaveLength(100);
    expect(await opens('limit=1000')).toHaveLength(300);
  });

  test('candles reach back 1,440, the history further and without the forming one', async () => {
    const { server } = await serve();
    const newest = Math.floor(start / minute) * minute;
    const after = newest - 1_438 * minute;
    expect(await candles(server, `bar=1m&after=${after}`)).toHaveLength(1);
    expect(await candles(server, `bar=1m&after=${after}`, 'history-candles')).toHaveLength(100);
    expect((await candles(server, 'bar=1m&limit=1', 'history-candles'))[0]![0]).toBe(String(newest - minute));
  });

  test.each([
    ['market/candles?instId=NOPE-USDT-SWAP', 200, '51001'],
    ['market/candles', 400, '50014'],
    ['market/candles?instId=BTC-USDT-SWAP&bar=7m', 400, '51000'],
    ['market/candles?instId=BTC-USDT-SWAP&bar=constructor', 400, '51000'],
    ['market/candles?instId=BTC-USDT-SWAP&limit=many', 400, '51000'],
    ['public/instruments', 400, '51000'],
    ['public/nothing', 404, '404'],
  ])('%s is refused with status %i and code %s', async (path, status, code) => {
    const { server } = await serve();
    const answer = await get(server, `/api/v5/${path}`);
    expect([answer.status, answer.body.code, answer.body.data]).toEqual([status, code, []]);
  });
});

test('instruments name each contract, its tick and its size in coins', async () => {
  const { server } = await serve();
  const { data } = (await get(server, '/api/v5/public/instruments?instType=SWAP')).body;
  expect(
    (data as Record<string, string>[]).map(({ instId, tickSz, ctVal, ctValCcy }) => [instId, tickSz, ctVal, ctValCcy]),
  ).toEqual([
    ['BTC-USDT-SWAP', '0.1', '0.01', 'BTC'],
    ['ETH-USDT-SWAP', '0.01', '0.1', 'ETH'],
    ['SOL-USDT-SWAP', '0.01', '1', 'SOL'],
  ]);
});

test('open interest is the market’s in contracts, coins and dollars; its history ends with the last whole hour', async () => {
  const { server } = await serve();
  const { usd } = market.openInterest(spec, unixMs(start)).find(({ venue }) => venue === 'okx')!;
  const [row] = (await get(server, '/api/v5/public/open-interest?instType=SWAP&instId=BTC-USDT-SWAP')).body.data;
  expect(row).toMatchObject({ oiUsd: usd.toFixed(4), ts: String(start) });
  const { oi, oiCcy } = row as Record<string, string>;
  expect(Number(oi) / Number(oiCcy)).toBeCloseTo(100, 3);
  const path = '/api/v5/rubik/stat/contracts/open-interest-history?instId=BTC-USDT-SWAP&period=1H&limit=25';
  const history = (await get(server, path)).body.data as string[][];
  const hour = 3_600_000;
  expect([history.length, history[0]![0], history[24]![0]]).toEqual([
    25,
    String(Math.floor(start / hour) * hour),
    String(Math.floor(start / hour) * hour - 24 * hour),
  ]);
});

describe('stream', () => {
  const args = [{ channel: 'candle1m', instId: 'BTC-USDT-SWAP' }];

  test('subscribing is acknowledged; then the forming candle comes once a second, as the venue writes it', async () => {
    const { server, clock } = await serve();
    const { send, got, pushes } = await connect(server, 'business');
    send({ op: 'subscribe', args });
    await until(() => expect(got).toEqual([{ event: 'subscribe', arg: args[0], connId: '00000001' }]));
    clock.advance(3_000);
    await until(() => expect(pushes()).toHaveLength(3));
    const [row] = await candles(server, 'bar=1m&limit=1');
    expect(pushes().at(-1)).toEqual({ arg: args[0], data: [row] });
  });

  test('a candle that ended gets one last push, confirmed, before the next one opens', async () => {
    const { server, clock } = await serve();
    const { send, got, pushes } = await connect(server, 'business');
    send({ op: 'subscribe', args });
    await until(() => expect(got).toHaveLength(1));
    clock.advance(6_000);
    await until(() => expect(pushes()).toHaveLength(7));
    const rows = pushes().map(({ data }) => data![0]!);
    const confirmed = rows.findIndex((row) => row[8] === '1');
    expect(rows.filter((row) => row[8] === '1')).toHaveLength(1);
    expect(Number(rows[confirmed + 1]![0])).toBe(Number(rows[confirmed]![0]) + minute);
    expect(rows[confirmed + 1]![1]).toBe(rows[confirmed]![4]);
  });

  test('unsubscribing ends the pushes', async () => {
    const { server, clock } = await serve();
    const { send, got, pushes } = await connect(server, 'business');
    send({ op: 'subscribe', args });
    send({ op: 'unsubscribe', args });
    await until(() => expect(got.map(({ event }) => event)).toEqual(['subscribe', 'unsubscribe']));
    clock.advance(3_000);
    send({ op: 'subscribe', args: [] });
    send('ping');
    await until(() => expect(got).toHaveLength(2));
    expect(pushes()).toEqual([]);
  });

  test('candles are not on the public path, liquidations not on the business one', async () => {
    const { server } = await serve();
    const liquidations = { channel: 'liquidation-orders', instType: 'SWAP' };
    for (const [path, arg] of [
      ['public', args[0]],
      ['business', liquidations],
    ] as const) {
      const { send, got } = await connect(server, path);
      send({ op: 'subscribe', args: [arg] });
      await until(() => expect(got).toMatchObject([{ event: 'error', code: '60018' }]));
    }
  });

  test.each(['not json', 'null', '{"op":"dance","args":[]}', '{"op":"subscribe"}', '{"op":"subscribe","args":[null]}'])(
    '%s is answered with code 60012',
    async (text) => {
      const { server } = await serve();
      const { send, got } = await connect(server, 'public');
      send(text);
      await until(() => expect(got).toMatchObject([{ event: 'error', code: '60012' }]));
    },
  );

  test('ping is answered with pong and keeps the connection, which is cut after 30 s without traffic', async () => {
    const { server, clock } = await serve();
    const { send, texts, codes } = await connect(server, 'public');
    clock.advance(20_000);
    send('ping');
    await until(() => expect(texts).toEqual(['pong']));
    clock.advance(29_000);
    expect(server.clients).toBe(1);
    clock.advance(1_000);
    await until(() => expect(codes).toEqual([4004]));
  });

  test('burst floods with true liquidations, in the size of contracts', async () => {
    const { server, clock } = await serve();
    const { send, got, pushes } = await connect(server, 'public');
    send({ op: 'subscribe', args: [{ channel: 'liquidation-orders', instType: 'SWAP' }] });
    await until(() => expect(got).toHaveLength(1));
    await server.scenario({ name: 'burst', messagesPerSecond: 1000 });
    clock.advance(2_000);
    await until(() => expect(pushes().length).toBeGreaterThan(500));
    const [first] = pushes().at(-1)!.data as unknown as { instId: string; details: Record<string, string>[] }[];
    expect(first!.instId).toMatch(/-USDT-SWAP$/);
    expect(first!.details).toHaveLength(1);
    expect(first!.details[0]!['posSide']).toMatch(/^(long|short|net)$/);
  });
});
