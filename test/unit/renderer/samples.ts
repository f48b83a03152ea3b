import type { StartState } from '../../../src-main/contract/channels.ts';
import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import type {
  LiquidationMap,
  LiquidationProfile,
  LiquidationVolumes,
  RealisedLiquidations,
} from '../../../src-main/contract/liquidation.ts';
import { timeframeMs, unixMs } from '../../../src-main/contract/market.ts';
import type { Asset, CandleSeries, Instrument, Quote, Timeframe } from '../../../src-main/contract/market.ts';
import type { FundingRates, MarketDepth, OpenInterest, OrderFlow } from '../../../src-main/contract/positioning.ts';
import type { ProviderInfo, ProviderStatus } from '../../../src-main/contract/provider-status.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import type { Settings } from '../../../src-main/contract/settings.ts';
import type { Environment, ProviderId, Source } from '../../../src-main/contract/source.ts';

/** A whole number of days, so that every timeframe has a candle that opens here. */
export const sampleNow = unixMs(Date.UTC(2025, 10, 21));

export const hosts: Readonly<Record<ProviderId, string>> = {
  kingfisher: 'api.kingfisher.example',
  'kingfisher-legacy': 'legacy.kingfisher.example',
  kaiko: 'us.kaiko.example',
  kiyotaka: 'api.kiyotaka.example',
  binance: 'fapi.binance.example',
  bybit: 'api.bybit.example',
  okx: 'okx.example',
  hyperliquid: 'api.hyperliquid.example',
  deribit: 'deribit.example',
};

export function sourceOf(provider: ProviderId, environment: Environment = 'simulated'): Source {
  return { provider, environment, host: environment === 'simulated' ? '' : hosts[provider] };
}

const spots: Readonly<Record<Asset, { price: number; tick: number; step: number }>> = {
  BTC: { price: 67_012.3, tick: 0.1, step: 250 },
  ETH: { price: 3_284.55, tick: 0.01, step: 12.5 },
  SOL: { price: 168.42, tick: 0.01, step: 0.75 },
};
export const spotOf = (asset: Asset): number => spots[asset]?.price ?? 100;

export function instrumentOf(
  asset: Asset,
  environment: Environment = 'simulated',
  provider: ProviderId = 'binance',
): Instrument {
  return {
    source: sourceOf(provider, environment),
    asset,
    symbol: `${asset}USDT`,
    quote: 'USDT',
    tickSize: spots[asset]?.tick ?? 0.01,
  };
}

export const quoteOf = (asset: Asset, more: Partial<Quote> = {}): Quote => ({
  instrument: instrumentOf(asset),
  price: spotOf(asset),
  time: sampleNow,
  receivedAt: sampleNow,
  price24hAgo: spotOf(asset) / (asset === 'ETH' ? 0.9871 : 1.0373),
  ...more,
});

/** A wave that is different at every place and the same at every run. */
const wave = (x: number): number => Math.sin(x * 0.37) * 0.5 + Math.sin(x * 0.11 + 2) + Math.sin(x * 1.93) * 0.25;

/** `count` candles, the last one opening at or before `end` and forming; the last close is the asset's price. */
export function seriesOf(
  asset: Asset,
  timeframe: Timeframe,
  count: number,
  more: { end?: number; environment?: Environment; provider?: ProviderId } = {},
): CandleSeries {
  const step = timeframeMs[timeframe];
  const end = Math.floor((more.end ?? sampleNow) / step) * step;
  const spot = spotOf(asset);
  const scale = spot * 0.006;
  const at = (row: number): number =>
    spot + (wave((end / step - (count - 1 - row)) % 5000) - wave((end / step) % 5000)) * scale;
  const column = (read: (row: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, row) => read(row));
  const open = column((row) => at(row - 1));
  const close = column(at);
  return {
    instrument: instrumentOf(asset, more.environment, more.provider),
    timeframe,
    openTimes: column((row) => end - (count - 1 - row) * step),
    open,
    high: column((row) => Math.max(open[row]!, close[row]!) + scale * 0.15 * (1 + wave(row * 7.1) ** 2)),
    low: column((row) => Math.min(open[row]!, close[row]!) - scale * 0.15 * (1 + wave(row * 5.3) ** 2)),
    close,
    volume: column((row) => 120 + 60 * Math.abs(wave(row * 3.3))),
    takerBuyVolume: column((row) => 60 + 30 * Math.abs(wave(row * 2.1))),
    lastIsForming: true,
    receivedAt: unixMs(more.end ?? sampleNow),
  };
}

