import { expect, test } from 'vitest';
import { scrollToRow, visibleRows } from '../../../src-renderer/ui/windowed-rows.ts';

test('of ten thousand rows only those in view are drawn', () => {
  expect(visibleRows(10_000, 24, 0, 480)).toEqual({ first: 0, end: 28 });
  expect(visibleRows(10_000, 24, 24_000, 480)).toEqual({ first: 992, end: 1028 });
  expect(visibleRows(5, 24, 24_000, 480)).toEqual({ first: 0, end: 5 });
});

test('moving to a row scrolls just as far as needed', () => {
  expect(scrollToRow(3, 24, 0, 480, 24)).toBeNull();
  expect(scrollToRow(3, 24, 240, 480, 24)).toBe(72);
  expect(scrollToRow(30, 24, 0, 480, 24)).toBe(288);
});
