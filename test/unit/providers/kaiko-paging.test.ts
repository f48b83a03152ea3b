import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toFailure } from '../../../src-main/contract/failure.ts';
import type { HistoryQuery } from '../../../src-main/contract/history.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { fixedClock } from '../../../src-main/demo/clock.ts';
import { kaikoDemoKey, startKaikoServer, type KaikoServerOptions } from '../../../src-main/demo/kaiko/server.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import type { DemoServer } from '../../../src-main/demo/servers.ts';
import type { HttpRequest } from '../../../src-main/net/http.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { kaiko } from '../../../src-main/providers/kaiko.ts';
import type { HistoryPart } from '../../../src-main/providers/provider.ts';
import { fakeContext, noSignal, testKey, type Reply } from './context.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** The same moment as the arrival of the fake context. */
const now = unixMs(Date.UTC(2026, 1, 1, 12));
const rangeOf = (from: number, to: number): HistoryQuery => ({
  provider: 'kaiko',
  kind: 'liquidation-volumes',
  asset: 'BTC',
  from: unixMs(from),
  to: unixMs(to),
});
/** Ten hours that are over. */
const tenHours = rangeOf(now - 10 * hour, now);
const path = '/v2/data/liquidation.v1/token/btc';

async function all(parts: AsyncIterator<HistoryPart, void>): Promise<HistoryPart[]> {
  const read: HistoryPart[] = [];
  for (;;) {
    const next = await parts.next();
    if (next.done) return read;
    read.push(next.value);
  }
}
const timesOf = (parts: readonly HistoryPart[]): number[] =>
  parts.flatMap(({ volumes }) => [...(volumes?.times ?? [])]);

/** Hours of the ten, counted from the first. */
const rows = (...hours: number[]) =>
  hours.map((index) => {
    const sums = { total_trades: 1, total_amount: 5, long_trades: 1, long_amount: 5, short_trades: 0, short_amount: 0 };
    const interval_time = new Date(tenHours.from + index * hour).toISOString();
    return { interval_time, ...sums, exchanges: [{ exchange: 'bbit', ...sums }] };
  });

type PageBody = { data: unknown; next_url?: unknown; continuation_token?: unknown; query?: unknown };

/** Pages by what is asked: the first answers the query, the others what leads to them. */
function pagesOf(answer: (url: URL, count: number) => PageBody | Reply, options: Record<string, string> = {}) {
  let count = 0;
  const more = { restUrl: 'https://us.market-api.kaiko.io', secret: { apiKey: testKey }, options };
  const reply = ({ url }: HttpRequest): Reply => {
    const body = answer(new URL(url), (count += 1));
    return typeof body === 'object' && 'data' in body ? JSON.stringify(body) : body;
  };
  const fake = fakeContext('kaiko', reply, more);
  const reader = kaiko.connect(fake.context).history!['liquidation-volumes']!;
  return { ...fake, reader, read: (query = tenHours, signal = noSignal) => reader.read(query, signal) };
}
const own = (token: string): string => `https://us.market-api.kaiko.io${path}?continuation_token=${token}`;

