import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import type { LiquidationMap, LiquidationProfile } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { CandleSeries, Timeframe } from '../../../src-main/contract/market.ts';
import type { MapProvider } from '../../../src-main/contract/source.ts';
import type { PriceAxis } from '../../../src-renderer/chart/coordinates.ts';
import type { ChartOptions, MapLayerView } from '../../../src-renderer/chart/props.ts';

interface FakeAxis {
  readonly low: number;
  readonly high: number;
  readonly height: number;
  readonly log?: boolean;
  readonly inverted?: boolean;
}

/** A price scale of any kind: `low` at the bottom, `high` at the top, or turned over. */
export function fakeAxis({ low, high, height, log = false, inverted = false }: FakeAxis): PriceAxis {
  const to = (price: number) => (log ? Math.log(price) : price);
  const from = (value: number) => (log ? Math.exp(value) : value);
  const turn = (part: number) => (inverted ? part : 1 - part);
  return {
    priceToCoordinate: (price) => exact(turn((to(price) - to(low)) / (to(high) - to(low))) * height),
    coordinateToPrice: (y) => exact(from(to(low) + turn(y / height) * (to(high) - to(low)))),
  };
}

/** Without the last digits of floating point, so that expectations can be whole numbers. */
const exact = (value: number): number => Number(value.toFixed(9));

export const emptyAxis: PriceAxis = { priceToCoordinate: () => null, coordinateToPrice: () => null };

const head = {
  source: { provider: 'kingfisher', environment: 'simulated', host: '' },
  asset: 'BTC',
  variant: '',
  takenAt: unixMs(Date.UTC(2025, 10, 21, 10)),
  takenAtBasis: 'provider',
  receivedAt: unixMs(Date.UTC(2025, 10, 21, 10)),
  confirmedAt: unixMs(Date.UTC(2025, 10, 21, 10)),
  transport: 'rest',
  extra: null,
} as const;

/** Rows of price, long, short. */
export function mapOf(...rows: readonly (readonly [price: number, long: number, short: number])[]): LiquidationMap {
  return {
    ...head,
    kind: 'liquidation-map',
    exchange: 'all',
    timeframe: '1D',
    unit: 'usd',
    referencePrice: null,
    prices: Float64Array.from(rows, ([price]) => price),
    longs: Float64Array.from(rows, ([, long]) => long),
    shorts: Float64Array.from(rows, ([, , short]) => short),
    levelTimes: new Float64Array(rows.length).fill(NaN),
  };
}

/** Rows of price and amount, without a side. */
export function profileOf(
  rows: readonly (readonly [price: number, amount: number])[],
  more: Partial<LiquidationProfile> = {},
): LiquidationProfile {
  return {
    ...head,
    source: { provider: 'kingfisher-legacy', environment: 'simulated', host: '' },
    kind: 'liquidation-profile',
    exchange: 'binance',
    market: 'BTC/USDT',
    leverage: null,
    unit: 'relative',
    prices: Float64Array.from(rows, ([price]) => price),
    amounts: Float64Array.from(rows, ([, amount]) => amount),
    longCurvePrices: new Float64Array(0),
    longCurve: new Float64Array(0),
    shortCurvePrices: new Float64Array(0),
    shortCurve: new Float64Array(0),
    ...more,
  };
}

/** A layer that shows all of its map as bands. */
export const layerOf = (map: MapLayerView['map'], more: Partial<MapLayerView> = {}): MapLayerView => ({
  provider: map.source.provider as MapProvider,
  map,
  form: 'bands',
  intensity: { low: 0, high: 1 },
  stale: null,
  ...more,
});

export const kiyotaka = { source: { provider: 'kiyotaka', environment: 'simulated', host: '' }, unit: 'coin' } as const;

/** Rows of strike and gamma. */
export function gexOf(
  rows: readonly (readonly [strike: number, gamma: number])[],
  more: Partial<GexProfile> = {},
): GexProfile {
  return {
    ...head,
    kind: 'gex',
    unit: 'usd-per-percent',
    unitBasis: 'inferred',
    currentPrice: 100,
    strikes: Float64Array.from(rows, ([strike]) => strike),
    gammaExposure: Float64Array.from(rows, ([, gamma]) => gamma),
    totalGamma: new Float64Array(rows.length).fill(NaN),
    flipLevel: null,
    regime: null,
    positiveSide: null,
    model: null,
    calls: new Float64Array(0),
    puts: new Float64Array(0),
    total: null,
    callWall: null,
    putWall: null,
    ...more,
  };
}

/** Candles that open at these minutes; each closes one above its open, which is its place in the list plus 100. */
export function seriesOf(
  minutes: readonly number[],
  more: Partial<CandleSeries> = {},
  timeframe: Timeframe = '1m',
): CandleSeries {
  const column = (read: (minute: number, i: number) => number) => Float64Array.from(minutes, read);
  return {
    instrument: {
      source: { provider: 'binance', environment: 'simulated', host: '' },
      asset: 'BTC',
      symbol: 'BTCUSDT',
      quote: 'USDT',
      tickSize: 0.1,
    },
    timeframe,
    openTimes: column((minute) => minute * 60_000),
    open: column((_, i) => 100 + i),
    high: column((_, i) => 102 + i),
    low: column((_, i) => 99 + i),
    close: column((_, i) => 101 + i),
    volume: column(() => 5),
    takerBuyVolume: column(() => 2),
    lastIsForming: true,
    receivedAt: unixMs(1_000),
    ...more,
  };
}

export const chartOptionsOf = (more: Partial<ChartOptions> = {}): ChartOptions => ({
  bands: true,
  gex: true,
  fitLevels: false,
  confluence: { shown: true, tolerancePercent: 0.1 },
  liquidations: true,
  volumes: true,
  theme: 'dark',
  timeZone: 'UTC',
  ...more,
});

/** Where there is nothing to draw patterns on. */
export class NoCanvas {
  readonly getContext = () => null;
}
