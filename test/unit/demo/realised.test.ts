import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { assetSpecs, venues, type AssetSpec } from '../../../src-main/demo/market/assets.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import type { DemoLiquidation } from '../../../src-main/demo/market/realised.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = unixMs(Date.UTC(2026, 10, 21, 10, 51, 17));
const monthAgo = unixMs(now - 30 * day);
const market = createMarket(3);
const minutesOf = (spec: AssetSpec) => market.prices.candles(spec, 1, monthAgo, now, now);
const usdOf = ({ coins, price }: DemoLiquidation): number => coins * price;

describe.each(assetSpecs)('realised liquidations of $asset', (spec) => {
  const events = market.realised.between(spec, monthAgo, now);

  test('lie inside the range, ascending by time', () => {
    expect(events.length).toBeGreaterThan(1000);
    expect(events.every(({ time }, i) => time >= (events[i - 1]?.time ?? monthAgo) && time < now)).toBe(true);
  });

  test('have a price the market had at that moment, inside the candle of their minute', () => {
    for (const { time, price } of events.slice(-500)) {
      expect(price).toBe(market.prices.price(spec, time));
      const open = time - (time % minute);
      const [candle] = market.prices.candles(spec, 1, open, open + 1, unixMs(open + minute));
      expect(price * spec.ticksPerUnit).toBeGreaterThanOrEqual(candle!.low - 1e-6);
      expect(price * spec.ticksPerUnit).toBeLessThanOrEqual(candle!.high + 1e-6);
    }
  });

  test('are whole lots of some dollars, a few of them far larger than most', () => {
    const sizes = events.map(usdOf).sort((a, b) => a - b);
    expect(
      events.every(({ coins }) => Math.abs(coins * spec.lotsPerCoin - Math.round(coins * spec.lotsPerCoin)) < 1e-6),
    ).toBe(true);
    expect(sizes[0]).toBeGreaterThan(1000);
    expect(sizes.at(-1)! / sizes[Math.floor(sizes.length / 2)]!).toBeGreaterThan(50);
    expect(sizes.at(-1)).toBeLessThan(6_100_000);
  });

  test('come in clusters: most hours have a few, some a hundred; falls liquidate longs, rises shorts', () => {
    const hours = market.realised.volumes(spec, 'all', hour, monthAgo, now);
    const counts = hours.map(({ longTrades, shortTrades }) => longTrades + shortTrades).sort((a, b) => a - b);
    expect(counts[Math.floor(counts.length / 2)]).toBeLessThan(20);
    expect(counts.at(-1)).toBeGreaterThan(100);
    const found = { falls: 0, longsInFalls: 0, rises: 0, shortsInRises: 0 };
    for (const { openTime, open, close } of minutesOf(spec)) {
      const change = (close - open) / open / spec.beta;
      if (Math.abs(change) < 0.003) continue;
      const inside = market.realised.between(spec, openTime, unixMs(openTime + minute));
      const longs = inside.filter(({ side }) => side === 'long').length;
      if (change < 0) {
        found.falls += inside.length;
        found.longsInFalls += longs;
      } else {
        found.rises += inside.length;
        found.shortsInRises += inside.length - longs;
      }
    }
    expect(Math.min(found.falls, found.rises)).toBeGreaterThan(50);
    expect(found.longsInFalls / found.falls).toBeGreaterThan(0.9);
    expect(found.shortsInRises / found.rises).toBeGreaterThan(0.9);
  });

  test('are the same whatever was asked before, and for parts as for the whole', () => {
    const fresh = createMarket(3).realised;
    const from = unixMs(now - 2 * day);
    const parts = [0, 1, 2, 3].flatMap((i) =>
      fresh.between(spec, unixMs(now - (4 - i) * 12 * hour), unixMs(now - (3 - i) * 12 * hour)),
    );
    expect(parts).toEqual(market.realised.between(spec, from, now));
    expect(createMarket(4).realised.between(spec, from, now)).not.toEqual(parts);
  });

  test.each([...venues, 'all'] as const)('%s: volumes of whole minutes are the sums of the events', (venue) => {
    const from = unixMs(now - 2 * day - (now % minute));
    const to = unixMs(from + 7 * hour + 13 * minute);
    const wanted = market.realised.between(spec, from, to).filter((event) => venue === 'all' || event.venue === venue);
    for (const interval of [minute, 5 * minute, hour, day]) {
      const rows = market.realised.volumes(spec, venue, interval, from, to);
      expect(rows.map(({ time }) => time)).toEqual(
        Array.from(rows, (_, i) => Math.floor(from / interval) * interval + i * interval),
      );
      expect(rows.at(-1)!.time).toBe(Math.floor((to - 1) / interval) * interval);
      for (const { time, ...row } of rows) {
        const inside = wanted.filter((event) => event.time >= time && event.time < time + interval);
        const sums = (side: 'long' | 'short') => inside.filter((event) => event.side === side);
        expect(row.longTrades).toBe(sums('long').length);
        expect(row.shortTrades).toBe(sums('short').length);
        expect(row.longUsd).toBe(sums('long').reduce((sum, event) => sum + usdOf(event), 0));
        expect(row.shortUsd).toBe(sums('short').reduce((sum, event) => sum + usdOf(event), 0));
        expect(row.longCoins).toBe(sums('long').reduce((sum, { coins }) => sum + coins, 0));
        expect(row.shortCoins).toBe(sums('short').reduce((sum, { coins }) => sum + coins, 0));
      }
    }
  });
});

test('nothing happened before the market began', () => {
  const btc = market.find('BTC')!;
  const beginning = Date.UTC(2025, 0, 1);
  expect(market.realised.between(btc, unixMs(beginning - day), unixMs(beginning))).toEqual([]);
  expect(market.realised.volumes(btc, 'all', hour, unixMs(beginning - day), unixMs(beginning))).toEqual([]);
  expect(market.realised.volumes(btc, 'all', hour, unixMs(beginning - day), unixMs(beginning + hour))).toHaveLength(1);
});