const headOf = (asset: Asset, environment: Environment, at: number, provider: ProviderId = 'kingfisher') => ({
  source: sourceOf(provider, environment),
  asset,
  takenAt: unixMs(at),
  takenAtBasis: 'provider' as const,
  receivedAt: unixMs(at),
  confirmedAt: unixMs(at),
  transport: 'rest' as const,
  extra: null,
});

interface Taken {
  readonly at?: number;
  readonly environment?: Environment;
}

export function mapOf(asset: Asset, { at = sampleNow, environment = 'simulated' }: Taken = {}): LiquidationMap {
  const { price, step } = spots[asset] ?? { price: 100, step: 1 };
  const count = 80;
  const middle = Math.round(price / step) * step;
  const prices = Float64Array.from({ length: count }, (_, row) => middle + (row - count / 2) * step);
  const size = (row: number): number => Math.round(2.4e9 * Math.abs(wave(row * 1.7)) ** 3 * 0.2) + 12_345_678.25;
  return {
    ...headOf(asset, environment, at),
    kind: 'liquidation-map',
    variant: 'all/1D',
    exchange: 'all',
    timeframe: '1D',
    unit: 'usd',
    referencePrice: price,
    prices,
    longs: prices.map((level, row) => (level < price ? size(row) : 0)),
    shorts: prices.map((level, row) => (level > price ? size(row) : 0)),
    levelTimes: prices.map(() => at),
  };
}

export function gexOf(asset: Asset, { at = sampleNow, environment = 'simulated' }: Taken = {}): GexProfile {
  const { price, step } = spots[asset] ?? { price: 100, step: 1 };
  const middle = Math.round(price / (step * 4)) * step * 4;
  const strikes = Float64Array.from({ length: 21 }, (_, row) => middle + (row - 10) * step * 4);
  return {
    ...headOf(asset, environment, at),
    kind: 'gex',
    variant: '',
    unit: 'usd-per-percent',
    unitBasis: 'inferred',
    currentPrice: price,
    strikes,
    gammaExposure: strikes.map((_, row) => Math.round(wave(row * 2.3 + 1) * 38e6)),
    totalGamma: strikes.map((_, row) => (row === 3 ? NaN : Math.round(wave(row * 0.7) * 120e6))),
    flipLevel: middle + step * 4.8,
    regime: 'positive',
    positiveSide: 'below',
    model: null,
    calls: new Float64Array(),
    puts: new Float64Array(),
    total: null,
    callWall: null,
    putWall: null,
  };
}

/** As Halcyon makes it of an option chain. */
export function computedGexOf(
  asset: Asset,
  { at = sampleNow, environment = 'simulated' }: Taken = {},
  provider: 'deribit' | 'bybit' = 'deribit',
): GexProfile {
  const { price, step } = spots[asset] ?? { price: 100, step: 1 };
  const middle = Math.round(price / (step * 4)) * step * 4;
  const strikes = Float64Array.from({ length: 41 }, (_, row) => middle + (row - 20) * step * 4);
  const hump = (row: number, peak: number): number =>
    Math.exp(-(((row - peak) / 6) ** 2)) * (1 + 0.4 * wave(row * 3.1));
  const calls = strikes.map((_, row) => Math.round(Math.abs(hump(row, 24)) * 31e6));
  const puts = strikes.map((_, row) => -Math.round(Math.abs(hump(row, 15)) * 26e6));
  const gammaExposure = calls.map((call, row) => call + (puts[row] ?? 0));
  const strikeOf = (column: Float64Array, row: number): number => strikes[column.indexOf(column[row] ?? 0)] ?? middle;
  return {
    ...gexOf(asset, { at, environment }),
    source: sourceOf(provider, environment),
    unitBasis: 'computed',
    strikes,
    gammaExposure,
    totalGamma: strikes.map(() => NaN),
    calls,
    puts,
    total: gammaExposure.reduce((sum, each) => sum + each, 0),
    callWall: strikeOf(calls, calls.indexOf(Math.max(...calls))),
    putWall: strikeOf(puts, puts.indexOf(Math.min(...puts))),
    flipLevel: middle - step * 3,
    regime: gammaExposure.reduce((sum, each) => sum + each, 0) < 0 ? 'negative' : 'positive',
    positiveSide: 'above',
    model: {
      signs: 'calls-plus-puts-minus',
      options: 742,
      omitted: 58,
      expiries: 11,
      gamma: provider === 'deribit' ? 'computed' : 'exchange',
      spot: provider === 'deribit' ? 'underlying_price of each option' : 'index BTCUSD',
      volatility: 'mark_iv, percent',
      openInterest: 312_408.6,
    },
  };
}