describe('the way from page to page', () => {
  test('next_url is followed as it is, with the key, until it is null; each page is a part', async () => {
    const { read, requests } = pagesOf((_, count) => ({
      data: rows(
        ...[
          [0, 1, 2],
          [3, 4, 5],
          [6, 7],
        ][count - 1]!,
      ),
      next_url: count < 3 ? own(`page${count}`) : null,
      continuation_token: count < 3 ? `page${count}` : null,
    }));
    const parts = await all(read());
    expect(parts.map(({ reached }) => (reached - tenHours.from) / hour)).toEqual([3, 6, 10]);
    expect(timesOf(parts)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((index) => tenHours.from + index * hour));
    expect(requests.slice(1).map(({ url }) => url)).toEqual([own('page1'), own('page2')]);
    expect(requests.every(({ headers }) => headers?.['x-api-key'] === testKey)).toBe(true);
  });

  test('a token alone is sent alone, to the address that was asked first', async () => {
    const { read, requests } = pagesOf((_, count) =>
      count === 1 ? { data: rows(0), continuation_token: 'a+b/c=' } : { data: rows(1) },
    );
    expect(timesOf(await all(read()))).toHaveLength(2);
    expect(requests[1]!.url).toBe(own('a%2Bb%2Fc%3D'));
  });

  test('a relative next_url is of the configured host', async () => {
    const { read, requests } = pagesOf((_, count) =>
      count === 1 ? { data: rows(0), next_url: `${path}?continuation_token=x` } : { data: rows(1) },
    );
    await all(read());
    expect(requests[1]!.url).toBe(own('x'));
  });

  test('an empty page in the middle is none of the end; an empty range is told, too', async () => {
    const { read } = pagesOf((_, count) => ({
      data: count === 2 ? [] : rows(count),
      ...(count < 3 ? { next_url: own(String(count)) } : {}),
    }));
    const parts = await all(read());
    expect(parts.map(({ volumes }) => volumes?.times.length ?? null)).toEqual([1, null, 1]);
    expect(parts.map(({ reached }) => (reached - tenHours.from) / hour)).toEqual([2, 2, 10]);
    const empty = await all(pagesOf(() => ({ data: [] })).read());
    expect(empty).toEqual([{ volumes: null, snapshots: [], reached: tenHours.to }]);
  });

  test('a provider that hands out shorter pages than asked for is read to the end', async () => {
    const { read, requests } = pagesOf((_, count) => ({
      data: rows(count - 1),
      ...(count < 10 ? { next_url: own(String(count)) } : {}),
    }));
    expect(timesOf(await all(read()))).toHaveLength(10);
    expect(requests).toHaveLength(10);
  });

  test('the interval that is forming is kept; reached does not run past the range', async () => {
    const { read } = pagesOf(() => ({ data: rows(9, 10), next_url: own('x') }));
    const until = unixMs(now + hour / 4);
    const { value } = await read(rangeOf(now - 2 * hour, until)).next();
    expect([value!.volumes!.times.at(-1), value!.reached]).toEqual([now, until]);
  });
});

describe('a way that leads elsewhere', () => {
  const elsewhere = [
    ['another host', 'https://evil.test/v2/data/x?continuation_token=t'],
    ['the other region', `https://eu.market-api.kaiko.io${path}?continuation_token=t`],
    ['another port', `https://us.market-api.kaiko.io:8443${path}?continuation_token=t`],
    ['another scheme', `http://us.market-api.kaiko.io${path}?continuation_token=t`],
    ['a host that starts like ours', `https://us.market-api.kaiko.io.evil.test${path}`],
    ['ours as a user name', `https://us.market-api.kaiko.io@evil.test${path}`],
    ['a user name at ours', `https://key:word@us.market-api.kaiko.io${path}`],
    ['another host without a scheme', '//evil.test/x'],
    ['a file', 'file:///etc/passwd'],
    ['no address', 'http://'],
  ] as const;

  test.each(elsewhere)('%s is never asked: the page is kept, and it is said', async (_, next_url) => {
    const { read, requests, rejected } = pagesOf(() => ({ data: rows(0), next_url }));
    const parts = read();
    expect((await parts.next()).value!.reached).toBe(tenHours.from + hour);
    const failures = [await parts.next().catch(toFailure), await parts.next().catch(toFailure)];
    expect(failures).toMatchObject([
      { kind: 'bad-response', path: '$.next_url' },
      { kind: 'bad-response', path: '$.next_url' },
    ]);
    expect(requests).toHaveLength(1);
    expect(rejected).toHaveLength(1);
  });

  test.each(elsewhere)('%s: a token beside it is sent to our own host instead', async (_, next_url) => {
    const { read, requests } = pagesOf((_url, count) =>
      count === 1 ? { data: rows(0), next_url, continuation_token: 't' } : { data: rows(1) },
    );
    expect(timesOf(await all(read()))).toHaveLength(2);
    expect(requests[1]!.url).toBe(own('t'));
  });
});

