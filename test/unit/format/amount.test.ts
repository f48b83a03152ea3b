import { describe, expect, it } from 'vitest';
import { exactAmount, formatAmount, unitName } from '../../../src-renderer/format/amount.ts';

describe('an amount', () => {
  it('has three significant digits and its unit', () => {
    expect(formatAmount(4_800_000_000, 'usd')).toBe('$4.80B');
    expect(formatAmount(1_240, 'coin', 'BTC')).toBe('1,240 BTC');
    expect(formatAmount(0.83, 'relative')).toBe('0.83 rel');
  });

  it('compacts dollars from a thousand on', () => {
    expect(
      [0.05, 5, 12.34, 950, 1_000, 45_678, 2_100_000, 1.5e12, 2e15].map((each) => formatAmount(each, 'usd')),
    ).toEqual(['$0.05', '$5.00', '$12.3', '$950', '$1.00K', '$45.7K', '$2.10M', '$1.50T', '$2,000T']);
  });

  it('carries a rounding into the next step', () => {
    expect(formatAmount(999_960_000, 'usd')).toBe('$1.00B');
    expect(formatAmount(999.6, 'usd')).toBe('$1.00K');
  });

  it('keeps coins and relative strengths plain until they get long', () => {
    expect(formatAmount(12_345, 'coin', 'ETH')).toBe('12,300 ETH');
    expect(formatAmount(1_234_567, 'coin', 'SOL')).toBe('1.23M SOL');
    expect(formatAmount(0.5, 'coin')).toBe('0.5 coins');
    expect(formatAmount(3_000, 'relative')).toBe('3,000 rel');
  });

  it('keeps its sign before the unit', () => {
    expect(formatAmount(-4_800_000_000, 'usd')).toBe('-$4.80B');
    expect(exactAmount(-12.5, 'usd')).toBe('-$12.5');
  });

  it('tells zero from missing', () => {
    expect(formatAmount(0, 'usd')).toBe('$0');
    expect(formatAmount(NaN, 'usd')).toBe('—');
    expect(exactAmount(null, 'usd')).toBe('—');
  });

  it('is exact where asked', () => {
    expect(exactAmount(4_800_000_000, 'usd')).toBe('$4,800,000,000');
    expect(exactAmount(1_240.125, 'coin', 'BTC')).toBe('1,240.125 BTC');
    expect(exactAmount(0.8312, 'relative')).toBe('0.8312 rel');
  });

  it('names its unit for a scale', () => {
    expect([unitName('usd'), unitName('coin', 'BTC'), unitName('relative')]).toEqual(['USD', 'BTC', 'relative']);
  });
});