/** A map without sides: Kingfisher legacy's is relative, Kiyotaka's in US dollars. */
export function profileOf(
  asset: Asset,
  provider: 'kingfisher-legacy' | 'kiyotaka',
  { at = sampleNow, environment = 'simulated' }: Taken = {},
): LiquidationProfile {
  const { price, step } = spots[asset] ?? { price: 100, step: 1 };
  const isLegacy = provider === 'kingfisher-legacy';
  const count = 70;
  const middle = Math.round(price / step) * step;
  const prices = Float64Array.from(
    { length: count },
    (_, row) => middle + (row - count / 2) * step * 1.1 + step * 0.07,
  );
  const curve = Float64Array.from({ length: count / 2 }, (_, row) => (row + 1) / (count / 2));
  return {
    ...headOf(asset, environment, at, provider),
    kind: 'liquidation-profile',
    variant: isLegacy ? `binance/${asset}/USDT/all_leverage` : 'HYPERLIQUID/usd/1500',
    exchange: isLegacy ? 'binance' : 'HYPERLIQUID',
    market: isLegacy ? `${asset}/USDT` : asset,
    leverage: isLegacy ? 'all_leverage' : null,
    unit: isLegacy ? 'relative' : 'usd',
    prices,
    amounts: prices.map(
      (_, row) => Math.abs(wave(row * 1.3 + (isLegacy ? 4 : 9))) ** 2 * (isLegacy ? 1 : 8.2e6) + 0.01,
    ),
    longCurvePrices: isLegacy ? prices.slice(0, count / 2) : new Float64Array(),
    longCurve: isLegacy ? curve.toReversed() : new Float64Array(),
    shortCurvePrices: isLegacy ? prices.slice(count / 2) : new Float64Array(),
    shortCurve: isLegacy ? curve : new Float64Array(),
  };
}

/** Hourly volumes up to `at`; the third newest row breaks an invariant. */
export function volumesOf(
  asset: Asset,
  provider: 'kaiko' | 'kiyotaka',
  { at = sampleNow, environment = 'simulated' }: Taken = {},
  count = 168,
): LiquidationVolumes {
  const hour = 3_600_000;
  const start = Math.floor(at / hour) * hour - count * hour;
  const column = (read: (row: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, row) => read(row));
  const longs = column((row) => Math.abs(wave(row * 0.9)) ** 3 * 6.1e6 + 12_345.5);
  const shorts = column((row) => Math.abs(wave(row * 0.7 + 3)) ** 3 * 5.2e6 + 9_876.25);
  const parts = [
    ['bbit', 0.5],
    ['binc', 0.3],
    ['okex', 0.2],
  ] as const;
  const isKaiko = provider === 'kaiko';
  const trades = (share: number, of: Float64Array) => of.map((each) => Math.round((each * share) / 21_000));
  return {
    source: sourceOf(provider, environment),
    asset,
    variant: isKaiko ? '1h/usd/all' : '1h/usd/BINANCE_FUTURES+BYBIT+OKEX_SWAP',
    intervalMs: hour,
    unit: 'usd',
    times: column((row) => start + row * hour),
    longs,
    shorts,
    longTrades: isKaiko ? trades(1, longs) : longs.map(() => NaN),
    shortTrades: isKaiko ? trades(1, shorts) : shorts.map(() => NaN),
    breaches: column((row) => (isKaiko && row === count - 3 ? 2 : 0)),
    exchanges: isKaiko
      ? parts.map(([exchange, share]) => ({
          exchange,
          longs: longs.map((each) => each * share),
          shorts: shorts.map((each) => each * share),
          longTrades: trades(share, longs),
          shortTrades: trades(share, shorts),
        }))
      : [],
    receivedAt: unixMs(at),
  };
}

