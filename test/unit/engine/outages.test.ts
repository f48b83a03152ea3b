import { describe, expect, test } from 'vitest';

import { timeframeMs } from '../../../src-main/contract/market.ts';
import {
  failureOf,
  kingfisherKinds,
  levelsOf,
  mapOf,
  nothing,
  onlyBtcMap,
  runningServers,
  startEngine,
  stillServers,
  until,
  untilMap,
} from './engine.ts';

describe('a limit', () => {
  test('with Retry-After is said with its end; nothing is asked before it, and then all is well again', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    const good = await untilMap(engine);
    await servers.kingfisher.scenario({ name: '429', retryAfterSeconds: 2 }, 'liquidations');
    const failure = await failureOf(
      engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' }),
    );
    expect(failure).toMatchObject({
      kind: 'rate-limited',
      message: "Kingfisher's call limit is reached: Daily limit exceeded.",
    });
    const { state, text } = engine.status();
    // The stream goes on whatever REST's limit says; the sentence tells of both.
    if (state === 'live') expect(text).toBe(`Kingfisher is streaming. ${failure.message}`);
    else expect(engine.status()).toMatchObject({ state: 'limited', until: failure.retryAt });
    expect(levelsOf(mapOf(engine))).toEqual(levelsOf(good));
    await servers.kingfisher.scenario('calm', 'liquidations');
    const asked = servers.kingfisher.requests.length;

    // Wishes of the screen do not make the background ask sooner.
    engine.hub.want({ ...onlyBtcMap, ...kingfisherKinds(['liquidation-map', 'order-flow']) });
    await until(() => expect(engine.trouble('BTC', 'order-flow')?.kind).toBe('rate-limited'));
    expect(Math.abs(engine.trouble('BTC', 'order-flow')!.retryAt! - failure.retryAt!)).toBeLessThan(50);

    await until(() => expect(servers.kingfisher.requests.length).toBeGreaterThan(asked));
    expect(Date.now()).toBeGreaterThanOrEqual(failure.retryAt! - 5);
    await until(() => expect(engine.trouble('BTC', 'order-flow')).toBe(null));
    await until(() => expect(engine.trouble('BTC', 'liquidation-map')).toBe(null));
    expect(engine.status().failure).toBe(null);
  });

  test('of the price source is respected as well: a ban is not asked against', async () => {
    const servers = await stillServers();
    await servers.binance.scenario({ name: '418', retryAfterSeconds: 3600 });
    const engine = startEngine(servers, { wanted: { ...onlyBtcMap, assets: ['BTC', 'ETH', 'SOL'] } });
    await until(() => expect(engine.status('binance').state).toBe('limited'));
    expect(engine.status('binance').text).toBe('Binance has blocked this address for a while for asking too often.');
    engine.hub.want({ ...onlyBtcMap, focus: { asset: 'BTC', timeframe: '1h' } });
    expect(await engine.hub.readCandles({ asset: 'BTC', timeframe: '1h', before: null, limit: 10 })).toBe(null);
    expect(servers.binance.requests).toHaveLength(1);
  });
});

describe('a server in trouble', () => {
  test('500 is said, tried again with growing pauses, and over when it is over', async () => {
    const servers = await stillServers();
    await servers.kingfisher.scenario('500');
    const engine = startEngine(servers);
    await until(() => expect(servers.kingfisher.requests.length).toBeGreaterThanOrEqual(3));
    expect(engine.status()).toMatchObject({
      state: 'error',
      text: 'Kingfisher has a problem on its side (status 500): Internal server error.',
    });
    await servers.kingfisher.scenario('calm');
    await untilMap(engine);
    await until(() => expect(engine.status().failure).toBe(null));
    expect(engine.trouble('BTC', 'liquidation-map')).toBe(null);
  });

  test('slow answers are waited for, and what else is asked goes on meanwhile', async () => {
    const servers = await stillServers();
    await servers.kingfisher.scenario({ name: 'slow', delayMs: 1_000 }, 'liquidations');
    const engine = startEngine(servers, { wanted: nothing });
    const order: string[] = [];
    const slow = engine.hub
      .refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' })
      .then(() => order.push('slow map'));
    await engine.hub.readCandles({ asset: 'ETH', timeframe: '5m', before: null, limit: 10 });
    order.push('candles');
    await slow;
    expect(order).toEqual(['candles', 'slow map']);
  });

  test('an answer that stops half-way is given up after the time limit; the last good map stays', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers, { http: { timeoutMs: 500 } });
    const good = await untilMap(engine);
    await servers.kingfisher.scenario({ name: 'slow', stall: true }, 'liquidations');
    expect(
      await failureOf(engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' })),
    ).toMatchObject({
      kind: 'timeout',
      message: `127.0.0.1:${servers.kingfisher.port} did not finish its answer within 500 ms.`,
    });
    expect(engine.status().text).toContain(
      `127.0.0.1:${servers.kingfisher.port} did not finish its answer within 500 ms.`,
    );
    expect(levelsOf(mapOf(engine))).toEqual(levelsOf(good));
    await servers.kingfisher.scenario('calm', 'liquidations');
    await until(() => expect(engine.trouble('BTC', 'liquidation-map')).toBe(null));
  });
});

