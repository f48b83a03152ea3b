import { afterEach, describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { fixedClock } from '../../../src-main/demo/clock.ts';
import { kaikoDemoKey, startKaikoServer, type KaikoServerOptions } from '../../../src-main/demo/kaiko/server.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import type { DemoServer } from '../../../src-main/demo/servers.ts';

const hour = 3_600_000;
const now = unixMs(Date.UTC(2026, 1, 1, 12, 34, 56));
const market = createMarket(3);
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serve(options: Partial<KaikoServerOptions> = {}): Promise<DemoServer> {
  const server = await startKaikoServer({ market, clock: fixedClock(now), ...options });
  endings.push(() => server.close());
  return server;
}

interface Body {
  readonly data: readonly Record<string, unknown>[];
  readonly next_url?: string;
  readonly continuation_token?: string;
}

const get = (url: string, key = kaikoDemoKey): Promise<Response> => fetch(url, { headers: { 'x-api-key': key } });
const read = async (url: string): Promise<Body> => (await (await get(url)).json()) as Body;
const path = '/v2/data/liquidation.v1/token/btc';
const twoDays = 'start_time=2026-01-30T12:00:01Z&end_time=2026-02-01T11:59:59Z';
const timesOf = ({ data }: Body): unknown[] => data.map((row) => row['interval_time']);

describe('answers', () => {
  test('rows have the documented fields in US dollars, with the exchanges and nanoseconds', async () => {
    const server = await serve();
    const { data } = await read(`${server.restUrl}${path}?${twoDays}&page_size=1&sort=asc`);
    const at = Date.UTC(2026, 0, 30, 12);
    const btc = market.find('BTC')!;
    const [all] = market.realised.volumes(btc, 'all', hour, unixMs(at), unixMs(at + hour));
    expect(Object.keys(data[0]!)).toEqual([
      'interval_time',
      'interval_timestamp',
      'total_trades',
      'total_amount',
      'long_trades',
      'long_amount',
      'short_trades',
      'short_amount',
      'exchanges',
    ]);
    expect(data[0]).toMatchObject({
      interval_time: '2026-01-30T12:00:00Z',
      interval_timestamp: at * 1e6,
      long_trades: all!.longTrades,
      short_trades: all!.shortTrades,
      long_amount: expect.closeTo(all!.longUsd, 4),
    });
    const codes = (data[0]!['exchanges'] as { exchange: string }[]).map(({ exchange }) => exchange);
    expect(codes.length).toBeGreaterThan(0);
    expect(['binc', 'bbit', 'okex']).toEqual(expect.arrayContaining(codes));
  });

  test('pages follow each other by address and by token to the end, and give what one page gives', async () => {
    const server = await serve();
    const whole = await read(`${server.restUrl}${path}?${twoDays}&page_size=1000&sort=asc`);
    expect(whole.data).toHaveLength(48);
    expect(whole.next_url ?? whole.continuation_token).toBeUndefined();
    for (const follow of ['next_url', 'continuation_token'] as const) {
      const rows: unknown[] = [];
      let url: string | undefined = `${server.restUrl}${path}?${twoDays}&page_size=20&sort=asc`;
      while (url !== undefined) {
        const page: Body = await read(url);
        rows.push(...page.data);
        const token = page.continuation_token;
        if (follow === 'next_url') url = page.next_url;
        else url = token === undefined ? undefined : `${server.restUrl}${path}?continuation_token=${token}`;
      }
      expect(rows).toEqual(whole.data);
    }
  });

  test('by default: hours, newest first, a hundred a page, up to the one that is forming', async () => {
    const server = await serve();
    const page = await read(`${server.restUrl}${path}`);
    expect(page.data).toHaveLength(100);
    expect(timesOf(page).slice(0, 2)).toEqual(['2026-02-01T12:00:00Z', '2026-02-01T11:00:00Z']);
    const next = await read(page.next_url!);
    expect(timesOf(next)[0]).toBe('2026-01-28T08:00:00Z');
  });

  test('days and any number of hours; history before 2025-01-08 is not there', async () => {
    const server = await serve();
    const days = await read(
      `${server.restUrl}${path}?interval=1d&start_time=2024-12-01T00:00:00Z&end_time=2025-01-09T07:00:00Z&sort=asc`,
    );
    expect(timesOf(days)).toEqual(['2025-01-08T00:00:00Z', '2025-01-09T00:00:00Z']);
    const hours = await read(`${server.restUrl}${path}?interval=6h&${twoDays}&sort=asc`);
    expect(timesOf(hours)).toHaveLength(8);
  });

  test('another host in the links, or only one of the two, where a test wants it', async () => {
    const foreign = await serve({ linkOrigin: 'https://elsewhere.test', links: 'next_url' });
    const page = await read(`${foreign.restUrl}${path}?page_size=1`);
    expect(page.next_url).toMatch(/^https:\/\/elsewhere\.test\/v2\/data\//);
    expect(page.continuation_token).toBeUndefined();
  });
});

describe('refusals', () => {
  test.each([
    ['interval=30m', 'Invalid interval'],
    ['interval=2d', 'Invalid interval'],
    ['page_size=1001', 'Invalid page_size'],
    ['sort=up', 'Invalid sort'],
    ['start_time=yesterday', 'Invalid start_time'],
    ['continuation_token=bm9uZQ', 'Invalid continuation_token'],
  ])('%s: %s', async (query, message) => {
    const server = await serve();
    const response = await get(`${server.restUrl}${path}?${query}`);
    expect([response.status, await response.json()]).toEqual([400, { result: 'error', message }]);
  });

  test('an unknown key, token and path', async () => {
    const server = await serve();
    expect((await get(`${server.restUrl}${path}`, 'other')).status).toBe(401);
    expect((await get(`${server.restUrl}/v2/data/liquidation.v1/token/doge`)).status).toBe(404);
    expect((await get(`${server.restUrl}/v2/data/other`)).status).toBe(404);
  });

  test('statuses of scenarios in the provider’s form', async () => {
    const server = await serve();
    for (const status of ['401', '403', '429', '500'] as const) {
      await server.scenario(status, 'liquidations');
      const response = await get(`${server.restUrl}${path}`);
      expect([response.status, await response.json()]).toMatchObject([Number(status), { result: 'error' }]);
    }
  });

  test('intervals in a gap are missing', async () => {
    const server = await serve();
    await server.scenario({ name: 'gap', from: now - 2 * hour, to: now - hour });
    expect(timesOf(await read(`${server.restUrl}${path}?page_size=3`))).toEqual([
      '2026-02-01T12:00:00Z',
      '2026-02-01T10:00:00Z',
    ]);
  });
});
