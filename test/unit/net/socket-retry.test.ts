import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { realEnvironment } from '../../../src-main/net/socket-environment.ts';
import { SocketRetry } from '../../../src-main/net/socket-retry.ts';

const gone = failure('server', 'gone');

function retrying(random = () => 0.5) {
  let now = 1_000_000;
  const retry = new SocketRetry({ ...realEnvironment, now: () => unixMs(now), random });
  return {
    retry,
    now: () => now,
    pass: (ms: number) => void (now += ms),
    waitOf: (reason = gone) => retry.lost(reason) - now,
  };
}

test('waits are jittered over their whole length, doubled up to a minute, and start over once one is proven', () => {
  const half = retrying();
  expect(Array.from({ length: 9 }, () => half.waitOf())).toEqual([
    ...[500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000],
  ]);
  half.retry.proven();
  expect(half.waitOf()).toBe(500);
  const least = retrying(() => 0);
  expect(Array.from({ length: 9 }, () => least.waitOf())).toEqual(Array(9).fill(200));
});

test('a clock that is set does not make a wait longer than it was', () => {
  const { retry, waitOf, pass } = retrying();
  const wait = waitOf(failure('rate-limited', 'Slow down.', { retryAt: unixMs(1_060_000) }));
  expect(wait).toBe(60_500);
  pass(-3_600_000);
  expect(retry.hurried()).toBe(60_500);
  pass(3_610_000);
  expect(retry.hurried()).toBe(50_500);
  pass(3_600_000);
  expect(retry.hurried()).toBe(0);
});

test('signs of a network that is back never bring on what the other side asked to wait with, nor two tries in 200 ms', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 5_000 }) }),
    fc.record({ kind: fc.constant('check' as const) }),
    fc.record({ kind: fc.constant('lost' as const), retryIn: fc.option(fc.integer({ min: 1, max: 20_000 })) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (steps, chance) => {
      const { retry, now, pass } = retrying(() => chance);
      retry.lost(gone);
      let notBefore = -Infinity;
      let hurriedAt = -Infinity;
      for (const one of steps) {
        if (one.kind === 'pass') pass(one.ms);
        else if (one.kind === 'lost') {
          notBefore = one.retryIn === null ? -Infinity : now() + one.retryIn;
          retry.lost({ ...gone, retryAt: one.retryIn === null ? null : unixMs(notBefore) });
        } else if (retry.hurried() === 0) {
          expect(now()).toBeGreaterThanOrEqual(notBefore);
          if (notBefore === -Infinity) {
            expect(now() - hurriedAt).toBeGreaterThanOrEqual(200);
            hurriedAt = now();
            retry.lost(gone);
          }
        }
      }
    }),
  );
});