/** `count` liquidations of a venue up to `at`, one every twenty seconds. */
export function realisedOf(
  asset: Asset,
  provider: 'binance' | 'bybit' | 'okx',
  { at = sampleNow, environment = 'simulated' }: Taken = {},
  count = 240,
): RealisedLiquidations {
  const shift = ['binance', 'bybit', 'okx'].indexOf(provider);
  const spot = spotOf(asset);
  const column = (read: (row: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, row) => read(row));
  const prices = column((row) => Math.round(spot * (1 + 0.004 * wave(row * 0.21 + shift)) * 100) / 100);
  const coins = column((row) => Math.abs(wave(row * 2.7 + shift)) ** 2 * 1.4 + 0.002);
  const times = column((row) => at - (count - 1 - row) * 20_000 - shift * 3_000);
  return {
    source: sourceOf(provider, environment),
    asset,
    symbol: provider === 'okx' ? `${asset}-USDT-SWAP` : `${asset}USDT`,
    isSample: provider === 'binance',
    priceBasis: provider === 'binance' ? 'fill' : 'bankruptcy',
    times,
    sides: column((row) => (wave(row * 1.9 + shift) > 0 ? 1 : -1)),
    prices,
    coins,
    usd: coins.map((each, row) => each * (prices[row] ?? 0)),
    receivedAt: times.map((time) => time + 120),
  };
}

/** As a venue tells it of itself. */
export const venueInterestOf = (
  asset: Asset,
  provider: ProviderId,
  { at = sampleNow, environment = 'simulated' }: Taken = {},
): OpenInterest => ({
  ...headOf(asset, environment, at, provider),
  kind: 'open-interest',
  variant: '',
  totalUsd: null,
  exchanges: [
    {
      exchange: provider,
      openInterestUsd: 4_201_000_000 + provider.length * 512_000_000,
      change24hUsd: provider === 'binance' ? 408_000_000 : null,
      changePercent24h: provider === 'binance' ? 3.8 : null,
    },
  ],
});

export const venueFundingOf = (
  asset: Asset,
  provider: ProviderId,
  { at = sampleNow, environment = 'simulated' }: Taken = {},
): FundingRates => {
  const rate = 0.00002 * provider.length;
  const hours = provider === 'hyperliquid' ? 1 : 8;
  return {
    ...headOf(asset, environment, at, provider),
    kind: 'funding-rates',
    variant: '',
    basis: 'documented',
    exchanges: [
      {
        exchange: provider,
        rate,
        annualized: (rate * 24 * 365) / hours,
        predicted: null,
        nextFundingAt: at + 1_800_000 * hours,
        intervalHours: hours,
      },
    ],
  };
};

export const interestOf = (asset: Asset, { at = sampleNow, environment = 'simulated' }: Taken = {}): OpenInterest => ({
  ...headOf(asset, environment, at),
  kind: 'open-interest',
  variant: '',
  totalUsd: 28_450_120_000,
  exchanges: [
    { exchange: 'binance', openInterestUsd: 11_203_400_000, change24hUsd: 420_000_000, changePercent24h: 3.9 },
    { exchange: 'bybit', openInterestUsd: 7_804_000_000, change24hUsd: -152_300_000, changePercent24h: -1.91 },
    { exchange: 'okx', openInterestUsd: 5_112_000_000, change24hUsd: null, changePercent24h: null },
  ],
});

export const fundingOf = (asset: Asset, { at = sampleNow, environment = 'simulated' }: Taken = {}): FundingRates => ({
  ...headOf(asset, environment, at),
  kind: 'funding-rates',
  variant: '',
  basis: 'inferred',
  exchanges: [
    {
      exchange: 'binance',
      rate: 0.0001,
      annualized: 0.1095,
      predicted: 0.00012,
      nextFundingAt: at + 9_000_000,
      intervalHours: 8,
    },
    {
      exchange: 'bybit',
      rate: 0.00064,
      annualized: 0.7008,
      predicted: 0.0006,
      nextFundingAt: at + 9_000_000,
      intervalHours: 8,
    },
    { exchange: 'okx', rate: -0.000021, annualized: -0.023, predicted: null, nextFundingAt: null, intervalHours: null },
  ],
});

