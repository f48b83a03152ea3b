import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { RateLimits } from '../../../src-main/contract/provider-status.ts';
import { readLimits, readRetryAfter } from '../../../src-main/net/told-limits.ts';

const now = unixMs(1_643_700_000_000);
const headers = (limit: string, remaining: string, reset: string) => ({
  'x-ratelimit-limit': limit,
  'x-ratelimit-remaining': remaining,
  'x-ratelimit-reset': reset,
});
const limits = (remaining: number | null, resetAt: number | null, limit: number | null = 100): RateLimits => ({
  limit,
  remaining,
  resetAt: resetAt === null ? null : unixMs(resetAt),
  seenAt: now,
});

describe('rate-limit headers', () => {
  test('the documented headers are read, the reset in epoch seconds', () => {
    expect(readLimits(headers('100', '95', '1643721600'), now)).toEqual({
      limit: 100,
      remaining: 95,
      resetAt: 1_643_721_600_000,
      seenAt: now,
    });
  });

  test.each([
    ['unlimited', 'unlimited', 'never'],
    ['-1', '-1', '-1'],
    ['NaN', '1e2', '3600'],
    ['100, 100', '95;w=60', '1643721600000'],
    ['', '', ''],
  ])('nonsense (%s, %s, %s) is nothing', (limit, remaining, reset) => {
    expect(readLimits(headers(limit, remaining, reset), now)).toBeNull();
  });

  test('an unlimited plan keeps the reset it names', () => {
    expect(readLimits(headers('unlimited', 'unlimited', '1643721600'), now)).toEqual(
      limits(null, 1_643_721_600_000, null),
    );
  });

  test('any text at all yields null or whole numbers', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (limit, remaining, reset) => {
        const read = readLimits(headers(limit, remaining, reset), now);
        for (const value of [read?.limit, read?.remaining, read?.resetAt]) {
          if (value !== null && value !== undefined) expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
        }
      }),
    );
  });
});

describe('Retry-After', () => {
  test('seconds, an HTTP date, the body; the later counts', () => {
    expect(readRetryAfter({ 'retry-after': '120' }, undefined, now)).toBe(now + 120_000);
    expect(readRetryAfter({ 'retry-after': new Date(now + 60_000).toUTCString() }, undefined, now)).toBe(now + 60_000);
    expect(readRetryAfter({}, 3600, now)).toBe(now + 3_600_000);
    expect(readRetryAfter({ 'retry-after': '10' }, '3600', now)).toBe(now + 3_600_000);
  });

  test.each([
    ['soon', undefined],
    ['-5', -5],
    ['', NaN],
    ['99999999999', Infinity],
    ['1e3', '0x10'],
  ])('nonsense (%s, %s) is no time', (header, body) => {
    expect(readRetryAfter({ 'retry-after': header }, body, now)).toBeNull();
  });
});
