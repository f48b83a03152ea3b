import { afterEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { unixMs } from '../../../src-main/contract/market.ts';
import { startBinanceServer, type LoopbackBinance } from '../../../src-main/demo/binance/server.ts';
import { manualClock } from '../../../src-main/demo/clock.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const hour = 3_600_000;
const market = createMarket(3);
const spec = market.find('BTC')!;
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
const get = async (server: LoopbackBinance, path: string): Promise<unknown> =>
  (await fetch(`${server.restUrl}${path}`)).json();
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

test('open interest in coins × the mark price is the market’s in dollars', async () => {
  const { server } = await serve();
  const { openInterest, time } = (await get(server, '/fapi/v1/openInterest?symbol=BTCUSDT')) as Record<string, string>;
  const { markPrice } = (await get(server, '/fapi/v1/premiumIndex?symbol=BTCUSDT')) as Record<string, string>;
  const { usd } = market.openInterest(spec, unixMs(start)).find(({ venue }) => venue === 'binance')!;
  expect(time).toBe(start);
  expect((Number(openInterest) * Number(markPrice)) / usd).toBeCloseTo(1, 6);
});

test('its history has one row an hour, ascending, up to the last whole hour', async () => {
  const { server } = await serve();
  const path = '/futures/data/openInterestHist?symbol=BTCUSDT&period=1h&limit=25';
  const rows = (await get(server, path)) as { timestamp: number; sumOpenInterestValue: string }[];
  const newest = Math.floor(start / hour) * hour;
  expect(rows.map(({ timestamp }) => timestamp)).toEqual(
    Array.from({ length: 25 }, (_, index) => newest - (24 - index) * hour),
  );
  const { usd } = market.openInterest(spec, unixMs(newest)).find(({ venue }) => venue === 'binance')!;
  expect(rows.at(-1)!.sumOpenInterestValue).toBe(usd.toFixed(8));
  expect(await get(server, path.replace('1h', '7h'))).toMatchObject({ code: -1130 });
});

test('funding is the market’s; the list names adjusted contracts alone', async () => {
  const { server } = await serve();
  const { rate, nextAt } = market.funding(spec, unixMs(start)).find(({ venue }) => venue === 'binance')!;
  expect(await get(server, '/fapi/v1/premiumIndex?symbol=BTCUSDT')).toMatchObject({
    symbol: 'BTCUSDT',
    lastFundingRate: rate.toFixed(8),
    nextFundingTime: nextAt,
    time: start,
  });
  const listed = (await get(server, '/fapi/v1/fundingInfo')) as { symbol: string; fundingIntervalHours: number }[];
  expect(listed.map(({ symbol, fundingIntervalHours }) => [symbol, fundingIntervalHours])).toEqual([
    ['ETHUSDT', 8],
    ['SOLUSDT', 8],
  ]);
});

test.each(['openInterest', 'premiumIndex'])('%s without or with an unknown symbol is refused', async (endpoint) => {
  const { server } = await serve();
  expect(await get(server, `/fapi/v1/${endpoint}`)).toMatchObject({ code: -1102 });
  expect(await get(server, `/fapi/v1/${endpoint}?symbol=NOPE`)).toMatchObject({ code: -1121 });
});

test('a burst floods with liquidations too: sell orders close longs, buy orders shorts', async () => {
  const { server, clock } = await serve();
  const socket = new WebSocket(server.streamUrl);
  const got: { e?: string; o?: Record<string, string> }[] = [];
  socket.on('message', (data) => got.push(JSON.parse(String(data)) as (typeof got)[number]));
  socket.on('error', () => undefined);
  endings.push(() => socket.terminate());
  await new Promise((done) => socket.once('open', done));
  socket.send('{"method":"SUBSCRIBE","params":["btcusdt@forceOrder"],"id":1}');
  await until(() => expect(got).toEqual([{ result: null, id: 1 }]));
  await server.scenario({ name: 'burst', messagesPerSecond: 1000 });
  clock.advance(1_000);
  await until(() => expect(got.length).toBeGreaterThan(300));
  const last = market.realised
    .between(spec, unixMs(start - 6 * hour), unixMs(start))
    .findLast(({ venue }) => venue === 'binance')!;
  const { e, o } = got.at(-1)!;
  expect([e, o!['s'], o!['S'], o!['ap']]).toEqual([
    'forceOrder',
    'BTCUSDT',
    last.side === 'long' ? 'SELL' : 'BUY',
    last.price.toFixed(2),
  ]);
});
