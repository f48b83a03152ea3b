import type { LiquidationVolumes } from '../../../src-main/contract/liquidation.ts';
import { volumeFlag } from './volume-columns.ts';
import type { VolumeColumns } from './volume-columns.ts';
import { VolumeRows } from './volume-rows.ts';

/**
 * A provider's volumes on candles of `stepMs`: intervals that start inside a candle are summed; an interval longer than a
 * candle stays one row. Candles without an interval have no row: they are unknown. A row whose numbers are not all there,
 * or whose interval had not ended when it was received, is partial.
 */
export function placeVolumes(volumes: LiquidationVolumes, stepMs: number): VolumeColumns {
  const { intervalMs, times, longs, shorts, longTrades, shortTrades, breaches, receivedAt } = volumes;
  const isWide = intervalMs > stepMs;
  const rows = new VolumeRows(isWide ? intervalMs : stepMs);
  let start = NaN;
  let held = 0;
  const close = (): void => {
    if (held > 0 && !isWide && held < startsWithin(volumes, start, stepMs)) rows.add(start, missing);
  };
  for (let i = 0; i < times.length; i++) {
    const time = times[i] ?? NaN;
    const [long, short] = [longs[i] ?? NaN, shorts[i] ?? NaN];
    if (!Number.isFinite(time) || !Number.isFinite(long) || !Number.isFinite(short)) continue;
    const next = isWide ? time : Math.floor(time / stepMs) * stepMs;
    if (next !== start) {
      close();
      start = next;
      held = 0;
    }
    held += 1;
    const wasRunning = time + intervalMs > receivedAt;
    rows.add(start, {
      long,
      short,
      longTrades: longTrades[i] ?? NaN,
      shortTrades: shortTrades[i] ?? NaN,
      flags: (breaches[i] ?? 0) | (wasRunning ? volumeFlag.partial : 0),
    });
  }
  close();
  return rows.columns;
}

const missing = { long: 0, short: 0, longTrades: 0, shortTrades: 0, flags: volumeFlag.partial };

/** How many intervals start in a candle; they start at equal distances from the first one. */
function startsWithin({ intervalMs, times }: LiquidationVolumes, start: number, stepMs: number): number {
  const phase = (times[0] ?? 0) % intervalMs;
  const before = (time: number): number => Math.ceil((time - phase) / intervalMs);
  return before(start + stepMs) - before(start);
}
