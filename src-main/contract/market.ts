import type { Source } from './source.ts';

declare const brand: unique symbol;
/** A number that must not be mixed with others: `Nominal<number, 'UnixMs'>`. Costs nothing at run time. */
export type Nominal<T, Name extends string> = T & { readonly [brand]: Name };

/** UTC milliseconds since 1970-01-01. Every time inside Halcyon is one. */
export type UnixMs = Nominal<number, 'UnixMs'>;
export const unixMs = (value: number): UnixMs => value as UnixMs;

/** Base asset in upper case: `BTC`, `ETH`, `SOL`. */
export type Asset = string;
export const assetPattern = /^[A-Z0-9]{1,20}$/;

export const timeframes = ['1m', '5m', '15m', '1h', '4h', '1D'] as const;
export type Timeframe = (typeof timeframes)[number];

/** Length of one candle in milliseconds. Candles open at multiples of it (UTC). */
export const timeframeMs: Readonly<Record<Timeframe, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1D': 86_400_000,
};

/** One candle. Prices in the quote currency, volumes in the base coin. */
export interface Candle {
  readonly openTime: UnixMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Part of `volume` bought by takers; NaN where the venue does not say. */
  readonly takerBuyVolume: number;
  /** False while the candle is still forming. */
  readonly closed: boolean;
}

/** What a candle belongs to: one venue's instrument. */
export interface Instrument {
  readonly source: Source;
  readonly asset: Asset;
  /** The venue's own name, for instance `BTCUSDT`. */
  readonly symbol: string;
  /** Currency of the prices, for instance `USDT`. */
  readonly quote: string;
  /** Smallest price step of the venue, in `quote`. */
  readonly tickSize: number;
}

/** Candles as columns of equal length, ascending by open time, without duplicates. Gaps are possible and stay gaps. */
export interface CandleSeries {
  readonly instrument: Instrument;
  readonly timeframe: Timeframe;
  readonly openTimes: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly takerBuyVolume: Float64Array;
  /** True while the last candle is still forming. */
  readonly lastIsForming: boolean;
  /** When the newest part of the series arrived. */
  readonly receivedAt: UnixMs;
}

/** The last traded price of an asset, for the watchlist and for every distance shown. */
export interface Quote {
  readonly instrument: Instrument;
  readonly price: number;
  /** When the venue traded at this price (its own clock). */
  readonly time: UnixMs;
  readonly receivedAt: UnixMs;
  /** Close of the candle 24 hours before `time`; null while unknown. */
  readonly price24hAgo: number | null;
}
