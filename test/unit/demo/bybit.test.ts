import { afterEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { unixMs } from '../../../src-main/contract/market.ts';
import { startBybitServer } from '../../../src-main/demo/bybit/server.ts';
import { manualClock } from '../../../src-main/demo/clock.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import type { DemoServer } from '../../../src-main/demo/servers.ts';

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const minute = 60_000;
const market = createMarket(3);
const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

interface Envelope {
  readonly retCode: number;
  readonly retMsg: string;
  readonly time: number;
  readonly result: { readonly list?: readonly (readonly string[] & Readonly<Record<string, unknown>>)[] };
}

async function serve() {
  const clock = manualClock(start);
  const server = await startBybitServer({ market, clock });
  endings.push(() => server.close());
  const get = async (path: string) => (await (await fetch(`${server.restUrl}/v5/market/${path}`)).json()) as Envelope;
  return { server, clock, get };
}
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

describe('klines', () => {
  test('come newest first, decimals as text, the forming one included', async () => {
    const { get } = await serve();
    const { result, time } = await get('kline?category=linear&symbol=BTCUSDT&interval=1&limit=3');
    const newest = Math.floor(start / minute) * minute;
    expect(time).toBe(start);
    expect(result).toMatchObject({ symbol: 'BTCUSDT', category: 'linear' });
    expect(result.list!.map(([open]) => Number(open))).toEqual([newest, newest - minute, newest - 2 * minute]);
    for (const row of result.list!) {
      expect(row).toHaveLength(7);
      for (const cell of row.slice(1, 5)) expect(cell).toMatch(/^\d+\.\d$/);
      expect(row[5]).toMatch(/^\d+\.\d{3}$/);
    }
  });

  test('start and end are both included; of more than the limit the newest come', async () => {
    const { get } = await serve();
    const at = Date.UTC(2026, 0, 10);
    const opens = async (query: string) =>
      (await get(`kline?category=linear&symbol=BTCUSDT&interval=60&${query}`)).result.list!.map(
        ([open]) => (Number(open) - at) / (60 * minute),
      );
    expect(await opens(`start=${at}&end=${at + 120 * minute}`)).toEqual([2, 1, 0]);
    expect(await opens(`start=${at}&end=${at + 600 * minute}&limit=2`)).toEqual([10, 9]);
    expect(await opens(`end=${at - 1}&limit=2`)).toEqual([-1, -2]);
  });

  test('a gap is left out', async () => {
    const { server, get } = await serve();
    const newest = Math.floor(start / minute) * minute;
    await server.scenario({ name: 'gap', from: newest - minute, to: newest }, 'kline');
    const { result } = await get('kline?category=linear&symbol=BTCUSDT&interval=1&limit=3');
    expect(result.list!.map(([open]) => Number(open))).toEqual([newest, newest - 2 * minute]);
  });
});

test.each([
  ['kline?category=linear&symbol=NOPE&interval=1', 10001, 'params error: symbol invalid'],
  ['kline?category=linear&symbol=BTCUSDT&interval=7', 10001, 'Invalid period!'],
  ['kline?category=linear&symbol=BTCUSDT&interval=constructor', 10001, 'Invalid period!'],
  ['kline?category=spot&symbol=BTCUSDT&interval=1', 10001, 'Illegal category'],
  ['tickers?category=linear&symbol=NOPE', 10001, 'params error: symbol invalid'],
  ['tickers?category=option&baseCoin=NOPE', 10001, 'params error: baseCoin invalid'],
])('%s is refused with code %i', async (path, retCode, retMsg) => {
  const { get } = await serve();
  expect(await get(path)).toMatchObject({ retCode, retMsg });
});

test('instruments name the tick and the funding interval', async () => {
  const { get } = await serve();
  const { result } = await get('instruments-info?category=linear&symbol=SOLUSDT');
  expect(result.list).toMatchObject([
    { symbol: 'SOLUSDT', contractType: 'LinearPerpetual', priceFilter: { tickSize: '0.01' }, fundingInterval: 480 },
  ]);
});

test('the ticker has this venue’s part of open interest and funding', async () => {
  const { get } = await serve();
  const btc = market.find('BTC')!;
  const { usd } = market.openInterest(btc, unixMs(start)).find(({ venue }) => venue === 'bybit')!;
  const funding = market.funding(btc, unixMs(start)).find(({ venue }) => venue === 'bybit')!;
  const row = (await get('tickers?category=linear&symbol=BTCUSDT')).result.list![0]!;
  expect(Number(row['openInterestValue'])).toBe(usd);
  expect(Number(row['openInterest'])).toBeCloseTo(usd / market.prices.price(btc, unixMs(start)), 3);
  expect([Number(row['fundingRate']), Number(row['nextFundingTime'])]).toEqual([funding.rate, funding.nextAt]);
});

test('the option chain has volatility as a fraction and gamma with eight digits', async () => {
  const { get } = await serve();
  const { result } = await get('tickers?category=option&baseCoin=SOL');
  expect(result.list).toHaveLength(market.options.chain(market.find('SOL')!, unixMs(start)).length);
  for (const row of result.list!) {
    expect(row['symbol']).toMatch(/^SOL-\d{1,2}[A-Z]{3}\d{2}-\d+-[CP]-USDT$/);
    expect(row['gamma']).toMatch(/^0\.\d{8}$/);
    expect(Number(row['markIv'])).toBeLessThan(3);
  }
});

test('a limit is a code, with the time of its reset', async () => {
  const { server } = await serve();
  await server.scenario({ name: '429', retryAfterSeconds: 2 });
  const response = await fetch(`${server.restUrl}/v5/market/time`);
  expect(response.headers.get('x-bapi-limit-reset-timestamp')).toBe(String(start + 2000));
  expect(await response.json()).toMatchObject({ retCode: 10006 });
});

describe('the stream', () => {
  async function connect(server: DemoServer) {
    const socket = new WebSocket(server.streamUrl);
    const got: Readonly<Record<string, unknown>>[] = [];
    socket.on('message', (data) => got.push(JSON.parse(String(data)) as Readonly<Record<string, unknown>>));
    socket.on('error', () => undefined);
    endings.push(() => socket.terminate());
    await new Promise((done) => socket.once('open', done));
    const ask = async (command: unknown) => {
      const before = got.length;
      socket.send(typeof command === 'string' ? command : JSON.stringify(command));
      await until(() => expect(got.length).toBeGreaterThan(before));
      return got.at(-1);
    };
    return { socket, got, ask };
  }

  test('answers requests and pings; a topic it does not know refuses the request', async () => {
    const { server } = await serve();
    const { ask } = await connect(server);
    expect(await ask({ req_id: 'a', op: 'subscribe', args: ['kline.1.BTCUSDT'] })).toMatchObject({
      ...{ success: true, ret_msg: 'subscribe', req_id: 'a', op: 'subscribe' },
    });
    expect(await ask({ op: 'ping' })).toMatchObject({ success: true, ret_msg: 'pong', op: 'ping' });
    expect(await ask({ op: 'subscribe', args: ['kline.7.BTCUSDT'] })).toMatchObject({
      ...{ success: false, ret_msg: 'error:handler not found,topic:kline.7.BTCUSDT' },
    });
    expect(await ask('nonsense')).toMatchObject({ success: false });
  });

  test('a candle that ended has a last push, confirmed', async () => {
    const { server, clock } = await serve();
    const { got, ask } = await connect(server);
    await ask({ op: 'subscribe', args: ['kline.1.BTCUSDT'] });
    clock.advance(minute);
    const states = () =>
      got.flatMap(({ data }) => (Array.isArray(data) ? (data as { start: number; confirm: boolean }[]) : []));
    const opened = Math.floor(start / minute) * minute;
    await until(() => expect(states().at(-1)!.start).toBe(opened + minute));
    expect(states().filter(({ confirm }) => confirm)).toMatchObject([{ start: opened }]);
    await ask({ op: 'unsubscribe', args: ['kline.1.BTCUSDT'] });
    const count = states().length;
    clock.advance(minute);
    await ask({ op: 'ping' });
    expect(states()).toHaveLength(count);
  });

  test('liquidations carry the side of the position and a price beyond the market', async () => {
    const { server, clock } = await serve();
    const { got, ask } = await connect(server);
    await ask({ op: 'subscribe', args: ['allLiquidation.BTCUSDT'] });
    clock.advance(4 * 60 * minute);
    const expected = market.realised
      .between(market.find('BTC')!, unixMs(start + 1), unixMs(clock.now() + 1))
      .filter(({ venue }) => venue === 'bybit');
    expect(expected.length).toBeGreaterThan(3);
    const rows = () => got.flatMap(({ data }) => (Array.isArray(data) ? (data as Record<string, string>[]) : []));
    await until(() => expect(rows()).toHaveLength(expected.length));
    rows().forEach(({ S, p, v }, index) => {
      const { side, price, coins } = expected[index]!;
      expect([S, Number(v)]).toEqual([side === 'long' ? 'Buy' : 'Sell', coins]);
      expect(Number(p) < price).toBe(side === 'long');
    });
  });
});
