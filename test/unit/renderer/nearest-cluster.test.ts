import { describe, expect, test } from 'vitest';
import { nearestClusters } from '../../../src-renderer/panels/watchlist/nearest-cluster.ts';
import { mapOf } from './samples.ts';

describe('the nearest large cluster', () => {
  const map = {
    ...mapOf('BTC'),
    prices: Float64Array.of(80, 90, 99, 101, 110),
    longs: Float64Array.of(100, 60, 10, 500, 0),
    shorts: Float64Array.of(900, 0, 0, 4, 8),
  };

  test('holds at least half of the largest on its side of the price', () => {
    const { longBelow, shortAbove } = nearestClusters(map, 100);
    expect(longBelow).toEqual({ price: 90, amount: 60, distance: -0.1 });
    expect(shortAbove).toEqual({ price: 101, amount: 4, distance: 0.01 });
  });

  test('is null where that side has none', () => {
    expect(nearestClusters(map, 200).shortAbove).toBeNull();
    expect(nearestClusters(map, 50).longBelow).toBeNull();
  });
});
