import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { toFailure } from '../../../src-main/contract/failure.ts';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { startBybitServer } from '../../../src-main/demo/bybit/server.ts';
import { manualClock } from '../../../src-main/demo/clock.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import type { DemoServer } from '../../../src-main/demo/servers.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { createOpenSocket } from '../../../src-main/net/socket.ts';
import { bybit } from '../../../src-main/providers/bybit.ts';
import type { CandleUpdate } from '../../../src-main/providers/provider.ts';
import { fakeContext, noSignal } from './context.ts';

/* Over real HTTP and WebSocket, against the simulated market's server. */

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const market = createMarket(3);
const http = createHttpClient({ timeoutMs: 5_000 });
const endings: (() => void)[] = [];
let clock: ReturnType<typeof manualClock>;
let server: DemoServer;

beforeAll(async () => {
  clock = manualClock(start);
  server = await startBybitServer({ market, clock });
});
afterEach(async () => {
  for (const end of endings.splice(0)) end();
  await server.scenario('calm');
});
afterAll(async () => {
  await http.close();
  await server.close();
});

function connected() {
  const fake = fakeContext('bybit');
  const client = bybit.connect({
    ...{ ...fake.context, options: {}, http, openSocket: createOpenSocket(), now: () => clock.now() },
    ...{ restUrl: server.restUrl, streamUrl: server.streamUrl },
  });
  return { ...fake, client };
}
const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const nothing = { state: () => {}, gap: () => {} };

test('history pages and the live candle continue each other', async () => {
  const { client, rejected } = connected();
  const query = { asset: 'BTC', timeframe: '1m', from: null, to: null, limit: 1_600 } as const;
  const series = await client.candles!(query, noSignal);
  expect(series.openTimes).toHaveLength(1_600);
  expect(series.lastIsForming).toBe(true);
  const updates: CandleUpdate[] = [];
  const stream = client.openCandleStream!({ ...nothing, update: (update) => void updates.push(update) });
  endings.push(() => stream.close());
  stream.want([{ asset: 'BTC', timeframe: '1m' }]);
  await until(() => {
    clock.advance(500);
    expect(updates.length).toBeGreaterThan(0);
  });
  expect(updates[0]!.candle.openTime - series.openTimes.at(-1)!).toBeLessThanOrEqual(60_000);
  expect(updates[0]!.instrument).toEqual(series.instrument);
  expect(rejected).toEqual([]);
});

test('every liquidation of this venue comes, on its side, once', async () => {
  const { client, rejected } = connected();
  const found: RealisedLiquidations[] = [];
  const stream = client.openLiquidationStream!({ ...nothing, update: (update) => void found.push(update) });
  endings.push(() => stream.close());
  stream.want([{ asset: 'BTC' }]);
  await until(() => expect(server.messages.some(({ text }) => text.includes('allLiquidation'))).toBe(true));
  const from = clock.now();
  clock.advance(4 * 3_600_000);
  const expected = market.realised
    .between(market.find('BTC')!, unixMs(from + 1), unixMs(clock.now() + 1))
    .filter(({ venue }) => venue === 'bybit');
  expect(expected.length).toBeGreaterThan(3);
  await until(() => expect(found.flatMap(({ times }) => [...times])).toEqual(expected.map(({ time }) => time)));
  expect(found.flatMap(({ sides }) => [...sides])).toEqual(expected.map(({ side }) => (side === 'long' ? 1 : -1)));
  expect(found.flatMap(({ coins }) => [...coins])).toEqual(expected.map(({ coins }) => coins));
  expect(rejected).toEqual([]);
});

test('gamma exposure, open interest and funding are read whole', async () => {
  const { client, rejected } = connected();
  for (const asset of ['BTC', 'ETH', 'SOL']) {
    const profile = await client.snapshots!.gex!(asset, noSignal);
    expect(Math.abs(profile.flipLevel! / profile.currentPrice! - 1)).toBeLessThan(0.2);
    expect(profile).toMatchObject({ positiveSide: 'above', extra: null, model: { gamma: 'exchange' } });
  }
  expect(await client.snapshots!['open-interest']!('BTC', noSignal)).toMatchObject({ extra: null });
  const { exchanges } = await client.snapshots!['funding-rates']!('ETH', noSignal);
  expect(exchanges).toMatchObject([{ exchange: 'bybit', intervalHours: 8 }]);
  expect(rejected).toEqual([]);
});

test('an asset that is not listed is unsupported', async () => {
  const query = { asset: 'DOGE', timeframe: '1m', from: null, to: null, limit: 5 } as const;
  expect(await connected().client.candles!(query, noSignal).catch(toFailure)).toMatchObject({ kind: 'unsupported' });
});

describe.each(['gex', 'open-interest'] as const)('%s with garbage', (asked) => {
  test.each([
    ['html', 'bad-response'],
    ['empty', 'bad-response'],
    ['truncated', 'bad-response'],
    ['missing-field', 'bad-response'],
    ['nan', 'bad-response'],
    ['negative', 'bad-response'],
    ['wrong-type', 'bad-response'],
    ['numbers-as-strings', null],
    ['unknown-fields', null],
  ] as const)('%s: %s', async (variant, kind) => {
    const { client, rejected } = connected();
    await server.scenario({ name: 'garbage', variant });
    const asking = client.snapshots![asked]!('BTC', noSignal);
    const outcome = await asking.then(({ extra }) => ({ kind: null, extra }), toFailure);
    expect(outcome.kind).toBe(kind);
    expect(rejected).toHaveLength(kind === null ? 0 : 1);
    if (variant === 'unknown-fields')
      expect(outcome).toMatchObject({ extra: expect.stringContaining('undocumented') as string });
  });
});

test('candles without end are refused', async () => {
  const { client, rejected } = connected();
  await server.scenario({ name: 'garbage', variant: 'huge', rows: 100_000 }, 'kline');
  const query = { asset: 'BTC', timeframe: '1m', from: null, to: null, limit: 500 } as const;
  expect(await client.candles!(query, noSignal).catch(toFailure)).toMatchObject({ kind: 'bad-response' });
  expect(rejected).toHaveLength(1);
});

test.each([
  ['401', 'bad-request'],
  ['403', 'plan'],
  ['418', 'rate-limited'],
  ['429', 'rate-limited'],
  ['500', 'server'],
  ['drop', 'offline'],
] as const)('scenario %s is %s', async (scenario, kind) => {
  await server.scenario(scenario);
  expect(await connected().client.test(noSignal).catch(toFailure)).toMatchObject({ kind });
});

test('a burst is taken without a rejected push', async () => {
  const { client, rejected } = connected();
  const updates: CandleUpdate[] = [];
  const stream = client.openCandleStream!({ ...nothing, update: (update) => void updates.push(update) });
  endings.push(() => stream.close());
  stream.want([{ asset: 'BTC', timeframe: '1m' }]);
  await server.scenario({ name: 'burst', messagesPerSecond: 5000 }, 'stream');
  await until(() => {
    clock.advance(500);
    expect(updates.length).toBeGreaterThan(1000);
  });
  expect(rejected).toEqual([]);
});