export const depthOf = (asset: Asset, { at = sampleNow, environment = 'simulated' }: Taken = {}): MarketDepth => ({
  ...headOf(asset, environment, at),
  kind: 'market-depth',
  variant: '',
  basis: 'inferred',
  midPrice: spotOf(asset) + 0.05,
  spreadPercent: 0.002,
  bands: [
    { exchange: null, percent: 0.1, bidUsd: 12_400_000, askUsd: 10_900_000 },
    { exchange: null, percent: 0.5, bidUsd: 61_300_000, askUsd: 58_000_000 },
    { exchange: null, percent: 1, bidUsd: 118_000_000, askUsd: null },
  ],
});

export const orderFlowOf = (asset: Asset, { at = sampleNow, environment = 'simulated' }: Taken = {}): OrderFlow => ({
  ...headOf(asset, environment, at),
  kind: 'order-flow',
  variant: '',
  basis: 'inferred',
  tof: 0.62,
  cvdUsd: 41_230_500,
  times: Float64Array.from({ length: 60 }, (_, row) => at - (59 - row) * 60_000),
  tofSeries: Float64Array.from({ length: 60 }, (_, row) => wave(row)),
  cvdSeries: Float64Array.from({ length: 60 }, (_, row) => wave(row * 0.4) * 4e7),
});

export const kingfisherInfo: ProviderInfo = {
  id: 'kingfisher',
  name: 'Kingfisher',
  summary: 'Liquidation maps, gamma exposure, open interest, funding, depth and order flow.',
  site: 'https://kingfisher.example',
  credential: [{ name: 'key', label: 'API key', secret: true }],
  environments: [
    {
      id: 'production',
      label: 'Production',
      restUrl: 'https://api.kingfisher.example',
      streamUrl: 'wss://stream.kingfisher.example',
    },
    {
      id: 'sandbox',
      label: 'Sandbox',
      restUrl: 'https://sandbox.kingfisher.example',
      streamUrl: 'wss://sandbox.kingfisher.example',
    },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options: [],
  limits: [],
  streamPath: '/stream',
  capabilities: [
    'snapshot-stream',
    'liquidation-map',
    'gex',
    'open-interest',
    'funding-rates',
    'market-depth',
    'order-flow',
  ],
  assets: { gex: ['BTC', 'ETH'] },
  note: 'Liquidation amounts are Kingfisher’s estimates, in US dollars.',
};

export const binanceInfo: ProviderInfo = {
  id: 'binance',
  name: 'Binance',
  summary: 'Candles and live prices of USD-margined perpetuals.',
  site: 'https://binance.example',
  credential: [],
  environments: [
    {
      id: 'production',
      label: 'Production',
      restUrl: 'https://fapi.binance.example',
      streamUrl: 'wss://fstream.binance.example',
    },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options: [],
  limits: [],
  streamPath: '/market/ws',
  capabilities: ['candles', 'candle-stream'],
  assets: {},
  note: '',
};

export const statusOf = (id: ProviderId, more: Partial<ProviderStatus> = {}): ProviderStatus => ({
  id,
  source: sourceOf(id),
  state: id === 'binance' ? 'live' : 'polling',
  text: 'Answering.',
  since: sampleNow,
  until: null,
  stream: id === 'binance' ? 'live' : 'off',
  credential: { kept: 'none', keychainProblem: null },
  limits:
    id === 'kingfisher'
      ? { limit: 100, remaining: 87, resetAt: unixMs(sampleNow + 43_200_000), seenAt: sampleNow }
      : null,
  lastAnswerAt: unixMs(sampleNow - 4000),
  callsToday: 13,
  failure: null,
  ...more,
});

/** On the simulated market, so that what a test shows does not hang on what could be reached. */
export const settingsOf = (more: Partial<Settings> = {}): Settings => ({
  ...defaultSettings,
  market: 'simulated',
  timeZone: 'UTC',
  ...more,
});

export function startOf(more: Partial<StartState> = {}): StartState {
  return {
    version: '0.1.0',
    profile: '/home/trader/.config/halcyon',
    settings: settingsOf(),
    market: { effective: 'simulated', reason: null },
    providers: [kingfisherInfo, binanceInfo],
    statuses: [statusOf('kingfisher'), statusOf('binance')],
    quotes: ['BTC', 'ETH', 'SOL'].map((asset) => quoteOf(asset)),
    snapshots: [...['BTC', 'ETH', 'SOL'].map((asset) => mapOf(asset)), gexOf('BTC'), gexOf('ETH')],
    notices: [],
    history: [],
    budgets: [],
    ...more,
  };
}