describe('a chain that goes wrong', () => {
  test('a page that leads back to one that was read stops the reading, after what it told', async () => {
    const { read, requests, rejected } = pagesOf((_, count) => ({ data: rows(count), next_url: own('again') }));
    const parts = read();
    await parts.next();
    expect((await parts.next()).value!.volumes!.times[0]).toBe(tenHours.from + 2 * hour);
    expect(await parts.next().catch(toFailure)).toMatchObject({
      kind: 'bad-response',
      path: '$.next_url',
      message: 'Kaiko sent an answer that could not be read: $.next_url leads back to a page that was read.',
    });
    expect([requests.length, rejected.length]).toEqual([2, 1]);
  });

  test('a page that repeats the rows before it is refused, whatever it leads to', async () => {
    const { read, requests, rejected } = pagesOf((_, count) => ({
      data: rows(0, 1),
      continuation_token: `token${count}`,
    }));
    const parts = read();
    await parts.next();
    expect(await parts.next().catch(toFailure)).toMatchObject({ kind: 'bad-response', path: '$.data' });
    expect([requests.length, rejected.length]).toEqual([2, 1]);
  });

  test('empty pages without end are stopped: the range fits into one', async () => {
    const { read, requests, rejected } = pagesOf((_, count) => ({ data: [], continuation_token: `token${count}` }));
    expect(await all(read()).catch(toFailure)).toMatchObject({
      kind: 'bad-response',
      path: '$.continuation_token',
      message: expect.stringContaining('leads on after 4 pages, though the range fits into 1') as string,
    });
    expect([requests.length, rejected.length]).toEqual([4, 1]);
  });

  test('pages that come newest first are refused: a part would tell less than it says', async () => {
    for (const body of [{ data: rows(9, 8) }, { data: rows(9), query: { sort: 'desc' } }]) {
      const { read, rejected } = pagesOf(() => ({ ...body, next_url: own('x') }));
      expect(await read().next().catch(toFailure)).toMatchObject({ kind: 'bad-response' });
      expect(rejected).toHaveLength(1);
    }
  });

  test('a page that failed is asked for again by the next call', async () => {
    const { read, requests } = pagesOf((_, count) => {
      if (count === 2) return { status: 500, text: '{"result":"error","message":"We had a problem"}' };
      return { data: rows(count), ...(count === 1 ? { next_url: own('b') } : {}) };
    });
    const parts = read();
    await parts.next();
    expect(await parts.next().catch(toFailure)).toMatchObject({ kind: 'server' });
    expect((await parts.next()).value!.reached).toBe(tenHours.to);
    expect(requests.map(({ url }) => url).slice(1)).toEqual([own('b'), own('b')]);
  });

  test('nothing is asked once it was cancelled', async () => {
    const stop = new AbortController();
    const { read, requests } = pagesOf((_, count) => ({ data: rows(count), next_url: own(String(count)) }));
    const parts = read(tenHours, stop.signal);
    await parts.next();
    stop.abort();
    expect(await parts.next().catch(toFailure)).toMatchObject({ kind: 'cancelled' });
    expect(requests).toHaveLength(1);
  });
});

