import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { assetSpecs } from '../../../src-main/demo/market/assets.ts';
import type { TickCandle } from '../../../src-main/demo/market/candles.ts';
import { dayMs, epoch } from '../../../src-main/demo/market/days.ts';
import { createPrices } from '../../../src-main/demo/market/prices.ts';

const now = unixMs(Date.UTC(2026, 10, 21, 10, 51, 17, 300));
const minute = 60_000;
const btc = assetSpecs[0]!;
const prices = createPrices(3);

function joined(parts: readonly TickCandle[]): Omit<TickCandle, 'openTime' | 'closed'> {
  const sum = (field: 'volume' | 'takerBuy' | 'trades' | 'quoteVolume' | 'takerBuyQuote'): number =>
    parts.reduce((total, part) => total + part[field], 0);
  return {
    open: parts[0]!.open,
    high: Math.max(...parts.map(({ high }) => high)),
    low: Math.min(...parts.map(({ low }) => low)),
    close: parts.at(-1)!.close,
    volume: sum('volume'),
    takerBuy: sum('takerBuy'),
    trades: sum('trades'),
    quoteVolume: sum('quoteVolume'),
    takerBuyQuote: sum('takerBuyQuote'),
  };
}

describe('the same seed', () => {
  test('gives the same candles byte for byte, whatever was asked before', () => {
    const one = createPrices(3);
    const other = createPrices(3);
    other.price(btc, unixMs(now - 40 * dayMs));
    other.candles(btc, 60, now - 10 * dayMs, now, now);
    const ask = (from: typeof one): string => JSON.stringify(from.candles(btc, 5, now - 3 * dayMs, now, now));
    expect(ask(one)).toBe(ask(other));
  });

  test('another seed gives another market', () => {
    expect(createPrices(4).price(btc, now)).not.toBe(prices.price(btc, now));
  });
});

describe.each(assetSpecs)('$asset', (spec) => {
  const days = prices.candles(spec, 1440, now - 90 * dayMs, now, now);

  test('has ninety plausible days: no negative price, none ten times another, every volume above zero', () => {
    expect(days).toHaveLength(90);
    const highest = Math.max(...days.map(({ high }) => high));
    const lowest = Math.min(...days.map(({ low }) => low));
    expect(lowest).toBeGreaterThan(0);
    expect(highest / lowest).toBeLessThan(3);
    expect(days.every(({ volume, takerBuy }) => takerBuy > 0 && takerBuy < volume)).toBe(true);
  });

  test('moves between 1 % and 6 % on a usual day', () => {
    const changes = days.slice(1).map((day, i) => Math.log(day.close / days[i]!.close) ** 2);
    const deviation = Math.sqrt(changes.reduce((sum, change) => sum + change, 0) / changes.length);
    expect(deviation).toBeGreaterThan(0.01);
    expect(deviation).toBeLessThan(0.06);
  });

  test('opens every minute where the last one closed, midnight included', () => {
    const minutes = prices.candles(spec, 1, now - 3 * dayMs, now, now);
    expect(minutes).toHaveLength(3 * 1440);
    const jumps = minutes.filter((candle, i) => i > 0 && candle.open !== minutes[i - 1]!.close);
    expect(jumps).toEqual([]);
  });

  test.each([5, 15, 60, 240, 1440])('candles of %i minutes are exactly their minutes', (interval) => {
    const from = Math.floor((now - 2 * dayMs) / (interval * minute)) * interval * minute;
    for (const candle of prices.candles(spec, interval, from, now, now)) {
      const parts = prices.candles(spec, 1, candle.openTime, candle.openTime + interval * minute, now);
      expect(candle).toEqual({ ...joined(parts), openTime: candle.openTime, closed: candle.closed });
      expect(candle.closed).toBe(parts.length === interval && parts.at(-1)!.closed);
    }
  });

  test('a finished minute is exactly its ticks', () => {
    for (let m = 1; m <= 30; m++) {
      const open = unixMs((Math.floor(now / minute) - m) * minute);
      const [candle] = prices.candles(spec, 1, open, open + 1, now);
      const ticks = Array.from({ length: 240 }, (_, i) => prices.ticks(spec, unixMs(open + i * 250)));
      expect([ticks[0], Math.max(...ticks), Math.min(...ticks), ticks.at(-1)]).toEqual([
        candle!.open,
        candle!.high,
        candle!.low,
        candle!.close,
      ]);
    }
  });
});

describe('no look-ahead', () => {
  test('a candle seen early equals the ticks up to that moment, and nothing opens later', () => {
    const moments = fc.integer({ min: epoch + dayMs, max: now });
    fc.assert(
      fc.property(moments, fc.constantFrom(1, 15, 240), (at, interval) => {
        const candles = prices.candles(btc, interval, at - 2 * interval * minute, at + dayMs, unixMs(at));
        const forming = candles.at(-1)!;
        expect(forming.openTime).toBeLessThanOrEqual(at);
        expect(forming.openTime).toBeGreaterThan(at - interval * minute);
        expect(forming.closed).toBe(false);
        expect(forming.close).toBe(prices.ticks(btc, unixMs(at)));
      }),
      { numRuns: 40 },
    );
  });

  test('high, low and volume of the forming minute only grow, and end as the finished candle', () => {
    const open = Math.floor(now / minute) * minute;
    const seen = Array.from(
      { length: 240 },
      (_, i) => prices.candles(btc, 1, open, open + 1, unixMs(open + i * 250))[0]!,
    );
    for (let i = 1; i < seen.length; i++) {
      expect(seen[i]!.high).toBeGreaterThanOrEqual(seen[i - 1]!.high);
      expect(seen[i]!.low).toBeLessThanOrEqual(seen[i - 1]!.low);
      expect(seen[i]!.volume).toBeGreaterThanOrEqual(seen[i - 1]!.volume);
    }
    const [finished] = prices.candles(btc, 1, open, open + 1, unixMs(open + minute));
    expect({ ...seen.at(-1)!, closed: true }).toEqual(finished);
    expect(seen[10]!.volume).toBeLessThan(finished!.volume);
  });
});

test('takers buy more in minutes that rise than in minutes that fall', () => {
  const minutes = prices.candles(btc, 1, now - dayMs, now, now);
  const share = (some: readonly TickCandle[]): number =>
    some.reduce((sum, one) => sum + one.takerBuy / one.volume, 0) / some.length;
  const rising = share(minutes.filter(({ open, close }) => close > open));
  const falling = share(minutes.filter(({ open, close }) => close < open));
  expect(rising - falling).toBeGreaterThan(0.05);
});

test('nothing was traded before the epoch, and a clock set before it does not break anything', () => {
  const early = unixMs(epoch - 5 * dayMs);
  expect(prices.candles(btc, 60, early - dayMs, early, early)).toEqual([]);
  expect(prices.price(btc, early)).toBe(prices.price(btc, epoch));
});
