import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failure, FailureError, type Failure } from '../../../src-main/contract/failure.ts';
import type { Asset, Quote } from '../../../src-main/contract/market.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { Connection } from '../../../src-main/feeds/connection.ts';
import { OverviewFeed } from '../../../src-main/feeds/overview-feed.ts';
import { Pace } from '../../../src-main/feeds/pace.ts';
import type { Provider } from '../../../src-main/providers/provider.ts';
import { calm, FakeProvider, feedTools } from './fakes.ts';

const source = { provider: 'hyperliquid', environment: 'production', host: 'api.example.org' } as const;

let tools: ReturnType<typeof feedTools>;
let asked: (readonly Asset[])[];
let refusal: Failure | null;
let quotes: string[];
let connection: Connection;
let feed: OverviewFeed;

const quoteOf = (asset: Asset): Quote => ({
  instrument: { source, asset, symbol: asset, quote: 'USD', tickSize: 0.1 },
  price: 100,
  time: unixMs(0),
  receivedAt: unixMs(0),
  price24hAgo: null,
});

beforeEach(() => {
  vi.useFakeTimers();
  tools = feedTools();
  asked = [];
  refusal = null;
  quotes = [];
  const fake = new FakeProvider({ streams: false });
  const provider: Provider = {
    info: { ...fake.info, id: 'hyperliquid', name: 'Hyperliquid' },
    connect: () => ({
      test: () => Promise.resolve(''),
      overview: async (assets) => {
        asked.push(assets);
        if (refusal) throw new FailureError(refusal);
        return { quotes: assets.map(quoteOf), snapshots: [] };
      },
    }),
  };
  const place = { source, options: {}, restUrl: 'https://api.example.org', streamUrl: '' };
  const key = { secret: null, state: { kept: 'none', keychainProblem: null } } as const;
  connection = new Connection(provider, place, key, tools, () => undefined);
  feed = new OverviewFeed(connection, tools.now, new Pace(connection, tools.elapsed, calm), {
    quote: ({ instrument }) => quotes.push(instrument.asset),
    snapshot: () => undefined,
  });
});
afterEach(() => {
  feed.close();
  connection.close();
  tools.end();
  vi.useRealTimers();
});

it('asks for all watched assets in one call, at once and then once a minute', async () => {
  feed.want(['BTC', 'ETH']);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual([['BTC', 'ETH']]);
  expect(quotes).toEqual(['BTC', 'ETH']);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toHaveLength(2);
});

it('asks at once for an asset that was added, not for one that was taken away', async () => {
  feed.want(['BTC', 'ETH']);
  await vi.advanceTimersByTimeAsync(0);
  feed.want(['BTC']);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(1);
  feed.want(['BTC', 'SOL']);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked[1]).toEqual(['BTC', 'SOL']);
});

it('waits as long as the venue says after a refusal, and goes on then', async () => {
  refusal = failure('rate-limited', 'Slow down.', { retryAt: unixMs(Date.now() + 20_000) });
  feed.want(['BTC']);
  await vi.advanceTimersByTimeAsync(19_000);
  expect(asked).toHaveLength(1);
  refusal = null;
  await vi.advanceTimersByTimeAsync(1_500);
  expect(quotes).toEqual(['BTC']);
});

it('asks nothing more once it is closed', async () => {
  feed.want(['BTC']);
  feed.close();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked).toEqual([]);
});

it('a pause longer than a timer holds is no pause of a millisecond', async () => {
  refusal = failure('rate-limited', 'Next month.', { retryAt: unixMs(Date.now() + 30 * 86_400_000) });
  const call = vi.spyOn(connection, 'call');
  feed.want(['BTC']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(call).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(call).toHaveBeenCalledTimes(2);
  expect(asked).toHaveLength(1);
});
