import { describe, expect, test } from 'vitest';

import { unixMs, type UnixMs } from '../../../src-main/contract/market.ts';
import type { SocketEnvironment } from '../../../src-main/net/socket-environment.ts';
import type { Servers } from '../../e2e/servers.ts';
import { eliteKey } from '../../e2e/servers.ts';
import { levelsOf, mapOf, onlyBtcMap, startEngine, stillServers, until, untilMap, type Engine } from './engine.ts';

const untilLive = (engine: Engine): Promise<void> =>
  until(() => expect(engine.status()).toMatchObject({ state: 'live', stream: 'live' }));

/** A push of one level, as the provider words it. */
const push = (price: number, long: number, more: object = {}, at = Date.now()) => ({
  channel: 'liquidations',
  asset: 'BTC',
  data: {
    timestamp: new Date(at).toISOString(),
    clusters: [{ price, long_liquidations: long, short_liquidations: 0, ...more }],
  },
});

const longAt = (engine: Engine, price: number): number | undefined => {
  const map = mapOf(engine);
  return map.longs[map.prices.indexOf(price)];
};

/** What the server would answer now, by price. */
async function levelsOfServer({ kingfisher }: Servers): Promise<Map<number, { long: number; short: number }>> {
  const response = await fetch(`${kingfisher.restUrl}/liquidations/BTC?exchange=all&timeframe=1D`, {
    headers: { authorization: `Bearer ${eliteKey}` },
  });
  const { clusters } = (await response.json()) as {
    clusters: { price: number; long_liquidations: number; short_liquidations: number }[];
  };
  return new Map(clusters.map((one) => [one.price, { long: one.long_liquidations, short: one.short_liquidations }]));
}

/** Real time that a test can jump ahead in. */
function jumpingTime(): { now: () => UnixMs; environment: Partial<SocketEnvironment>; jump(ms: number): void } {
  let ahead = 0;
  const timers = new Set<{ due: number; run: () => void; real: NodeJS.Timeout }>();
  const now = () => unixMs(Date.now() + ahead);
  return {
    now,
    environment: {
      now,
      setTimer: (run, ms) => {
        const timer = {
          due: now() + ms,
          run: () => (timers.delete(timer), run()),
          real: setTimeout(() => timer.run(), ms),
        };
        timers.add(timer);
        return timer;
      },
      clearTimer: (handle) => {
        for (const timer of timers) {
          if (timer !== handle) continue;
          clearTimeout(timer.real);
          timers.delete(timer);
        }
      },
    },
    jump: (ms) => {
      ahead += ms;
      for (const timer of [...timers]) {
        if (timer.due > now()) continue;
        clearTimeout(timer.real);
        timer.run();
      }
    },
  };
}

