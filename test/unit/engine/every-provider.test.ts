import { describe, expect, test } from 'vitest';

import type { HistoryQuery } from '../../../src-main/contract/history.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { priceProviders, sourceKey, type ProviderId } from '../../../src-main/contract/source.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import { nothing, onlyBtcMap, runningServers, startEngine, stillServers, until, type Engine } from './engine.ts';

const hourMs = 3_600_000;
const quiet = { wanted: nothing, key: null } as const;
const market = createMarket(3);
const btc = market.find('BTC')!;

const sourceOf = (engine: Engine, id: ProviderId) => sourceKey(engine.status(id).source);
const job = (engine: Engine) => engine.of('history/changed').at(-1);

describe('candles', () => {
  test('come from the first venue of the order; when it is gone the next that answers stands in', async () => {
    const servers = await runningServers({ also: ['bybit', 'okx', 'hyperliquid'] });
    await servers.binance.scenario({ name: 'drop', how: 'refuse' });
    await servers.of('bybit').scenario('500');
    const engine = startEngine(servers, { ...quiet, wanted: { ...nothing, assets: ['BTC'] } });
    const series = await until(() => {
      const found = engine.hub.cache.candles({ asset: 'BTC', timeframe: '15m', before: null, limit: 300 });
      if (!found || found.openTimes.length < 100) throw new Error('no candles yet');
      return found;
    });
    expect(series.instrument.source.provider).toBe('okx');
    // The simulated venues trade one price, so the stand-in shows what the lost one would have.
    const last = series.openTimes.at(-2)!;
    const [truth] = market.prices.candles(btc, 15, unixMs(last), unixMs(last + 1), unixMs(Date.now()));
    expect(series.close.at(-2)).toBeCloseTo(truth!.close / btc.ticksPerUnit, 6);
    await until(() =>
      expect(engine.of('quote/changed').at(-1)?.instrument.source.provider, 'the quote’s venue').toBe('okx'),
    );
  });

  test.each(priceProviders)('of %s are read when the user chooses it', async (id) => {
    const servers = await stillServers({ also: priceProviders.filter((one) => one !== 'binance') });
    const engine = startEngine(servers, quiet);
    engine.hub.changeSettings({ prices: { byAsset: { ETH: id } } });
    engine.hub.want({ ...nothing, assets: ['ETH'], focus: { asset: 'ETH', timeframe: '1h' } });
    const series = await engine.hub.readCandles({ asset: 'ETH', timeframe: '1h', before: null, limit: 50 });
    expect(series?.instrument).toMatchObject({ asset: 'ETH', source: { provider: id } });
    expect(series?.openTimes.length).toBe(50);
    expect(
      [...series!.openTimes].every((time, row) => row === 0 || time - series!.openTimes[row - 1]! === hourMs),
    ).toBe(true);
  });
});

test('realised liquidations of three venues are committed with the side that was liquidated, and told', async () => {
  const servers = await runningServers({ also: ['bybit', 'okx'] });
  const engine = startEngine(servers, { ...quiet, wanted: { ...nothing, assets: ['BTC'], liquidations: true } });
  for (const id of ['binance', 'bybit', 'okx'] as const) {
    await until(() => expect(servers.of(id).clients).toBeGreaterThan(0));
  }
  await until(() =>
    expect(servers.of('bybit').messages.some(({ text }) => text.includes('allLiquidation'))).toBe(true),
  );
  const at = Date.now();
  // Waits for the subscription, which follows the connection.
  await until(() => {
    servers.of('bybit').push({
      topic: 'allLiquidation.BTCUSDT',
      type: 'snapshot',
      ts: at,
      data: [{ T: at, s: 'BTCUSDT', S: 'Buy', v: '0.5', p: '60000' }],
    });
    expect(engine.of('liquidations/arrived').map(({ source }) => source.provider)).toContain('bybit');
  });
  const tables = engine.hub.cache.liquidations({ asset: 'BTC', from: unixMs(at), to: unixMs(at + 1), limit: 10 });
  const bybit = tables.find(({ source }) => source.provider === 'bybit')!;
  expect(bybit).toMatchObject({ isSample: false, priceBasis: 'bankruptcy', symbol: 'BTCUSDT' });
  expect([bybit.sides[0], bybit.coins[0], bybit.usd[0]]).toEqual([1, 0.5, 30_000]);
});