describe('over real HTTP, against the simulated market', () => {
  const http = createHttpClient({ timeoutMs: 30_000 });
  const market = createMarket(3);
  const week = rangeOf(now - 7 * day, now);
  const endings: (() => Promise<void>)[] = [];
  let server: DemoServer;

  const serve = (options: Partial<KaikoServerOptions> = {}) =>
    startKaikoServer({ market, clock: fixedClock(now), ...options });

  function connected(to: DemoServer, options: Record<string, string> = {}, apiKey = kaikoDemoKey) {
    const fake = fakeContext('kaiko', undefined, { restUrl: to.restUrl, secret: { apiKey }, options });
    const client = kaiko.connect({ ...fake.context, http });
    const reader = client.history!['liquidation-volumes']!;
    return { ...fake, client, reader, read: (query = week, signal = noSignal) => reader.read(query, signal) };
  }

  beforeAll(async () => void (server = await serve()));
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
    await server.scenario('calm');
  });
  afterAll(async () => {
    await http.close();
    await server.close();
  });

  test('a week in pages is the week of the market, per exchange, nothing flagged', async () => {
    const { read, reader, rejected } = connected(server, { pageSize: '50' });
    expect(reader.plan(week)).toMatchObject({ points: 168, requests: 4 });
    const asked = server.requests.length;
    const parts = await all(read());
    expect(server.requests.length - asked).toBe(4);
    const btc = market.find('BTC')!;
    const wanted = market.realised.volumes(btc, 'all', hour, week.from, week.to);
    expect(timesOf(parts)).toEqual(wanted.map(({ time }) => time));
    const longs = parts.flatMap(({ volumes }) => [...volumes!.longs]);
    wanted.forEach(({ longUsd }, index) => expect(longs[index]).toBeCloseTo(longUsd, 4));
    expect(parts.every(({ volumes }) => volumes!.breaches.every((bits) => bits === 0))).toBe(true);
    expect(parts[0]!.volumes!.exchanges.map(({ exchange }) => exchange)).toEqual(['bbit', 'binc', 'okex']);
    expect(rejected).toEqual([]);
  });

  test('stopped in the middle, the same range goes on from where it was reached', async () => {
    const { read } = connected(server, { pageSize: '50' });
    const whole = await all(read());
    const stop = new AbortController();
    const parts = read(week, stop.signal);
    const before = [(await parts.next()).value!, (await parts.next()).value!];
    await server.scenario({ name: 'slow', stall: true });
    const third = parts.next().catch(toFailure);
    await expect.poll(() => server.requests.at(-1)!.query['continuation_token']).toBeDefined();
    stop.abort();
    expect(await third).toMatchObject({ kind: 'cancelled' });
    await server.scenario('calm');
    const { reached } = before[1]!;
    expect(reached).toBe(week.from + 100 * hour);
    const asked = server.requests.length;
    const rest = await all(read({ ...week, from: reached }));
    expect(server.requests.length - asked).toBe(2);
    expect(timesOf([...before, ...rest])).toEqual(timesOf(whole));
    expect(rest.at(-1)!.volumes!.longs).toEqual(whole.at(-1)!.volumes!.longs.slice(-18));
  });

  test.each(['token', 'next_url'] as const)('%s alone leads to the end', async (links) => {
    const other = await serve({ links });
    endings.push(() => other.close());
    expect(timesOf(await all(connected(other, { pageSize: '100' }).read()))).toHaveLength(168);
  });

  test('a server that names another host: that host is never asked', async () => {
    const foreign = await serve();
    const both = await serve({ linkOrigin: foreign.restUrl });
    const urlOnly = await serve({ linkOrigin: foreign.restUrl, links: 'next_url' });
    endings.push(foreign.close, both.close, urlOnly.close);
    expect(timesOf(await all(connected(both, { pageSize: '100' }).read()))).toHaveLength(168);
    const parts = connected(urlOnly, { pageSize: '100' }).read();
    expect((await parts.next()).value!.volumes!.times).toHaveLength(100);
    expect(await parts.next().catch(toFailure)).toMatchObject({ kind: 'bad-response', path: '$.next_url' });
    expect(foreign.requests).toEqual([]);
  });

  test('days, with the day that is forming', async () => {
    const parts = await all(connected(server, { interval: '1d' }).read());
    expect(timesOf(parts)).toEqual(Array.from({ length: 8 }, (_, i) => Date.UTC(2026, 0, 25) + i * day));
    expect(parts[0]!.volumes).toMatchObject({ variant: '1d/usd', intervalMs: day });
  });

  test.each([
    ['html', 'bad-response'],
    ['empty', 'bad-response'],
    ['truncated', 'bad-response'],
    ['nan', 'bad-response'],
    ['negative', 'bad-response'],
    ['wrong-type', 'bad-response'],
    ['numbers-as-strings', null],
    ['unknown-fields', null],
    // The field that is removed is the timestamp in nanoseconds, which is never read.
    ['missing-field', null],
  ] as const)('garbage of the kind %s: %s', async (variant, kind) => {
    const { read, rejected } = connected(server);
    await server.scenario({ name: 'garbage', variant });
    const failure = await read(tenHours)
      .next()
      .then(() => null, toFailure);
    expect(failure?.kind ?? null).toBe(kind);
    expect(rejected).toHaveLength(kind === null ? 0 : 1);
  });

  test('rows by the hundred thousand are refused', async () => {
    const { read, rejected } = connected(server);
    await server.scenario({ name: 'garbage', variant: 'huge', rows: 20_000 });
    expect(await read(tenHours).next().catch(toFailure)).toMatchObject({ kind: 'bad-response', path: '$.data' });
    expect(rejected).toHaveLength(1);
  });

  test.each([
    ['401', 'auth'],
    ['403', 'plan'],
    ['429', 'rate-limited'],
    ['500', 'server'],
    ['drop', 'offline'],
  ] as const)('scenario %s is %s', async (scenario, kind) => {
    const { client } = connected(server);
    await server.scenario(scenario);
    expect(await client.test(noSignal).catch(toFailure)).toMatchObject({ kind });
  });

  test('Test is answered; a wrong key is refused', async () => {
    expect(await connected(server).client.test(noSignal)).toMatch(
      /^Asked for the newest interval of BTC liquidations \(1 hour\): [\d,]+ US dollars since 2026-02-01 12:00 UTC/,
    );
    const wrong = connected(server, {}, 'kaiko_wrong_key');
    expect(await wrong.client.test(noSignal).catch(toFailure)).toMatchObject({ kind: 'auth' });
  });
});
