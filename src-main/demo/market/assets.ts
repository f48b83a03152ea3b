import type { Asset } from '../../contract/market.ts';

/** What is fixed about one simulated asset and its venue's contract. */
export interface AssetSpec {
  readonly asset: Asset;
  readonly symbol: string;
  /** Price the simulation swings around, in USD. */
  readonly anchor: number;
  /** Price steps per dollar: 10 is a tick of 0.1. Whole numbers keep every sum exact. */
  readonly ticksPerUnit: number;
  /** Lots per coin. */
  readonly lotsPerCoin: number;
  /** Decimals the venue prints, which is not always the decimals of the tick. */
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  /** Move of this asset for a move of the whole market. */
  readonly beta: number;
  /** Daily volatility of its own. */
  readonly ownVolatility: number;
  /** Coins traded on a usual day. */
  readonly dailyVolume: number;
  readonly coinsPerTrade: number;
  /** Contracts open on all venues, coins. */
  readonly openInterest: number;
  /** Step between liquidation levels, USD. */
  readonly levelStep: number;
  /** Levels smaller than this are not reported, USD. */
  readonly smallestLevel: number;
  /** Null: no listed options. */
  readonly options: { readonly strikeStep: number; readonly roundStep: number; readonly coinsPerStrike: number } | null;
}

export const assetSpecs: readonly AssetSpec[] = [
  {
    asset: 'BTC',
    symbol: 'BTCUSDT',
    anchor: 67_000,
    ticksPerUnit: 10,
    lotsPerCoin: 1000,
    priceDecimals: 2,
    quantityDecimals: 3,
    beta: 1,
    ownVolatility: 0.004,
    dailyVolume: 240_000,
    coinsPerTrade: 0.06,
    openInterest: 420_000,
    levelStep: 100,
    smallestLevel: 5_000_000,
    options: { strikeStep: 1000, roundStep: 5000, coinsPerStrike: 60_000 },
  },
  {
    asset: 'ETH',
    symbol: 'ETHUSDT',
    anchor: 2050,
    ticksPerUnit: 100,
    lotsPerCoin: 1000,
    priceDecimals: 2,
    quantityDecimals: 3,
    beta: 1.22,
    ownVolatility: 0.012,
    dailyVolume: 5_400_000,
    coinsPerTrade: 1.4,
    openInterest: 6_800_000,
    levelStep: 3,
    smallestLevel: 2_000_000,
    options: { strikeStep: 50, roundStep: 100, coinsPerStrike: 600_000 },
  },
  {
    asset: 'SOL',
    symbol: 'SOLUSDT',
    anchor: 88,
    ticksPerUnit: 100,
    lotsPerCoin: 100,
    priceDecimals: 4,
    quantityDecimals: 2,
    beta: 1.38,
    ownVolatility: 0.017,
    dailyVolume: 32_000_000,
    coinsPerTrade: 11,
    openInterest: 52_000_000,
    levelStep: 0.15,
    smallestLevel: 500_000,
    options: null,
  },
];

export const venues = ['binance', 'bybit', 'okx'] as const;
export type Venue = (typeof venues)[number];

/** Share of each venue in positions, flow and resting orders. */
export const venueShare: Readonly<Record<Venue, number>> = { binance: 0.53, bybit: 0.28, okx: 0.19 };
