import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LevelMap } from '../../../src-renderer/chart/level-map.ts';
import { amountWidth, shortAmount } from '../../../src-renderer/panels/levels/short-amount.ts';
import { mapOf, profileOf } from './samples.ts';

test('relative strengths and coins have three decimals at most, and say where those tell nothing', () => {
  const shown = [0.00528, 0.0467, 0.0005, 0.001, 0.0996, 0.1234, 1.456, 0].map((each) => shortAmount(each, 'relative'));
  expect(shown).toEqual([
    '0.005 rel',
    '0.047 rel',
    '<0.001 rel',
    '0.001 rel',
    '0.1 rel',
    '0.123 rel',
    '1.46 rel',
    '0 rel',
  ]);
  expect([shortAmount(0.00528, 'coin', 'BTC'), shortAmount(-0.0467, 'coin', 'BTC')]).toEqual([
    '0.005 BTC',
    '-0.047 BTC',
  ]);
  expect([shortAmount(null, 'relative'), shortAmount(NaN, 'relative'), shortAmount(0.05, 'usd')]).toEqual([
    '—',
    '—',
    '$0.05',
  ]);
});

test('no relative strength is wider than the column, whose room is ten characters', () => {
  const sizes = fc.oneof(...[1, 1e15].map((max) => fc.double({ min: 0, max, maxExcluded: true, noNaN: true })));
  fc.assert(
    fc.property(sizes, (size) => {
      expect(shortAmount(size, 'relative').length).toBeLessThanOrEqual(10);
    }),
  );
});

test('a map in coins asks for the room of its coin’s name and of its largest amount', () => {
  const coins = (...amounts: number[]): LevelMap => ({
    ...profileOf('BTC', 'kiyotaka'),
    asset: 'HYPE',
    unit: 'coin',
    prices: Float64Array.from(amounts),
    amounts: Float64Array.from(amounts),
  });
  expect(amountWidth([])).toBe(0);
  expect(amountWidth([mapOf('BTC'), profileOf('BTC', 'kingfisher-legacy')])).toBe(0);
  expect(amountWidth([mapOf('BTC'), coins(1, 9_994)])).toBe(9);
  expect(amountWidth([coins(9_995), coins(3)])).toBe(10);
});
