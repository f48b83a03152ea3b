import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { toFailure } from '../../../src-main/contract/failure.ts';
import { snapshotKinds } from '../../../src-main/contract/snapshot.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { startBinanceServer, type LoopbackBinance } from '../../../src-main/demo/binance/server.ts';
import { demoKey } from '../../../src-main/demo/kingfisher/keys.ts';
import { startKingfisherServer, type LoopbackKingfisher } from '../../../src-main/demo/kingfisher/server.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { createOpenSocket } from '../../../src-main/net/socket.ts';
import { providers } from '../../../src-main/providers/index.ts';
import type { CandleUpdate, SnapshotUpdate, StreamState } from '../../../src-main/providers/provider.ts';
import { fakeContext, noSignal } from './context.ts';

/* The providers over real HTTP and WebSocket, against the simulated market's servers. */

const http = createHttpClient({ timeoutMs: 5_000 });
let kingfisherServer: LoopbackKingfisher;
let binanceServer: LoopbackBinance;
const endings: (() => void)[] = [];

beforeAll(async () => {
  const market = createMarket(3);
  const keys = [
    { key: demoKey, plan: 'elite' },
    { key: 'kf_pro_plan_key', plan: 'pro' },
  ] as const;
  [kingfisherServer, binanceServer] = await Promise.all([
    startKingfisherServer({ market, keys }),
    startBinanceServer({ market }),
  ]);
});

afterEach(async () => {
  for (const end of endings.splice(0)) end();
  await Promise.all([kingfisherServer.scenario('calm'), binanceServer.scenario('calm')]);
});

afterAll(async () => {
  await http.close();
  await Promise.all([kingfisherServer.close(), binanceServer.close()]);
});

function connected(id: 'kingfisher' | 'binance', apiKey = demoKey) {
  const server = id === 'kingfisher' ? kingfisherServer : binanceServer;
  const fake = fakeContext(id);
  const client = providers[id].connect({
    ...fake.context,
    http,
    openSocket: createOpenSocket(),
    now: () => unixMs(Date.now()),
    restUrl: server.restUrl,
    streamUrl: server.streamUrl,
    secret: id === 'kingfisher' ? { apiKey } : null,
  });
  return { ...fake, client };
}

function snapshotStream(client: ReturnType<typeof connected>['client']) {
  const states: StreamState[] = [];
  const updates: SnapshotUpdate[] = [];
  const stream = client.openSnapshotStream!({
    state: (state) => void states.push(state),
    update: (update) => void updates.push(update),
    gap: () => {},
  });
  endings.push(() => stream.close());
  return { states, updates, stream };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

describe('kingfisher', () => {
  test('every kind is read whole, with limits', async () => {
    const { client, rejected, limits } = connected('kingfisher');
    for (const kind of snapshotKinds.filter((kind) => kind !== 'liquidation-profile')) {
      expect(await client.snapshots![kind]!('BTC', noSignal)).toMatchObject({ kind, asset: 'BTC', extra: null });
    }
    expect(rejected).toEqual([]);
    expect(limits).toHaveLength(6);
  });

  test('a wrong key is refused over REST and by the stream', async () => {
    const { client } = connected('kingfisher', 'kf_wrong_key');
    expect(await client.test(noSignal).catch(toFailure)).toMatchObject({ kind: 'auth' });
    const { states, stream } = snapshotStream(client);
    stream.want([{ kind: 'liquidation-map', asset: 'BTC' }]);
    await until(() => expect(states.at(-1)).toMatchObject({ kind: 'down', failure: { kind: 'auth' }, retryAt: null }));
  });

  test('the Pro plan has REST but no stream', async () => {
    const { client } = connected('kingfisher', 'kf_pro_plan_key');
    expect(await client.test(noSignal)).toMatch(/^Asked for the BTC liquidation map: \d+ levels came back/);
    const { states, stream } = snapshotStream(client);
    stream.want([{ kind: 'liquidation-map', asset: 'BTC' }]);
    await until(() => expect(states.at(-1)).toMatchObject({ kind: 'down', failure: { kind: 'plan' }, retryAt: null }));
  });

  test('all four channels arrive', async () => {
    const { client, rejected } = connected('kingfisher');
    const { updates, stream } = snapshotStream(client);
    const kinds = ['liquidation-map', 'gex', 'open-interest', 'funding-rates'] as const;
    stream.want(kinds.map((kind) => ({ kind, asset: 'ETH' })));
    await until(() => expect(new Set(updates.map(({ snapshot }) => snapshot.kind))).toEqual(new Set(kinds)));
    expect(rejected).toEqual([]);
  });

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
  ] as const)('garbage of the kind %s: %s', async (variant, kind) => {
    const { client, rejected } = connected('kingfisher');
    await kingfisherServer.scenario({ name: 'garbage', variant });
    const map = client.snapshots!['liquidation-map']!('BTC', noSignal);
    const failed = await map.then(() => null, toFailure);
    expect(failed?.kind ?? null).toBe(kind);
    expect(rejected).toHaveLength(kind === null ? 0 : 1);
    if (variant === 'unknown-fields') expect((await map).extra).toContain('undocumented');
  });

  test('ten million clusters are cut off at the cap', async () => {
    const { client, rejected } = connected('kingfisher');
    await kingfisherServer.scenario({ name: 'garbage', variant: 'huge', rows: 10_000_000 });
    const failed = await client.snapshots!['liquidation-map']!('BTC', noSignal).catch(toFailure);
    expect(failed).toMatchObject({
      kind: 'bad-response',
      message: expect.stringContaining('larger than Halcyon accepts (32 MiB)'),
    });
    expect(rejected).toHaveLength(1);
  });

  test.each([
    ['401', 'auth'],
    ['403', 'plan'],
    ['429', 'rate-limited'],
    ['500', 'server'],
    ['drop', 'offline'],
  ] as const)('scenario %s is %s', async (scenario, kind) => {
    const { client } = connected('kingfisher');
    await kingfisherServer.scenario(scenario);
    expect(await client.test(noSignal).catch(toFailure)).toMatchObject({ kind });
  });
});

describe('binance', () => {
  test('history pages and the live candle continue each other', async () => {
    const { client, rejected } = connected('binance');
    const series = await client.candles!(
      { asset: 'BTC', timeframe: '1m', from: null, to: null, limit: 1_600 },
      noSignal,
    );
    expect(series.openTimes.length).toBe(1_600);
    const updates: CandleUpdate[] = [];
    const stream = client.openCandleStream!({
      state: () => {},
      update: (update) => void updates.push(update),
      gap: () => {},
    });
    endings.push(() => stream.close());
    stream.want([{ asset: 'BTC', timeframe: '1m' }]);
    await until(() => expect(updates.length).toBeGreaterThan(0));
    expect(updates[0]!.candle.openTime - series.openTimes.at(-1)!).toBeLessThanOrEqual(60_000);
    expect(updates[0]!.instrument).toEqual(series.instrument);
    expect(rejected).toEqual([]);
  });

  test('Test is answered', async () => {
    expect(await connected('binance').client.test(noSignal)).toMatch(/^Asked for the exchange's time/);
  });
});
