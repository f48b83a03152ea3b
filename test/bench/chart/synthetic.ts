import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import type {
  LiquidationMap,
  LiquidationProfile,
  LiquidationVolumes,
  RealisedLiquidations,
} from '../../../src-main/contract/liquidation.ts';
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

/** Amounts without a side, in heaps; with `curves` the sums from the price outwards, as relative densities come. */
export function liquidationProfile(
  count: number,
  price: number,
  {
    provider,
    unit,
    curves,
    seed = 23,
  }: Pick<LiquidationProfile, 'unit'> & { provider: Source['provider']; curves: boolean; seed?: number },
): LiquidationProfile {
  const { prices, longs, shorts } = liquidationMap(count, price * 1.0003, seed);
  const scale = unit === 'relative' ? 1e-9 : unit === 'coin' ? 1 / price : 1;
  const amounts = longs.map((long, i) => Number((Math.max(long, shorts[i] ?? 0) * scale).toPrecision(4)));
  const split = prices.findIndex((each) => each > price);
  const sums = (from: number, to: number): Float64Array => {
    const curve = new Float64Array(curves ? Math.abs(to - from) : 0);
    let sum = 0;
    for (let i = 0; i < curve.length; i++) {
      sum += amounts[to > from ? from + i : from - 1 - i] ?? 0;
      curve[to > from ? i : curve.length - 1 - i] = sum;
    }
    return curve;
  };
  return {
    ...head(),
    source: simulated(provider),
    kind: 'liquidation-profile',
    variant: '',
    exchange: 'binance',
    market: 'BTC/USDT',
    leverage: null,
    unit,
    prices,
    amounts,
    longCurvePrices: curves ? prices.slice(0, split) : new Float64Array(0),
    longCurve: sums(split, 0),
    shortCurvePrices: curves ? prices.slice(split) : new Float64Array(0),
    shortCurve: sums(split, count),
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
    model: null,
    calls: new Float64Array(0),
    puts: new Float64Array(0),
    total: null,
    callWall: null,
    putWall: null,
  };
}

/** The same as an option chain's: with its walls, and the model it was computed by. */
export function computedGex(price: number): GexProfile {
  const given = gexProfile(price);
  const { strikes, gammaExposure } = given;
  const calls = gammaExposure.map((each) => Math.max(0, each));
  const puts = gammaExposure.map((each) => Math.min(0, each));
  return {
    ...given,
    source: simulated('deribit'),
    unitBasis: 'computed',
    calls,
    puts,
    total: gammaExposure.reduce((sum, each) => sum + each, 0),
    callWall: strikes[calls.indexOf(Math.max(...calls))] ?? null,
    putWall: strikes[puts.indexOf(Math.min(...puts))] ?? null,
    model: {
      signs: 'calls-plus-puts-minus',
      options: 412,
      omitted: 9,
      expiries: 11,
      gamma: 'computed',
      spot: 'underlying_price of each option',
      volatility: 'mark_iv, percent',
      openInterest: 182_000,
    },
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

/** So many hours of liquidated volumes up to the end of the candles, in dollars or coins; some missing, some flagged. */
export function liquidatedVolumes(
  { openTimes }: CandleSeries,
  provider: 'kaiko' | 'kiyotaka',
  unit: 'usd' | 'coin',
  hours = 600,
): LiquidationVolumes {
  const random = randomFrom(provider === 'kaiko' ? 3 : 9);
  const intervalMs = 3_600_000;
  const end = openTimes.at(-1) ?? 0;
  const newest = Math.floor(end / intervalMs) * intervalMs;
  const times = Float64Array.from({ length: hours }, (_, i) => newest - (hours - 1 - i) * intervalMs).filter(
    (_, i) => i % 37 !== 36,
  );
  const largest = unit === 'usd' ? 1e6 : 20;
  const amounts = () => times.map(() => Math.round(largest * (0.1 + 3 * random() ** 3) * 100) / 100);
  return {
    source: simulated(provider),
    asset: 'BTC',
    variant: `1h/${unit}/all`,
    intervalMs,
    unit,
    times,
    longs: amounts(),
    shorts: amounts(),
    longTrades: times.map(() => Math.round(random() * 40)),
    shortTrades: times.map(() => NaN),
    breaches: times.map((_, i) => (i % 41 === 7 ? 1 : 0)),
    exchanges: [],
    receivedAt: unixMs(end + 480_000),
  };
}

/** So many liquidations of one venue over the newest candles, at their highs and lows. */
export function realisedLiquidations(
  series: CandleSeries,
  provider: 'binance' | 'bybit' | 'okx',
  count: number,
): RealisedLiquidations {
  const random = randomFrom(provider.length);
  const { openTimes, high, low } = series;
  const step = timeframeMs[series.timeframe];
  const events = Array.from({ length: count }, () => {
    const bar = Math.floor(Math.max(0, openTimes.length - 1 - random() * 300));
    const side = random() < 0.5 ? 1 : -1;
    const price = onTick((side === 1 ? (low[bar] ?? 0) : (high[bar] ?? 0)) * (1 + (random() - 0.5) * 0.001));
    return { time: (openTimes[bar] ?? 0) + Math.floor(random() * step), side, price, coins: 0.01 + 3 * random() ** 8 };
  }).sort((a, b) => a.time - b.time);
  const column = (read: (event: (typeof events)[number]) => number) => Float64Array.from(events, read);
  return {
    source: simulated(provider),
    asset: 'BTC',
    symbol: provider === 'okx' ? 'BTC-USDT-SWAP' : 'BTCUSDT',
    isSample: provider === 'binance',
    priceBasis: provider === 'bybit' ? 'bankruptcy' : 'fill',
    times: column(({ time }) => time),
    sides: column(({ side }) => side),
    prices: column(({ price }) => price),
    coins: column(({ coins }) => coins),
    usd: column(({ coins, price }) => coins * price),
    receivedAt: column(({ time }) => time + 80),
  };
}
