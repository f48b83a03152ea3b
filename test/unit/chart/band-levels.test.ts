import { describe, expect, it } from 'vitest';
import { bandLevels, colourCodes, lowerBound } from '../../../src-renderer/chart/band-levels.ts';
import { mapOf } from './fakes.ts';

describe('bands of a map', () => {
  it('are as thick as the distance to the nearer neighbour', () => {
    const { lower, upper } = bandLevels(mapOf([100, 1, 0], [110, 1, 0], [130, 1, 0], [140, 1, 0]));
    expect([...lower]).toEqual([95, 105, 125, 135]);
    expect([...upper]).toEqual([105, 115, 135, 145]);
  });

  it('do not let a lonely level claim more than twice the usual spacing', () => {
    const { lower, upper } = bandLevels(mapOf([100, 1, 0], [101, 1, 0], [102, 1, 0], [103, 1, 0], [500, 0, 1]));
    expect([lower[4], upper[4]]).toEqual([499, 501]);
  });

  it('have no thickness of their own when there is only one', () => {
    const { lower, upper } = bandLevels(mapOf([100, 1, 0]));
    expect([lower[0], upper[0]]).toEqual([100, 100]);
  });

  it('never overlap', () => {
    const { lower, upper } = bandLevels(mapOf([1, 1, 0], [2, 1, 0], [2.5, 1, 0], [9, 1, 0], [9.1, 1, 0]));
    for (let i = 1; i < lower.length; i++) expect(lower[i]).toBeGreaterThanOrEqual(upper[i - 1]!);
  });

  it('take side and amount of the larger of long and short', () => {
    const { amounts, isShort } = bandLevels(mapOf([1, 5, 2], [2, 3, 8], [3, 4, 4]));
    expect([...amounts]).toEqual([5, 8, 4]);
    expect([...isShort]).toEqual([0, 1, 0]);
  });

  it('are 16 colours a side, strongest at the high handle, hidden below the low one', () => {
    const levels = bandLevels(mapOf([1, 1, 0], [2, 10, 0], [3, 100, 0], [4, 0, 100], [5, 0, 1]));
    expect([...colourCodes(levels, { low: 0, high: 1 })]).toEqual([1, 9, 16, 32, 17]);
    expect([...colourCodes(levels, { low: 0.4, high: 0.5 })]).toEqual([0, 16, 16, 32, 0]);
  });

  it('hide what has no amount', () => {
    const levels = bandLevels(mapOf([1, 0, 0], [2, NaN, NaN], [3, -4, 0], [4, 7, 0]));
    expect([...colourCodes(levels, { low: 0, high: 1 })]).toEqual([0, 0, 0, 16]);
  });
});

it('finds the first value that is not below another', () => {
  const column = Float64Array.of(1, 3, 3, 7);
  expect([0, 1, 2, 3, 4, 8].map((value) => lowerBound(column, value))).toEqual([0, 0, 1, 1, 3, 4]);
});
