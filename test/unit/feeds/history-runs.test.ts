import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import type { HistoryJob, HistoryQuery } from '../../../src-main/contract/history.ts';
import type { LiquidationVolumes } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { Connection } from '../../../src-main/feeds/connection.ts';
import { HistoryRuns } from '../../../src-main/feeds/history-runs.ts';
import { Pace } from '../../../src-main/feeds/pace.ts';
import { VolumeFeed } from '../../../src-main/feeds/volume-feed.ts';
import type { HistoryPart, HistoryReader, Provider } from '../../../src-main/providers/provider.ts';
import { calm, FakeProvider, feedTools } from './fakes.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const source = { provider: 'kaiko', environment: 'production', host: 'api.example.org' } as const;
const variant = '1h/usd';

let tools: ReturnType<typeof feedTools>;
let asked: HistoryQuery[];
/** Runs before a part is told; throws to fail the request. */
let before: (index: number) => Promise<void>;
let connection: Connection;
let pace: Pace;
let runs: HistoryRuns;

/** Tells three hours a part; the second hour of each breaks an invariant. */
const reader: HistoryReader = {
  plan: ({ from, to }) => {
    if (to <= from) throw new FailureError(failure('bad-request', 'The range is empty.'));
    const points = Math.ceil((to - from) / hour);
    const requests = Math.ceil(points / 3);
    return { requests, cost: requests, costUnit: 'calls', points, text: `${requests} calls` };
  },
  read: (query) => {
    asked.push(query);
    return parts(query);
  },
};

async function* parts({ from, to }: HistoryQuery): AsyncGenerator<HistoryPart, void> {
  let index = 0;
  for (let at: number = from; at < to; at += 3 * hour) {
    await before(index++);
    const times = Float64Array.from([at, at + hour, at + 2 * hour].filter((time) => time < to));
    const reached = unixMs(Math.min(to, at + 3 * hour));
    yield { volumes: volumesAt(times), snapshots: [], reached };
  }
}

const volumesAt = (times: Float64Array): LiquidationVolumes => ({
  source,
  asset: 'BTC',
  variant,
  intervalMs: hour,
  unit: 'usd',
  times,
  longs: times.map((time) => (time - start) / hour + 1),
  shorts: times.map(() => 10),
  longTrades: times.map(() => 1),
  shortTrades: times.map(() => 2),
  breaches: times.map((time) => (((time - start) / hour) % 3 === 1 ? 1 : 0)),
  exchanges: [],
  receivedAt: unixMs(Date.now()),
});

const query = (hours: number): HistoryQuery => ({
  provider: 'kaiko',
  kind: 'liquidation-volumes',
  asset: 'BTC',
  from: unixMs(start),
  to: unixMs(start + hours * hour),
});

const until = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: 5_000, interval: 5 });
const newest = (): HistoryJob => tools.events.filter(([name]) => name === 'history/changed').at(-1)![1] as HistoryJob;
const kept = (): number[] => {
  const read = tools.store.volumes.read(sourceKey(source), 'BTC', variant, unixMs(start), unixMs(start + 1_000 * hour));
  return read ? [...read.longs] : [];
};

beforeEach(() => {
  tools = feedTools();
  asked = [];
  before = () => Promise.resolve();
  const fake = new FakeProvider({ streams: false });
  const provider: Provider = {
    info: { ...fake.info, id: 'kaiko', name: 'Kaiko' },
    connect: () => ({ test: () => Promise.resolve(''), history: { 'liquidation-volumes': reader } }),
    volumesVariant: () => variant,
  };
  const place = { source, options: {}, restUrl: 'https://api.example.org', streamUrl: '' };
  const key = { secret: null, state: { kept: 'none', keychainProblem: null } } as const;
  connection = new Connection(provider, place, key, tools, () => undefined);
  pace = new Pace(connection, tools.elapsed, calm);
  runs = new HistoryRuns(tools, (id) => (id === 'kaiko' ? { connection, pace } : undefined));
});
afterEach(() => {
  runs.stopAll();
  connection.close();
  tools.end();
});

