import { describe, expect, it } from 'vitest';
import { timeframeMs, unixMs, type CandleSeries, type Timeframe } from '../../../src-main/contract/market.ts';
import { closeDayBefore, quoteOf } from '../../../src-main/feeds/quotes.ts';

const hour = 3_600_000;
const day = 24 * hour;

function series(
  timeframe: Timeframe,
  rows: readonly (readonly [openTime: number, close: number])[],
  forming = false,
  receivedAt = 0,
): CandleSeries {
  const close = Float64Array.from(rows, ([, value]) => value);
  const source = { provider: 'binance', environment: 'production', host: 'fapi.binance.com' } as const;
  return {
    instrument: { source, asset: 'BTC', symbol: 'BTCUSDT', quote: 'USDT', tickSize: 0.1 },
    timeframe,
    openTimes: Float64Array.from(rows, ([openTime]) => openTime),
    open: close,
    high: close,
    low: close,
    close,
    volume: close,
    takerBuyVolume: close,
    lastIsForming: forming,
    receivedAt: unixMs(receivedAt),
  };
}

describe('the close 24 hours before', () => {
  const step = timeframeMs['15m'];
  it('is that of the last candle that had closed by then', () => {
    const candles = series('15m', [
      [0, 100],
      [step, 101],
      [2 * step, 102],
    ]);
    expect(closeDayBefore(candles, unixMs(2 * step + day))).toBe(101);
    expect(closeDayBefore(candles, unixMs(2 * step + day - 1))).toBe(100);
    expect(closeDayBefore(candles, unixMs(3 * step + day))).toBe(102);
  });

  it('is unknown before the series and across a hole of more than a quarter of an hour', () => {
    const candles = series('15m', [
      [0, 100],
      [10 * hour, 110],
    ]);
    expect(closeDayBefore(candles, unixMs(step + day - 1))).toBeNull();
    expect(closeDayBefore(candles, unixMs(2 * step + day))).toBe(100);
    expect(closeDayBefore(candles, unixMs(2 * step + day + 1))).toBeNull();
    expect(closeDayBefore(null, unixMs(day))).toBeNull();
  });
});

describe('the quote a series ends on', () => {
  it('is as old as the arrival of a forming candle', () => {
    expect(
      quoteOf(
        series(
          '1m',
          [
            [0, 5],
            [60_000, 6.5],
          ],
          true,
          75_000,
        ),
        5,
      ),
    ).toMatchObject({ price: 6.5, time: 75_000, price24hAgo: 5 });
  });
  it('is as old as the end of a closed candle, however late it arrived', () => {
    expect(quoteOf(series('1m', [[60_000, 6.5]], false, 999_000), null)).toMatchObject({ price: 6.5, time: 120_000 });
    expect(quoteOf(series('1m', [[60_000, 6.5]], true, 999_000), null)).toMatchObject({ time: 120_000 });
  });
  it('is none for an empty series', () => {
    expect(quoteOf(series('1m', []), null)).toBeNull();
  });
});
