import { expect, test } from 'vitest';

import type { GarbageVariant } from '../../../src-main/demo/loopback/scenario.ts';
import type { Answer } from '../../../src-main/demo/loopback/answer.ts';
import {
  failureOf,
  kingfisherKinds,
  mapOf,
  onlyBtcMap,
  startEngine,
  stillServers,
  until,
  untilMap,
  valuesOf,
} from './engine.ts';

const endpoint = '/liquidations/BTC?exchange=all&timeframe=1D';
const path = '/v1/liquidations/BTC';

/** The answer that comes right; its last cluster is what the variants break. */
const clusters = [
  { price: 64_000, long_liquidations: 1_000_000.25, short_liquidations: 0 },
  { price: 67_000, long_liquidations: 2_500_000, short_liquidations: 750_000 },
  { price: 70_000.5, long_liquidations: 0, short_liquidations: 3_000_000 },
];
const body = { asset: 'BTC', exchange: 'all', timeframe: '1D', current_price: 67_100, clusters };
const answer: Answer = { body };

async function engineWithGoodMap() {
  const servers = await stillServers();
  servers.kingfisher.override('liquidations', answer);
  await servers.kingfisher.scenario({ name: 'gap' }, 'stream');
  const engine = startEngine(servers);
  const good = await untilMap(engine);
  expect([...good.prices]).toEqual([64_000, 67_000, 70_000.5]);
  return { servers, engine, good };
}

