import { describe, expect, it } from 'vitest';
import { gexLevels, profileWidth, regimeText } from '../../../src-renderer/chart/gex-levels.ts';
import { drawGex } from '../../../src-renderer/chart/primitives/gex/view.ts';
import { emptyAxis, fakeAxis, gexOf } from './fakes.ts';

const size = { width: 1000, height: 400, ratio: 1 };
const place = { tickSize: 1, topInset: 0 };
const axis = fakeAxis({ low: 100, high: 200, height: 400 });

describe('the GEX profile', () => {
  const levels = gexLevels(
    gexOf(
      [
        [90, 9e8],
        [120, 3e8],
        [150, -1e8],
        [160, 0],
        [180, 2e8],
      ],
      { flipLevel: 140 },
    ),
  );

  it('draws positive strikes to the right of its axis and negative ones to the left, by size', () => {
    const { bars, axisX } = drawGex(levels, place, axis, size);
    const width = profileWidth(1000);
    expect(width).toBe(84);
    expect(axisX).toBeCloseTo(997 - 84 * 0.9, 9);
    expect(bars.map(({ y, positive, width: length }) => [y, positive, Number(length.toFixed(6))])).toEqual([
      [320, true, 25.2],
      [200, false, 8.4],
      [80, true, 16.8],
    ]);
    expect(bars[1]!.x + bars[1]!.width).toBeCloseTo(axisX, 9);
  });

  it('names the largest strikes in view and the flip', () => {
    const { walls, flip } = drawGex(levels, place, axis, size);
    expect(walls).toEqual([
      { y: 320, textY: 312, text: 'GEX 120 · +$300M', positive: true },
      { y: 80, textY: 72, text: 'GEX 180 · +$200M', positive: true },
    ]);
    expect(flip).toEqual({ y: 240, textY: 232, text: 'GEX flip 140' });
  });

  it('leaves out names that would lie over the flip’s', () => {
    const close = gexLevels(gexOf([[141, 3e8]], { flipLevel: 140 }));
    expect(drawGex(close, place, axis, size).walls).toEqual([
      { y: 236, textY: null, text: 'GEX 141 · +$300M', positive: true },
    ]);
  });

  it('names lines below them where a legend lies above, and not at all where it lies over them', () => {
    const names = (topInset: number) => {
      const { flip, walls } = drawGex(levels, { tickSize: 1, topInset }, axis, size);
      return [walls[1]?.textY, flip?.textY, flip?.y];
    };
    expect(names(65)).toEqual([72, 232, 240]);
    expect(names(66)).toEqual([89, 232, 240]);
    expect(names(232)).toEqual([null, 249, 240]);
    expect(names(250)).toEqual([null, null, 240]);
  });

  it('draws the walls that a profile names, in place of its largest strikes', () => {
    const rows = [
      [120, 3e8],
      [150, -1e8],
      [180, 2e8],
    ] as const;
    const named = gexOf(rows, {
      callWall: 180,
      putWall: 150.5,
      calls: Float64Array.of(3e8, 1e8, 4e8),
      puts: Float64Array.of(0, -2e8, -2e8),
    });
    expect(drawGex(gexLevels(named), { tickSize: 0.5, topInset: 0 }, axis, size).walls).toEqual([
      { y: 80, textY: 72, text: 'GEX call wall 180 · +$400M', positive: true },
      { y: 198, textY: 190, text: 'GEX put wall 150.5', positive: false },
    ]);
  });

  it('turns with an inverted scale', () => {
    const turned = fakeAxis({ low: 100, high: 200, height: 400, inverted: true });
    expect(drawGex(levels, place, turned, size).flip?.y).toBe(160);
    expect(drawGex(levels, place, turned, size).bars.map(({ y }) => y)).toEqual([80, 200, 320]);
  });

  it('is nothing on an empty scale, and without a flip where the provider gives none', () => {
    expect(drawGex(levels, place, emptyAxis, size).bars).toEqual([]);
    expect(drawGex(gexLevels(gexOf([[120, 1]])), place, axis, size).flip).toBeNull();
  });
});

describe('the regime', () => {
  it('is the provider’s own word, with its own orientation', () => {
    const gex = gexOf([], { flipLevel: 68_200, regime: 'positive', positiveSide: 'below' });
    expect(regimeText(gex, '68,200')).toBe('GEX positive · flip 68,200 · positive below flip');
  });

  it('is not made up', () => {
    expect(regimeText(gexOf([]), '—')).toBe('GEX regime not sent · no flip');
    expect(regimeText(gexOf([], { regime: 'neutral', flipLevel: 5 }), '5')).toBe('GEX neutral · flip 5');
  });
});
