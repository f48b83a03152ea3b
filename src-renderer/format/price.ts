import { isShown, missing } from './missing.ts';
import type { Maybe } from './missing.ts';
import { numberFormat } from './number-format.ts';

const mostDecimals = 12;

/** Digits after the point that a price on this grid needs: 0.1 → 1, 0.25 → 2, 5 → 0, 1e-7 → 7. */
export function decimalsOfTick(tickSize: number): number {
  if (!Number.isFinite(tickSize) || tickSize <= 0) return 2;
  const [digits = '', exponent = '0'] = String(tickSize).split('e');
  const fraction = digits.split('.')[1]?.length ?? 0;
  return Math.min(mostDecimals, Math.max(0, fraction - Number(exponent)));
}

/** A price with as many decimals as its venue's tick: `67,012.30`. */
export function formatPrice(price: Maybe, tickSize: number): string {
  if (!isShown(price)) return missing;
  const decimals = decimalsOfTick(tickSize);
  return numberFormat(`price/${decimals}`, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: 'negative',
  }).format(price);
}

/** The shortest decimal digits that read back as the same number; grouped, never with an exponent, never rounded. */
export function exactNumber(value: Maybe): string {
  if (!isShown(value)) return missing;
  const [whole, fraction] = plainDigits(Math.abs(value));
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return (value < 0 ? '-' : '') + grouped + (fraction === '' ? '' : `.${fraction}`);
}

/** `String` of a number, with the exponent written out: whole digits and fraction digits. */
function plainDigits(value: number): [whole: string, fraction: string] {
  const [mantissa = '0', power = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const shift = Number(power);
  if (shift >= 0) {
    const digits = fraction.padEnd(shift, '0');
    return [whole + digits.slice(0, shift), digits.slice(shift)];
  }
  const digits = whole.padStart(1 - shift, '0');
  const cut = digits.length + shift;
  return [digits.slice(0, cut), digits.slice(cut) + fraction];
}

/** A fraction as percent: 0.0373 → `+3.73 %`. Signed and with two decimals unless asked otherwise. */
export function formatPercent(fraction: Maybe, options: { signed?: boolean; digits?: number } = {}): string {
  if (!isShown(fraction)) return missing;
  const { signed = true, digits = 2 } = options;
  const format = numberFormat(`percent/${digits}/${signed}`, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: signed ? 'exceptZero' : 'negative',
  });
  return `${format.format(fraction * 100)} %`;
}
