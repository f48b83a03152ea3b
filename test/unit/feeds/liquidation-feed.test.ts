import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { Connection } from '../../../src-main/feeds/connection.ts';
import { LiquidationFeed } from '../../../src-main/feeds/liquidation-feed.ts';
import type { LiquidationSubscription, Provider, StreamListener } from '../../../src-main/providers/provider.ts';
import { FakeProvider, feedTools } from './fakes.ts';

const source = { provider: 'bybit', environment: 'production', host: 'api.example.org' } as const;
const start = Date.UTC(2026, 0, 1);

let tools: ReturnType<typeof feedTools>;
let listener: StreamListener<RealisedLiquidations>;
let wanted: readonly LiquidationSubscription[];
let opens: number;
let closes: number;
let connection: Connection;
let feed: LiquidationFeed;

const batchOf = (asset: string, ...times: number[]): RealisedLiquidations => ({
  source,
  asset,
  symbol: `${asset}USDT`,
  isSample: false,
  priceBasis: 'bankruptcy',
  times: Float64Array.from(times, (time) => start + time),
  sides: Float64Array.from(times, () => 1),
  prices: Float64Array.from(times, () => 60_000),
  coins: Float64Array.from(times, () => 0.5),
  usd: Float64Array.from(times, () => 30_000),
  receivedAt: Float64Array.from(times, (time) => start + time + 20),
});

const told = () => tools.events.filter(([name]) => name === 'liquidations/arrived').map(([, event]) => event);
const keptTimes = (asset: string): number[] =>
  tools.store.realised
    .read([sourceKey(source)], asset, unixMs(start), unixMs(start + 1e9), 1_000)
    .flatMap(({ times }) => [...times].map((time) => time - start));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  tools = feedTools();
  wanted = [];
  opens = closes = 0;
  const fake = new FakeProvider({ streams: false });
  const provider: Provider = {
    info: { ...fake.info, id: 'bybit', name: 'Bybit' },
    connect: () => ({
      test: () => Promise.resolve(''),
      openLiquidationStream: (given) => {
        opens += 1;
        listener = given;
        return { want: (subscriptions) => void (wanted = subscriptions), close: () => void (closes += 1) };
      },
    }),
  };
  const place = { source, options: {}, restUrl: 'https://api.example.org', streamUrl: 'wss://api.example.org' };
  const key = { secret: null, state: { kept: 'none', keychainProblem: null } } as const;
  connection = new Connection(provider, place, key, tools, () => undefined);
  feed = new LiquidationFeed(connection, tools);
});
afterEach(() => {
  feed.close();
  connection.close();
  tools.end();
  vi.useRealTimers();
});

it('opens no stream while nothing is wanted, and one for all assets when something is', () => {
  feed.want([]);
  expect(opens).toBe(0);
  feed.want(['BTC', 'ETH']);
  feed.want(['BTC']);
  expect(opens).toBe(1);
  expect(wanted).toEqual([{ asset: 'BTC' }]);
});

it('commits what arrives together in one go, and tells it only then', () => {
  feed.want(['BTC']);
  listener.update(batchOf('BTC', 1, 5));
  listener.update(batchOf('BTC', 9));
  listener.update(batchOf('BTC'));
  expect(keptTimes('BTC')).toEqual([]);
  vi.advanceTimersByTime(250);
  expect(keptTimes('BTC')).toEqual([1, 5, 9]);
  expect(told()).toEqual([
    { source, asset: 'BTC', newest: start + 5 },
    { source, asset: 'BTC', newest: start + 9 },
  ]);
});

it('loses nothing when it is closed before the time is up', () => {
  feed.want(['BTC']);
  listener.update(batchOf('BTC', 3));
  feed.close();
  expect(keptTimes('BTC')).toEqual([3]);
});

it('holds what the disk refuses and writes it when the disk takes it again', () => {
  feed.want(['BTC']);
  const add = vi.spyOn(tools.store.realised, 'add').mockImplementation(() => {
    throw new FailureError(failure('store', 'The disk is full.'));
  });
  listener.update(batchOf('BTC', 1));
  vi.advanceTimersByTime(250);
  expect(told()).toEqual([]);
  add.mockRestore();
  listener.update(batchOf('BTC', 2));
  vi.advanceTimersByTime(250);
  expect(keptTimes('BTC')).toEqual([1, 2]);
});

it('opens the stream anew on a retry, with what was wanted', () => {
  feed.want(['BTC', 'SOL']);
  wanted = [];
  feed.dueNow();
  expect([opens, closes]).toEqual([2, 1]);
  expect(wanted).toEqual([{ asset: 'BTC' }, { asset: 'SOL' }]);
});
