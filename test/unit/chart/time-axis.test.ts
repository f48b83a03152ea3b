import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TickMarkType } from 'lightweight-charts';
import type { UTCTimestamp } from 'lightweight-charts';
import { crosshairTime, tickMark } from '../../../src-renderer/chart/time-axis.ts';

const before = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'America/New_York';
});
afterAll(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

const at = (...parts: [number, number, number, number]) => (Date.UTC(...parts) / 1000) as UTCTimestamp;

describe('marks of the time axis', () => {
  it('are days, months and hours in UTC', () => {
    const mark = tickMark('UTC', '15m');
    expect(mark(at(2025, 10, 21, 9), TickMarkType.Time)).toBe('09:00');
    expect(mark(at(2025, 10, 21, 0), TickMarkType.DayOfMonth)).toBe('21 Nov');
    expect(mark(at(2025, 10, 1, 0), TickMarkType.Month)).toBe('Nov');
    expect(mark(at(2025, 0, 1, 0), TickMarkType.Year)).toBe('2025');
  });

  it('say the hour where a UTC day does not begin at the zone’s midnight', () => {
    const mark = tickMark('local', '15m');
    expect(mark(at(2025, 10, 21, 0), TickMarkType.DayOfMonth)).toBe('20 Nov 19:00');
    expect(mark(at(2025, 10, 21, 5), TickMarkType.Time)).toBe('21 Nov');
    expect(mark(at(2025, 10, 21, 14), TickMarkType.Time)).toBe('09:00');
  });

  it('date daily candles by their UTC day in every zone', () => {
    expect(tickMark('local', '1D')(at(2025, 10, 21, 0), TickMarkType.DayOfMonth)).toBe('21 Nov');
  });

  it('have the crosshair name its zone', () => {
    expect(crosshairTime('UTC')(at(2025, 10, 21, 9))).toBe('2025-11-21 09:00 UTC');
    expect(crosshairTime('local')(at(2025, 10, 21, 9))).toBe('2025-11-21 04:00 EST');
  });
});
