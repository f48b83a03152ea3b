import type { AmountUnit } from '../../src-main/contract/snapshot.ts';
import { isShown, missing } from './missing.ts';
import type { Maybe } from './missing.ts';
import { numberFormat } from './number-format.ts';
import { exactNumber } from './price.ts';

const steps = [
  { size: 1, suffix: '' },
  { size: 1e3, suffix: 'K' },
  { size: 1e6, suffix: 'M' },
  { size: 1e9, suffix: 'B' },
  { size: 1e12, suffix: 'T' },
] as const;

const padded = { minimumSignificantDigits: 3, maximumSignificantDigits: 3 } as const;
const trimmed = { maximumSignificantDigits: 3 } as const;

/** An amount with three significant digits and its unit: `$4.80B`, `1,240 BTC`, `0.83 rel`. `coin` names the coin. */
export function formatAmount(value: Maybe, unit: AmountUnit, coin?: string): string {
  if (!isShown(value)) return missing;
  const size = Math.abs(value);
  // Coins and relative strengths are read as plain numbers until the zeros get long.
  const digits = unit === 'usd' || size >= 100_000 ? compact(size) : numberFormat('trimmed', trimmed).format(size);
  return dress(value < 0 ? '-' : '', digits, unit, coin);
}

/** The same amount with every digit it came with: `$4,800,000,000`. */
export function exactAmount(value: Maybe, unit: AmountUnit, coin?: string): string {
  if (!isShown(value)) return missing;
  return dress(value < 0 ? '-' : '', exactNumber(Math.abs(value)), unit, coin);
}

/** How an axis names the unit: `USD`, the coin, `relative`. */
export function unitName(unit: AmountUnit, coin?: string): string {
  return unit === 'usd' ? 'USD' : unit === 'relative' ? 'relative' : (coin ?? 'coins');
}

function dress(sign: string, digits: string, unit: AmountUnit, coin?: string): string {
  if (unit === 'usd') return `${sign}$${digits}`;
  return `${sign}${digits} ${unit === 'coin' ? (coin ?? 'coins') : 'rel'}`;
}

function compact(size: number): string {
  if (size < 1) return numberFormat('trimmed', trimmed).format(size);
  // Rounding first, so that 999,960,000 becomes 1.00B and not 1,000M.
  const rounded = Number(size.toPrecision(3));
  const step = steps.findLast((each) => rounded >= each.size) ?? steps[0];
  return numberFormat('padded', padded).format(rounded / step.size) + step.suffix;
}