describe('a stream alone in trouble', () => {
  test('says what its newest attempt came to, and does not keep REST from being asked', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    await untilMap(engine);
    await until(() => expect(engine.status().state).toBe('live'));
    await servers.kingfisher.scenario('500', 'stream');
    const host = `127.0.0.1:${servers.kingfisher.port}`;
    await until(() =>
      expect(engine.status()).toMatchObject({
        state: 'polling',
        text: `Kingfisher answers over REST. ${host} did not open the stream (status 500).`,
      }),
    );
    engine.hub.want({ ...onlyBtcMap, ...kingfisherKinds(['liquidation-map', 'order-flow']) });
    await until(() => expect(engine.trouble('BTC', 'order-flow')).toBe(null));
    expect(engine.of('snapshot/trouble').filter(({ failure }) => failure !== null)).toEqual([]);
  });
});

describe('no network', () => {
  test('at the start: the cache of the last session is served at once, and healing needs nobody', async () => {
    const servers = await runningServers();
    const before = startEngine(servers);
    const good = await untilMap(before);
    await until(() => expect(before.of('candles/refilled').map(({ timeframe }) => timeframe)).toContain('15m'));
    await before.stop();
    await Promise.all([
      servers.kingfisher.scenario({ name: 'drop', how: 'refuse' }),
      servers.binance.scenario({ name: 'drop', how: 'refuse' }),
    ]);

    const engine = startEngine(servers, { file: before.file });
    const start = engine.hub.startState();
    expect(start.snapshots.map(({ kind, asset }) => `${asset} ${kind}`)).toEqual(['BTC liquidation-map']);
    expect(mapOf(engine).prices.length).toBeGreaterThan(0);
    expect(mapOf(engine).takenAt).toBeGreaterThanOrEqual(good.takenAt);
    const candles = await engine.hub.readCandles({ asset: 'BTC', timeframe: '15m', before: null, limit: 500 });
    expect(candles?.openTimes).toHaveLength(500);
    await until(() => {
      expect(engine.status().state).toBe('offline');
      expect(engine.status('binance').state).toBe('offline');
    });

    await Promise.all([servers.kingfisher.scenario('calm'), servers.binance.scenario('calm')]);
    await until(() => {
      expect(engine.status().state).toBe('live');
      expect(engine.status('binance').state).toBe('live');
    });
  });

  test('in the middle of a download leaves no half map', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    const good = await untilMap(engine);
    await servers.kingfisher.scenario({ name: 'slow', stall: true }, 'liquidations');
    const refused = failureOf(engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' }));
    await until(() => expect(servers.kingfisher.requests).toHaveLength(2));
    servers.kingfisher.dropAll();
    expect(await refused).toMatchObject({
      kind: 'offline',
      message: `127.0.0.1:${servers.kingfisher.port} broke off the connection before its answer was complete.`,
    });
    expect(levelsOf(mapOf(engine))).toEqual(levelsOf(good));
    expect(engine.store.rejected.count()).toBe(0);
  });
});

describe('candles', () => {
  const minute = timeframeMs['1m'];

  async function openTimes(engine: ReturnType<typeof startEngine>, limit: number): Promise<number[]> {
    const series = await engine.hub.readCandles({ asset: 'BTC', timeframe: '1m', before: null, limit });
    return [...(series?.openTimes ?? [])];
  }

  test('missing from an answer leave a gap that stays a gap, and is filled as soon as the source has them', async () => {
    const servers = await stillServers();
    const now = Math.floor(Date.now() / minute) * minute;
    const from = now - 20 * minute;
    const to = now - 10 * minute;
    await servers.binance.scenario({ name: 'gap', from, to }, 'klines');
    const wanted = { ...onlyBtcMap, focus: { asset: 'BTC', timeframe: '1m' } } as const;
    const engine = startEngine(servers, { wanted });
    await until(() => expect(engine.of('candles/refilled').map(({ timeframe }) => timeframe)).toContain('5m'));
    const withGap = await openTimes(engine, 30);
    expect(withGap.filter((time) => time >= from && time < to)).toEqual([]);
    expect(withGap).toContain(from - minute);
    expect(withGap).toContain(to);
    await engine.stop();

    await servers.binance.scenario('calm');
    const again = startEngine(servers, { file: engine.file, wanted });
    await until(async () => {
      const times = await openTimes(again, 30);
      expect(times.filter((time) => time >= from && time < to)).toHaveLength(10);
    });
    const whole = await openTimes(again, 30);
    expect(whole).toEqual(Array.from({ length: 30 }, (_, row) => whole[0]! + row * minute));
  });

  test('missed while the stream was away are asked for when it is back', async () => {
    const servers = await runningServers();
    const engine = startEngine(servers, { wanted: { ...onlyBtcMap, focus: { asset: 'BTC', timeframe: '1m' } } });
    await until(() => expect(engine.status('binance').stream).toBe('live'));
    await until(() => expect(engine.of('candles/refilled').map(({ timeframe }) => timeframe)).toContain('1D'));
    const ticks = engine.of('candles/tick').length;
    const asked = servers.binance.requests.length;
    servers.binance.dropAll();
    await until(() => expect(servers.binance.requests.length).toBeGreaterThan(asked));
    expect(servers.binance.requests[asked]).toMatchObject({ path: '/fapi/v1/klines', query: { interval: '1m' } });
    await until(() => expect(engine.of('candles/tick').length).toBeGreaterThan(ticks));
    expect(engine.status('binance').state).toBe('live');
  });
});
