import { setTimeout as wait } from 'node:timers/promises';

import type { Page } from '@playwright/test';

import type { Bridge } from '../../src-main/contract/channels.ts';
import type { LiquidationMap } from '../../src-main/contract/liquidation.ts';
import { unixMs } from '../../src-main/contract/market.ts';
import { sourceKey, type SourceKey } from '../../src-main/contract/source.ts';
import type { Loopback, ReceivedRequest } from '../../src-main/demo/loopback/server.ts';
import { inspectKept } from '../faults/kept-files.ts';
import { killTree } from '../faults/process-tree.ts';
import { faultRandom, measured, sized } from '../faults/size.ts';
import { eliteKey, request, useAddresses, useKey } from './servers.ts';
import { expect, test } from './with-servers.ts';

declare const window: { readonly halcyon: Bridge };

const kills = sized(5, 200);
const levels = 40;
/** The packing of closed hours begins ten seconds after a start. */
const packingMs = 11_000;
const longestIngestMs = 2_500;
const longestStartMs = 800;

/** Everything about the `n`th map, so that one number tells what must be found again. */
const longsOf = (n: number): number[] => Array.from({ length: levels }, (_, level) => n + level / 8);
const prices = Array.from({ length: levels }, (_, level) => 50_000 + 10 * level);

const isMap = (map: Pick<LiquidationMap, 'prices' | 'longs'> | undefined, n: number): boolean =>
  map?.prices.length === levels &&
  map.longs.length === levels &&
  longsOf(n).every((long, level) => map.longs[level] === long && map.prices[level] === prices[level]);

/** Each answer is another map, a second younger than the one before: within one run many hours close. */
function numberedMaps(from: number): (request: ReceivedRequest) => { body: object } {
  let n = 0;
  return ({ path }) => {
    n += 1;
    const timestamp = new Date(from + n * 1000).toISOString();
    const clusters = longsOf(n).map((long, level) => ({
      ...{ price: prices[level], long_liquidations: long, short_liquidations: 0, timestamp },
    }));
    const asset = path.split('/').at(-1);
    return { body: { asset, exchange: 'all', timeframe: '1D', current_price: 50_100, clusters } };
  };
}

/** How many requests a server has had; it keeps the newest thousand, so this looks oftener than they come. */
function countRequests({ requests }: Loopback): { count(): number; end(): void } {
  let counted = 0;
  let last = requests.at(-1);
  const look = (): number => {
    counted += requests.length - 1 - (last ? requests.lastIndexOf(last) : -1);
    last = requests.at(-1);
    return counted;
  };
  const timer = setInterval(look, 100);
  return { count: look, end: () => clearInterval(timer) };
}

/** As fast as answers come; the page tells of each committed map before it does anything else with it. */
const ingest = (page: Page): Promise<void> =>
  page.evaluate(() => {
    window.halcyon.on('snapshot/changed', (snapshot) => {
      if (snapshot.kind === 'liquidation-map' && snapshot.transport === 'rest')
        console.debug(`kept ${snapshot.asset} ${snapshot.longs[0]}`);
    });
    for (const asset of ['BTC', 'ETH', 'BTC', 'ETH']) {
      const ask = (): void =>
        void window.halcyon
          .request('snapshot/refresh', { provider: 'kingfisher', asset, kind: 'liquidation-map' })
          .then(ask);
      ask();
    }
  });

test(`${kills} kills in the middle of ingest: what the page was told is there, and no call is forgotten`, async ({
  launch,
  serve,
}) => {
  test.setTimeout(60_000 + kills * 40_000);
  const random = faultRandom();
  const servers = await serve();
  const { kingfisher, binance } = servers;
  const requests = countRequests(kingfisher);
  kingfisher.override('liquidations', numberedMaps(Math.floor(Date.now() / 1000 - 60 * 3600) * 1000));
  const source: SourceKey = sourceKey({
    provider: 'kingfisher',
    environment: 'custom',
    host: `127.0.0.1:${kingfisher.port}`,
  });

  const first = await launch();
  await useAddresses(first.page, servers);
  await request(first.page, 'settings/change', {
    plan: {
      providers: { kingfisher: { amounts: { day: null, burst: null }, reserve: 0, hours: null } },
      intervals: {},
      pins: [],
    },
  });
  await request(first.page, 'market/choose', 'live');
  await first.close();
  await Promise.all(
    [kingfisher, binance].map((one) => one.scenario({ name: 'burst', messagesPerSecond: 100 }, 'stream')),
  );

  const told = { BTC: new Set<number>(), ETH: new Set<number>() };
  let spare = 0;
  for (let kill = 0; kill < kills; kill++) {
    const running = await launch({ profile: first.profile });
    const before = told.BTC.size;
    const isStarting = kill % 8 === 5;
    if (isStarting) await wait(random() * longestStartMs);
    else {
      running.page.on('console', (message) => {
        const [word, asset, n] = message.text().split(' ');
        if (word === 'kept' && (asset === 'BTC' || asset === 'ETH')) told[asset].add(Number(n));
      });
      await useKey(running.page, eliteKey);
      await ingest(running.page);
      await expect.poll(() => told.BTC.size, { intervals: [50] }).toBeGreaterThan(before);
      await wait(random() * longestIngestMs + (kill % 10 === 9 ? packingMs : 0));
    }
    killTree(running.app.process().pid!);
    await running.kill();
    await expect.poll(() => kingfisher.clients, 'the killed app still has a stream').toBe(0);

    const found = inspectKept(first.profile, (store, rows) => ({
      maps: (['BTC', 'ETH'] as const).map(
        (asset) =>
          new Map(
            store.snapshots
              .range(source, 'liquidation-map', asset, 'all/1D', unixMs(0), unixMs(Date.now() - 3_600_000))
              .map((map) => [map.longs[0], map]),
          ),
      ),
      spent: rows<{ n: number }>(
        `SELECT count(*) AS n FROM spends JOIN sources ON sources.id = source_id WHERE provider = 'kingfisher'`,
      )[0]!.n,
      blocks: rows<{ n: number }>('SELECT count(*) AS n FROM blocks')[0]!.n,
    }));
    for (const [index, asset] of (['BTC', 'ETH'] as const).entries()) {
      // One assertion for thousands of maps: each costs as much as reading a hundred of them.
      const lost = [...told[asset]].filter((n) => !isMap(found.maps[index]!.get(n), n));
      expect(lost, `maps of ${asset} that are not there, or changed, after kill ${kill + 1}`).toEqual([]);
    }
    spare = found.spent - requests.count();
    expect(spare, `calls counted beyond those served, after kill ${kill + 1}`).toBeGreaterThanOrEqual(0);
    // Those that were counted and not sent yet: never more than are under way at once.
    expect(spare).toBeLessThanOrEqual(12 * (kill + 1));
    if (kill === kills - 1)
      measured(
        `${kills} kills; ${told.BTC.size + told.ETH.size} acknowledged maps all there, ${found.blocks} blocks; ` +
          `${requests.count()} calls served, ${found.spent} counted`,
      );
  }
  requests.end();

  const last = await launch({ profile: first.profile });
  expect((await request(last.page, 'app/start', null)).notices).toEqual([]);
});
