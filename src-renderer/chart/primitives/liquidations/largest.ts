import type { RealisedLiquidations } from '../../../../src-main/contract/liquidation.ts';
import { firstFrom } from '../../panes/volume-columns.ts';
import { RankedQueue } from '../../ranked-queue.ts';
import type { LiquidationEvent } from './options.ts';

/** From `from` to before `to` (UnixMs), and prices from `low` to `high`. */
export interface EventRange {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** The largest liquidations of all tables within a range, at most `most`, largest first. */
export function largestWithin(
  tables: readonly RealisedLiquidations[],
  range: EventRange,
  most: number,
): LiquidationEvent[] {
  const kept = new RankedQueue<LiquidationEvent>((a, b) => a.usd < b.usd);
  let count = 0;
  let least = 0;
  for (const table of tables) {
    const { times, usd, prices } = table;
    const end = firstFrom(times, range.to);
    for (let row = firstFrom(times, range.from); row < end; row++) {
      const amount = usd[row] ?? NaN;
      const price = prices[row] ?? NaN;
      if (!(amount > least) || !(price >= range.low && price <= range.high)) continue;
      kept.put({ table, row, usd: amount });
      if (count < most) count += 1;
      else least = kept.take()?.usd ?? least;
    }
  }
  const found: LiquidationEvent[] = [];
  for (let next = kept.take(); next !== undefined; next = kept.take()) found.push(next);
  return found.reverse();
}
