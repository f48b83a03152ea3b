import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { RateLimits } from '../../../src-main/contract/provider-status.ts';
import { affordableIntervalMs, mayCallInBackground, readLimits, readRetryAfter } from '../../../src-main/net/budget.ts';

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

describe('background calls', () => {
  const resetAt = now + 3_600_000;

  test('go on while the reserve of ten stays whole', () => {
    expect(mayCallInBackground(limits(11, resetAt), now)).toEqual({ ok: true });
  });

  test('stop before the reserve is touched, until the reset', () => {
    expect(mayCallInBackground(limits(10, resetAt), now)).toEqual({
      ok: false,
      waitUntil: resetAt,
      reason: 'Only 10 calls are left until the limit resets; they are kept for your own requests.',
    });
    expect(mayCallInBackground(limits(0, resetAt), now)).toMatchObject({
      reason: 'No calls are left until the limit resets.',
    });
  });

  test('go on again once the reset has passed', () => {
    expect(mayCallInBackground(limits(0, resetAt), unixMs(resetAt))).toEqual({ ok: true });
  });

  test('are free where nothing is known or nothing is limited', () => {
    expect(mayCallInBackground(null, now)).toEqual({ ok: true });
    expect(mayCallInBackground(limits(null, resetAt, null), now)).toEqual({ ok: true });
  });

  test('wait a quarter of an hour where a spent budget names no reset', () => {
    expect(mayCallInBackground(limits(3, null), now)).toMatchObject({ ok: false, waitUntil: now + 900_000 });
    expect(mayCallInBackground(limits(3, null), unixMs(now + 900_000))).toEqual({ ok: true });
  });
});

describe('the affordable pace', () => {
  const minIntervalMs = 15 * 60_000;
  const eightHours = 8 * 3_600_000;

  test("the provider's own arithmetic: three assets every 15 minutes for 8 hours are 96 calls and fit into 100", () => {
    const intervalMs = affordableIntervalMs({
      limits: limits(100, now + eightHours),
      callsPerRound: 3,
      now,
      minIntervalMs,
      reserve: 4,
    });
    expect(intervalMs).toBe(15 * 60_000);
    expect((eightHours / intervalMs) * 3).toBe(96);
  });

  test('with the usual reserve the same day is paced at 16 minutes: 90 calls', () => {
    expect(affordableIntervalMs({ limits: limits(100, now + eightHours), callsPerRound: 3, now, minIntervalMs })).toBe(
      16 * 60_000,
    );
  });

  test('what cannot be afforded waits for the reset', () => {
    expect(affordableIntervalMs({ limits: limits(12, now + eightHours), callsPerRound: 3, now, minIntervalMs })).toBe(
      eightHours,
    );
  });

  test('an unknown or unlimited budget is asked once a minute at most', () => {
    expect(affordableIntervalMs({ limits: null, callsPerRound: 3, now, minIntervalMs: 5_000 })).toBe(60_000);
    expect(
      affordableIntervalMs({ limits: limits(null, now, null), callsPerRound: 3, now, minIntervalMs: 120_000 }),
    ).toBe(120_000);
  });

  test('after the reset the full limit is spread over a day', () => {
    const renewed = limits(0, now - 1000);
    expect(affordableIntervalMs({ limits: renewed, callsPerRound: 1, now, minIntervalMs: 1 })).toBe(86_400_000 / 90);
  });

  test('never schedules more than what is left above the reserve before the reset', () => {
    const plan = fc.record({
      remaining: fc.nat(5000),
      window: fc.integer({ min: 1, max: 86_400_000 }),
      callsPerRound: fc.integer({ min: 1, max: 60 }),
      reserve: fc.nat(50),
      minIntervalMs: fc.integer({ min: 1, max: 3_600_000 }),
    });
    fc.assert(
      fc.property(plan, ({ remaining, window, callsPerRound, reserve, minIntervalMs }) => {
        const intervalMs = affordableIntervalMs({
          limits: limits(remaining, now + window),
          callsPerRound,
          now,
          minIntervalMs,
          reserve,
        });
        const roundsBeforeReset = Math.ceil(window / intervalMs) - 1;
        expect(intervalMs).toBeGreaterThanOrEqual(minIntervalMs);
        expect(roundsBeforeReset * callsPerRound).toBeLessThanOrEqual(Math.max(0, remaining - reserve));
      }),
    );
  });

  test('the planner and the gate agree: obeying both, a window never goes below the reserve', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1000, max: 86_400_000 }),
        (start, calls, window) => {
          let remaining = start;
          let at = now as number;
          for (let round = 0; round < 400 && at < now + window; round += 1) {
            const seen = { ...limits(remaining, now + window), seenAt: unixMs(at) };
            at += affordableIntervalMs({ limits: seen, callsPerRound: calls, now: unixMs(at), minIntervalMs: 1000 });
            if (at >= now + window) break;
            for (let call = 0; call < calls; call += 1) {
              if (mayCallInBackground(limits(remaining, now + window), unixMs(at)).ok) remaining -= 1;
            }
          }
          expect(remaining).toBeGreaterThanOrEqual(Math.min(start, 10));
        },
      ),
    );
  });
});
