import { describe, expect, test } from 'vitest';
import { mapTimeframes } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { assetSpecs, venues } from '../../../src-main/demo/market/assets.ts';
import { gammaOf } from '../../../src-main/demo/market/gamma.ts';
import { longLiquidation, shortLiquidation } from '../../../src-main/demo/market/liquidations.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';

const now = unixMs(Date.UTC(2026, 10, 21, 10, 51, 17));
const minute = 60_000;
const hour = 60 * minute;
const market = createMarket(3);
const btc = market.find('BTC')!;

test('liquidation prices follow the published formula for margin on the value at liquidation', () => {
  expect(longLiquidation(67_000, 10)).toBeCloseTo(60_542.17, 2);
  expect(shortLiquidation(67_000, 10)).toBeCloseTo(73_406.37, 2);
});

describe.each(assetSpecs)('liquidation levels of $asset', (spec) => {
  test.each(mapTimeframes)('%s: longs lie below the price, shorts above, ascending, each price once', (timeframe) => {
    for (let i = 0; i < 50; i++) {
      const at = unixMs(now - i * 7 * hour);
      const price = market.prices.price(spec, at);
      const levels = market.liquidations(spec, timeframe, 'all', at);
      expect(levels.length).toBeGreaterThan(0);
      expect(levels.filter(({ price: level, longUsd }) => longUsd > 0 && level >= price)).toEqual([]);
      expect(levels.filter(({ price: level, shortUsd }) => shortUsd > 0 && level <= price)).toEqual([]);
      expect(levels.filter(({ price: level }, k) => k > 0 && level <= levels[k - 1]!.price)).toEqual([]);
    }
  });

  test('the venues add up to all of them, to the dollar', () => {
    const total = (venue: (typeof venues)[number] | 'all'): number =>
      market.liquidations(spec, '1D', venue, now).reduce((sum, { longUsd, shortUsd }) => sum + longUsd + shortUsd, 0);
    expect(venues.reduce((sum, venue) => sum + total(venue), 0)).toBe(total('all'));
  });
});

test('a day of BTC has 80 to 300 levels from 5 million to 5 billion dollars', () => {
  for (let i = 0; i < 60; i++) {
    const levels = market.liquidations(btc, '1D', 'all', unixMs(now - i * 11 * hour));
    expect(levels.length).toBeGreaterThanOrEqual(80);
    expect(levels.length).toBeLessThanOrEqual(300);
    for (const { longUsd, shortUsd } of levels) {
      expect(longUsd + shortUsd).toBeGreaterThanOrEqual(4_999_000);
      expect(longUsd + shortUsd).toBeLessThan(5_000_000_000);
    }
  }
});

test('a level is consumed the moment price touches it, and stays while price does not', () => {
  let consumed = 0;
  let at = unixMs(Math.floor(now / minute) * minute - 6 * hour);
  let before = market.liquidations(btc, '1D', 'all', at);
  for (let i = 0; i < 300; i++) {
    const next = unixMs(at + minute);
    const [candle] = market.prices.candles(btc, 1, at, at + 1, next);
    const [low, high] = [candle!.low / 10, candle!.high / 10];
    const after = new Map(market.liquidations(btc, '1D', 'all', next).map((level) => [level.price, level]));
    for (const { price, longUsd, shortUsd } of before) {
      const touched = longUsd > 0 ? low <= price : high >= price;
      const left = after.get(price);
      if (touched) {
        consumed++;
        expect(longUsd > 0 ? (left?.longUsd ?? 0) : (left?.shortUsd ?? 0)).toBe(0);
      } else if (longUsd + shortUsd > 50_000_000) {
        expect(left).toBeDefined();
      }
    }
    before = [...after.values()];
    at = next;
  }
  expect(consumed).toBeGreaterThan(3);
});

test('levels do not depend on what was asked before', () => {
  const fresh = createMarket(3);
  for (let i = 10; i > 0; i--) fresh.liquidations(btc, '4H', 'all', unixMs(now - i * minute));
  expect(fresh.liquidations(btc, '1W', 'okx', now)).toEqual(market.liquidations(btc, '1W', 'okx', now));
});

test('gamma is Black-76: the published Deribit sample', () => {
  expect(gammaOf(38_992.71, 40_000, 0.6127, 0.8829734899)).toBeCloseTo(1.7251333e-5, 11);
});

describe.each(['BTC', 'ETH'])('gamma of %s', (asset) => {
  const spec = market.find(asset)!;

  test('is positive below the flip and negative above it, as Kingfisher has it', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const { price, flip, regime } = market.gamma(spec, unixMs(now - i * 9 * hour))!;
      if (flip !== null) expect(regime).toBe(price < flip ? 'positive' : 'negative');
      seen.add(regime);
    }
    expect([...seen].sort()).toEqual(['negative', 'positive']);
  });

  test('has ascending strikes around the price, and moves with it', () => {
    const state = market.gamma(spec, now)!;
    const strikes = state.strikes.map(({ strike }) => strike);
    expect(strikes).toEqual([...new Set(strikes)].sort((a, b) => a - b));
    expect(strikes[0]).toBeLessThan(state.price);
    expect(strikes.at(-1)).toBeGreaterThan(state.price);
    expect(market.gamma(spec, unixMs(now + hour))!.strikes).not.toEqual(state.strikes);
  });
});

test('SOL has no listed options', () => {
  expect(market.gamma(market.find('SOL')!, now)).toBeNull();
});

describe.each(assetSpecs)('positioning of $asset', (spec) => {
  test('open interest changes by what it was a day ago', () => {
    const today = market.openInterest(spec, now);
    const yesterday = market.openInterest(spec, unixMs(now - 24 * hour));
    expect(today.map(({ venue }) => venue)).toEqual(['binance', 'bybit', 'okx']);
    today.forEach((row, i) => expect(row.change24hUsd).toBe(row.usd - yesterday[i]!.usd));
  });

  test('a funding rate holds for its eight hours while its prediction moves', () => {
    const start = Math.floor(now / (8 * hour)) * 8 * hour;
    const early = market.funding(spec, unixMs(start + minute))[0]!;
    const late = market.funding(spec, unixMs(start + 7 * hour))[0]!;
    expect(late.rate).toBe(early.rate);
    expect(late.predicted).not.toBe(early.predicted);
    expect(late.nextAt).toBe(start + 8 * hour);
    expect(Math.abs(late.rate)).toBeLessThan(0.003);
  });

  test('order flow covers 24 hours, ends now and adds up', () => {
    const points = market.flow(spec, now);
    expect(points).toHaveLength(289);
    expect(points.at(-1)!.at).toBe(now);
    expect(points.every(({ pressure }) => pressure >= -1 && pressure <= 1)).toBe(true);
  });

  test('depth grows with the distance from mid', () => {
    const { rows, mid } = market.depth(spec, now);
    expect(mid).toBeGreaterThan(market.prices.price(spec, now));
    const binance = rows.filter(({ venue }) => venue === 'binance');
    expect(binance.map(({ percent }) => percent)).toEqual([0.1, 0.5, 1]);
    expect(binance[2]!.bidUsd).toBeGreaterThan(binance[0]!.bidUsd);
  });
});
