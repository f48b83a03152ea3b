import { describe, expect, test } from 'vitest';
import { levelRows } from '../../../src-renderer/chart/levels.ts';
import { copyOf, exactFacts, labelsOfRow } from '../../../src-renderer/panels/levels/level-text.ts';
import { priceWidth } from '../../../src-renderer/panels/levels/price-width.ts';
import { ladder, matches, nextOrder, sortRows } from '../../../src-renderer/panels/levels/sort.ts';
import type { Column } from '../../../src-renderer/panels/levels/sort.ts';
import { labelsOf } from '../../../src-renderer/panels/parts/labels.ts';
import { fundingOf, gexOf, interestOf, mapOf } from './samples.ts';

test('says what was received, inferred and estimated', () => {
  const row = levelRows(null, { ...gexOf('BTC'), takenAtBasis: 'received' }, 67_000)[0]!;
  expect(exactFacts(row, 'BTC', 'UTC').at(-1)).toEqual(['Received', '2025-11-21 00:00:00 UTC']);
  expect(labelsOfRow(row)).toEqual(['inferred', 'received']);
  expect(copyOf(row, 'BTC').split('\t').at(-1)).toBe('inferred received');
  expect(labelsOfRow({ ...row, unitBasis: 'documented', takenAtBasis: 'provider' })).toEqual([]);
  expect(labelsOf({ ...mapOf('BTC'), takenAtBasis: 'received' })).toEqual(['estimated', 'received']);
  expect(labelsOf(gexOf('BTC'))).toEqual(['inferred']);
  expect(labelsOf(fundingOf('BTC'))).toEqual(['inferred']);
  expect(labelsOf(interestOf('BTC'))).toEqual([]);
});

describe('the Levels table', () => {
  const map = {
    ...mapOf('BTC'),
    prices: Float64Array.of(90, 99, 101, 120),
    longs: Float64Array.of(5, 7, 0, 0),
    shorts: Float64Array.of(0, 0, 3, 9),
    levelTimes: Float64Array.of(NaN, NaN, NaN, NaN),
  };
  const gex = { ...gexOf('BTC'), strikes: Float64Array.of(95), gammaExposure: Float64Array.of(-2), flipLevel: 110 };
  const rows = levelRows(map, gex, 100);
  const pricesBy = (column: Column, direction: 'ascending' | 'descending') =>
    sortRows(rows, { column, direction }).map(({ price }) => price);

  test('is a ladder at first', () => {
    expect(sortRows(rows, ladder).map(({ price }) => price)).toEqual([120, 110, 101, 99, 95, 90]);
  });

  test('sorts amounts with the unknown last in both directions', () => {
    expect(pricesBy('long', 'descending').slice(0, 2)).toEqual([99, 90]);
    expect(pricesBy('long', 'descending').slice(-2)).toEqual([110, 95]);
    expect(pricesBy('long', 'ascending').slice(-2)).toEqual([110, 95]);
    expect(pricesBy('short', 'descending')[0]).toBe(120);
  });

  test('sorts distance by how near a level is', () => {
    expect(pricesBy('distance', 'ascending')).toEqual([101, 99, 95, 110, 90, 120]);
  });

  test('sorts age by each level’s own time', () => {
    const dated = { ...map, levelTimes: Float64Array.of(30, 10, 40, 20) };
    const prices = sortRows(levelRows(dated, null, 100), { column: 'age', direction: 'ascending' }).map(
      ({ price }) => price,
    );
    expect(prices).toEqual([101, 90, 120, 99]);
  });

  test('leaves room for the longest price, before and after its point', () => {
    const prices = { ...map, prices: Float64Array.of(90, 64_000.123_456_789) };
    expect(priceWidth([prices], null)).toEqual({ whole: 6, fraction: 10 });
    expect(priceWidth([prices], { ...gex, flipLevel: 1_000_000 })).toEqual({ whole: 9, fraction: 10 });
    expect(priceWidth([], null)).toEqual({ whole: 0, fraction: 0 });
  });

  test('filters by kind', () => {
    expect(rows.filter((row) => matches(row, 'clusters'))).toHaveLength(4);
    expect(rows.filter((row) => matches(row, 'gex')).map(({ kind }) => kind)).toEqual(['gex-flip', 'gex-strike']);
    expect(rows.filter((row) => matches(row, 'all'))).toHaveLength(6);
  });

  test('a second press on a column turns its order round', () => {
    const once = nextOrder(ladder, 'long');
    expect(once).toEqual({ column: 'long', direction: 'descending' });
    expect(nextOrder(once, 'long')).toEqual({ column: 'long', direction: 'ascending' });
  });

  test('copies every digit', () => {
    const row = { ...rows[0]!, short: 1_234_567_890.123_456 };
    const cells = copyOf(row, 'BTC').split('\n')[1]?.split('\t');
    expect(cells?.slice(0, 6)).toEqual(['BTC', 'Short cluster', '120', '0', '1234567890.123456', '']);
    expect(cells?.slice(-3)).toEqual(['Kingfisher · SIMULATED', '2025-11-21T00:00:00.000Z', 'estimated']);
  });
});