test.each<[GarbageVariant, string, string]>([
  ['html', '$', 'Kingfisher answered with a web page instead of data.'],
  ['empty', '$', 'Kingfisher answered with nothing.'],
  ['truncated', '$', 'Kingfisher answered with something that is not JSON.'],
  ['nan', '$', 'Kingfisher answered with something that is not JSON.'],
  [
    'missing-field',
    '$.clusters[2].price',
    'Kingfisher sent an answer that could not be read: $.clusters[2].price is missing.',
  ],
  [
    'negative',
    '$.clusters[2].long_liquidations',
    'Kingfisher sent an answer that could not be read: $.clusters[2].long_liquidations is negative.',
  ],
  ['wrong-type', '$.clusters', 'Kingfisher sent an answer that could not be read: $.clusters is not a list.'],
])(
  '%s is refused at %s; the last good map stays, the text is kept, one line says why',
  async (variant, at, message) => {
    const { servers, engine, good } = await engineWithGoodMap();
    await servers.kingfisher.scenario({ name: 'garbage', variant }, 'liquidations');

    expect(
      await failureOf(engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' })),
    ).toMatchObject({
      kind: 'bad-response',
      message,
      path: at,
    });
    expect(engine.trouble('BTC', 'liquidation-map')).toMatchObject({ message, path: at });
    expect(engine.status()).toMatchObject({ state: 'error', text: message });
    expect(mapOf(engine)).toEqual(good);

    const sent = await (
      await fetch(`${servers.kingfisher.restUrl}${endpoint}`, keyed(servers.kingfisher.requests))
    ).text();
    expect(
      engine.rows(
        `SELECT sources.provider, endpoint, path, message, text, length, times
       FROM rejected JOIN sources ON sources.id = source_id`,
      ),
    ).toEqual([{ provider: 'kingfisher', endpoint, path: at, message, text: sent, length: sent.length, times: 1 }]);

    // The same garbage again is counted, and the next good answer puts everything right.
    await failureOf(engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' }));
    expect(engine.rows('SELECT times FROM rejected')).toEqual([{ times: 2 }]);
    await servers.kingfisher.scenario('calm', 'liquidations');
    await engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' });
    expect(engine.trouble('BTC', 'liquidation-map')).toBe(null);
    expect(engine.status().failure).toBe(null);
    expect(mapOf(engine).confirmedAt).toBeGreaterThan(good.confirmedAt);
  },
);

const keyed = (requests: readonly { readonly headers: Readonly<Record<string, string>> }[]) => ({
  headers: { authorization: requests[0]!.headers['authorization']! },
});

test('numbers as strings are the same numbers', async () => {
  const { servers, engine, good } = await engineWithGoodMap();
  await servers.kingfisher.scenario({ name: 'garbage', variant: 'numbers-as-strings' }, 'liquidations');
  const map = await engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' });
  expect(valuesOf({ ...map!, takenAt: good.takenAt })).toEqual(valuesOf(good));
  expect(engine.store.rejected.count()).toBe(0);
});

test('fields nobody has documented are kept with the snapshot, on disk', async () => {
  const { servers, engine } = await engineWithGoodMap();
  await servers.kingfisher.scenario({ name: 'garbage', variant: 'unknown-fields' }, 'liquidations');
  await engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' });
  const undocumented = { version: 2, list: [1, 'two', null] };
  await engine.stop();
  const again = startEngine(servers, { file: engine.file, key: null });
  expect(JSON.parse(mapOf(again).extra ?? 'null')).toEqual({
    undocumented,
    'clusters[]': { undocumented: [undocumented, undocumented, undocumented] },
  });
  expect([...mapOf(again).prices]).toEqual([64_000, 67_000, 70_000.5]);
});

test('ten million clusters are refused as too large before they are read, and their size is not kept', async () => {
  const { servers, engine, good } = await engineWithGoodMap();
  await servers.kingfisher.scenario({ name: 'garbage', variant: 'huge', rows: 10_000_000 }, 'liquidations');
  const message = `127.0.0.1:${servers.kingfisher.port} sent an answer larger than Halcyon accepts (32 MiB).`;
  expect(
    await failureOf(engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' })),
  ).toMatchObject({
    kind: 'bad-response',
    message,
  });
  expect(engine.rows('SELECT endpoint, path, message, text FROM rejected')).toEqual([
    { endpoint, path: '$', message, text: '' },
  ]);
  expect(mapOf(engine)).toEqual(good);
});

test('one broken kind leaves the others alone', async () => {
  const servers = await stillServers();
  await servers.kingfisher.scenario({ name: 'garbage', variant: 'html' }, 'gex');
  const engine = startEngine(servers, {
    wanted: {
      ...onlyBtcMap,
      ...kingfisherKinds(['gex', 'liquidation-map', 'open-interest', 'funding-rates', 'market-depth', 'order-flow']),
    },
  });
  await until(() => {
    const kinds = engine.hub.startState().snapshots.map(({ kind }) => kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['liquidation-map', 'open-interest', 'funding-rates', 'market-depth', 'order-flow']),
    );
    expect(engine.trouble('BTC', 'gex')?.kind).toBe('bad-response');
  });
  expect(engine.trouble('BTC', 'order-flow')).toBe(null);
});

test('candles that cannot be read leave the stored ones, and one broken series leaves the others alone', async () => {
  const servers = await stillServers();
  await servers.binance.scenario({ name: 'garbage', variant: 'negative' }, 'klines/BTCUSDT/15m');
  const engine = startEngine(servers, { wanted: { ...onlyBtcMap, assets: ['BTC', 'ETH'] } });
  await until(() => expect(engine.store.rejected.count()).toBe(1));
  expect(engine.store.rejected.list(1)[0]).toMatchObject({
    source: { provider: 'binance' },
    endpoint: '/fapi/v1/klines?symbol=BTCUSDT&interval=15m&limit=1000',
    path: '$[999][1]',
  });
  await until(() => {
    const series = engine.of('candles/refilled').map(({ asset, timeframe }) => `${asset} ${timeframe}`);
    expect(series).toEqual(expect.arrayContaining(['BTC 1m', 'ETH 1m', 'ETH 15m']));
  });
});

test('the path of every refused request is kept with the status it was given', async () => {
  const { servers, engine } = await engineWithGoodMap();
  expect(servers.kingfisher.requests.map((request) => request.path)).toEqual([path]);
  expect(
    engine.rows(`SELECT method, endpoint, status, failure_kind FROM requests WHERE endpoint LIKE '/v1/%'`),
  ).toEqual([{ method: 'GET', endpoint: `${path}?exchange=all&timeframe=1D`, status: 200, failure_kind: null }]);
});
