import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import type { LiquidationMap } from '../../../src-main/contract/liquidation.ts';
import { timeframeMs, unixMs } from '../../../src-main/contract/market.ts';
import type { CandleSeries, Timeframe } from '../../../src-main/contract/market.ts';
import type { Source } from '../../../src-main/contract/source.ts';

/** Uniform 0…1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const simulated = (provider: Source['provider']): Source => ({ provider, environment: 'simulated', host: '' });
const tick = 0.1;
const onTick = (price: number): number => Math.round(price / tick) / (1 / tick);

export function candles(
  count: number,
  timeframe: Timeframe = '15m',
  end = Date.UTC(2025, 10, 21, 10),
  seed = 7,
): CandleSeries {
  const random = randomFrom(seed);
  const step = timeframeMs[timeframe];
  const column = () => new Float64Array(count);
  const [openTimes, open, high, low, close, volume, takerBuyVolume] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ];
  let price = 64_000;
  let drift = 0;
  for (let i = 0; i < count; i++) {
    if (i % 60 === 0) drift = (random() - 0.48) * 0.0011;
    const change = price * (drift + (random() - 0.5) * 0.005);
    openTimes[i] = end - (count - 1 - i) * step;
    open[i] = onTick(price);
    price += change;
    close[i] = onTick(price);
    high[i] = onTick(Math.max(open[i] ?? 0, close[i] ?? 0) + price * random() * 0.0015);
    low[i] = onTick(Math.min(open[i] ?? 0, close[i] ?? 0) - price * random() * 0.0015);
    volume[i] = 120 + 900 * random() * (1 + (Math.abs(change) / price) * 600);
    takerBuyVolume[i] = (volume[i] ?? 0) * random();
  }
  const instrument = { source: simulated('binance'), asset: 'BTC', symbol: 'BTCUSDT', quote: 'USDT', tickSize: tick };
  const receivedAt = unixMs(end);
  return {
    instrument,
    timeframe,
    openTimes,
    open,
    high,
    low,
    close,
    volume,
    takerBuyVolume,
    lastIsForming: true,
    receivedAt,
  };
}

/** Clusters around `price`: longs below, shorts above, in heaps as leverage leaves them; a few levels hold both. */
export function liquidationMap(count: number, price: number, seed = 11): LiquidationMap {
  const random = randomFrom(seed);
  const prices = new Float64Array(count);
  const longs = new Float64Array(count);
  const shorts = new Float64Array(count);
  const heaps = Array.from({ length: 14 }, () => ({
    at: 0.9 + random() * 0.2,
    size: 10 ** (8 + random() * 1.7),
    width: 0.001 + random() * 0.003,
  }));
  for (let i = 0; i < count; i++) {
    const at = 0.9 + (0.2 * (i + 0.5)) / count;
    prices[i] = onTick(price * at);
    const heap = heaps.reduce((sum, each) => sum + each.size * Math.exp(-(((at - each.at) / each.width) ** 2)), 0);
    const spread = Math.exp(2.4 * (random() + random() + random() - 1.5));
    const amount = Math.round((heap * 0.5 + 6e6) * spread);
    (at < 1 ? longs : shorts)[i] = amount;
    if (random() < 0.03) (at < 1 ? shorts : longs)[i] = Math.round(amount * 0.3);
  }
  return {
    ...head(),
    kind: 'liquidation-map',
    variant: 'all/1D',
    exchange: 'all',
    timeframe: '1D',
    unit: 'usd',
    referencePrice: price,
    prices,
    longs,
    shorts,
    levelTimes: new Float64Array(count).fill(NaN),
  };
}

export function gexProfile(price: number, seed = 5): GexProfile {
  const random = randomFrom(seed);
  const middle = Math.round(price / 500) * 500;
  const strikes = Float64Array.from({ length: 33 }, (_, i) => middle + (i - 16) * 500);
  const gammaExposure = strikes.map((strike) => {
    const near = Math.exp(-(((strike / price - 1) / 0.06) ** 2));
    return Math.round((random() - (strike < price ? 0.3 : 0.6)) * near * 9e8 * (strike % 1000 === 0 ? 2 : 0.7));
  });
  return {
    ...head(),
    kind: 'gex',
    variant: '',
    unit: 'usd-per-percent',
    unitBasis: 'inferred',
    currentPrice: price,
    strikes,
    gammaExposure,
    totalGamma: new Float64Array(strikes.length).fill(NaN),
    flipLevel: middle + 730,
    regime: 'positive',
    positiveSide: 'below',
  };
}

function head() {
  const at = unixMs(Date.now() - 42_000);
  return {
    source: simulated('kingfisher'),
    asset: 'BTC',
    takenAt: at,
    takenAtBasis: 'provider',
    receivedAt: at,
    confirmedAt: at,
    transport: 'rest',
    extra: null,
  } as const;
}
