import { expect, test } from 'vitest';

import { backoffPolicy } from '../../../src-main/net/backoff.ts';
import type { Scenario } from '../../../src-main/demo/loopback/scenario.ts';
import type { Servers } from '../../e2e/servers.ts';
import { faultRandom, measured, sized } from '../../faults/size.ts';
import { mapOf, onlyBtcMap, startEngine, stillServers, until, untilMap, type Engine } from './engine.ts';

const times = sized(20, 1_000);
const assets = ['BTC', 'ETH'] as const;
const watched = { ...onlyBtcMap, assets, visible: assets };
const unlimited = { kingfisher: { amounts: { day: null, burst: null }, reserve: 0, hours: null } };

/** Maps that change only when told to: what the server knows, and a stream that missed it does not. */
function changingMaps({ kingfisher }: Servers) {
  const levels = new Map(assets.map((asset) => [asset as string, new Map([[1_000, 1]])]));
  kingfisher.override('liquidations', ({ path }) => {
    const asset = path.split('/').at(-1)!;
    const timestamp = new Date().toISOString();
    const clusters = [...(levels.get(asset) ?? [])].map(([price, long]) => ({
      ...{ price, long_liquidations: long, short_liquidations: 0, timestamp },
    }));
    return { body: { asset, exchange: 'all', timeframe: '1D', current_price: 1_500, clusters } };
  });
  return levels;
}

const levelsIn = (engine: Engine, asset: string): Map<number, number> => {
  const map = mapOf(engine, asset);
  return new Map([...map.prices].map((price, row) => [price, map.longs[row]!]));
};

const missedSince = (engine: Engine, asset: string): number | null =>
  engine.of('snapshot/trouble').findLast((one) => one.asset === asset)?.missedSince ?? null;

const isLive = (engine: Engine): boolean => engine.status().stream === 'live';

type Outage = (servers: Servers, pause: (ms: number) => Promise<void>) => Promise<void>;
const afterwards = (scenario: Scenario): Outage => {
  return async ({ kingfisher }, pause) => {
    await kingfisher.scenario(scenario, 'stream');
    kingfisher.dropAll();
    await pause(30);
    await kingfisher.scenario('calm', 'stream');
  };
};
const outages: readonly Outage[] = [
  ({ kingfisher }) => Promise.resolve(kingfisher.dropAll()),
  ({ kingfisher }) => Promise.resolve(kingfisher.dropAll()),
  afterwards({ name: 'drop', how: 'reset' }),
  afterwards({ name: '429' }),
  afterwards({ name: '500' }),
  async ({ kingfisher }, pause) => {
    await kingfisher.scenario({ name: 'drop', how: 'refuse' });
    await pause(20);
    await kingfisher.scenario('calm');
  },
];

test(
  `${times} cuts of the stream: what it missed is marked, asked for over REST, and then right`,
  { timeout: 60_000 + times * 5_000 },
  async () => {
    const random = faultRandom();
    const servers = await stillServers();
    const levels = changingMaps(servers);
    const engine = startEngine(servers, {
      wanted: watched,
      plans: unlimited,
      socket: { backoff: { ...backoffPolicy, baseMs: 20, floorMs: 20 } },
    });
    for (const asset of assets) await untilMap(engine, asset);
    await until(() => expect(isLive(engine)).toBe(true));
    const began = performance.now();
    let asked = 0;
    const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, random() * ms));

    for (let time = 1; time <= times; time++) {
      (engine.events as unknown[]).length = 0;
      const logins = servers.kingfisher.messages.length;
      const last = servers.kingfisher.messages.at(-1);
      const outage = outages[Math.floor(random() * outages.length)]!;
      const under = outage(servers, pause);
      for (const asset of assets) levels.get(asset)!.set(1_000 + Math.floor(random() * 50), time);
      await under;

      await until(() => {
        const { messages } = servers.kingfisher;
        expect(messages.length !== logins || messages.at(-1) !== last, 'no new connection').toBe(true);
        expect(isLive(engine)).toBe(true);
        for (const asset of assets) {
          const marks = engine.of('snapshot/trouble').filter((one) => one.asset === asset);
          expect(
            marks.some((one) => one.missedSince !== null),
            `cut ${time}: ${asset} was not marked`,
          ).toBe(true);
          expect(missedSince(engine, asset), `cut ${time}: ${asset} stays marked`).toBeNull();
          expect(levelsIn(engine, asset), `cut ${time}: ${asset}`).toEqual(levels.get(asset));
        }
      });
      asked += engine.of('snapshot/changed').filter(({ transport }) => transport === 'rest').length;
    }
    measured(
      `${times} cuts of 5 kinds in ${((performance.now() - began) / 1000).toFixed(0)} s; ${asked} answers put ` +
        `${2 * times} maps right; nothing stayed marked`,
    );
  },
);

test('without calls left, what the stream missed stays marked until they are there again', async () => {
  const servers = await stillServers();
  const levels = changingMaps(servers);
  const engine = startEngine(servers, { wanted: watched, plans: unlimited });
  for (const asset of assets) await untilMap(engine, asset);
  await until(() => expect(isLive(engine)).toBe(true));
  const spent = { kingfisher: { amounts: { day: 0, burst: null }, reserve: 0, hours: null } };
  const plan = engine.hub.settings.plan;
  engine.hub.changeSettings({ plan: { ...plan, providers: spent } });
  const asked = servers.kingfisher.requests.length;
  levels.get('BTC')!.set(1_003, 7);

  servers.kingfisher.dropAll();
  await until(() => expect(missedSince(engine, 'BTC')).not.toBeNull());
  await until(() => expect(isLive(engine)).toBe(true));
  servers.kingfisher.push({
    channel: 'liquidations',
    asset: 'BTC',
    data: {
      timestamp: new Date().toISOString(),
      clusters: [{ price: 1_004, long_liquidations: 8, short_liquidations: 0 }],
    },
  });
  await until(() => expect(levelsIn(engine, 'BTC').get(1_004)).toBe(8));
  expect(missedSince(engine, 'BTC')).not.toBeNull();
  expect(servers.kingfisher.requests).toHaveLength(asked);

  levels.get('BTC')!.set(1_004, 8);
  engine.hub.changeSettings({ plan: { ...plan, providers: unlimited } });
  engine.hub.retry('kingfisher');
  await until(() => expect(missedSince(engine, 'BTC')).toBeNull());
  expect(levelsIn(engine, 'BTC')).toEqual(levels.get('BTC'));
});
