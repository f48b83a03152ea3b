import { describe, expect, test } from 'vitest';

import { proKey } from '../../e2e/servers.ts';
import {
  kingfisherKinds,
  mapOf,
  onlyBtcMap,
  startEngine,
  stillServers,
  until,
  untilMap,
  type Engine,
  type EngineOptions,
} from './engine.ts';
import { jumpingTime, type JumpingTime } from './jumping-time.ts';

const hourMs = 3_600_000;
const wanted = {
  ...onlyBtcMap,
  assets: ['BTC', 'ETH'],
  visible: ['BTC', 'ETH'],
  ...kingfisherKinds(['liquidation-map', 'gex']),
};
/** Maps and profiles of both. */
const series = 4;

const start = (servers: Parameters<typeof startEngine>[0], time: JumpingTime, options: EngineOptions = {}): Engine =>
  startEngine(servers, { wanted, now: time.now, elapsed: time.elapsed, socket: time.socket, ...options });

const untilAll = (engine: Engine): Promise<void> =>
  until(() => {
    const answers = engine.of('snapshot/changed').filter(({ transport }) => transport === 'rest');
    expect(new Set(answers.map(({ asset, kind }) => `${asset} ${kind}`)).size).toBe(series);
  });

const untilLive = (engine: Engine): Promise<void> => until(() => expect(engine.status().stream).toBe('live'));

/** Long enough for a second question to follow the first where nothing held it back. */
const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));

describe('after a night of sleep', () => {
  test.each([
    ['stands still', 0],
    ['goes on', 8 * hourMs],
  ])(
    'in which the monotonic clock %s, the cut stream is back, and each map is asked for once',
    async (_how, elapsedMs) => {
      const servers = await stillServers();
      const time = jumpingTime();
      const engine = start(servers, time);
      await untilAll(engine);
      await untilLive(engine);
      const asked = servers.kingfisher.requests.length;
      (engine.events as unknown[]).length = 0;
      const askedBefore = mapOf(engine).confirmedAt;

      time.jump({ wallMs: 8 * hourMs, elapsedMs });
      servers.kingfisher.dropAll();
      engine.hub.woke();
      await until(() => {
        for (const asset of ['BTC', 'ETH']) {
          const marks = engine.of('snapshot/trouble').filter((one) => one.asset === asset);
          expect(marks.some(({ missedSince }) => missedSince !== null)).toBe(true);
          expect(marks.at(-1)).toMatchObject({ missedSince: null, failure: null });
        }
      });
      await untilLive(engine);
      expect(mapOf(engine).confirmedAt).toBeGreaterThan(askedBefore + 7 * hourMs);
      const { requests } = servers.kingfisher;
      await until(() => expect(requests.length - asked).toBeGreaterThanOrEqual(series));
      await moment();
      // What the stream missed, and what had become due by the timers: not one question more.
      expect(requests.length - asked).toBeLessThanOrEqual(2 * series);
    },
  );

  test('a plan of 100 calls is asked once for what became old, not for every round that was slept through', async () => {
    const servers = await stillServers();
    const time = jumpingTime();
    const engine = start(servers, time, { key: proKey });
    await untilAll(engine);
    const asked = servers.kingfisher.requests.length;
    time.jump({ wallMs: 8 * hourMs, elapsedMs: 8 * hourMs });
    engine.hub.woke();
    await until(() => expect(servers.kingfisher.requests.length).toBe(asked + series));
    await moment();
    expect(servers.kingfisher.requests).toHaveLength(asked + series);
    expect(engine.rows('SELECT count(*) AS n FROM requests WHERE status = 429')).toEqual([{ n: 0 }]);
  });
});

describe('when the network changes', () => {
  test('what waits for its next try is asked at once, and streams are opened at once', async () => {
    const servers = await stillServers();
    const time = jumpingTime();
    // The longest pauses that the back-off allows.
    const engine = start(servers, time, { random: () => 0.999 });
    await untilAll(engine);
    await untilLive(engine);
    await servers.kingfisher.scenario({ name: 'drop', how: 'refuse' });
    engine.hub.retry('kingfisher');
    await until(() => expect(engine.status()).toMatchObject({ state: 'offline' }));
    await expect(
      engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' }),
    ).rejects.toThrow();
    await expect(
      engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' }),
    ).rejects.toThrow();
    const nextTry = engine.status().until!;
    expect(nextTry - time.now()).toBeGreaterThan(1_500);
    const logins = servers.kingfisher.messages.length;
    (engine.events as unknown[]).length = 0;
    await servers.kingfisher.scenario('calm');

    engine.hub.woke();
    await untilLive(engine);
    await until(() => expect(engine.of('snapshot/changed').length).toBeGreaterThan(0));
    expect(time.now(), 'only when the next try was due anyway').toBeLessThan(nextTry);
    expect(servers.kingfisher.messages.length).toBeGreaterThan(logins);
    expect((await untilMap(engine)).prices.length).toBeGreaterThan(0);
  });
});
