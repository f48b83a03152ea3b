import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeframeMs, unixMs } from '../../../src-main/contract/market.ts';
import type { CandleSeries } from '../../../src-main/contract/market.ts';
import { applyTicks, mergeSeries } from '../../../src-renderer/state/candle-series.ts';
import { instrumentOf, sampleNow, seriesOf } from './samples.ts';

const minute = timeframeMs['1m'];

function seriesAt(minutes: readonly number[], close: number, more: Partial<CandleSeries> = {}): CandleSeries {
  const column = (value: number): Float64Array => Float64Array.from(minutes, () => value);
  return {
    instrument: instrumentOf('BTC'),
    timeframe: '1m',
    openTimes: Float64Array.from(minutes, (each) => each * minute),
    open: column(1),
    high: column(2),
    low: column(0.5),
    close: column(close),
    volume: column(3),
    takerBuyVolume: column(NaN),
    lastIsForming: true,
    receivedAt: sampleNow,
    ...more,
  };
}

test('an older page goes before what is held', () => {
  const merged = mergeSeries(seriesAt([1, 2, 3], 10), seriesAt([4, 5], 20));
  expect([...merged.openTimes]).toEqual([1, 2, 3, 4, 5].map((each) => each * minute));
  expect([...merged.close]).toEqual([10, 10, 10, 20, 20]);
});

test('where both have a candle, the newer read is right', () => {
  const merged = mergeSeries(seriesAt([1, 2, 3], 10), seriesAt([3, 4], 20));
  expect([...merged.close]).toEqual([10, 10, 20, 20]);
});

test('a series of another instrument or timeframe replaces, it never mixes', () => {
  const live = seriesAt([4], 20, { instrument: instrumentOf('BTC', 'production') });
  expect(mergeSeries(seriesAt([1], 10), live)).toBe(live);
  const hours = seriesAt([60], 20, { timeframe: '1h' });
  expect(mergeSeries(seriesAt([1], 10), hours)).toBe(hours);
});

test('the merged series says whether its own last candle is forming', () => {
  const closed = seriesAt([1, 2], 10, { lastIsForming: false });
  expect(mergeSeries(closed, seriesAt([3], 20)).lastIsForming).toBe(true);
  expect(mergeSeries(seriesAt([1, 5], 10), closed).lastIsForming).toBe(true);
  expect(mergeSeries(seriesAt([1, 2], 10), closed).lastIsForming).toBe(false);
});

test('whatever two ascending series hold, the merge is their ascending union', () => {
  const minutes = fc
    .uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1 })
    .map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(minutes, minutes, (older, newer) => {
      const merged = mergeSeries(seriesAt(older, 10), seriesAt(newer, 20));
      const union = [...new Set([...older, ...newer])].sort((a, b) => a - b);
      expect([...merged.openTimes]).toEqual(union.map((each) => each * minute));
      expect([...merged.close]).toEqual(union.map((each) => (newer.includes(each) ? 20 : 10)));
    }),
  );
});

test('a tick that arrived after the read changes its candle, an earlier one does not', () => {
  const series = seriesOf('BTC', '1m', 3);
  const candle = {
    openTime: unixMs(series.openTimes[2]!),
    open: 1,
    high: 9,
    low: 1,
    close: 8,
    volume: 2,
    takerBuyVolume: 1,
    closed: false,
  };
  const tick = { instrument: series.instrument, timeframe: '1m' as const, candle };
  expect(applyTicks(series, [{ ...tick, receivedAt: unixMs(series.receivedAt + 1) }]).close[2]).toBe(8);
  expect(applyTicks(series, [{ ...tick, receivedAt: unixMs(series.receivedAt - 1) }])).toBe(series);
});
