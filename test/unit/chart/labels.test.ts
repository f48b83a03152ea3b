import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chipHeight, chipRoom, chipText, mostLabels, placeLabels } from '../../../src-renderer/chart/labels.ts';
import type { LabelCandidate } from '../../../src-renderer/chart/labels.ts';

const at = (level: number, y: number, share: number, distance: number | null = 0): LabelCandidate => ({
  level,
  y,
  share,
  distance,
});
const room = { top: 0, bottom: 400 };
const levels = (placed: readonly LabelCandidate[]) => placed.map(({ level }) => level);

describe('chips', () => {
  it('go to the largest amounts, from top to bottom', () => {
    const many = Array.from({ length: 9 }, (_, i) => at(i, 20 + i * 40, i + 1));
    expect(levels(placeLabels(many, room, mostLabels))).toEqual([3, 4, 5, 6, 7, 8]);
  });

  it('prefer the nearer of two amounts', () => {
    expect(levels(placeLabels([at(0, 100, 10, 0.001), at(1, 200, 11, -0.2)], room, 1))).toEqual([0]);
    expect(levels(placeLabels([at(0, 100, 10, 0.001), at(1, 200, 11, 0.001)], room, 1))).toEqual([1]);
  });

  it('go to every layer in equal parts, and beyond that only where the others have none', () => {
    const of = (layer: string, from: number, count: number, share: number) =>
      Array.from({ length: count }, (_, i) => ({ ...at(from + i, 20 + (from + i) * 25, share), layer }));
    const strong = of('a', 0, 8, 1);
    expect(levels(placeLabels([...strong, ...of('b', 8, 4, 0.1)], room, 6))).toEqual([0, 1, 2, 8, 9, 10]);
    expect(levels(placeLabels([...strong, ...of('b', 8, 1, 0.1)], room, 6))).toEqual([0, 1, 2, 3, 4, 8]);
  });

  it('leave out the smaller of two that would overlap', () => {
    expect(levels(placeLabels([at(0, 100, 5), at(1, 110, 9), at(2, 125, 1), at(3, 130, 4)], room, 6))).toEqual([1, 3]);
  });

  it('are wholly inside the room they have', () => {
    expect(levels(placeLabels([at(0, 5, 9), at(1, 9, 1), at(2, 395, 9)], room, 6))).toEqual([1]);
    expect(levels(placeLabels([at(0, 60, 9), at(1, 70, 1)], { top: 60, bottom: 400 }, 6))).toEqual([1]);
  });

  it('never overlap and are at most six', () => {
    const candidate = fc.record({
      level: fc.nat(),
      y: fc.double({ min: -50, max: 450, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      distance: fc.option(fc.double({ min: -1, max: 1, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 300 }), (candidates) => {
        const placed = placeLabels(candidates, room, mostLabels);
        expect(placed.length).toBeLessThanOrEqual(6);
        placed.slice(1).forEach(({ y }, i) => expect(y - placed[i]!.y).toBeGreaterThanOrEqual(chipHeight));
      }),
    );
  });

  it('leave at least two thirds of every pane to the candles', () => {
    for (const width of [340, 560, 750, 900, 901, 1600]) expect(chipRoom(width) / width).toBeLessThan(1 / 3);
    expect([559, 560, 900, 901].map(chipRoom)).toEqual([96, 144, 144, 190]);
  });

  it('say amount, side, price and distance', () => {
    const content = {
      amount: 2_104_000_000,
      unit: 'usd',
      coin: 'BTC',
      side: 'short',
      isSideInferred: false,
      price: 69_500,
      tickSize: 0.1,
      distance: 0.0373,
    } as const;
    expect(chipText(content, 'full')).toBe('$2.10B short · 69,500 · +3.7 %');
    expect(chipText(content, 'medium')).toBe('$2.10B short · +3.7 %');
    expect(chipText({ ...content, price: 69_500.5, distance: null }, 'full')).toBe('$2.10B short · 69,500.5');
    expect(chipText({ ...content, amount: 0.83, unit: 'relative', side: 'long' }, 'short')).toBe('0.83 rel long');
    const inferred = { ...content, amount: 83, unit: 'coin', isSideInferred: true } as const;
    expect((['full', 'medium', 'short'] as const).map((style) => chipText(inferred, style))).toEqual([
      '83 BTC short (inferred) · 69,500',
      '83 BTC short (inferred)',
      '83 BTC short (inf.)',
    ]);
    expect(chipText({ ...inferred, side: 'unknown' }, 'medium')).toBe('83 BTC (side unknown)');
  });
});
