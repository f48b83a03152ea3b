import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandLevels, colourCodes, lowerBound, seenFrom, sideAt } from '../../../src-renderer/chart/band-levels.ts';
import { mapOf, profileOf } from './fakes.ts';

describe('bands of a map', () => {
  it('are as thick as the distance to the nearer neighbour', () => {
    const { lower, upper } = bandLevels(mapOf([100, 1, 0], [106, 1, 0], [126, 1, 0], [136, 1, 0], [146, 1, 0]), null);
    expect([...lower]).toEqual([97, 103, 121, 131, 141]);
    expect([...upper]).toEqual([103, 109, 131, 141, 151]);
  });

  it('do not let a lone level claim more than the usual spacing', () => {
    const { lower, upper } = bandLevels(mapOf([100, 1, 0], [101, 1, 0], [102, 1, 0], [103, 1, 0], [500, 0, 1]), null);
    expect([lower[4], upper[4]]).toEqual([499.5, 500.5]);
  });

  it('are cut off at the price, on its side of it only', () => {
    const map = mapOf([64_000, 5, 0], [69_500, 0, 2]);
    const edges = (price: number | null) => {
      const { lower, upper } = bandLevels(map, price);
      return [lower[0], upper[0], lower[1], upper[1]];
    };
    expect(edges(null)).toEqual([61_250, 66_750, 66_750, 72_250]);
    expect(edges(66_750)).toEqual([61_250, 66_750, 66_750, 72_250]);
    expect(edges(67_000)[2]).toBeCloseTo(67_000, -1);
    expect(edges(65_000)[1]).toBeCloseTo(65_000, -1);
    expect([edges(67_000)[1], edges(65_000)[2], edges(63_000)[1]]).toEqual([66_750, 66_750, 66_750]);
    expect(edges(63_000)[0]).toBeCloseTo(63_000, -1);
  });

  it('never reach across the price nor over each other, and let the price come near before they are laid out anew', () => {
    const columns = fc.uniqueArray(fc.double({ min: 1, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(columns, fc.double({ min: 1, max: 1_000, noNaN: true }), (prices, price) => {
        const rows = prices.sort((a, b) => a - b).map((each) => [each, 1, 0] as const);
        const plain = bandLevels(mapOf(...rows), null);
        const seen = seenFrom(plain, price);
        seen.prices.forEach((level, i) => {
          const [lower, upper] = [seen.lower[i]!, seen.upper[i]!];
          expect(lower).toBeLessThanOrEqual(level);
          expect(upper).toBeGreaterThanOrEqual(level);
          if (level < price) expect(upper).toBeLessThanOrEqual(price);
          else expect(lower).toBeGreaterThanOrEqual(price);
          const cut = Math.max(lower - plain.lower[i]!, plain.upper[i]! - upper);
          const across = Math.max(0, level < price ? plain.upper[i]! - price : price - plain.lower[i]!);
          expect(cut).toBeGreaterThanOrEqual(across - 1e-9);
          expect(cut).toBeLessThanOrEqual(across === 0 ? 0 : across + level * 0.00002 + 1e-9);
        });
        expect(seenFrom(seen, price)).toBe(seen);
        expect(seenFrom(seen, null).upper).toEqual(plain.upper);
      }),
    );
  });

  it('have no thickness of their own when there is only one', () => {
    const { lower, upper } = bandLevels(mapOf([100, 1, 0]), null);
    expect([lower[0], upper[0]]).toEqual([100, 100]);
  });

  it('never overlap', () => {
    const { lower, upper } = bandLevels(mapOf([1, 1, 0], [2, 1, 0], [2.5, 1, 0], [9, 1, 0], [9.1, 1, 0]), null);
    for (let i = 1; i < lower.length; i++) expect(lower[i]).toBeGreaterThanOrEqual(upper[i - 1]!);
  });

  it('take side and amount of the larger of long and short', () => {
    const { amounts, sides } = bandLevels(mapOf([1, 5, 2], [2, 3, 8], [3, 4, 4]), null);
    expect([...amounts]).toEqual([5, 8, 4]);
    expect([...sides]).toEqual([0, 1, 0]);
  });

  it('are 16 colours a side, strongest at the high handle, hidden below the low one', () => {
    const levels = bandLevels(mapOf([1, 1, 0], [2, 10, 0], [3, 100, 0], [4, 0, 100], [5, 0, 1]), null);
    expect([...colourCodes(levels, { low: 0, high: 1 })]).toEqual([1, 9, 16, 32, 17]);
    expect([...colourCodes(levels, { low: 0.4, high: 0.5 })]).toEqual([0, 16, 16, 32, 0]);
  });

  it('hide what has no amount', () => {
    const levels = bandLevels(mapOf([1, 0, 0], [2, NaN, NaN], [3, -4, 0], [4, 7, 0]), null);
    expect([...colourCodes(levels, { low: 0, high: 1 })]).toEqual([0, 0, 0, 16]);
  });
});

describe('a map without sides', () => {
  const rows = [
    [90, 4],
    [100, 1],
    [110, 2],
  ] as const;
  const sidesFrom = (price: number | null) => {
    const levels = bandLevels(profileOf(rows), price);
    return rows.map((_, i) => sideAt(levels, i));
  };

  it('is long below the price and short from it upwards', () => {
    expect(sidesFrom(105)).toEqual(['long', 'long', 'short']);
    expect(sidesFrom(100)).toEqual(['long', 'short', 'short']);
    expect(sidesFrom(1)).toEqual(['short', 'short', 'short']);
    expect(sidesFrom(1_000)).toEqual(['long', 'long', 'long']);
  });

  it('has no side, and colours of its own, while no price is known', () => {
    expect([sidesFrom(null), sidesFrom(NaN)]).toEqual(Array(2).fill(['unknown', 'unknown', 'unknown']));
    const levels = bandLevels(profileOf(rows), null);
    expect([...colourCodes(levels, { low: 0, high: 1 })]).toEqual([48, 33, 41]);
  });

  it('is split anew only when the price has crossed a level', () => {
    const levels = bandLevels(profileOf(rows), 105);
    expect(seenFrom(levels, 105)).toBe(levels);
    const nearer = seenFrom(levels, 109.9);
    expect([nearer.sides, nearer.upper]).toEqual([levels.sides, levels.upper]);
    expect(nearer.sides).toBe(levels.sides);
    expect(nearer.lower[2]).toBeCloseTo(109.9, 2);
    const crossed = seenFrom(nearer, 116);
    expect([...crossed.sides]).toEqual([0, 0, 0]);
    expect([crossed.amounts, crossed.fractions, crossed.lower]).toEqual([
      levels.amounts,
      levels.fractions,
      levels.lower,
    ]);
    expect(seenFrom(crossed, 120)).toBe(crossed);
    expect([...seenFrom(crossed, null).sides]).toEqual([2, 2, 2]);
  });

  it('never changes a side that the provider gave', () => {
    const levels = bandLevels(mapOf([90, 0, 4], [110, 3, 0]), 100);
    expect([...levels.sides]).toEqual([1, 0]);
    expect(seenFrom(levels, 500)).toBe(levels);
  });
});

it('finds the first value that is not below another', () => {
  const column = Float64Array.of(1, 3, 3, 7);
  expect([0, 1, 2, 3, 4, 8].map((value) => lowerBound(column, value))).toEqual([0, 0, 1, 1, 3, 4]);
});
