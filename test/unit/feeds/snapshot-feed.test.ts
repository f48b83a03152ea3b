import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import type { LiquidationMap } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import type { SnapshotFeed } from '../../../src-main/feeds/snapshot-feed.ts';
import { connectFake, FakeProvider, feedTools, mapOf, pacedSnapshots, source } from './fakes.ts';

const minute = 60_000;
const map = (asset: string) => ({ kind: 'liquidation-map', asset, tier: 'visible' }) as const;

let tools: ReturnType<typeof feedTools>;
let provider: FakeProvider;
let feed: SnapshotFeed;

const start = (secret: Record<string, string> | null = null) => {
  const connected = connectFake(provider, tools, secret);
  feed = pacedSnapshots(connected.connection, tools);
  return connected;
};
const eventsOf = <T>(name: string): T[] =>
  tools.events.filter(([event]) => event === name).map(([, event]) => event as T);
const stored = (asset: string) =>
  tools.store.snapshots.latest(sourceKey(source), 'liquidation-map', asset) as LiquidationMap | null;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  tools = feedTools();
  provider = new FakeProvider();
});
afterEach(() => {
  feed.close();
  tools.end();
  vi.useRealTimers();
});

describe('a snapshot feed', () => {
  it('asks for what is wanted in the order of urgency, one at a time, and commits before it publishes', async () => {
    start();
    const committedWhenPublished: boolean[] = [];
    const publish = tools.publish;
    tools.publish = (name, event) => {
      if (name === 'snapshot/changed') committedWhenPublished.push(stored((event as LiquidationMap).asset) !== null);
      publish(name, event);
    };
    feed.want([map('ETH'), map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    expect(provider.calls).toEqual(['liquidation-map ETH', 'liquidation-map BTC']);
    expect(committedWhenPublished).toEqual([true, true]);
  });

  it('asks again after the interval and not before', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(minute - 1);
    expect(provider.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10);
    expect(provider.calls).toHaveLength(2);
  });

  it('spends no call after a restart while the cached snapshot is young', async () => {
    tools.store.snapshots.save(mapOf('BTC', [[1, 1, 1]]));
    await vi.advanceTimersByTimeAsync(30_000);
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(provider.calls).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(provider.calls).toHaveLength(1);
  });

  it('keeps the last good snapshot and tells the trouble, then tells that it is over', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.answer = () => failure('bad-response', 'The answer has no prices.', { path: '$.clusters[0].price' });
    await vi.advanceTimersByTimeAsync(minute);
    expect(eventsOf<{ failure: unknown }>('snapshot/trouble').at(-1)).toMatchObject({
      failure: { path: '$.clusters[0].price' },
    });
    expect(stored('BTC')?.prices).toEqual(Float64Array.of(64_000));
    provider.answer = () => mapOf('BTC', [[65_000, 2, 0]]);
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(eventsOf<{ failure: unknown }>('snapshot/trouble').at(-1)).toMatchObject({ failure: null });
    expect(stored('BTC')?.prices).toEqual(Float64Array.of(65_000));
  });

  it('never asks again with a refused key, however long it runs, until the user says so', async () => {
    const { statuses } = start();
    provider.answer = () => failure('auth', 'The key is invalid or expired.');
    feed.want([map('BTC'), map('ETH')]);
    await vi.advanceTimersByTimeAsync(24 * 60 * minute);
    expect(provider.calls).toEqual(['liquidation-map BTC']);
    expect(statuses.at(-1)).toMatchObject({ state: 'refused', text: 'The key is invalid or expired.' });
    provider.answer = () => mapOf('BTC', [[1, 1, 1]]);
    await feed.refresh('liquidation-map', 'BTC');
    expect(statuses.at(-1)?.state).toBe('polling');
  });

  it('waits as long as a 429 says', async () => {
    const { statuses } = start();
    const until = unixMs(Date.now() + 3_600_000);
    provider.answer = () => failure('rate-limited', 'Daily limit exceeded.', { retryAt: until });
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(3_599_000);
    expect(provider.calls).toHaveLength(1);
    expect(statuses.at(-1)).toMatchObject({ state: 'limited', until });
    provider.answer = () => mapOf('BTC', [[1, 1, 1]]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(provider.calls).toHaveLength(2);
    expect(statuses.at(-1)?.state).toBe('polling');
  });

  it('backs off in an outage: about one try a minute at the end, not one a second', async () => {
    start();
    provider.answer = () => failure('offline', 'No network.');
    feed.want([map('BTC'), map('ETH'), map('SOL')]);
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(provider.calls.length).toBeGreaterThan(30);
    expect(provider.calls.length).toBeLessThan(120);
  });

  it('leaves the last ten calls to the user', async () => {
    start();
    const resetAt = unixMs(Date.now() + 86_400_000);
    provider.context!.onLimits({ limit: 100, remaining: 9, resetAt, seenAt: unixMs(Date.now()) });
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(23 * 60 * minute);
    expect(provider.calls).toHaveLength(0);
    expect(eventsOf<{ failure: { message: string } }>('snapshot/trouble').at(-1)?.failure.message).toContain(
      'kept for your own requests',
    );
    await feed.refresh('liquidation-map', 'BTC');
    expect(provider.calls).toHaveLength(1);
  });

  it('makes no call without a key where one is needed, and says so', async () => {
    provider = new FakeProvider({ credential: [{ name: 'key', label: 'API key', secret: true }] });
    const { connection } = start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(minute);
    expect(provider.calls).toHaveLength(0);
    expect(provider.snapshotStream).toBeNull();
    expect(connection.status().state).toBe('no-key');
  });

  it('does not count assets that the provider does not serve among those it streams', () => {
    start();
    feed.want([
      { kind: 'gex', asset: 'BTC', tier: 'visible' },
      { kind: 'gex', asset: 'SOL', tier: 'visible' },
    ]);
    expect(provider.subscriptions).toEqual([{ kind: 'gex', asset: 'BTC', tier: 'visible' }]);
  });
});

describe('what the stream brings', () => {
  const push = (rows: Parameters<typeof mapOf>[1], mode: 'merge' | 'replace' = 'merge') =>
    provider.snapshotStream!.update({
      mode,
      snapshot: { ...mapOf('BTC', rows), transport: 'stream', referencePrice: null },
    });

  it('is merged into the last whole map, shown soon, and committed within a second', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.snapshotStream!.state({ kind: 'live' });
    push([[70_000, 0, 5]]);
    await vi.advanceTimersByTimeAsync(150);
    expect(eventsOf<LiquidationMap>('snapshot/changed').at(-1)?.prices).toEqual(Float64Array.of(64_000, 70_000));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stored('BTC')?.shorts).toEqual(Float64Array.of(0, 5));
  });

  it('is shown within a tenth of a second also while a commit waits', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.snapshotStream!.state({ kind: 'live' });
    for (const short of [5, 6, 7]) {
      push([[70_000, 0, short]]);
      await vi.advanceTimersByTimeAsync(110);
      expect(eventsOf<LiquidationMap>('snapshot/changed').at(-1)?.shorts[1]).toBe(short);
    }
  });

  it('keeps the last state of each level of a burst with few commits', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.snapshotStream!.state({ kind: 'live' });
    for (let second = 0; second < 5; second++) {
      for (let message = 1; message <= 5_000; message++) push([[60_000 + (message % 50), message + second, 0]]);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    await vi.advanceTimersByTimeAsync(2_000);
    const last = stored('BTC')!;
    expect(last.prices).toHaveLength(51);
    expect(last.longs[0]).toBe(5_004);
    expect(last.longs[49]).toBe(5_003);
    expect(tools.store.snapshots.count()).toBeLessThan(10);
  });

  it('is committed when the feed closes', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    push([[70_000, 0, 5]]);
    feed.close();
    expect(stored('BTC')?.prices).toEqual(Float64Array.of(64_000, 70_000));
  });

  it('makes REST rare while it is live, and REST is asked at once after a gap', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.snapshotStream!.state({ kind: 'live' });
    push([[70_000, 0, 5]]);
    await vi.advanceTimersByTimeAsync(14 * minute);
    expect(provider.calls).toHaveLength(1);
    provider.snapshotStream!.gap();
    await vi.advanceTimersByTimeAsync(10);
    expect(provider.calls).toHaveLength(2);
  });

  it('that a plan does not include is no error: REST goes on', async () => {
    const { statuses } = start();
    feed.want([map('BTC')]);
    provider.snapshotStream!.state({
      kind: 'down',
      failure: failure('plan', 'The plan has no stream.'),
      retryAt: null,
    });
    await vi.advanceTimersByTimeAsync(2 * minute + 10);
    expect(provider.calls).toHaveLength(3);
    expect(statuses.at(-1)).toMatchObject({ state: 'polling', stream: 'not-included' });
  });

  it('is not undone by a REST answer that it overtook, and a whole answer replaces what came before it', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.snapshotStream!.state({ kind: 'live' });
    push([[50_000, 9, 0]]);
    await vi.advanceTimersByTimeAsync(5_000);
    const asked = mapOf('BTC', [[64_000, 1, 0]]);
    provider.answer = () => {
      vi.setSystemTime(Date.now() + 1_000);
      push([[70_000, 0, 5]]);
      return asked;
    };
    await feed.refresh('liquidation-map', 'BTC');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(stored('BTC')?.prices).toEqual(Float64Array.of(64_000, 70_000));
  });

  it('is committed also when a REST answer comes before its second is over', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.snapshotStream!.state({ kind: 'live' });
    push([[70_000, 0, 5]]);
    await vi.advanceTimersByTimeAsync(150);
    push([[71_000, 0, 6]]);
    const before = tools.store.snapshots.count();
    await feed.refresh('liquidation-map', 'BTC');
    expect(tools.store.snapshots.count()).toBe(before + 2);
  });

  it('is refused when it names more levels than a market has, and the last good map stays', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    push(Array.from({ length: 200_001 }, (_, row) => [row + 1, 1, 1] as const));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(eventsOf<{ failure: { kind: string } }>('snapshot/trouble').at(-1)?.failure.kind).toBe('bad-response');
    expect(stored('BTC')?.prices).toEqual(Float64Array.of(64_000));
    await vi.advanceTimersByTimeAsync(minute);
    expect(provider.calls).toHaveLength(2);
    expect(eventsOf<{ failure: unknown }>('snapshot/trouble').at(-1)?.failure).toBeNull();
  });
});

