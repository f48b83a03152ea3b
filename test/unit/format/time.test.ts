import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { formatAge, formatTime } from '../../../src-renderer/format/time.ts';

describe('an age', () => {
  it('is rounded down to its largest unit', () => {
    const seconds = [0, 12, 59.9, 60, 3 * 60 + 59, 3_600, 2 * 3_600 + 10, 86_399, 86_400, 5 * 86_400];
    expect(seconds.map((each) => formatAge(each * 1000))).toEqual([
      '0 s',
      '12 s',
      '59 s',
      '1 min',
      '3 min',
      '1 h',
      '2 h',
      '23 h',
      '1 d',
      '5 d',
    ]);
  });

  it('is never negative, and an em dash when unknown', () => {
    expect(formatAge(-5_000)).toBe('0 s');
    expect(formatAge(NaN)).toBe('—');
  });
});

describe('a time', () => {
  const before = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = 'America/New_York';
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  const winter = unixMs(Date.UTC(2025, 10, 21, 0, 5, 9));
  const summer = unixMs(Date.UTC(2025, 6, 1, 12, 0, 0));

  it('names its zone in every style', () => {
    expect(formatTime(winter, 'UTC', 'time')).toBe('00:05:09 UTC');
    expect(formatTime(winter, 'UTC')).toBe('2025-11-21 00:05 UTC');
    expect(formatTime(winter, 'UTC', 'full')).toBe('2025-11-21 00:05:09 UTC');
  });

  it('is the wall clock of the local zone, summer time included', () => {
    expect(formatTime(winter, 'local', 'full')).toBe('2025-11-20 19:05:09 EST');
    expect(formatTime(summer, 'local', 'minute')).toBe('2025-07-01 08:00 EDT');
  });

  it('is an em dash when missing or out of every calendar', () => {
    expect(formatTime(null, 'UTC')).toBe('—');
    expect(formatTime(unixMs(NaN), 'UTC')).toBe('—');
    expect(formatTime(unixMs(1e300), 'UTC')).toBe('—');
  });
});