test('one call to Hyperliquid brings open interest and funding of every watched asset', async () => {
  const servers = await stillServers({ also: ['hyperliquid'] });
  const engine = startEngine(servers, { ...quiet, wanted: { ...nothing, assets: ['BTC', 'ETH', 'SOL'] } });
  await until(() => {
    for (const asset of ['BTC', 'ETH', 'SOL']) {
      expect(engine.hub.cache.latest('hyperliquid', asset, 'funding-rates')?.kind).toBe('funding-rates');
      expect(engine.hub.cache.latest('hyperliquid', asset, 'open-interest')?.kind).toBe('open-interest');
    }
  });
  const overviews = servers.of('hyperliquid').requests.filter(({ body }) => body.includes('metaAndAssetCtxs'));
  expect(overviews).toHaveLength(1);
});

describe('own gamma exposure', () => {
  test.each(['deribit', 'bybit'] as const)('of %s is made, kept and labelled with its model', async (id) => {
    const servers = await stillServers({ also: [id] });
    const engine = startEngine(servers, quiet);
    const gex = await engine.hub.refresh({ provider: id, asset: 'BTC', kind: 'gex' });
    if (gex.kind !== 'gex') throw new Error(gex.kind);
    expect(gex.model?.signs).toBe('calls-plus-puts-minus');
    expect(gex.unitBasis).toBe('computed');
    const sum = gex.gammaExposure.reduce((a, b) => a + b, 0);
    expect(gex.total).toBeCloseTo(sum, -1);
    expect(gex.callWall).toBe(gex.strikes[gex.calls.indexOf(Math.max(...gex.calls))]);
    expect(gex.putWall).toBe(gex.strikes[gex.puts.indexOf(Math.min(...gex.puts))]);
    expect(engine.hub.cache.latest(id, 'BTC', 'gex')).toEqual(gex);
  });
});

describe('Kingfisher legacy', () => {
  test('shows the map that the options ask for, and never another class in its place', async () => {
    const servers = await stillServers({ also: ['kingfisher-legacy'] });
    const engine = startEngine(servers, quiet);
    engine.useDemoKey('kingfisher-legacy');
    const ask = { provider: 'kingfisher-legacy', asset: 'BTC', kind: 'liquidation-profile' } as const;
    const all = await engine.hub.refresh(ask);
    expect(all).toMatchObject({ unit: 'relative', leverage: 'all_leverage', market: 'BTC/USDT' });
    const settings = servers.settings['kingfisher-legacy'];
    engine.hub.configure('kingfisher-legacy', { ...settings, options: { type: 'high_leverage' } });
    expect(engine.hub.cache.latest('kingfisher-legacy', 'BTC', 'liquidation-profile')).toBeNull();
    expect(await engine.hub.refresh(ask)).toMatchObject({ leverage: 'high_leverage' });
    engine.hub.configure('kingfisher-legacy', settings);
    expect(engine.hub.cache.latest('kingfisher-legacy', 'BTC', 'liquidation-profile')).toEqual(all);
  });

  test('keeps a map of a moment without taking it for the newest', async () => {
    const servers = await stillServers({ also: ['kingfisher-legacy'] });
    const engine = startEngine(servers, quiet);
    engine.useDemoKey('kingfisher-legacy');
    const ask = { provider: 'kingfisher-legacy', asset: 'BTC', kind: 'liquidation-profile' } as const;
    const newest = await engine.hub.refresh(ask);
    const at = unixMs(Date.now() - 5 * hourMs);
    const then = await engine.hub.profileAt({ provider: 'kingfisher-legacy', asset: 'BTC', at });
    expect(Math.abs(then.takenAt - at)).toBeLessThanOrEqual(1_000);
    expect(engine.hub.cache.latest('kingfisher-legacy', 'BTC', 'liquidation-profile')).toEqual(newest);
    const kept = engine.store.snapshots.range(
      sourceOf(engine, 'kingfisher-legacy'),
      'liquidation-profile',
      'BTC',
      then.variant,
      unixMs(at - hourMs),
      unixMs(at + hourMs),
    );
    expect(kept).toEqual([then]);
  });
});

