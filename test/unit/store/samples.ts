import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import type {
  LiquidationMap,
  LiquidationProfile,
  LiquidationVolumes,
  RealisedLiquidations,
} from '../../../src-main/contract/liquidation.ts';
import { unixMs, type CandleSeries, type Instrument, type UnixMs } from '../../../src-main/contract/market.ts';
import type { OpenInterest } from '../../../src-main/contract/positioning.ts';
import type { SnapshotHead } from '../../../src-main/contract/snapshot.ts';
import type { Source } from '../../../src-main/contract/source.ts';

export const kingfisher: Source = { provider: 'kingfisher', environment: 'production', host: 'api.example.com' };
export const simulated: Source = { provider: 'kingfisher', environment: 'simulated', host: '' };
export const binance: Source = { provider: 'binance', environment: 'production', host: 'fapi.example.com' };

export const noon = unixMs(Date.UTC(2026, 2, 1, 12));
export const after = (minutes: number): UnixMs => unixMs(noon + minutes * 60_000);

export function map(
  takenAt: UnixMs,
  longs: readonly number[] = [1, 2, 3],
  more: Partial<LiquidationMap> = {},
): LiquidationMap {
  return {
    kind: 'liquidation-map',
    source: kingfisher,
    asset: 'BTC',
    variant: 'all/1D',
    takenAt,
    takenAtBasis: 'provider',
    receivedAt: unixMs(takenAt + 500),
    confirmedAt: unixMs(takenAt + 500),
    transport: 'rest',
    extra: null,
    exchange: 'all',
    timeframe: '1D',
    unit: 'usd',
    referencePrice: 67_012.3,
    prices: Float64Array.from(longs, (_, i) => 60_000 + i * 10),
    longs: Float64Array.from(longs),
    shorts: new Float64Array(longs.length),
    levelTimes: new Float64Array(longs.length).fill(Number.NaN),
    ...more,
  };
}

/** The same with the time of arrival as its only time. */
export const arrived = (at: UnixMs, longs?: readonly number[], more: Partial<LiquidationMap> = {}): LiquidationMap =>
  map(at, longs, { takenAtBasis: 'received', receivedAt: at, confirmedAt: at, ...more });

function headAt(takenAt: UnixMs): Omit<SnapshotHead, 'kind'> {
  const { source, asset, transport, extra, receivedAt, confirmedAt, takenAtBasis } = map(takenAt);
  return { source, asset, transport, extra, receivedAt, confirmedAt, takenAtBasis, takenAt, variant: '' };
}

export function gex(takenAt: UnixMs, more: Partial<GexProfile> = {}): GexProfile {
  const { prices, longs, shorts } = map(takenAt);
  return {
    ...headAt(takenAt),
    kind: 'gex',
    unit: 'usd-per-percent',
    unitBasis: 'inferred',
    currentPrice: 67_000,
    strikes: prices,
    gammaExposure: longs,
    totalGamma: shorts,
    flipLevel: 68_200,
    regime: 'positive',
    positiveSide: 'below',
    model: null,
    calls: new Float64Array(),
    puts: new Float64Array(),
    total: null,
    callWall: null,
    putWall: null,
    ...more,
  };
}

export function openInterest(takenAt: UnixMs): OpenInterest {
  return {
    ...headAt(takenAt),
    kind: 'open-interest',
    totalUsd: 35_000_000_000.25,
    exchanges: [{ exchange: 'binance', openInterestUsd: 1.1, change24hUsd: null, changePercent24h: -0.1 }],
  };
}

export const btcusdt: Instrument = { source: binance, asset: 'BTC', symbol: 'BTCUSDT', quote: 'USDT', tickSize: 0.1 };

/** Candles at `from` and each minute after it; each `close` makes one. */
export function candles(from: UnixMs, close: readonly number[], more: Partial<CandleSeries> = {}): CandleSeries {
  return {
    instrument: btcusdt,
    timeframe: '1m',
    openTimes: Float64Array.from(close, (_, i) => from + i * 60_000),
    open: Float64Array.from(close),
    high: Float64Array.from(close, (value) => value + 0.1),
    low: Float64Array.from(close, (value) => value - 0.1),
    close: Float64Array.from(close),
    volume: Float64Array.from(close, () => 12.345),
    takerBuyVolume: Float64Array.from(close, () => Number.NaN),
    lastIsForming: false,
    receivedAt: unixMs(from + close.length * 60_000),
    ...more,
  };
}

/** One amount a level; the curves have other lengths than the levels. */
export function profile(takenAt: UnixMs, amounts: readonly number[]): LiquidationProfile {
  return {
    ...headAt(takenAt),
    kind: 'liquidation-profile',
    exchange: 'binance',
    market: 'BTC/USDT',
    leverage: 'all_leverage',
    unit: 'relative',
    prices: Float64Array.from(amounts, (_, i) => 60_000 + i * 10),
    amounts: Float64Array.from(amounts),
    longCurvePrices: Float64Array.of(59_000, 60_000),
    longCurve: Float64Array.of(0.5, 1.5),
    shortCurvePrices: new Float64Array(),
    shortCurve: new Float64Array(),
  };
}

export const kaiko: Source = { provider: 'kaiko', environment: 'production-eu', host: 'eu.example.com' };

/** Hours from `noon + from` on; each number is long, its tenth short. */
export function volumes(
  from: number,
  longs: readonly number[],
  more: Partial<LiquidationVolumes> = {},
): LiquidationVolumes {
  return {
    source: kaiko,
    asset: 'BTC',
    variant: '1h/usd/all',
    intervalMs: 3_600_000,
    unit: 'usd',
    times: Float64Array.from(longs, (_, i) => after((from + i) * 60)),
    longs: Float64Array.from(longs),
    shorts: Float64Array.from(longs, (long) => long / 10),
    longTrades: Float64Array.from(longs, () => 7),
    shortTrades: Float64Array.from(longs, () => Number.NaN),
    breaches: new Float64Array(longs.length),
    exchanges: [],
    receivedAt: after(600),
    ...more,
  };
}

/** One liquidation for each number of minutes after noon: long 0.5 coins where it is even, else short. */
export function realised(minutes: readonly number[], more: Partial<RealisedLiquidations> = {}): RealisedLiquidations {
  return {
    source: binance,
    asset: 'BTC',
    symbol: 'BTCUSDT',
    isSample: true,
    priceBasis: 'fill',
    times: Float64Array.from(minutes, (minute) => after(minute)),
    sides: Float64Array.from(minutes, (minute) => (minute % 2 === 0 ? 1 : -1)),
    prices: Float64Array.from(minutes, (minute) => 60_000 + minute),
    coins: Float64Array.from(minutes, () => 0.5),
    usd: Float64Array.from(minutes, (minute) => 30_000 + minute / 2),
    receivedAt: Float64Array.from(minutes, (minute) => after(minute) + 80),
    ...more,
  };
}
