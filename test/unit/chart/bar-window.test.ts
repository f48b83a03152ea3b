import { expect, it } from 'vitest';
import { newestWindow, windowFor } from '../../../src-renderer/chart/bar-window.ts';

it('holds the newest bars, at most so many', () => {
  expect(newestWindow(500, 1_000)).toEqual({ start: 0, count: 500 });
  expect(newestWindow(2_500, 1_000)).toEqual({ start: 1_500, count: 1_000 });
});

it('stays the same object while the view is well inside', () => {
  const window = newestWindow(2_500, 1_000);
  expect(windowFor(window, 2_500, 1_700, 1_900, 1_000)).toBe(window);
  expect(windowFor(window, 2_500, 2_300, 2_530, 1_000)).toBe(window);
});

it('moves to older bars near its left end, and back', () => {
  const window = newestWindow(2_500, 1_000);
  const older = windowFor(window, 2_500, 1_550, 1_650, 1_000);
  expect(older).toEqual({ start: 1_100, count: 1_000 });
  expect(windowFor(older, 2_500, 2_050, 2_150, 1_000)).toEqual({ start: 1_500, count: 1_000 });
});

it('does not move beyond the bars there are', () => {
  const window = { start: 50, count: 1_000 };
  expect(windowFor(window, 2_500, 60, 200, 1_000)).toEqual({ start: 0, count: 1_000 });
  const first = { start: 0, count: 1_000 };
  expect(windowFor(first, 2_500, -40, 60, 1_000)).toBe(first);
});
