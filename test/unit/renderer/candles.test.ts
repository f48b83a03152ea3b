import { expect, test } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { timeframeMs, unixMs } from '../../../src-main/contract/market.ts';
import type { CandleSeries } from '../../../src-main/contract/market.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import { Candles, mostCandles, pageSize } from '../../../src-renderer/state/candles.svelte.ts';
import { FakeBridge } from './fake-bridge.ts';
import type { Handlers } from './fake-bridge.ts';
import { sampleNow, seriesOf } from './samples.ts';

const step = timeframeMs['15m'];
type Read = NonNullable<Handlers['candles/read']>;

const endless: Read = ({ asset, timeframe, before, limit }) =>
  seriesOf(asset, timeframe, limit, { end: before === null ? sampleNow : before - step });

function loader(read: Read): { bridge: FakeBridge; candles: Candles } {
  const bridge = new FakeBridge({ 'candles/read': read });
  return { bridge, candles: new Candles(connect(bridge)) };
}

test('opening reads the newest page once', async () => {
  const { bridge, candles } = loader(endless);
  await candles.open('BTC', '15m');
  await candles.open('BTC', '15m');
  expect(bridge.argsOf('candles/read')).toEqual([{ asset: 'BTC', timeframe: '15m', before: null, limit: pageSize }]);
  expect(candles.series?.openTimes.length).toBe(1500);
});

test('scrolling left joins the older page without a gap or a double', async () => {
  const { bridge, candles } = loader(endless);
  await candles.open('BTC', '15m');
  const first = candles.series!.openTimes[0]!;
  await candles.needHistory(unixMs(first));
  expect(bridge.argsOf('candles/read')[1]).toMatchObject({ before: first, limit: 1500 });
  const times = candles.series!.openTimes;
  expect(times.length).toBe(3000);
  expect(times.every((time, row) => row === 0 || time - times[row - 1]! === step)).toBe(true);
});

test('at the start of history nothing more is asked', async () => {
  const { bridge, candles } = loader((args) => (args.before === null ? endless(args) : null));
  await candles.open('BTC', '15m');
  await candles.needHistory(sampleNow);
  await candles.needHistory(sampleNow);
  expect(bridge.argsOf('candles/read')).toHaveLength(2);
});

test('history is paged in far past what main gives and the chart draws at once, and ends at a hundred thousand', async () => {
  const { candles, bridge } = loader(endless);
  await candles.open('BTC', '15m');
  for (let page = 0; page < 12; page += 1) await candles.needHistory(sampleNow);
  expect(candles.series?.openTimes.length).toBe(13 * pageSize);
  for (let page = 0; page < 60; page += 1) await candles.needHistory(sampleNow);
  expect(candles.series?.openTimes.length).toBe(mostCandles);
  expect(mostCandles).toBe(100_000);
  expect(bridge.argsOf('candles/read').at(-1)?.limit).toBe(mostCandles % pageSize);
});

test('what main filled in is read again at most as much as main gives, and older candles stay', async () => {
  const { candles, bridge } = loader(endless);
  await candles.open('BTC', '15m');
  for (let page = 0; page < 9; page += 1) await candles.needHistory(sampleNow);
  await candles.refilled('BTC', '15m');
  expect(bridge.argsOf('candles/read').at(-1)).toMatchObject({ before: null, limit: 10_000 });
  expect(candles.series?.openTimes.length).toBe(15_000);
});

test('a change of asset or timeframe is being switched until its answer, whatever that is', async () => {
  let answer: (series: CandleSeries | null) => void = () => undefined;
  const { candles } = loader(() => new Promise((resolve) => (answer = resolve)));
  const opening = candles.open('BTC', '15m');
  expect([candles.isSwitching, candles.series]).toEqual([true, null]);
  answer(seriesOf('BTC', '15m', 10));
  await opening;
  expect(candles.isSwitching).toBe(false);
  const other = candles.open('BTC', '1h');
  expect(candles.isSwitching).toBe(true);
  answer(null);
  await other;
  expect([candles.isSwitching, candles.isReading, candles.series]).toEqual([false, false, null]);
});

test('a change of source is no switch: nothing of the former one may stay', async () => {
  const { candles } = loader(endless);
  await candles.open('BTC', '15m');
  const reopening = candles.reopen();
  expect([candles.isSwitching, candles.series]).toEqual([false, null]);
  await reopening;
});

test('candles are as old as their newest tick or read, not as the quote', async () => {
  const { candles } = loader(endless);
  expect(candles.heardAt).toBeNull();
  await candles.open('BTC', '15m');
  const series = candles.series!;
  expect(candles.heardAt).toBe(series.receivedAt);
  const openTime = unixMs(series.openTimes.at(-1)!);
  const candle = { openTime, open: 5, high: 7, low: 4, close: 6, volume: 1, takerBuyVolume: 1, closed: false };
  const tick = { instrument: series.instrument, receivedAt: unixMs(series.receivedAt + 500), candle };
  candles.acceptTick({ ...tick, timeframe: '1h' });
  expect(candles.heardAt).toBe(series.receivedAt);
  candles.acceptTick({ ...tick, timeframe: '15m' });
  expect(candles.heardAt).toBe(series.receivedAt + 500);
});

test('an answer for an asset that was left is dropped', async () => {
  let answerBtc: (series: CandleSeries) => void = () => undefined;
  const { candles } = loader((args) =>
    args.asset === 'BTC' ? new Promise((resolve) => (answerBtc = resolve)) : endless(args),
  );
  const btc = candles.open('BTC', '15m');
  await candles.open('ETH', '15m');
  answerBtc(seriesOf('BTC', '15m', 10));
  await btc;
  expect(candles.series?.instrument.asset).toBe('ETH');
});

test('a failed read keeps the candles, says why, and can be retried', async () => {
  let isDown = false;
  const { candles } = loader((args) => {
    if (isDown) throw new FailureError(failure('offline', 'Binance cannot be reached.'));
    return endless(args);
  });
  await candles.open('BTC', '15m');
  isDown = true;
  await candles.needHistory(sampleNow);
  expect(candles.failure?.message).toBe('Binance cannot be reached.');
  expect(candles.series?.openTimes.length).toBe(1500);
  isDown = false;
  await candles.retry();
  expect(candles.failure).toBeNull();
});

test('history filled in by main is read again, and only for the open series', async () => {
  const { bridge, candles } = loader(endless);
  await candles.open('BTC', '15m');
  await candles.refilled('ETH', '15m');
  await candles.refilled('BTC', '1h');
  expect(bridge.argsOf('candles/read')).toHaveLength(1);
  const before = candles.series;
  await candles.refilled('BTC', '15m');
  expect(bridge.argsOf('candles/read')).toHaveLength(2);
  expect(candles.series).not.toBe(before);
});

test('ticks that came since the read survive an older page', async () => {
  const { candles } = loader(endless);
  await candles.open('BTC', '15m');
  const series = candles.series!;
  const openTime = unixMs(series.openTimes.at(-1)! + step);
  candles.acceptTick({
    instrument: series.instrument,
    timeframe: '15m',
    receivedAt: unixMs(series.receivedAt + 500),
    candle: { openTime, open: 5, high: 7, low: 4, close: 6, volume: 1, takerBuyVolume: 1, closed: false },
  });
  expect(candles.series).toBe(series);
  await candles.needHistory(sampleNow);
  expect(candles.series?.openTimes.at(-1)).toBe(openTime);
  expect(candles.series?.close.at(-1)).toBe(6);
});