describe('what the stream sends', () => {
  test('is merged into the last whole map, and committed', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    const good = await untilMap(engine);
    await untilLive(engine);
    expect(servers.kingfisher.push(push(12_345.5, 777.25))).toBe(1);
    await until(() => expect(longAt(engine, 12_345.5)).toBe(777.25));
    expect(mapOf(engine).prices).toHaveLength(good.prices.length + 1);
  });

  test.each([
    ['a web page', '<html><body>502</body></html>', '$', 'Kingfisher answered with a web page instead of data.'],
    [
      'half a message',
      '{"channel":"liquidations","asset":"BTC","da',
      '$',
      'Kingfisher answered with something that is not JSON.',
    ],
    [
      'a negative size',
      JSON.stringify(push(1, -5)),
      '$.data.clusters[0].long_liquidations',
      'Kingfisher sent an answer that could not be read: $.data.clusters[0].long_liquidations is negative.',
    ],
    [
      'a level without a price',
      JSON.stringify(push(1, 5, { price: undefined })),
      '$.data.clusters[0].price',
      'Kingfisher sent an answer that could not be read: $.data.clusters[0].price is missing.',
    ],
    [
      'a number that is none',
      JSON.stringify(push(1, 5)).replace('"price":1', '"price":"NaN"'),
      '$.data.clusters[0].price',
      'Kingfisher sent an answer that could not be read: $.data.clusters[0].price is not a number.',
    ],
  ])('%s is recorded, and the stream stays', async (_what, text, path, message) => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    const good = await untilMap(engine);
    await untilLive(engine);
    servers.kingfisher.push(text);
    servers.kingfisher.push(push(12_345.5, 1));
    await until(() => expect(longAt(engine, 12_345.5)).toBe(1));
    expect(engine.rows('SELECT endpoint, path, message, text FROM rejected')).toEqual([
      { endpoint: 'stream', path, message, text },
    ]);
    expect(servers.kingfisher.messages.filter(({ text }) => text.includes('"auth"'))).toHaveLength(1);
    expect(engine.status()).toMatchObject({ state: 'live', stream: 'live' });
    expect(mapOf(engine).prices).toHaveLength(good.prices.length + 1);
  });

  test('a flood of garbage fills neither the disk nor the log: twenty a minute are kept, the rest counted', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    await untilMap(engine);
    await untilLive(engine);
    for (let i = 0; i < 2_000; i++) {
      servers.kingfisher.push(`{"garbage":${i}`);
      if (i % 4 === 3) servers.kingfisher.push(push(12_345.5, i));
    }
    await until(() => expect(longAt(engine, 12_345.5)).toBe(1_999));
    expect(engine.store.rejected.count()).toBe(20);
    expect(servers.kingfisher.messages.filter(({ text }) => text.includes('"auth"'))).toHaveLength(1);
    expect(engine.status().stream).toBe('live');
  });

  test('nothing but garbage is given up after five messages: REST is asked, the stream is opened again', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    await untilMap(engine);
    await untilLive(engine);
    const asked = servers.kingfisher.requests.length;
    for (let i = 0; i < 2_000; i++) servers.kingfisher.push(`{"garbage":${i}`);
    await until(() =>
      expect(servers.kingfisher.messages.filter(({ text }) => text.includes('"auth"')).length).toBeGreaterThan(1),
    );
    await until(() => expect(servers.kingfisher.requests.length).toBeGreaterThan(asked));
    expect(engine.store.rejected.count()).toBe(5);
    await untilLive(engine);
    servers.kingfisher.push(push(12_345.5, 1));
    await until(() => expect(longAt(engine, 12_345.5)).toBe(1));
  });

  test('a flood of five thousand messages a second ends with the last state of each level', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    await untilMap(engine);
    await untilLive(engine);
    const commits = () => engine.rows<{ n: number }>('SELECT count(*) AS n FROM snapshots')[0]!.n;
    const before = { commits: commits(), shown: engine.of('snapshot/changed').length, at: Date.now() };
    await servers.kingfisher.scenario({ name: 'burst', messagesPerSecond: 5_000 }, 'stream');
    await until(() => expect(engine.of('snapshot/changed').length - before.shown).toBeGreaterThanOrEqual(15));
    const seconds = (Date.now() - before.at) / 1000;
    // Shown at most ten times a second, committed at most once a second: bounded, however many messages come.
    expect(engine.of('snapshot/changed').length - before.shown).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 1);
    expect(commits() - before.commits).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    await servers.kingfisher.scenario('calm', 'stream');
    await until(async () => {
      const expected = await levelsOfServer(servers);
      const map = mapOf(engine);
      expect([...map.prices]).toEqual([...expected.keys()].sort((a, b) => a - b));
      map.prices.forEach((price, row) =>
        expect({ long: map.longs[row], short: map.shorts[row] }).toEqual(expected.get(price)),
      );
    });
    expect(engine.store.rejected.count()).toBe(0);
  });

  test('one message of ten million clusters is refused as too large; the stream is opened again', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    const good = await untilMap(engine);
    await untilLive(engine);
    servers.kingfisher.push('x'.repeat(9 * 1024 * 1024));
    await until(() =>
      expect(engine.of('provider/changed').map(({ text }) => text)).toContain(
        `Kingfisher answers over REST. 127.0.0.1:${servers.kingfisher.port} sent a message larger than Halcyon accepts (8 MiB); the stream was closed.`,
      ),
    );
    await untilLive(engine);
    expect(levelsOf(mapOf(engine))).toEqual(levelsOf(good));
  });
});

