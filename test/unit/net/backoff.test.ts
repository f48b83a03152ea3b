import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { backoffMs, nextTryAt } from '../../../src-main/net/backoff.ts';

test('the wait doubles with each attempt up to the cap', () => {
  const almostOne = () => 0.999999;
  expect([0, 1, 2, 5, 6, 60].map((attempt) => backoffMs(attempt, almostOne))).toEqual([
    999, 1999, 3999, 31999, 59999, 59999,
  ]);
});

test('the wait is always between the floor and the cap', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 0.9999999, noNaN: true }), (attempt, random) => {
      const wait = backoffMs(attempt, () => random);
      expect(wait).toBeGreaterThanOrEqual(200);
      expect(wait).toBeLessThanOrEqual(60_000);
    }),
  );
});

test('a moment the provider named is never anticipated', () => {
  expect(nextTryAt(unixMs(1_000), 0, unixMs(500_000), () => 0.5)).toBe(500_500);
  expect(nextTryAt(unixMs(1_000), 0, unixMs(500), () => 0.5)).toBe(1_500);
  expect(nextTryAt(unixMs(1_000), 0, null, () => 0)).toBe(1_200);
});
