import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import type { LiquidationMap } from '../../../src-main/contract/liquidation.ts';
import { unixMs, type CandleSeries, type Instrument, type UnixMs } from '../../../src-main/contract/market.ts';
import type { OpenInterest } from '../../../src-main/contract/positioning.ts';
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

export function gex(takenAt: UnixMs, more: Partial<GexProfile> = {}): GexProfile {
  const { kind: _kind, prices, longs, shorts, levelTimes: _times, exchange: _e, timeframe: _t, ...head } = map(takenAt);
  return {
    ...head,
    variant: '',
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
    ...more,
  };
}

export function openInterest(takenAt: UnixMs): OpenInterest {
  const { source, asset, transport, extra, receivedAt, confirmedAt, takenAtBasis } = map(takenAt);
  const head = { source, asset, transport, extra, receivedAt, confirmedAt, takenAtBasis, takenAt, variant: '' };
  return {
    ...head,
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