describe('a stream that ends', () => {
  test('by a cut is opened again, and what was missed is asked for over REST', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    await untilMap(engine);
    await untilLive(engine);
    await servers.kingfisher.scenario({ name: 'gap' }, 'stream');
    const asked = servers.kingfisher.requests.length;
    const clusters = [{ price: 50_000, long_liquidations: 5, short_liquidations: 0 }];
    servers.kingfisher.override('liquidations', {
      body: { asset: 'BTC', exchange: 'all', timeframe: '1D', current_price: 60_000, clusters },
    });
    servers.kingfisher.dropAll();
    // The REST answer after the gap is the truth: levels that it does not name are gone.
    await until(() => expect([...mapOf(engine).prices]).toEqual([50_000]));
    expect(servers.kingfisher.requests.slice(asked).map(({ path }) => path)).toEqual(['/v1/liquidations/BTC']);
    await servers.kingfisher.scenario('calm', 'stream');
    await until(() => expect(servers.kingfisher.push(push(12_345.5, 1))).toBe(1));
    await untilLive(engine);
    await until(() => expect(longAt(engine, 12_345.5)).toBe(1));
  });

  test('again and again never stops REST', async () => {
    const servers = await stillServers();
    await servers.kingfisher.scenario('500', 'stream');
    const engine = startEngine(servers);
    await untilMap(engine);
    await until(() => expect(engine.status()).toMatchObject({ stream: 'connecting' }));
    expect((await engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' }))?.kind).toBe(
      'liquidation-map',
    );
    expect(engine.status()).toMatchObject({ state: 'polling', failure: null });
  });

  test('by saying nothing for five minutes is opened again, though it answers pings', async () => {
    const servers = await stillServers();
    const time = jumpingTime();
    const engine = startEngine(servers, { socket: time.environment, now: time.now });
    const good = await untilMap(engine);
    await untilLive(engine);
    await servers.kingfisher.scenario({ name: 'gap' }, 'stream');
    const asked = servers.kingfisher.requests.length;
    time.jump(5 * 60_000);
    await until(() =>
      expect(engine.of('provider/changed').map(({ text }) => text)).toContain(
        `Kingfisher answers over REST. 127.0.0.1:${servers.kingfisher.port} stopped sending; the stream is opened again.`,
      ),
    );
    expect(levelsOf(mapOf(engine))).toEqual(levelsOf(good));
    // Back, and what it may have missed is asked for.
    await until(() => expect(servers.kingfisher.requests.length).toBeGreaterThan(asked));
    await until(() => expect(mapOf(engine).confirmedAt).toBeGreaterThan(good.confirmedAt));
    await servers.kingfisher.scenario('calm', 'stream');
    // Pushed until it stands: an answer of REST that is still under way replaces what was pushed before it.
    await until(() => {
      servers.kingfisher.push(push(12_345.5, 1, {}, time.now()));
      expect(longAt(engine, 12_345.5)).toBe(1);
    });
    await untilLive(engine);
  });

  test('by a refusal of the key stays closed, and says so', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    await untilMap(engine);
    await untilLive(engine);
    const logins = () => servers.kingfisher.messages.filter(({ text }) => text.includes('"auth"')).length;
    await servers.kingfisher.scenario('401');
    await until(() => expect(engine.status()).toMatchObject({ state: 'refused', stream: 'off' }));
    expect(logins()).toBe(2);
    engine.hub.want({ ...onlyBtcMap, assets: ['BTC', 'ETH'] });
    await until(() => expect(engine.trouble('ETH', 'liquidation-map')?.kind).toBe('auth'));
    expect(logins()).toBe(2);
  });
});