describe('what the review of the first feeds found', () => {
  const limits = (remaining: number) => ({
    limit: 100,
    remaining,
    resetAt: unixMs(Date.now() + 86_400_000),
    seenAt: unixMs(Date.now()),
  });
  const gex = (asset: string) => ({ kind: 'gex', asset, tier: 'visible' }) as const;

  it('an endpoint that always fails neither starves the others nor spends the plan', async () => {
    start();
    let remaining = 100;
    provider.answer = (kind, asset) => {
      provider.context!.onLimits(limits(--remaining));
      return kind === 'gex' ? failure('server', 'Internal error.') : mapOf(asset, [[1, 1, 1]]);
    };
    feed.want([map('BTC'), gex('BTC'), map('ETH'), gex('ETH'), map('SOL')]);
    await vi.advanceTimersByTimeAsync(60 * minute);
    for (const asset of ['BTC', 'ETH', 'SOL']) expect(stored(asset), asset).not.toBeNull();
    expect(provider.calls.length).toBeLessThan(25);
    await vi.advanceTimersByTimeAsync(23 * 60 * minute);
    expect(provider.calls.length).toBeLessThanOrEqual(90);
    expect(provider.calls.filter((call) => call.startsWith('liquidation-map')).length).toBeGreaterThan(20);
  });

  it('a plan that lacks the data is asked again only by the user; a region that is barred once an hour', async () => {
    provider.answer = () => failure('plan', 'Not included.');
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10 * 60 * minute - 1);
    expect(provider.calls).toHaveLength(10);
    feed.close();

    provider = new FakeProvider({ credential: [{ name: 'apiKey', label: 'API key', secret: true }] });
    provider.answer = () => failure('plan', 'Not included.');
    const { statuses, connection } = start({ apiKey: 'kf_live_1' });
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(48 * 60 * minute);
    expect(provider.calls).toHaveLength(1);
    expect(statuses.at(-1)).toMatchObject({ state: 'plan', text: 'Not included.' });
    // A good answer to another question does not take the sentence off the card; another try by the user does.
    await connection.call('background', () => Promise.resolve());
    expect(statuses.at(-1)).toMatchObject({ state: 'polling', text: 'Kingfisher answers over REST. Not included.' });
    connection.forgive();
    await connection.call('background', () => Promise.resolve());
    expect(statuses.at(-1)!.text).toBe('Kingfisher answers over REST.');
    feed.dueNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(provider.calls).toHaveLength(2);
  });

  it('what is unwanted for a while is not asked any sooner when it is wanted again', async () => {
    start();
    provider.answer = (kind, asset) =>
      kind === 'gex' ? failure('bad-response', 'Unreadable.') : mapOf(asset, [[1, 1, 1]]);
    for (let toggle = 0; toggle < 30; toggle++) {
      feed.want([map('BTC'), gex('BTC')]);
      await vi.advanceTimersByTimeAsync(500);
      feed.want([map('BTC')]);
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(provider.calls).toHaveLength(2);
  });

  it('asks on whatever is done to the clock on the wall', async () => {
    tools.store.snapshots.save({ ...mapOf('BTC', [[1, 1, 1]]), confirmedAt: unixMs(Date.now() + 5 * 60 * minute) });
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    expect(provider.calls).toHaveLength(1);
    vi.setSystemTime(Date.now() - 5 * 60 * minute);
    await vi.advanceTimersByTimeAsync(3 * minute);
    expect(provider.calls).toHaveLength(4);
  });

  it('a stream that comes alive lifts neither a Retry-After nor a refusal', async () => {
    const { statuses } = start();
    provider.answer = () => failure('rate-limited', 'Limit.', { retryAt: unixMs(Date.now() + 60 * minute) });
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.snapshotStream!.state({ kind: 'live' });
    provider.snapshotStream!.state({ kind: 'down', failure: failure('plan', 'No stream.'), retryAt: null });
    await vi.advanceTimersByTimeAsync(59 * minute);
    expect(provider.calls).toHaveLength(1);
    expect(statuses.at(-1)).toMatchObject({ state: 'limited' });
  });

  it('a key that REST refused is not shown to the stream again', async () => {
    start();
    provider.answer = () => failure('auth', 'Invalid key.');
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    expect(provider.openStreams).toBe(0);
    feed.dueNow();
    expect(provider.openStreams).toBe(0);
  });

  it('a stream that does not take the key leaves a REST that does alone', async () => {
    const { statuses } = start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.snapshotStream!.state({ kind: 'down', failure: failure('auth', 'No.'), retryAt: null });
    await vi.advanceTimersByTimeAsync(2 * minute + 10);
    expect(provider.calls).toHaveLength(3);
    expect(statuses.at(-1)).toMatchObject({
      state: 'polling',
      stream: 'off',
      text: 'Kingfisher answers over REST. No.',
    });
  });

  it('a failed call over REST does not make a live stream an outage', async () => {
    const { connection, statuses } = start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.snapshotStream!.state({ kind: 'live' });
    await connection
      .call('user', () => Promise.reject(new FailureError(failure('timeout', 'Too slow.'))))
      .catch(() => 0);
    expect(statuses.at(-1)).toMatchObject({ state: 'live', failure: null, text: 'Kingfisher is streaming. Too slow.' });
  });

  it('levels of a cache that is old are not passed off as new by a push', async () => {
    const before = Date.now() - 26 * 60 * minute;
    const old = { takenAt: unixMs(before), receivedAt: unixMs(before), confirmedAt: unixMs(before) };
    tools.store.snapshots.save({ ...mapOf('BTC', [[64_000, 1, 0]]), ...old });
    provider.answer = () => failure('offline', 'No network.');
    start();
    feed.want([map('BTC')]);
    provider.snapshotStream!.state({ kind: 'live' });
    provider.snapshotStream!.update({ mode: 'merge', snapshot: mapOf('BTC', [[70_000, 0, 5]]) });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(stored('BTC')?.prices).toEqual(Float64Array.of(70_000));
  });

  it('every level of a merged map carries the time of the answer or push that named it', async () => {
    start();
    const untimed = (rows: Parameters<typeof mapOf>[1]) => ({
      ...mapOf('BTC', rows),
      levelTimes: Float64Array.from(rows, () => Number.NaN),
    });
    const first = Date.now();
    provider.answer = () => untimed([[64_000, 1, 0]]);
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10_000);
    provider.snapshotStream!.state({ kind: 'live' });
    provider.snapshotStream!.update({ mode: 'merge', snapshot: untimed([[70_000, 0, 5]]) });
    await vi.advanceTimersByTimeAsync(1_200);
    expect(stored('BTC')?.levelTimes).toEqual(Float64Array.of(first, first + 10_000));
  });

  it('the last of any number of pushes that overtake a REST answer stands', async () => {
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    provider.snapshotStream!.state({ kind: 'live' });
    provider.answer = () => {
      const asked = mapOf('BTC', [[64_000, 1, 0]]);
      vi.setSystemTime(Date.now() + 1_000);
      for (let short = 1; short <= 6_000; short++) {
        provider.snapshotStream!.update({ mode: 'merge', snapshot: mapOf('BTC', [[70_000, 0, short]]) });
      }
      return asked;
    };
    await feed.refresh('liquidation-map', 'BTC');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(stored('BTC')?.shorts).toEqual(Float64Array.of(0, 6_000));
  });

  it('a Retry-After holds over a restart', async () => {
    start();
    provider.answer = () => {
      provider.context!.onLimits(limits(50));
      return failure('rate-limited', 'Limit.', { retryAt: unixMs(Date.now() + 60 * minute) });
    };
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(10);
    feed.close();
    start();
    feed.want([map('BTC')]);
    await vi.advanceTimersByTimeAsync(50 * minute);
    expect(provider.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(11 * minute);
    expect(provider.calls.length).toBeGreaterThan(1);
  });

  it('an answer that names no limits lifts those that were known', async () => {
    const { connection } = start();
    provider.context!.onLimits(limits(9));
    await feed.refresh('liquidation-map', 'BTC');
    expect(connection.limits).toBeNull();
  });
});
