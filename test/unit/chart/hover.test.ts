import { describe, expect, it } from 'vitest';
import { bandLevels, colourCodes } from '../../../src-renderer/chart/band-levels.ts';
import { gexLevels } from '../../../src-renderer/chart/gex-levels.ts';
import { bandUnder, gexUnder, pointerReach } from '../../../src-renderer/chart/hover.ts';
import { emptyAxis, fakeAxis, gexOf, mapOf } from './fakes.ts';

const levels = bandLevels(mapOf([110, 100, 0], [120, 1, 0], [130, 100, 0], [131, 0, 100], [180, 0, 100]), null);
const all = colourCodes(levels, { low: 0, high: 1 });
const near = (price: number, tolerance = 0.5) => ({ price, low: price - tolerance, high: price + tolerance });

describe('the band under the pointer', () => {
  it('is the one that contains the price', () => {
    expect(bandUnder(levels, all, near(112))).toBe(0);
    expect(bandUnder(levels, all, near(130.4))).toBe(2);
    expect(bandUnder(levels, all, near(130.6))).toBe(3);
  });

  it('is the nearest within reach where none contains it', () => {
    expect(bandUnder(levels, all, near(132, 1))).toBe(3);
    expect(bandUnder(levels, all, near(150))).toBeNull();
  });

  it('is never a hidden one', () => {
    const codes = colourCodes(levels, { low: 0.5, high: 1 });
    expect(bandUnder(levels, codes, near(120))).toBeNull();
    expect(bandUnder(levels, new Uint8Array(0), near(110))).toBeNull();
  });
});

describe('the GEX level under the pointer', () => {
  const gex = gexLevels(
    gexOf(
      [
        [100, 5],
        [110, -50],
        [111, 2],
        [120, 40],
        [130, 30],
      ],
      { flipLevel: 110.4 },
    ),
  );

  it('over the profile is the nearest strike or the flip', () => {
    expect(gexUnder(gex, near(100.2, 1), true)).toEqual({ kind: 'strike', index: 0 });
    expect(gexUnder(gex, near(110.3, 1), true)).toEqual({ kind: 'flip' });
    expect(gexUnder(gex, near(110.9, 1), true)).toEqual({ kind: 'strike', index: 2 });
  });

  it('elsewhere is only what has a line', () => {
    expect(gexUnder(gex, near(100.2, 1), false)).toBeNull();
    expect(gexUnder(gex, near(120.2, 1), false)).toEqual({ kind: 'strike', index: 3 });
    expect(gexUnder(gex, near(110.9, 1), false)).toEqual({ kind: 'flip' });
  });

  it('is a named wall, over the profile too', () => {
    const named = gexLevels(
      gexOf(
        [
          [100, 5],
          [120, -4],
        ],
        { callWall: 100, putWall: 119.8, calls: Float64Array.of(7, 1), puts: Float64Array.of(-2, -5) },
      ),
    );
    const callWall = { kind: 'call-wall', price: 100, gamma: 7, index: 0 };
    expect(gexUnder(named, near(100.2, 1), true)).toEqual({ kind: 'call-wall', wall: callWall });
    expect(gexUnder(named, near(100.2, 1), false)).toEqual({ kind: 'call-wall', wall: callWall });
    expect(gexUnder(named, near(120, 1), false)).toMatchObject({ kind: 'put-wall', wall: { gamma: NaN, index: -1 } });
    expect(gexUnder(named, near(120, 1), true)).toEqual({ kind: 'strike', index: 1 });
  });

  it('is nothing out of reach', () => {
    expect(gexUnder(gex, near(105, 1), true)).toBeNull();
  });
});

describe('the pointer’s reach', () => {
  it('is read off the scale, whichever way that runs', () => {
    const plain = fakeAxis({ low: 100, high: 200, height: 100 });
    const turned = fakeAxis({ low: 100, high: 200, height: 100, inverted: true });
    expect(pointerReach(plain.coordinateToPrice, 30, 2)).toEqual({ price: 170, low: 168, high: 172 });
    expect(pointerReach(turned.coordinateToPrice, 30, 2)).toEqual({ price: 130, low: 128, high: 132 });
    expect(pointerReach(emptyAxis.coordinateToPrice, 30, 2)).toBeNull();
  });
});
