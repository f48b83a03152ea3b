import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import { optionName } from '../../../src-main/demo/market/options.ts';

const market = createMarket(3);
const at = unixMs(Date.UTC(2026, 1, 1, 12, 34, 56));
const btc = market.find('BTC')!;
const hour = 3_600_000;

describe('the option chain', () => {
  test('is the same for the same moment, in any order of asking, and differs between seeds', () => {
    const chain = market.options.chain(btc, at);
    const other = createMarket(3);
    other.options.chain(btc, unixMs(at + hour));
    expect(other.options.chain(btc, at)).toEqual(chain);
    expect(createMarket(4).options.chain(btc, at)).not.toEqual(chain);
  });

  test.each(['BTC', 'ETH', 'SOL'])('%s expires on Fridays at 08:00 UTC, never within the hour', (asset) => {
    const spec = market.find(asset)!;
    // An hour and a half, and half an hour before an expiry.
    for (const now of [at, Date.UTC(2026, 1, 6, 6, 30), Date.UTC(2026, 1, 6, 7, 30)].map(unixMs)) {
      const expiries = new Set(market.options.chain(spec, now).map(({ expiry }) => expiry));
      expect(expiries.size).toBe(7);
      for (const expiry of expiries) {
        const date = new Date(expiry);
        expect([date.getUTCDay(), date.getUTCHours(), expiry % hour]).toEqual([5, 8, 0]);
        expect(expiry - now).toBeGreaterThanOrEqual(hour);
      }
    }
  });

  test('strikes lie on both sides of the price; calls and puts of each; some that nobody holds', () => {
    const chain = market.options.chain(btc, at);
    const price = market.prices.price(btc, at);
    expect(Math.min(...chain.map(({ strike }) => strike))).toBeLessThan(0.8 * price);
    expect(Math.max(...chain.map(({ strike }) => strike))).toBeGreaterThan(1.2 * price);
    expect(chain.filter(({ type }) => type === 'call').length).toBe(chain.length / 2);
    expect(chain.filter(({ openInterest }) => openInterest === 0).length).toBeGreaterThan(0);
    for (const { strike, markIv, openInterest } of chain) {
      expect(strike % 1000).toBe(0);
      expect(markIv > 0.1 && markIv < 3 && openInterest >= 0).toBe(true);
    }
    expect(new Set(chain.map((option) => optionName(btc, option))).size).toBe(chain.length);
  });

  test('most is held at round strikes', () => {
    const chain = market.options.chain(btc, at);
    const mean = (round: boolean) => {
      const held = chain.filter(({ strike }) => (strike % 5000 === 0) === round);
      return held.reduce((sum, { openInterest }) => sum + openInterest, 0) / held.length;
    };
    expect(mean(true)).toBeGreaterThan(1.4 * mean(false));
  });

  test('volatility smiles: more away from the price than at it', () => {
    const chain = market.options.chain(btc, at);
    const [{ expiry }] = chain as [(typeof chain)[number]];
    const calls = chain.filter((option) => option.expiry === expiry && option.type === 'call');
    const least = Math.min(...calls.map(({ markIv }) => markIv));
    expect(calls[0]!.markIv).toBeGreaterThan(least);
    expect(calls.at(-1)!.markIv).toBeGreaterThan(least);
  });

  test('forwards carry 6 % a year', () => {
    const price = market.prices.price(btc, at);
    expect(market.options.forward(btc, unixMs(at + 365 * 24 * hour), at)).toBeCloseTo(price * Math.exp(0.06), 2);
    expect(market.options.forward(btc, at, at)).toBe(price);
  });
});

test.each([
  [Date.UTC(2024, 8, 27, 8), 40000, 'call', 'BTC-27SEP24-40000-C'],
  [Date.UTC(2025, 0, 3, 8), 95000, 'put', 'BTC-3JAN25-95000-P'],
] as const)('names are as the venues write them: %s %s %s', (expiry, strike, type, name) => {
  expect(optionName(btc, { expiry: unixMs(expiry), strike, type, markIv: 0.5, openInterest: 1 })).toBe(name);
});
