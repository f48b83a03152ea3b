import { TickMarkType } from 'lightweight-charts';
import type { UTCTimestamp } from 'lightweight-charts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { unixMs } from '../../../src-main/contract/market.ts';
import { crosshairTime, tickMark } from '../../../src-renderer/chart/time-axis.ts';
import { fromMomentInput, toMomentInput } from '../../../src-renderer/format/moment-input.ts';
import { formatTime } from '../../../src-renderer/format/time.ts';

const zoneBefore = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'America/New_York';
});
afterAll(() => {
  if (zoneBefore === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zoneBefore;
});

const halfHour = 1_800_000;
/** Half-hourly moments from an hour before the change to an hour and a half after it. */
const around = (change: number): number[] => Array.from({ length: 6 }, (_, i) => change + (i - 2) * halfHour);
const spring = around(Date.UTC(2025, 2, 9, 7));
const autumn = around(Date.UTC(2025, 10, 2, 6));
const local = (moments: readonly number[]): string[] => moments.map((at) => formatTime(unixMs(at), 'local'));

describe('the night on which clocks go forward', () => {
  test('has no time between two and three, and every moment names its zone', () => {
    expect(local(spring)).toEqual([
      '2025-03-09 01:00 EST',
      '2025-03-09 01:30 EST',
      '2025-03-09 03:00 EDT',
      '2025-03-09 03:30 EDT',
      '2025-03-09 04:00 EDT',
      '2025-03-09 04:30 EDT',
    ]);
  });

  test('a moment that is typed is the moment that is shown', () => {
    for (const at of spring) expect(fromMomentInput(toMomentInput(unixMs(at), 'local'), 'local')).toBe(at);
  });
});

describe('the night on which clocks go back', () => {
  test('has the time between one and two twice, told apart by the zone', () => {
    expect(local(autumn)).toEqual([
      '2025-11-02 01:00 EDT',
      '2025-11-02 01:30 EDT',
      '2025-11-02 01:00 EST',
      '2025-11-02 01:30 EST',
      '2025-11-02 02:00 EST',
      '2025-11-02 02:30 EST',
    ]);
  });

  test('a typed moment that is there twice is one of the two, never one beside them', () => {
    for (const at of autumn) {
      const found = fromMomentInput(toMomentInput(unixMs(at), 'local'), 'local')!;
      expect([at, at - 2 * halfHour]).toContain(found);
    }
  });
});

test.each([
  ['spring', spring],
  ['autumn', autumn],
])('in %s no two candles of a chart have one time, in UTC none jumps', (_when, moments) => {
  const seconds = moments.map((at) => (at / 1000) as UTCTimestamp);
  expect(new Set(seconds.map(crosshairTime('local'))).size).toBe(moments.length);
  const marks = seconds.map((at) => tickMark('UTC', '30m' as never)(at, TickMarkType.Time));
  const minutes = marks.map((mark) => Number(mark.slice(0, 2)) * 60 + Number(mark.slice(3)));
  expect(minutes.map((minute) => minute - minutes[0]!)).toEqual([0, 30, 60, 90, 120, 150]);
});

test('a day’s mark stands at its own midnight on both sides of a change', () => {
  const mark = tickMark('local', '15m');
  const at = (...parts: [number, number, number, number]) => (Date.UTC(...parts) / 1000) as UTCTimestamp;
  expect(mark(at(2025, 2, 9, 5), TickMarkType.Time)).toBe('9 Mar');
  expect(mark(at(2025, 2, 10, 4), TickMarkType.Time)).toBe('10 Mar');
  expect(mark(at(2025, 10, 2, 4), TickMarkType.Time)).toBe('2 Nov');
  expect(mark(at(2025, 10, 3, 5), TickMarkType.Time)).toBe('3 Nov');
});
