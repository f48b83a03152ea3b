import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failure, toFailure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { Connection } from '../../../src-main/feeds/connection.ts';
import { Pace } from '../../../src-main/feeds/pace.ts';
import { calm, connectFake, dayRule, FakeProvider, feedTools, noPlan, nothingWanted, pacedSnapshots } from './fakes.ts';

const hour = 3_600_000;
const map = (asset: string) => ({ kind: 'liquidation-map', asset, tier: 'visible' }) as const;
const start = Date.UTC(2026, 10, 21, 12);
const midnight = Date.UTC(2026, 10, 22);

let tools: ReturnType<typeof feedTools>;
let provider: FakeProvider;
let connection: Connection;
let statuses: ReturnType<typeof connectFake>['statuses'];
let sent: string[];

/** Limits as each answer tells them; null: answers tell nothing. */
let told: { limit: number | null; remaining: number | null } | null;

const connect = () => ({ connection, statuses } = connectFake(provider, tools));

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  tools = feedTools();
  sent = [];
  told = null;
  const plain = tools.http;
  Object.assign(tools, {
    http: {
      send: async (request: { url: string }) => {
        sent.push(request.url);
        return { ...(await plain.send(request)), headers: { date: new Date().toUTCString() } };
      },
    },
  });
  provider = new FakeProvider({ streams: false });
  Object.assign(provider.info, { limits: [{ ...dayRule, amount: 100 }] });
  const answer = provider.answer;
  provider.answer = (kind, asset) => {
    if (told) provider.context!.onLimits({ ...told, resetAt: unixMs(midnight), seenAt: unixMs(Date.now()) });
    return answer(kind, asset);
  };
});
afterEach(() => {
  connection.close();
  tools.end();
  vi.useRealTimers();
});

it('what our own count holds back is no word of the provider’s: the user may still ask, and no pause is shown', async () => {
  told = { limit: 100, remaining: 10 };
  connect();
  // The first request of the call is answered, its second held back for the reserve.
  const both = connection.call('background', async () => {
    await connection.client.snapshots!['liquidation-map']!('BTC', connection.signal);
    await connection.client.snapshots!.gex!('BTC', connection.signal);
  });
  const reason = toFailure(await both.catch((thrown: unknown) => thrown));
  expect(reason.message).toContain('kept for your own requests');
  expect(sent).toHaveLength(1);
  expect(connection.status()).toMatchObject({ state: 'limited', until: midnight + 1_000, text: reason.message });
  expect(connection.budget.state()).toMatchObject({ pausedUntil: null, rules: [{ left: 10 }] });
  await connection.call('user', (signal) => connection.client.snapshots!.gex!('BTC', signal));
  expect(sent).toHaveLength(2);
});

it('a click is refused with the sentence, and nothing is sent, when nothing is left', async () => {
  told = { limit: 100, remaining: 0 };
  connect();
  await connection.call('user', (signal) => connection.client.snapshots!.gex!('BTC', signal));
  const click = connection.call('user', (signal) => connection.client.snapshots!.gex!('ETH', signal));
  await expect(click).rejects.toThrow('Kingfisher: No calls are left until the limit resets.');
  expect(sent).toHaveLength(1);
});

it('a server’s trouble says when the next try is, and every try puts it right', async () => {
  connect();
  provider.answer = () => failure('server', 'Kingfisher has a problem on its side (status 500).');
  const feed = pacedSnapshots(connection, tools);
  feed.want([map('BTC')]);
  await vi.advanceTimersByTimeAsync(10);
  const first = statuses.at(-1)!;
  expect(first).toMatchObject({ state: 'error', until: expect.any(Number) });
  expect(first.until! - Date.now()).toBeGreaterThan(0);
  await vi.advanceTimersByTimeAsync(first.until! - Date.now() + 10);
  expect(sent).toHaveLength(2);
  expect(statuses.at(-1)!.until).toBeGreaterThan(first.until!);
  feed.close();
});

it('an answer that lifts the limit is planned by at once: nothing waits for what was declared', async () => {
  told = { limit: null, remaining: null };
  connect();
  const feed = pacedSnapshots(connection, tools);
  feed.want([map('BTC'), map('ETH'), map('SOL')]);
  await vi.advanceTimersByTimeAsync(61_000);
  expect(sent).toHaveLength(6);
  feed.close();
});

it('with a young cache the second word on what is wanted costs no call either', async () => {
  connect();
  const first = pacedSnapshots(connection, tools);
  told = { limit: null, remaining: null };
  first.want([map('BTC')]);
  await vi.advanceTimersByTimeAsync(10);
  first.close();
  connect();
  const feed = pacedSnapshots(connection, tools);
  for (let n = 0; n < 5; n++) {
    feed.want(n % 2 === 0 ? [map('BTC')] : []);
    await vi.advanceTimersByTimeAsync(5_000);
  }
  expect(sent).toHaveLength(1);
  feed.close();
});

it('what waits for the reset goes on as soon as the user raises the limit', async () => {
  connect();
  connection.budget.override = { amounts: { day: 10 }, reserve: 10, hours: null };
  const feed = pacedSnapshots(connection, tools);
  feed.want([map('BTC')]);
  await vi.advanceTimersByTimeAsync(hour);
  expect(sent).toHaveLength(0);
  expect(connection.status()).toMatchObject({ state: 'limited', until: midnight });
  connection.budget.override = { amounts: { day: 500 }, reserve: 10, hours: null };
  feed.want([map('BTC')]);
  await vi.advanceTimersByTimeAsync(10);
  expect(sent).toHaveLength(1);
  feed.close();
});

it('after a night asleep what the wall makes due is asked for, though the other clock stood still', async () => {
  told = { limit: null, remaining: null };
  connect();
  const feed = pacedSnapshots(connection, tools);
  feed.want([map('BTC')]);
  await vi.advanceTimersByTimeAsync(10);
  vi.setSystemTime(Date.now() + 8 * hour);
  feed.woke();
  await vi.advanceTimersByTimeAsync(10);
  expect(sent).toHaveLength(2);
  feed.close();
});

it('a plan with other things on screen changes nothing', () => {
  connect();
  const pace = new Pace(connection, tools.elapsed, calm);
  pace.want({ ...nothingWanted, snapshots: [map('BTC')] }, noPlan);
  const before = JSON.stringify(pace.forecast());
  const other = pace.wouldBe({ ...nothingWanted, snapshots: ['BTC', 'ETH', 'SOL'].map(map) }, noPlan);
  expect(other.rows).toHaveLength(3);
  expect(other.forecast!.wantedAtReset).toBe(3 * 12 * 60);
  expect(other.forecast!.usedAtReset).toBeLessThanOrEqual(90);
  expect(other.limitedBy).toBe('day');
  expect(JSON.stringify(pace.forecast())).toBe(before);
  expect([pace.isStretched('liquidation-map', 'BTC'), pace.isStretched('gex', 'BTC')]).toEqual([true, false]);
  expect(sent).toEqual([]);
});

it('the past has room while live panels have what they can do with, and none when they have not', () => {
  connect();
  const pace = new Pace(connection, tools.elapsed, calm);
  const want = (count: number) =>
    pace.want({ ...nothingWanted, snapshots: Array.from({ length: count }, (_, n) => map(`A${n}`)) }, noPlan);
  // Twelve hours at a quarter of an hour: 48 calls an asset, of 90.
  want(1);
  expect(pace.hasRoomForArchive()).toBe(true);
  want(2);
  expect(pace.hasRoomForArchive()).toBe(false);
});
