import type { LiquidationVolumes, RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import type { BarTimes } from '../../../src-renderer/chart/panes/bar-times.ts';

export const minute = 60_000;
export const hour = 60 * minute;

const source = (provider: ProviderId) => ({ provider, environment: 'simulated', host: '' }) as const;

/** Rows of start (in hours), long, short; all received long after. */
export function volumesOf(
  rows: readonly (readonly [hours: number, long: number, short: number])[],
  more: Partial<LiquidationVolumes> = {},
): LiquidationVolumes {
  const column = (read: (row: readonly [number, number, number]) => number) => Float64Array.from(rows, read);
  return {
    source: source('kaiko'),
    asset: 'BTC',
    variant: '1h/usd/all',
    intervalMs: hour,
    unit: 'usd',
    times: column(([hours]) => hours * hour),
    longs: column(([, long]) => long),
    shorts: column(([, , short]) => short),
    longTrades: column(() => 2),
    shortTrades: column(() => 3),
    breaches: column(() => 0),
    exchanges: [],
    receivedAt: unixMs(1e15),
    ...more,
  };
}

/** Rows of time (in minutes), side, US dollars; all at a price of 100 unless told. */
export function realisedOf(
  provider: ProviderId,
  rows: readonly (readonly [minutes: number, side: 1 | -1, usd: number, price?: number])[],
  more: Partial<RealisedLiquidations> = {},
): RealisedLiquidations {
  return {
    source: source(provider),
    asset: 'BTC',
    symbol: 'BTCUSDT',
    isSample: provider === 'binance',
    priceBasis: provider === 'bybit' ? 'bankruptcy' : 'fill',
    times: Float64Array.from(rows, ([at]) => at * minute),
    sides: Float64Array.from(rows, ([, side]) => side),
    prices: Float64Array.from(rows, ([, , , price]) => price ?? 100),
    coins: Float64Array.from(rows, ([, , usd, price]) => usd / (price ?? 100)),
    usd: Float64Array.from(rows, ([, , usd]) => usd),
    receivedAt: Float64Array.from(rows, ([at]) => at * minute + 80),
    ...more,
  };
}

/** Candles that open at these times. */
export function barsAt(openTimes: readonly number[], stepMs: number): BarTimes {
  return {
    count: openTimes.length,
    stepMs,
    timeAt: (index) => openTimes[index] ?? NaN,
    indexOf: (time) => openTimes.filter((each) => each < time).length,
  };
}

/** So many candles on end, from a time on. */
export const barsFrom = (start: number, stepMs: number, count: number): BarTimes =>
  barsAt(
    Array.from({ length: count }, (_, i) => start + i * stepMs),
    stepMs,
  );
