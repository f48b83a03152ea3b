/** In the engine's place: the provider fetches and reads a day, and the columns are handed over. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LiquidationProfile } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { kiyotaka } from '../../../src-main/providers/kiyotaka.ts';
import { columns, start } from './answer.ts';

const port = parentPort!;
const { history } = kiyotaka.connect({
  source: { provider: 'kiyotaka', environment: 'custom', host: '127.0.0.1' },
  restUrl: `http://127.0.0.1:${workerData as number}`,
  streamUrl: '',
  secret: { apiKey: 'kiyotaka_bench_key' },
  options: Object.fromEntries(kiyotaka.info.options.map(({ name, fallback }) => [name, fallback])),
  http: createHttpClient(),
  openSocket: () => {
    throw new Error('there is no stream');
  },
  now: () => unixMs(Date.now()),
  onLimits: () => undefined,
  onEarlier: () => undefined,
  onRejected: ({ message }) => {
    throw new Error(message);
  },
});

port.on('message', () => {
  const query = {
    provider: 'kiyotaka',
    kind: 'liquidation-profile',
    asset: 'BTC',
    from: unixMs(start),
    to: unixMs(start + columns * 60_000),
  } as const;
  void history!
    ['liquidation-profile']!.read(query, new AbortController().signal)
    .next()
    .then((part) => {
      if (part.done) throw new Error('nothing was read');
      const profiles = part.value.snapshots as readonly LiquidationProfile[];
      const buffers = profiles.flatMap(({ prices, amounts }) => [prices.buffer, amounts.buffer] as ArrayBuffer[]);
      port.postMessage(
        profiles.map(({ takenAt, prices, amounts }) => ({ takenAt, prices, amounts })),
        buffers,
      );
    });
});
