/**
 * The chart alone, with made-up data, for looking at it: `npx vite build test/bench/chart`, then `vite preview`, and
 * /harness.html?theme=light&bands=1000&bars=800&gex=0&fit=1&live=1&empty=1&layers=kingfisher:bands,kingfisher-legacy:both,kiyotaka:bands;
 * gex=computed for a profile with walls; volumes=kaiko:usd,kiyotaka:coin and realised=2000 for what was liquidated;
 * timeframe=15m
 */
import { mount } from 'svelte';
import type { CandleTick } from '../../../src-main/contract/channels.ts';
import type { CandleSeries } from '../../../src-main/contract/market.ts';
import Harness from './Harness.svelte';
import type { MapLayerView } from '../../../src-renderer/chart/props.ts';
import {
  candles,
  computedGex,
  gexProfile,
  liquidationMap,
  liquidationProfile,
  liquidatedVolumes,
  realisedLiquidations,
} from './synthetic.ts';

const asked = new URLSearchParams(location.search);
const number = (name: string, fallback: number): number => Number(asked.get(name) ?? fallback);
const series = candles(number('bars', 800), (asked.get('timeframe') ?? '15m') as CandleSeries['timeframe']);
const last = series.openTimes.length - 1;
const price = series.close[last] ?? 64_000;
const bands = number('bands', 240);

const maps = {
  kingfisher: () => liquidationMap(bands, price),
  'kingfisher-legacy': () =>
    liquidationProfile(bands, price, { provider: 'kingfisher-legacy', unit: 'relative', curves: true }),
  kiyotaka: () => liquidationProfile(bands, price, { provider: 'kiyotaka', unit: 'coin', curves: false, seed: 31 }),
};
const layers: MapLayerView[] = (bands === 0 ? '' : (asked.get('layers') ?? 'kingfisher:bands'))
  .split(',')
  .filter((each) => each !== '')
  .map((each) => {
    const [provider, form] = each.split(':') as [MapLayerView['provider'], MapLayerView['form']];
    return { provider, map: maps[provider](), form, intensity: { low: 0.15, high: 1 }, stale: null };
  });
const gex = { '0': () => null, computed: () => computedGex(price), given: () => gexProfile(price) };
const volumes = (asked.get('volumes') ?? '')
  .split(',')
  .filter((each) => each !== '')
  .map((each) => {
    const [provider, unit] = each.split(':') as ['kaiko' | 'kiyotaka', 'usd' | 'coin'];
    return liquidatedVolumes(series, provider, unit);
  });
const events = number('realised', 0);
const realised =
  events === 0 ? [] : (['binance', 'bybit', 'okx'] as const).map((each) => realisedLiquidations(series, each, events));
const callbacks = new Set<(tick: CandleTick) => void>();

mount(Harness, {
  target: document.getElementById('app')!,
  props: {
    series: asked.has('empty') ? null : series,
    layers,
    gex: gex[(asked.get('gex') ?? 'given') as keyof typeof gex](),
    price,
    volumes,
    realised,
    theme: asked.get('theme') === 'light' ? 'light' : 'dark',
    fitLevels: asked.has('fit'),
    onTick: (callback: (tick: CandleTick) => void) => {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  },
});

if (asked.has('live')) {
  let close = price;
  setInterval(() => {
    close += (Math.random() - 0.5) * 40;
    const high = Math.max(series.high[last] ?? close, close);
    const low = Math.min(series.low[last] ?? close, close);
    const openTime = (series.openTimes[last] ?? 0) as CandleTick['receivedAt'];
    const candle = {
      openTime,
      open: series.open[last] ?? close,
      high,
      low,
      close,
      volume: 500,
      takerBuyVolume: 200,
      closed: false,
    };
    const { instrument, timeframe } = series;
    for (const callback of callbacks) callback({ instrument, timeframe, candle, receivedAt: openTime });
  }, 50);
}
