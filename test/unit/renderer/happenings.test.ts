// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import type { HistoryJob } from '../../../src-main/contract/history.ts';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import { History } from '../../../src-renderer/state/history.svelte.ts';
import { Liquidations } from '../../../src-renderer/state/liquidations.svelte.ts';
import { Moments } from '../../../src-renderer/state/moments.svelte.ts';
import { joinRealised } from '../../../src-renderer/state/realised.ts';
import { shownFrom } from '../../../src-renderer/state/shown-range.ts';
import { Volumes } from '../../../src-renderer/state/volumes.svelte.ts';
import { FakeBridge } from './fake-bridge.ts';
import type { Handlers } from './fake-bridge.ts';
import { profileOf, realisedOf, sampleNow, seriesOf, sourceOf, volumesOf } from './samples.ts';

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
};
let bridge = new FakeBridge();
const clientOf = (handlers: Handlers) => connect((bridge = new FakeBridge(handlers)));
const always = () => true;
const now = () => sampleNow;
const from = unixMs(sampleNow - 86_400_000);
const table = (times: readonly number[], mark = 1): RealisedLiquidations => ({
  ...realisedOf('BTC', 'binance'),
  times: Float64Array.from(times),
  sides: Float64Array.from(times, () => 1),
  prices: Float64Array.from(times, () => mark),
  coins: Float64Array.from(times, () => 1),
  usd: Float64Array.from(times, () => mark),
  receivedAt: Float64Array.from(times),
});
afterEach(() => (bridge = new FakeBridge()));

test('rows read anew take the place of those from that moment on, and only the newest stay', () => {
  const joined = joinRealised(table([10, 20, 30], 1), table([20, 25, 30, 40], 2), unixMs(20), 4);
  expect([...joined.times]).toEqual([20, 25, 30, 40]);
  expect([...joined.prices]).toEqual([2, 2, 2, 2]);
  const whole = joinRealised(table([10, 20], 1), table([20, 40], 2), unixMs(20), 10);
  expect([...whole.times]).toEqual([10, 20, 40]);
  expect([...whole.prices]).toEqual([1, 2, 2]);
  expect([...joinRealised(undefined, table([1, 2, 3]), unixMs(0), 2).times]).toEqual([2, 3]);
});

test('liquidations: the first read is of the whole range, the next of what is new since a minute before the newest', async () => {
  let answer = [table([sampleNow - 90_000, sampleNow - 10_000])];
  const liquidations = new Liquidations(clientOf({ 'liquidations/read': () => answer }), always, now);
  liquidations.open('BTC', from);
  await settled();
  answer = [table([sampleNow - 65_000, sampleNow - 10_000, sampleNow])];
  liquidations.arrived(sourceOf('binance'), 'BTC');
  await settled();
  expect(bridge.argsOf('liquidations/read').map((args) => args.from)).toEqual([from, sampleNow - 70_000]);
  expect([...(liquidations.tables[0]?.times ?? [])]).toEqual([
    sampleNow - 90_000,
    sampleNow - 65_000,
    sampleNow - 10_000,
    sampleNow,
  ]);
});

test('liquidations that come while others are read are read once, afterwards; of another asset not at all', async () => {
  const liquidations = new Liquidations(clientOf({ 'liquidations/read': () => [table([sampleNow])] }), always, now);
  liquidations.open('BTC', from);
  for (let each = 0; each < 20; each += 1) liquidations.arrived(sourceOf('binance'), 'BTC');
  liquidations.arrived(sourceOf('binance'), 'ETH');
  await settled();
  expect(bridge.argsOf('liquidations/read')).toHaveLength(2);
});

test('liquidations of a source that is not in use are not shown, and a failed read keeps what was', async () => {
  let fails = false;
  const client = clientOf({
    'liquidations/read': () => {
      if (fails) throw new FailureError(failure('store', 'The cache cannot be read.'));
      return [table([sampleNow]), realisedOf('BTC', 'bybit', { environment: 'production' })];
    },
  });
  const liquidations = new Liquidations(client, ({ environment }) => environment === 'simulated', now);
  liquidations.open('BTC', from);
  await settled();
  fails = true;
  liquidations.arrived(sourceOf('binance'), 'BTC');
  await settled();
  expect(liquidations.tables.map(({ source }) => source.provider)).toEqual(['binance']);
  expect(liquidations.failure?.message).toBe('The cache cannot be read.');
});

