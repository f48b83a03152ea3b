import type { AmountUnit } from '../../../src-main/contract/snapshot.ts';
import { scaleOf } from '../../chart/level-map.ts';
import type { LevelMap } from '../../chart/level-map.ts';
import { formatAmount } from '../../format/amount.ts';

const least = 0.001;

/** An amount as a column of the table has room for it: with three decimals at most, `<0.001 rel` where they tell nothing. */
export function shortAmount(value: number | null, unit: AmountUnit, coin?: string): string {
  if (value === null || !(Math.abs(value) > 0) || Math.abs(value) >= 0.1 || unit === 'usd')
    return formatAmount(value, unit, coin);
  if (Math.abs(value) < least) return `<${formatAmount(least, unit, coin)}`;
  return formatAmount(Math.round(value / least) * least, unit, coin);
}

/** Digits and letters that the widest amount takes where it counts coins: `9,990 BTC`; 0 where all fit the usual column. */
export function amountWidth(maps: readonly LevelMap[]): number {
  return Math.max(
    0,
    ...maps
      .filter(({ unit }) => unit === 'coin')
      .map((map) => ((scaleOf(map)?.max ?? 0) >= 9_995 ? 6 : 5) + map.asset.length),
  );
}
