/**
 * The chart alone, with made-up data, for looking at it: `npx vite build test/bench/chart`, then `vite preview`, and
 * /harness.html?theme=light&bands=1000&bars=800&gex=0&fit=1&live=1&empty=1
 */
import { mount } from 'svelte';
import type { CandleTick } from '../../../src-main/contract/channels.ts';
import Harness from './Harness.svelte';
import { candles, gexProfile, liquidationMap } from './synthetic.ts';

const asked = new URLSearchParams(location.search);
const number = (name: string, fallback: number): number => Number(asked.get(name) ?? fallback);
const series = candles(number('bars', 800));
const last = series.openTimes.length - 1;
const price = series.close[last] ?? 64_000;
const bands = number('bands', 240);
const callbacks = new Set<(tick: CandleTick) => void>();

mount(Harness, {
  target: document.getElementById('app')!,
  props: {
    series: asked.has('empty') ? null : series,
    map: bands === 0 ? null : liquidationMap(bands, price),
    gex: asked.get('gex') === '0' ? null : gexProfile(price),
    price,
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
