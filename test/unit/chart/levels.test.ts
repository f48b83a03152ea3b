import { describe, expect, it } from 'vitest';
import { distanceFrom, layerRows, levelRows, wallRow } from '../../../src-renderer/chart/levels.ts';
import { gexOf, mapOf, profileOf } from './fakes.ts';

describe('level rows', () => {
  const map = mapOf([66_330, 1_200_000_000.25, 0], [67_000, 5, 6], [69_500, 0, 2_100_000_000]);
  const gex = gexOf([[68_000, -250_000_000]], { flipLevel: 68_200 });

  it('list clusters, strikes and flip from the highest price down', () => {
    expect(levelRows(map, gex, 67_000).map(({ price, kind, side }) => [price, kind, side])).toEqual([
      [69_500, 'cluster', 'short'],
      [68_200, 'gex-flip', 'both'],
      [68_000, 'gex-strike', 'both'],
      [67_000, 'cluster', 'both'],
      [66_330, 'cluster', 'long'],
    ]);
  });

  it('keep every digit, unit, source and time', () => {
    const row = levelRows(map, null, 67_000).at(-1);
    expect(row).toEqual({
      price: 66_330,
      side: 'long',
      sideBasis: 'given',
      long: 1_200_000_000.25,
      short: 0,
      unsided: NaN,
      unit: 'usd',
      distance: -0.01,
      kind: 'cluster',
      gamma: null,
      unitBasis: 'documented',
      source: map.source,
      takenAt: map.takenAt,
      takenAtBasis: 'provider',
    });
  });

  it('are each of their own time, and of the map’s where the provider gave none', () => {
    const levelTimes = Float64Array.of(1_000, NaN, 3_000);
    const timed = levelRows({ ...map, levelTimes, takenAtBasis: 'received' }, null, null);
    expect(timed.map(({ takenAt, takenAtBasis }) => [takenAt, takenAtBasis])).toEqual([
      [3_000, 'provider'],
      [map.takenAt, 'received'],
      [1_000, 'provider'],
    ]);
  });

  it('say whether the unit of gamma is named or inferred, and whose clock their time is of', () => {
    const received = { ...gex, takenAtBasis: 'received', unitBasis: 'documented' } as const;
    expect(levelRows(null, gex, null)[1]).toMatchObject({ unitBasis: 'inferred', takenAtBasis: 'provider' });
    expect(levelRows(null, received, null)[1]).toMatchObject({ unitBasis: 'documented', takenAtBasis: 'received' });
  });

  it('say the gamma of strikes alone', () => {
    const [flip, strike] = levelRows(null, gex, 67_000);
    expect([flip?.gamma, strike?.gamma]).toEqual([null, -250_000_000]);
    expect([strike?.long, strike?.short]).toEqual([NaN, NaN]);
  });

  it('leave out levels without any amount', () => {
    expect(levelRows(mapOf([1, 0, 0], [2, NaN, NaN], [3, NaN, 4]), null, null).map(({ price }) => price)).toEqual([3]);
  });

  it('have no distance while the price is unknown', () => {
    expect(levelRows(map, null, null)[0]?.distance).toBeNull();
    expect([distanceFrom(0, 5), distanceFrom(NaN, 5), distanceFrom(200, 150)]).toEqual([null, null, -0.25]);
  });

  it('of a map without sides say that the side is inferred, and nothing of the other side', () => {
    const profile = profileOf([
      [90, 4],
      [110, 2],
    ]);
    const read = (price: number | null) =>
      levelRows(profile, null, price).map(({ side, sideBasis, long, short, unsided }) => [
        side,
        sideBasis,
        long,
        short,
        unsided,
      ]);
    expect(read(100)).toEqual([
      ['short', 'inferred', NaN, 2, NaN],
      ['long', 'inferred', 4, NaN, NaN],
    ]);
    expect(read(null)).toEqual([
      ['unknown', 'inferred', NaN, NaN, 2],
      ['unknown', 'inferred', NaN, NaN, 4],
    ]);
  });

  it('of several maps stand side by side at one price, each in its own unit', () => {
    const rows = layerRows([map, profileOf([[66_330, 0.5]])], null, 67_000);
    expect(rows.slice(-2).map(({ price, unit, source }) => [price, unit, source.provider])).toEqual([
      [66_330, 'usd', 'kingfisher'],
      [66_330, 'relative', 'kingfisher-legacy'],
    ]);
  });

  it('of a wall say its own gamma', () => {
    const wall = { kind: 'put-wall', price: 66_000, gamma: -5, index: 0 } as const;
    expect(wallRow(gex, wall, 67_000)).toMatchObject({
      kind: 'gex-put-wall',
      price: 66_000,
      gamma: -5,
      source: gex.source,
    });
  });

  it('are none of nothing', () => {
    expect(levelRows(null, null, 5)).toEqual([]);
  });
});