describe('filling in a range', () => {
  it('keeps every part before it asks for the next, and tells how far it has come', async () => {
    const job = runs.start(query(8));
    expect(job).toMatchObject({ state: 'running', reached: start, rows: 0 });
    await until(() => expect(newest().state).toBe('done'));
    expect(newest()).toMatchObject({ reached: start + 8 * hour, rows: 8, flagged: 3, requests: 3, failure: null });
    expect(kept()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const steps = tools.events.filter(([name]) => name === 'history/changed').map(([, job]) => job as HistoryJob);
    expect(steps.map(({ reached }) => (reached - start) / hour)).toEqual([0, 3, 6, 8, 8]);
    expect(tools.events.filter(([name]) => name === 'volumes/changed')).toHaveLength(3);
  });

  it('stops when it is told to, and goes on from there when the same range is started again', async () => {
    let release = (): void => undefined;
    before = (index) => (index < 1 ? Promise.resolve() : new Promise((resolve) => (release = resolve)));
    const job = runs.start(query(9));
    await until(() => expect(newest().rows).toBe(3));
    expect(runs.stop(job.id)).toMatchObject({ state: 'stopped', reached: start + 3 * hour });
    release();
    before = () => Promise.resolve();
    const again = runs.start(query(9));
    expect(again.id).toBe(job.id);
    await until(() => expect(newest().state).toBe('done'));
    expect(asked.map(({ from }) => (from - start) / hour)).toEqual([0, 3]);
    expect(newest()).toMatchObject({ rows: 9, requests: 3 });
    expect(kept()).toHaveLength(9);
  });

  it('fails with the reason and keeps what it has; started again it goes on', async () => {
    before = async (index) => {
      if (index === 2) throw new FailureError(failure('auth', 'Kaiko refused the key.'));
    };
    runs.start(query(12));
    await until(() => expect(newest().state).toBe('failed'));
    expect(newest()).toMatchObject({ reached: start + 6 * hour, failure: { message: 'Kaiko refused the key.' } });
    expect(kept()).toHaveLength(6);
    before = () => Promise.resolve();
    runs.start(query(12));
    await until(() => expect(newest().state).toBe('done'));
    expect(asked[1]?.from).toBe(start + 6 * hour);
    expect(kept()).toHaveLength(12);
  });

  it('counts one that the end of the program interrupted as stopped', async () => {
    before = (index) => (index < 1 ? Promise.resolve() : new Promise(() => undefined));
    runs.start(query(9));
    await until(() => expect(newest().rows).toBe(3));
    const next = new HistoryRuns(tools, () => ({ connection, pace }));
    const [job] = next.all([source]);
    expect(job).toMatchObject({ reached: start + 3 * hour, rows: 3 });
  });

  it('refuses an empty range and a provider that does not fill in', () => {
    expect(() => runs.start(query(0))).toThrow('The range is empty.');
    expect(() => runs.plan({ ...query(1), provider: 'binance' })).toThrow('The provider does not fill in the past');
    expect(() => runs.stop(99)).toThrow('This range is not on the list any more.');
    expect(tools.events).toEqual([]);
  });

  it('starts a range that is running only once', async () => {
    before = (index) => (index < 1 ? Promise.resolve() : new Promise(() => undefined));
    const job = runs.start(query(9));
    expect(runs.start(query(9)).id).toBe(job.id);
    await until(() => expect(newest().rows).toBe(3));
    expect(asked).toHaveLength(1);
  });

  it('leaves the reserve of the limits alone after the first call, which is the user’s own', async () => {
    const resetAt = unixMs(Date.now() + hour);
    let remaining = 12;
    before = async () =>
      connection.budget.heardLimits({ limit: 100, remaining: --remaining, resetAt, seenAt: tools.now() }, null);
    runs.start(query(30));
    await until(() => expect(newest().state).toBe('failed'));
    expect(newest()).toMatchObject({ requests: 2, reached: start + 6 * hour });
    expect(newest().failure).toMatchObject({
      kind: 'rate-limited',
      message: 'Kaiko: Only 10 calls are left until the limit resets; they are kept for your own requests.',
    });
    // A reset is told in whole seconds.
    expect(newest().failure!.retryAt! - resetAt).toBeGreaterThanOrEqual(0);
    expect(newest().failure!.retryAt! - resetAt).toBeLessThanOrEqual(1_100);
    runs.start(query(30));
    await until(() => expect(newest().requests).toBe(3));
    await until(() => expect(newest().state).toBe('failed'));
    expect(remaining).toBe(9);
  });

  it('waits for a limit that is lifted soon, says so, and goes on from where it was', async () => {
    let refusals = 1;
    before = async (index) => {
      if (index === 2 && refusals-- > 0) {
        throw new FailureError(failure('rate-limited', 'Slow down.', { retryAt: unixMs(Date.now() + 40) }));
      }
    };
    runs.start(query(12));
    await until(() => expect(newest()).toMatchObject({ state: 'running', failure: { message: 'Slow down.' } }));
    await until(() => expect(newest().state).toBe('done'));
    expect(asked.map(({ from }) => (from - start) / hour)).toEqual([0, 6]);
    expect(newest()).toMatchObject({ rows: 12, requests: 4, failure: null });
    expect(kept()).toHaveLength(12);
  });

  it('gives up on a limit that is lifted again and again and brings nothing', async () => {
    let refusals = 0;
    before = async () => {
      refusals += 1;
      throw new FailureError(failure('rate-limited', 'Slow down.', { retryAt: unixMs(Date.now() + 1) }));
    };
    runs.start(query(12));
    await until(() => expect(newest().state).toBe('failed'));
    expect(refusals).toBe(6);
  });

  it('is stopped while it waits', async () => {
    before = () =>
      Promise.reject(new FailureError(failure('rate-limited', 'Slow.', { retryAt: unixMs(Date.now() + 100_000) })));
    const job = runs.start(query(12));
    await until(() => expect(newest().failure?.message).toBe('Slow.'));
    expect(runs.stop(job.id).state).toBe('stopped');
    expect(newest().state).toBe('stopped');
  });

  it('stops with the connection even when the database cannot be asked', async () => {
    before = (index) => (index < 1 ? Promise.resolve() : new Promise(() => undefined));
    runs.start(query(9));
    await until(() => expect(newest().rows).toBe(3));
    const { get } = tools.store.history;
    tools.store.history.get = () => {
      throw new FailureError(failure('store', 'The disk failed.'));
    };
    expect(() => runs.stopAll('kaiko')).not.toThrow();
    tools.store.history.get = get;
    expect(newest()).toMatchObject({ state: 'stopped', reached: start + 3 * hour });
  });

  it('takes one off the list and leaves what it brought', async () => {
    const job = runs.start(query(3));
    await until(() => expect(newest().state).toBe('done'));
    runs.forget(job.id);
    expect(runs.all([source])).toEqual([]);
    expect(kept()).toHaveLength(3);
  });
});

describe('volumes up to now', () => {
  it('asks for a week at first, then from two hours before the newest that is kept', async () => {
    const feed = new VolumeFeed(connection, tools, pace);
    feed.want('BTC');
    await until(() => expect(tools.events.filter(([name]) => name === 'volumes/changed').length).toBeGreaterThan(50));
    expect(asked[0]!.to - asked[0]!.from).toBe(7 * 24 * hour);
    const newestTime = tools.store.volumes.newestTime(sourceKey(source), 'BTC', variant)!;
    feed.dueNow();
    await until(() => expect(asked).toHaveLength(2));
    expect(asked[1]!.from).toBe(newestTime - 2 * hour);
    feed.close();
  });

  it('another look at an asset within a quarter of an hour costs no further call', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const feed = new VolumeFeed(connection, tools, pace);
      for (const asset of ['BTC', 'ETH', 'BTC', 'ETH', null, 'BTC']) {
        feed.want(asset);
        await vi.advanceTimersByTimeAsync(60_000);
      }
      expect(asked.map(({ asset }) => asset)).toEqual(['BTC', 'ETH']);
      await vi.advanceTimersByTimeAsync(10 * 60_000);
      expect(asked.map(({ asset }) => asset)).toEqual(['BTC', 'ETH', 'BTC']);
      feed.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(['auth', 'plan', 'unsupported'] as const)(
    'a question refused as %s is not asked again by itself',
    async (kind) => {
      before = () => Promise.reject(new FailureError(failure(kind, 'No.')));
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      try {
        const feed = new VolumeFeed(connection, tools, pace);
        feed.want('BTC');
        await vi.advanceTimersByTimeAsync(48 * hour);
        expect(asked).toHaveLength(1);
        if (kind !== 'auth') {
          feed.dueNow();
          await vi.advanceTimersByTimeAsync(0);
          expect(asked).toHaveLength(2);
        }
        feed.close();
      } finally {
        vi.useRealTimers();
      }
    },
  );

  it('a pause longer than a timer holds is no pause of a millisecond', async () => {
    const retryAt = unixMs(Date.now() + 30 * 24 * hour);
    before = () => Promise.reject(new FailureError(failure('rate-limited', 'Next month.', { retryAt })));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const feed = new VolumeFeed(connection, tools, pace);
      feed.want('BTC');
      await vi.advanceTimersByTimeAsync(24 * hour);
      expect(asked).toHaveLength(1);
      feed.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('a clock that was set back does not ask for a range that ends before it begins', async () => {
    tools.store.volumes.write(volumesAt(Float64Array.of(Date.now() + 400 * 24 * hour)));
    const feed = new VolumeFeed(connection, tools, pace);
    feed.want('BTC');
    await until(() => expect(asked).toHaveLength(1));
    expect(asked[0]!.to - asked[0]!.from).toBe(7 * 24 * hour);
    feed.close();
  });

  it('the end of a range is no answer of the provider: its limits stay known', async () => {
    const limits = { limit: 100, remaining: 60, resetAt: unixMs(Date.now() + hour), seenAt: unixMs(Date.now()) };
    before = async () => connection.budget.heardLimits(limits, null);
    const feed = new VolumeFeed(connection, tools, pace);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      feed.want('BTC');
      await vi.advanceTimersByTimeAsync(1);
    } finally {
      vi.useRealTimers();
    }
    expect(asked).toHaveLength(1);
    expect(connection.limits).toMatchObject({ limit: 100, remaining: 60, resetAt: limits.resetAt });
    runs.start(query(6));
    await until(() => expect(newest().state).toBe('done'));
    expect(connection.limits).toMatchObject({ limit: 100, remaining: 60, resetAt: limits.resetAt });
    feed.close();
  });
});
