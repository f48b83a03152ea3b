import { expect, test } from 'vitest';
import { unixMs } from '../../../../src-main/contract/market.ts';
import { CarefulClock } from '../../../../src-main/net/budget/careful-clock.ts';

const start = Date.UTC(2026, 0, 5, 8);
const hour = 3_600_000;

function open(remembered: number | null = null) {
  const parts = { wall: start, elapsed: 0 };
  const clock = new CarefulClock(
    { now: () => unixMs(parts.wall), elapsed: () => parts.elapsed },
    remembered === null ? null : unixMs(remembered),
  );
  const pass = (wall: number, elapsed = wall): number => {
    parts.wall += wall;
    parts.elapsed += elapsed;
    return clock.time() - start;
  };
  return { clock, pass };
}

test('it goes on by the lesser of both clocks and never back by itself', () => {
  const { pass } = open();
  expect(pass(1000)).toBe(1000);
  expect(pass(hour, 1000)).toBe(2000);
  expect(pass(-hour, 1000)).toBe(2000);
  expect(pass(8 * hour, 0)).toBe(2000);
});

test('it begins at what it was before a restart where the wall was put back', () => {
  expect(open(start + hour).clock.time()).toBe(start + hour);
  expect(open(start - hour).clock.time()).toBe(start);
});

test('the first Date puts it right both ways, later ones forward, and back beyond noise', () => {
  const { clock, pass } = open();
  clock.heard(unixMs(start - hour));
  expect([clock.hasHeard, clock.time()]).toEqual([true, start - hour]);
  clock.heard(unixMs(start));
  expect(pass(5_000)).toBe(5_000);
  clock.heard(unixMs(start + 3_000));
  expect(clock.time()).toBe(start + 5_000);
  clock.heard(unixMs(start + 2_000));
  expect(clock.time()).toBe(start + 2_000);
  expect(clock.inWallTime(unixMs(start + 12_000))).toBe(start + 15_000);
});
