import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confluencesOf, confluenceText, mostConfluences } from '../../../src-renderer/chart/confluence.ts';
import type { Confluence, ConfluenceLayer } from '../../../src-renderer/chart/confluence.ts';
import { confluencesUnder } from '../../../src-renderer/chart/hover.ts';
import { kiyotaka, layerOf, mapOf, profileOf } from './fakes.ts';

const kingfisher = layerOf(mapOf([99, 100, 0], [100, 1_000, 0], [110, 0, 1_000], [112, 0, 10]));
const other = (...rows: readonly (readonly [number, number])[]) => layerOf(profileOf(rows, kiyotaka));
const found = (layers: readonly ConfluenceLayer[], tolerancePercent: number, price: number | null = 105) =>
  confluencesOf(layers, { price, tolerancePercent });
const pairs = (confluences: readonly Confluence[]) =>
  confluences.map(({ side, levels }) => [side, ...levels.map(({ provider, price }) => `${provider} ${price}`)]);

describe('confluence', () => {
  it('is where levels of two layers and one side lie within the tolerance, strongest first', () => {
    const layers = [kingfisher, other([98.9, 5], [100.2, 3], [104, 4], [110.1, 6], [130, 9])];
    expect(pairs(found(layers, 0.25))).toEqual([
      ['short', 'kingfisher 110', 'kiyotaka 110.1'],
      ['long', 'kingfisher 99', 'kiyotaka 98.9'],
      ['long', 'kingfisher 100', 'kiyotaka 100.2'],
    ]);
    expect(pairs(found(layers, 0.15))).toEqual([
      ['short', 'kingfisher 110', 'kiyotaka 110.1'],
      ['long', 'kingfisher 99', 'kiyotaka 98.9'],
    ]);
  });

  it('says both amounts, each in its own unit, and how far apart they are', () => {
    const [confluence] = found([kingfisher, other([50, 1], [100.2, 83])], 0.5);
    expect(confluence).toEqual({
      side: 'long',
      price: 100.1,
      apart: expect.closeTo(0.2 / 100.1, 12),
      strength: 1,
      levels: [
        {
          provider: 'kingfisher',
          source: kingfisher.map.source,
          asset: 'BTC',
          index: 1,
          price: 100,
          amount: 1_000,
          unit: 'usd',
          fraction: 1,
          isSideInferred: false,
        },
        {
          provider: 'kiyotaka',
          source: kiyotaka.source,
          asset: 'BTC',
          index: 1,
          price: 100.2,
          amount: 83,
          unit: 'coin',
          fraction: 1,
          isSideInferred: true,
        },
      ],
    });
    expect(confluenceText(confluence!)).toBe('Kingfisher $1.00K · Kiyotaka 83 BTC');
  });

  it('gives the strongest pair precedence, even over the strongest level’s other choice', () => {
    // 100 is the strongest of its map and would take either; 99 agrees with 99.5 alone, and takes what is left.
    const layers = [kingfisher, other([20, 0.01], [99.5, 9], [100.5, 1])];
    expect(pairs(found(layers, 0.6))).toEqual([['long', 'kingfisher 100', 'kiyotaka 99.5']]);
    expect(pairs(found([kingfisher, other([20, 0.01], [99.5, 1], [100.5, 9])], 0.6))).toEqual([
      ['long', 'kingfisher 100', 'kiyotaka 100.5'],
      ['long', 'kingfisher 99', 'kiyotaka 99.5'],
    ]);
  });

  it('leaves out what the legend hides', () => {
    const hidden = { ...kingfisher, intensity: { low: 0.9, high: 1 } };
    expect(pairs(found([hidden, other([99, 5], [110, 5], [112, 5])], 0.01))).toEqual([
      ['short', 'kingfisher 110', 'kiyotaka 110'],
    ]);
  });

  it('is not between a long and a short level, nor with a level of unknown side', () => {
    expect(found([kingfisher, other([110, 5])], 1, 111)).toEqual([]);
    expect(found([kingfisher, other([110, 5])], 1, null)).toEqual([]);
    expect(found([kingfisher, other([110, 5])], 1, 109)).toHaveLength(1);
  });

  it('needs two layers', () => {
    expect(found([], 1)).toEqual([]);
    expect(found([kingfisher], 50)).toEqual([]);
  });

  it('is found between any two of three layers, each level in one of them', () => {
    const legacy = layerOf(profileOf([[100, 0.7]]));
    expect(pairs(found([kingfisher, other([100, 1], [110, 2]), legacy], 0.1))).toEqual([
      ['long', 'kingfisher 100', 'kingfisher-legacy 100'],
      ['short', 'kingfisher 110', 'kiyotaka 110'],
    ]);
  });

  it('is not more than there is use for, of maps that agree everywhere', () => {
    const rows = Array.from({ length: 1_500 }, (_, i) => [50 + i / 100, 1 + (i % 97)] as const);
    const both = [layerOf(mapOf(...rows.map(([price, size]) => [price, size, 0] as const))), other(...rows)];
    const all = found(both, 10, 1_000);
    expect(all).toHaveLength(mostConfluences);
    expect(all[0]?.strength).toBe(1);
  });

  const level = fc.tuple(fc.integer({ min: 900, max: 1_100 }), fc.integer({ min: 1, max: 1_000_000 }));
  const rows = fc
    .uniqueArray(level, { selector: ([price]) => price, maxLength: 40 })
    .map((each) => each.sort((a, b) => a[0] - b[0]));
  const layers = fc
    .tuple(rows, rows, rows)
    .map(([a, b, c]) => [
      layerOf(
        mapOf(
          ...a.map(([price, size], i) => (i % 3 === 0 ? ([price, 0, size] as const) : ([price, size, 0] as const))),
        ),
      ),
      layerOf(profileOf(b)),
      other(...c),
    ]);

  it('is always within the tolerance, of one side, of two providers, and each level is in one pair', () => {
    fc.assert(
      fc.property(layers, fc.double({ min: 0.01, max: 5, noNaN: true }), (three, tolerancePercent) => {
        const all = found(three, tolerancePercent, 1_000);
        for (const { levels, apart, strength } of all) {
          const [a, b] = levels;
          expect(apart).toBeLessThanOrEqual(tolerancePercent / 100);
          expect(apart).toBeCloseTo(Math.abs(a.price - b.price) / ((a.price + b.price) / 2), 12);
          expect(a.provider).not.toBe(b.provider);
          expect(strength).toBeCloseTo(a.fraction * b.fraction, 12);
        }
        const used = all.flatMap(({ levels }) => levels.map(({ provider, index }) => `${provider} ${index}`));
        expect(new Set(used).size).toBe(used.length);
        const strengths = all.map(({ strength }) => strength);
        expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
      }),
    );
  });

  it('is the same whichever layer comes first', () => {
    fc.assert(
      fc.property(layers, (three) => {
        expect(found([...three].reverse(), 1, 1_000)).toEqual(found(three, 1, 1_000));
      }),
    );
  });

  it('is what trying every pair, strongest first, would find', () => {
    const distinct = fc.tuple(rows, rows).map(([a, b]) => [
      // Amounts in powers, so that no two pairs are equally strong.
      layerOf(mapOf(...a.map(([price, size], i) => [price, size + i / 64, 0] as const))),
      layerOf(profileOf(b.map(([price, size], i) => [price, size + i / 977] as const))),
    ]);
    fc.assert(
      fc.property(distinct, (two) => {
        const all = found(two, 0.5, 2_000);
        const candidates = two.map((layer) =>
          found([layer, { ...layer, provider: 'kiyotaka' }], 0, 2_000).map(({ levels }) => levels[0]),
        );
        const every = candidates[0]!
          .flatMap((a) => candidates[1]!.map((b) => ({ a, b, strength: a.fraction * b.fraction })))
          .filter(({ a, b }) => Math.abs(a.price - b.price) / ((a.price + b.price) / 2) <= 0.005)
          .sort((x, y) => y.strength - x.strength);
        const taken = new Set<object>();
        const expected = every.filter(({ a, b }) => {
          if (taken.has(a) || taken.has(b)) return false;
          taken.add(a).add(b);
          return true;
        });
        expect(all.map(({ strength }) => strength)).toEqual(expected.map(({ strength }) => strength));
      }),
    );
  });
});

it('a confluence is under the pointer from either of its levels to the other', () => {
  const [confluence] = found([kingfisher, other([100.4, 1])], 0.5);
  const near = (price: number) => confluencesUnder([confluence!], { price, low: price - 0.1, high: price + 0.1 });
  expect([near(99.95), near(100.2), near(100.45), near(99.8), near(100.6)].map(({ length }) => length)).toEqual([
    1, 1, 1, 0, 0,
  ]);
});
