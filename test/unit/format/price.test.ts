import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalsOfTick, exactNumber, formatPercent, formatPrice } from '../../../src-renderer/format/price.ts';

describe('a price', () => {
  it('has the decimals of its venue’s tick', () => {
    expect(formatPrice(67012.3, 0.01)).toBe('67,012.30');
    expect(formatPrice(67012.3, 0.1)).toBe('67,012.3');
    expect(formatPrice(67012.3, 5)).toBe('67,012');
    expect(formatPrice(0.00001234, 1e-8)).toBe('0.00001234');
    expect(formatPrice(101.25, 0.25)).toBe('101.25');
  });

  it('falls back to two decimals where the tick is unknown', () => {
    expect(formatPrice(12.5, 0)).toBe('12.50');
    expect(formatPrice(12.5, NaN)).toBe('12.50');
  });

  it('is an em dash when missing', () => {
    expect(formatPrice(NaN, 0.1)).toBe('—');
    expect(formatPrice(null, 0.1)).toBe('—');
    expect(formatPrice(Infinity, 0.1)).toBe('—');
  });

  it('counts a tick’s decimals through exponents', () => {
    expect([1, 10, 0.5, 0.001, 1e-7, 2.5e-7].map(decimalsOfTick)).toEqual([0, 0, 1, 3, 7, 8]);
  });
});

describe('an exact number', () => {
  it('shows every digit, grouped, without an exponent', () => {
    expect(exactNumber(4_800_000_000)).toBe('4,800,000,000');
    expect(exactNumber(67012.125)).toBe('67,012.125');
    expect(exactNumber(-1234.5)).toBe('-1,234.5');
    expect(exactNumber(0.1 + 0.2)).toBe('0.30000000000000004');
    expect(exactNumber(1e21)).toBe('1,000,000,000,000,000,000,000');
    expect(exactNumber(1.25e-9)).toBe('0.00000000125');
    expect(exactNumber(0)).toBe('0');
    expect(exactNumber(NaN)).toBe('—');
  });

  it('reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = exactNumber(value);
        expect(text).not.toMatch(/e/i);
        expect(Number(text.replaceAll(',', ''))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('a percentage', () => {
  it('is signed, with two decimals', () => {
    expect(formatPercent(0.0373)).toBe('+3.73 %');
    expect(formatPercent(-0.012)).toBe('-1.20 %');
    expect(formatPercent(12.5)).toBe('+1,250.00 %');
  });

  it('gives zero no sign', () => {
    expect(formatPercent(0)).toBe('0.00 %');
    expect(formatPercent(-0.000001)).toBe('0.00 %');
  });

  it('takes other digits and no sign', () => {
    expect(formatPercent(0.0005, { signed: false, digits: 4 })).toBe('0.0500 %');
    expect(formatPercent(-0.5, { signed: false, digits: 0 })).toBe('-50 %');
    expect(formatPercent(NaN)).toBe('—');
  });
});
