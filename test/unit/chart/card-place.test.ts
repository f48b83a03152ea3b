import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cardPlace } from '../../../src-renderer/chart/card-place.ts';

const card = { width: 200, height: 120 };

it('puts the card beside the pointer, on the side that has room', () => {
  expect(cardPlace({ x: 300, y: 200, width: 1000, height: 600 }, card)).toEqual({ left: 318, top: 218 });
  expect(cardPlace({ x: 900, y: 550, width: 1000, height: 600 }, card)).toEqual({ left: 682, top: 412 });
});

it('keeps a fixed corner away from the pointer on a small pane', () => {
  expect(cardPlace({ x: 100, y: 50, width: 500, height: 600 }, card)).toEqual({ left: 292, top: 472 });
  expect(cardPlace({ x: 400, y: 50, width: 500, height: 600 }, card)).toEqual({ left: 8, top: 472 });
});

it('never leaves the pane', () => {
  const length = (min: number, max: number) => fc.integer({ min, max });
  fc.assert(
    fc.property(
      length(220, 3000),
      length(140, 2000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (width, height, x, y) => {
        const { left, top } = cardPlace({ x: x * width, y: y * height, width, height }, card);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(top).toBeGreaterThanOrEqual(0);
        expect(left + card.width).toBeLessThanOrEqual(width);
        expect(top + card.height).toBeLessThanOrEqual(height);
      },
    ),
  );
});