test('volumes are read for each provider, again when they changed, and wider when more is on screen', async () => {
  const volumes = new Volumes(
    clientOf({ 'volumes/read': ({ provider, asset }) => volumesOf(asset, provider) }),
    always,
    now,
  );
  volumes.open('BTC', from, ['kaiko']);
  await settled();
  volumes.open('BTC', from, ['kaiko', 'kiyotaka']);
  volumes.changed(sourceOf('kaiko'), 'BTC');
  volumes.changed(sourceOf('kaiko'), 'ETH');
  await settled();
  volumes.open('BTC', unixMs(from - 1), ['kaiko', 'kiyotaka']);
  await settled();
  const asked = bridge.argsOf('volumes/read').map((args) => `${args.provider} ${args.from === from ? 'day' : 'more'}`);
  expect(asked).toEqual(['kaiko day', 'kiyotaka day', 'kaiko day', 'kaiko more', 'kiyotaka more']);
  expect(volumes.of('kaiko')?.times.length).toBe(168);
});

test('volumes of another asset are gone at once, and a late answer does not bring them back', async () => {
  let goOn = (): void => undefined;
  const client = clientOf({
    'volumes/read': async ({ asset, provider }) => {
      if (asset === 'BTC') await new Promise<void>((resolve) => (goOn = resolve));
      return asset === 'BTC' ? volumesOf(asset, provider) : null;
    },
  });
  const volumes = new Volumes(client, always, now);
  volumes.open('BTC', from, ['kaiko']);
  volumes.open('ETH', from, ['kaiko']);
  goOn();
  await settled();
  expect(volumes.of('kaiko')).toBeNull();
});

test('a map of a moment is shown until the latest is asked for; a failure leaves the latest', async () => {
  let fails = false;
  const moments = new Moments(
    clientOf({
      'snapshot/at': ({ asset, at }) => {
        if (fails) throw new FailureError(failure('server', 'This is being reworked.'));
        return profileOf(asset, 'kingfisher-legacy', { at });
      },
    }),
  );
  await moments.ask('BTC', 'kingfisher-legacy', from);
  expect(moments.of('BTC', 'kingfisher-legacy')?.profile?.takenAt).toBe(from);
  expect(moments.of('ETH', 'kingfisher-legacy')).toBeNull();
  fails = true;
  await moments.ask('BTC', 'kingfisher-legacy', from);
  expect(moments.of('BTC', 'kingfisher-legacy')).toMatchObject({ profile: null, isAsking: false });
  expect(moments.of('BTC', 'kingfisher-legacy')?.failure?.message).toBe('This is being reworked.');
  moments.leave('BTC', 'kingfisher-legacy');
  expect(moments.of('BTC', 'kingfisher-legacy')).toBeNull();
});

test('a map of a moment that was left before it came does not come', async () => {
  const moments = new Moments(clientOf({ 'snapshot/at': ({ asset }) => profileOf(asset, 'kingfisher-legacy') }));
  const asked = moments.ask('BTC', 'kingfisher-legacy', from);
  moments.leave('BTC', 'kingfisher-legacy');
  await asked;
  expect(moments.of('BTC', 'kingfisher-legacy')).toBeNull();
});

test('history: the newest job first, an older word of a job does not replace a newer one, forgotten ones are gone', async () => {
  const job = (id: number, changedAt: number, more: Partial<HistoryJob> = {}): HistoryJob => ({
    id,
    query: { provider: 'kaiko', kind: 'liquidation-volumes', asset: 'BTC', from, to: sampleNow },
    variant: '1h/usd/all',
    state: 'running',
    reached: from,
    rows: 0,
    flagged: 0,
    requests: 0,
    failure: null,
    changedAt: unixMs(changedAt),
    ...more,
  });
  const client = clientOf({ 'history/start': () => job(2, 5), 'history/forget': () => null });
  const history = new History(client, [job(1, 1)]);
  history.accept(job(2, 7, { rows: 30 }));
  await history.start(job(2, 0).query);
  expect(history.jobs.map(({ id, rows }) => [id, rows])).toEqual([
    [2, 30],
    [1, 0],
  ]);
  await history.forget(1);
  expect(history.jobs.map(({ id }) => id)).toEqual([2]);
});

test('what is on screen begins with the first candle, at least a week ago, in whole days', () => {
  const day = 86_400_000;
  expect(shownFrom(null, unixMs(sampleNow + 5))).toBe(sampleNow - 7 * day);
  const series = seriesOf('BTC', '1D', 30);
  expect(shownFrom(series, sampleNow)).toBe(series.openTimes[0]);
  expect(shownFrom({ ...series, openTimes: Float64Array.of(sampleNow - 20 * day + 7) }, sampleNow)).toBe(
    sampleNow - 20 * day,
  );
});
