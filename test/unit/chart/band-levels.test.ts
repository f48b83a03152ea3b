import { describe, expect, it } from 'vitest';
import { bandLevels, colourCodes, lowerBound, seenFrom, sideAt } from '../../../src-renderer/chart/band-levels.ts';
import { mapOf, profileOf } from './fakes.ts';

describe('bands of a map', () => {
  it('are as thick as the distance to the nearer neighbour', () => {
    const { lower, upper } = bandLevels(mapOf([100, 1, 0], [110, 1, 0], [130, 1, 0], [140, 1, 0]), null);
    expect([...lower]).toEqual([95, 105, 125, 135]);
    expect([...upper]).toEqual([105, 115, 135, 145]);
  });

  it('do not let a lonely level claim more than twice the usual spacing', () => {
    const { lower, upper } = bandLevels(mapOf([100, 1, 0], [101, 1, 0], [102, 1, 0], [103, 1, 0], [500, 0, 1]), null);
    expect([lower[4], upper[4]]).toEqual([499, 501]);
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
    expect(seenFrom(levels, 109.9)).toBe(levels);
    const crossed = seenFrom(levels, 110.1);
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
