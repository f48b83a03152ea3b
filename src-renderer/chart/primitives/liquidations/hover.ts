import type { UnixMs } from '../../../../src-main/contract/market.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';
import type { Source } from '../../../../src-main/contract/source.ts';
import type { PlacedLiquidation } from './options.ts';

/** CSS pixels that the pointer may miss a mark by. */
const tolerance = 3;
const mostShown = 3;

/** A realised liquidation, to be read exactly. */
export interface RealisedRow {
  /** Tells rows of one card apart. */
  readonly key: string;
  readonly source: Source;
  readonly symbol: string;
  readonly side: 'long' | 'short';
  readonly price: number;
  readonly priceBasis: 'fill' | 'bankruptcy';
  /** Base coin. */
  readonly coins: number;
  readonly usd: number;
  readonly time: UnixMs;
  /** The venue tells only some of its liquidations. */
  readonly isSample: boolean;
}

/** The marks under the pointer, nearest first, and how many more there are than are told. */
export function marksUnder(
  marks: readonly PlacedLiquidation[],
  x: number,
  y: number,
): { readonly rows: readonly RealisedRow[]; readonly more: number } {
  const near = marks
    .map((mark) => ({ mark, distance: Math.hypot(mark.x - x, mark.y - y) }))
    .filter(({ mark, distance }) => distance <= mark.radius + tolerance)
    .sort((a, b) => a.distance - b.distance);
  return { rows: near.slice(0, mostShown).map(({ mark }) => rowOf(mark)), more: Math.max(0, near.length - mostShown) };
}

function rowOf({ table, row, side, usd }: PlacedLiquidation): RealisedRow {
  const { source, symbol, priceBasis, isSample } = table;
  return {
    key: `${source.provider}/${symbol}/${row}`,
    source,
    symbol,
    side,
    price: table.prices[row] ?? NaN,
    priceBasis,
    coins: table.coins[row] ?? NaN,
    usd,
    time: unixMs(table.times[row] ?? NaN),
    isSample,
  };
}
