import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import type { LevelMap } from '../../chart/level-map.ts';
import { exactNumber } from '../../format/price.ts';

/** Characters that the longest price of a table takes before its point, and with its point after it. */
export interface PriceWidth {
  readonly whole: number;
  readonly fraction: number;
}

/** Room for every price of the maps and the profile with all its digits, so that none is cut off. */
export function priceWidth(maps: readonly LevelMap[], gex: GexProfile | null): PriceWidth {
  let whole = 0;
  let fraction = 0;
  const measure = (price: number): void => {
    const text = exactNumber(price);
    const point = text.includes('.') ? text.indexOf('.') : text.length;
    whole = Math.max(whole, point);
    fraction = Math.max(fraction, text.length - point);
  };
  for (const { prices } of maps) prices.forEach(measure);
  gex?.strikes.forEach(measure);
  if (gex !== null && gex.flipLevel !== null) measure(gex.flipLevel);
  return { whole, fraction };
}