describe('filling in the past', () => {
  const to = unixMs(Math.floor((Date.now() - 3 * hourMs) / hourMs) * hourMs);
  const range = (provider: ProviderId, kind: HistoryQuery['kind'], hours: number): HistoryQuery => ({
    provider,
    kind,
    asset: 'BTC',
    from: unixMs(to - hours * hourMs),
    to,
  });

  test('Kaiko: page by page to the end, with every exchange, and what it comes to is the market’s own sum', async () => {
    const servers = await stillServers({ also: ['kaiko'] });
    const settings = { ...servers.settings.kaiko, options: { pageSize: '24' } };
    const engine = startEngine(servers, { ...quiet, settings: { kaiko: settings } });
    engine.useDemoKey('kaiko');
    const query = range('kaiko', 'liquidation-volumes', 60);
    expect(engine.hub.history.plan(query)).toMatchObject({ requests: 3, cost: 3, costUnit: 'calls', points: 60 });
    expect(servers.of('kaiko').requests).toHaveLength(0);
    engine.hub.history.start(query);
    await until(() => expect(job(engine)?.state, job(engine)?.failure?.message).toBe('done'));
    expect(job(engine)).toMatchObject({ rows: 60, flagged: 0, requests: 3 });
    const kept = engine.hub.cache.volumes({ provider: 'kaiko', asset: 'BTC', from: query.from, to })!;
    expect(kept.times).toHaveLength(60);
    expect(kept.exchanges.length).toBe(3);
    const truth = market.realised.volumes(btc, 'all', hourMs, query.from, to);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    expect(sum([...kept.longs])).toBeCloseTo(sum(truth.map(({ longUsd }) => longUsd)), 0);
    expect(sum([...kept.shorts])).toBeCloseTo(sum(truth.map(({ shortUsd }) => shortUsd)), 0);
  });

  test('Kiyotaka: heatmap columns become snapshots of their own moments, and none of them the newest', async () => {
    const servers = await stillServers({ also: ['kiyotaka'] });
    const settings = { ...servers.settings.kiyotaka, options: { heatmapInterval: 'HOUR', unit: 'coin' } };
    const engine = startEngine(servers, { ...quiet, settings: { kiyotaka: settings } });
    engine.useDemoKey('kiyotaka');
    const ask = { provider: 'kiyotaka', asset: 'BTC', kind: 'liquidation-profile' } as const;
    const newest = await engine.hub.refresh(ask);
    const query = range('kiyotaka', 'liquidation-profile', 24);
    expect(engine.hub.history.plan(query)).toMatchObject({ cost: 5, costUnit: 'weight', points: 24 });
    engine.hub.history.start(query);
    await until(() => expect(job(engine)?.state, job(engine)?.failure?.message).toBe('done'));
    const columns = engine.store.snapshots.range(
      sourceOf(engine, 'kiyotaka'),
      'liquidation-profile',
      'BTC',
      newest.variant,
      query.from,
      query.to,
    );
    expect(columns.map(({ takenAt }) => takenAt)).toEqual(
      Array.from({ length: 24 }, (_, index) => query.from + index * hourMs),
    );
    expect(columns.every(({ unit, prices }) => unit === 'coin' && prices.length > 10)).toBe(true);
    expect(engine.hub.cache.latest('kiyotaka', 'BTC', 'liquidation-profile')).toEqual(newest);
  });
});

test('columns that come along with the newest are kept, too, and the newest stays the newest', async () => {
  const servers = await stillServers({ also: ['kiyotaka'] });
  const engine = startEngine(servers, quiet);
  engine.useDemoKey('kiyotaka');
  const newest = await engine.hub.refresh({ provider: 'kiyotaka', asset: 'BTC', kind: 'liquidation-profile' });
  const columns = engine.store.snapshots.range(
    sourceOf(engine, 'kiyotaka'),
    'liquidation-profile',
    'BTC',
    newest.variant,
    unixMs(newest.takenAt - 10 * 60_000),
    unixMs(newest.takenAt + 1),
  );
  const minutes = columns.map(({ takenAt }) => (takenAt - newest.takenAt) / 60_000);
  expect(minutes).toEqual(Array.from({ length: minutes.length }, (_, index) => index - minutes.length + 1));
  expect(minutes.length).toBeGreaterThanOrEqual(10);
  expect(engine.hub.cache.latest('kiyotaka', 'BTC', 'liquidation-profile')).toEqual(newest);
});

test('a plan that lacks the data is a sentence, not an error that is tried again', async () => {
  const servers = await stillServers({ also: ['kiyotaka'] });
  const engine = startEngine(servers, quiet);
  engine.useDemoKey('kiyotaka');
  await servers.of('kiyotaka').scenario('403');
  engine.hub.want({
    ...onlyBtcMap,
    snapshots: [{ provider: 'kiyotaka', kind: 'liquidation-profile', scope: 'focus' }],
  });
  await until(() => expect(engine.status('kiyotaka').state).toBe('plan'));
  expect(engine.status('kiyotaka').text).toMatch(/plan/);
  expect(engine.trouble('BTC', 'liquidation-profile')?.kind).toBe('plan');
  expect(servers.of('kiyotaka').requests).toHaveLength(1);
});
