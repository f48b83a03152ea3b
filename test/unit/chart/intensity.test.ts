import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  amountAt,
  amountScale,
  fractionOf,
  handleAfterKey,
  moveHandle,
  nearestHandle,
  scaleMarks,
  strengthOf,
} from '../../../src-renderer/chart/intensity.ts';

describe('the amounts under the scale', () => {
  const placesOf = (low: number, high: number) => scaleMarks({ low, high }).map(({ name, place }) => [name, place]);

  it('are at the handles, and at the ends and the middle where there is room', () => {
    expect(placesOf(0, 1)).toEqual([
      ['low', 0.125],
      ['middle', 0.5],
      ['high', 0.875],
    ]);
    expect(placesOf(0.5, 1)).toEqual([
      ['weakest', 0.125],
      ['low', 0.5],
      ['high', 0.875],
    ]);
  });

  it('never overlap and stay on the scale', () => {
    for (let low = 0; low < 0.98; low += 0.01) {
      for (let high = low + 0.02; high <= 1; high += 0.01) {
        const marks = scaleMarks({ low, high });
        expect(marks.filter(({ name }) => name === 'low' || name === 'high').map(({ fraction }) => fraction)).toEqual([
          low,
          high,
        ]);
        marks.forEach(({ place }, i) => {
          expect(place).toBeGreaterThanOrEqual(0.125 - 1e-9);
          expect(place).toBeLessThanOrEqual(0.875 + 1e-9);
          if (i > 0) expect(place - marks[i - 1]!.place).toBeGreaterThanOrEqual(0.25 - 1e-6);
        });
      }
    }
  });
});

describe('the amount scale', () => {
  it('runs from the smallest to the largest positive amount', () => {
    expect(amountScale(Float64Array.of(0, 5, NaN, -3), Float64Array.of(200, Infinity))).toEqual({ min: 5, max: 200 });
    expect(amountScale(Float64Array.of(0, NaN))).toBeNull();
  });

  it('is at most four decades long', () => {
    expect(amountScale(Float64Array.of(1, 1e9))).toEqual({ min: 1e5, max: 1e9 });
  });

  it('is logarithmic', () => {
    const scale = { min: 1e6, max: 1e10 };
    expect(fractionOf(scale, 1e8)).toBeCloseTo(0.5, 12);
    expect(amountAt(scale, 0.25)).toBeCloseTo(1e7, 3);
    expect([fractionOf(scale, 1), fractionOf(scale, 1e12)]).toEqual([0, 1]);
    expect(fractionOf(scale, 0)).toBeNaN();
  });

  it('has exact ends', () => {
    const scale = { min: 123_456_789, max: 9_876_543_210 };
    expect([amountAt(scale, 0), amountAt(scale, 1)]).toEqual([123_456_789, 9_876_543_210]);
  });

  it('gives a single amount full strength', () => {
    expect(fractionOf({ min: 7, max: 7 }, 7)).toBe(1);
  });

  it('reads back what it places', () => {
    const scale = { min: 3e5, max: 4e9 };
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (fraction) => {
        expect(fractionOf(scale, amountAt(scale, fraction))).toBeCloseTo(fraction, 9);
      }),
    );
  });
});

describe('the handles', () => {
  it('hide below the low one and saturate from the high one', () => {
    const handles = { low: 0.2, high: 0.6 };
    expect([0.1, 0.2, 0.4, 0.6, 0.9, NaN].map((each) => strengthOf(each, handles))).toEqual(
      [null, 0, 0.5, 1, 1, null].map((each) => (each === 0.5 ? expect.closeTo(0.5, 12) : each)),
    );
  });

  it('never cross and stay on the track', () => {
    expect(moveHandle({ low: 0.2, high: 0.6 }, 'low', 0.9)).toEqual({ low: 0.58, high: 0.6 });
    expect(moveHandle({ low: 0.2, high: 0.6 }, 'high', -1)).toEqual({ low: 0.2, high: 0.22 });
    expect(moveHandle({ low: 0.2, high: 0.6 }, 'low', -1)).toEqual({ low: 0, high: 0.6 });
    expect(moveHandle({ low: 0.2, high: 0.6 }, 'high', 5)).toEqual({ low: 0.2, high: 1 });
    expect(moveHandle({ low: 0.2, high: 0.6 }, 'high', NaN)).toEqual({ low: 0.2, high: 0.6 });
  });

  it('are taken by the nearer press', () => {
    expect(nearestHandle({ low: 0.2, high: 0.6 }, 0.39)).toBe('low');
    expect(nearestHandle({ low: 0.2, high: 0.6 }, 0.41)).toBe('high');
  });

  it('move by keys', () => {
    const at = { low: 0.2, high: 0.6 };
    expect(handleAfterKey(at, 'low', 'ArrowRight')).toEqual({ low: 0.21000000000000002, high: 0.6 });
    expect(handleAfterKey(at, 'high', 'PageDown')).toEqual({ low: 0.2, high: 0.5 });
    expect(handleAfterKey(at, 'low', 'Home')).toEqual({ low: 0, high: 0.6 });
    expect(handleAfterKey(at, 'high', 'End')).toEqual({ low: 0.2, high: 1 });
    expect(handleAfterKey(at, 'high', 'a')).toBeNull();
  });
});
