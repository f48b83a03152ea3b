import { afterEach, describe, expect, test } from 'vitest';
import { toFailure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { manualClock } from '../../../src-main/demo/clock.ts';
import { beingReworked } from '../../../src-main/demo/kingfisher-legacy/routes.ts';
import { startKingfisherLegacyServer } from '../../../src-main/demo/kingfisher-legacy/server.ts';
import type { KingfisherLegacyOptions } from '../../../src-main/demo/kingfisher-legacy/server.ts';
import { demoAccount } from '../../../src-main/demo/kingfisher-legacy/tokens.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { kingfisherLegacy } from '../../../src-main/providers/kingfisher-legacy.ts';
import { fakeContext, noSignal } from '../providers/context.ts';

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const market = createMarket(3);
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serve(more: Partial<KingfisherLegacyOptions> = {}) {
  const clock = manualClock(start);
  const server = await startKingfisherLegacyServer({ market, clock, ...more });
  endings.push(() => server.close());
  const post = (path: string, body: string, headers: Record<string, string>) =>
    fetch(`${server.restUrl}${path}`, { method: 'POST', body, headers });
  const logIn = (account: object = demoAccount) =>
    post('/api/auth/login', new URLSearchParams({ ...account }).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
  const token = async () => ((await (await logIn()).json()) as { token: string }).token;
  const ask = (path: string, body: object, bearer: string) =>
    post(`/api/private/map/${path}`, JSON.stringify(body), { authorization: `Bearer ${bearer}` });
  return { server, clock, logIn, token, ask, post };
}

/** The provider over real HTTP against the server. */
async function connected(
  more: Partial<KingfisherLegacyOptions> = {},
  secret: Record<string, string> = { ...demoAccount },
) {
  const { server, clock } = await serve(more);
  const http = createHttpClient({ timeoutMs: 5_000, now: () => clock.now() });
  endings.push(() => http.close());
  const fake = fakeContext('kingfisher-legacy');
  const client = kingfisherLegacy.connect({
    ...fake.context,
    ...{ http, secret, restUrl: server.restUrl, streamUrl: server.streamUrl, now: () => clock.now() },
    options: { exchange: 'binance', pair: '{asset}/USDT', type: 'all_leverage' },
  });
  return { ...fake, server, clock, client, fetch: client.snapshots!['liquidation-profile']! };
}

const btc = { exchange: 'binance', pair: 'BTC/USDT', type: 'all_leverage' };
type Data = Record<string, [number[], number[]]>;
const dataOf = async (response: Response) => ((await response.json()) as { result: { data: Data } }).result.data;

describe('the login', () => {
  test('takes a form with the right account and gives a token', async () => {
    const { logIn } = await serve();
    const response = await logIn();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ token: 'simulated-legacy-token-000001' });
  });

  test('refuses another account, and JSON', async () => {
    const { logIn, post } = await serve({ accounts: [{ login: 'a', password: 'b' }] });
    expect((await logIn()).status).toBe(401);
    const body = JSON.stringify({ login: 'a', password: 'b' });
    expect((await post('/api/auth/login', body, { 'content-type': 'application/json' })).status).toBe(401);
    expect((await logIn({ login: 'a', password: 'b' })).status).toBe(200);
  });

  test('its tokens end with their time, and all at once when told to', async () => {
    const { server, clock, token, ask } = await serve({ tokenLifeMs: 1000 });
    const first = await token();
    expect((await ask('latest', btc, first)).status).toBe(200);
    clock.advance(1000);
    expect((await ask('latest', btc, first)).status).toBe(401);
    const second = await token();
    expect((await ask('latest', btc, second)).status).toBe(200);
    server.expireTokens();
    expect((await ask('latest', btc, second)).status).toBe(401);
    expect((await ask('latest', btc, 'made-up')).status).toBe(401);
  });
});

describe('a map', () => {
  test('has clusters whose strongest level is 1, noise of zero density, and two curves that add up to the clusters', async () => {
    const { token, ask } = await serve();
    const {
      'Cummulated short liqs': shorts,
      'Cummulated long liqs': longs,
      noise,
      ...clusters
    } = await dataOf(await ask('latest', btc, await token()));
    expect(Object.keys(clusters)).toEqual(['100x', '50x', '25x', '10x']);
    const densities = Object.values(clusters).flatMap(([, values]) => values);
    expect(densities.length).toBeGreaterThan(50);
    expect(Math.max(...densities)).toBe(1);
    expect(Math.min(...densities)).toBeGreaterThan(0);
    expect(noise![0]).toHaveLength(densities.length - 1);
    expect(noise![1].every((density) => density === 0)).toBe(true);
    const total = densities.reduce((sum, density) => sum + density, 0);
    expect(shorts![1].at(-1)! + longs![1].at(-1)!).toBeCloseTo(total, 3);
    expect(shorts![0]).toEqual([...shorts![0]].sort((a, b) => a - b));
    expect(longs![0]).toEqual([...longs![0]].sort((a, b) => b - a));
  });

  test('of high leverage has the clusters near the price only', async () => {
    const { token, ask } = await serve();
    const bearer = await token();
    const [all, high] = [
      await dataOf(await ask('latest', btc, bearer)),
      await dataOf(await ask('latest', { ...btc, type: 'high_leverage' }, bearer)),
    ];
    expect(Object.keys(high)).toEqual(['100x', '50x', 'noise', 'Cummulated short liqs', 'Cummulated long liqs']);
    expect(high['50x']![0]).toEqual(all['50x']![0]);
  });

  test('of a moment is the one that was the latest then, and not today’s', async () => {
    const { clock, token, ask } = await serve();
    const bearer = await token();
    const then = await dataOf(await ask('latest', btc, bearer));
    clock.advance(45 * 60_000);
    const now = await dataOf(await ask('latest', btc, bearer));
    expect(await dataOf(await ask('timestamp', { ...btc, ts: start / 1000 }, bearer))).toEqual(then);
    expect(now).not.toEqual(then);
  });

  test.each([
    ['latest', { ...btc, exchange: 'mtgox' }, 400, 'Unknown exchange'],
    ['latest', { ...btc, pair: 'DOGE/USDT' }, 400, 'Unknown pair'],
    ['latest', { ...btc, type: 'none' }, 400, 'Unknown type'],
    ['latest', {}, 400, 'Unknown exchange'],
    ['timestamp', btc, 400, 'Invalid ts'],
    ['timestamp', { ...btc, ts: start / 1000 + 1 }, 400, 'Invalid ts'],
    ['timestamp', { ...btc, ts: 0 }, 404, 'No map at this time'],
    ['other', btc, 404, 'Not found'],
  ])('%s %j is answered with %d', async (path, body, status, message) => {
    const { token, ask } = await serve();
    const response = await ask(path, body, await token());
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message });
  });
});

describe('the provider at this server', () => {
  test('logs in, reads the latest map and one of a moment, and says so under Test', async () => {
    const { client, fetch, rejected } = await connected();
    const map = await fetch('ETH', noSignal);
    expect(map).toMatchObject({ asset: 'ETH', market: 'ETH/USDT', unit: 'relative', takenAt: start });
    expect(map.prices.length).toBeGreaterThan(40);
    expect(Math.max(...map.amounts)).toBe(1);
    expect(map.longCurve[0]).toBe(Math.max(...map.longCurve));
    expect(map.shortCurve.at(-1)).toBe(Math.max(...map.shortCurve));
    const at = unixMs(start - 3_600_250);
    expect(await client.profileAt!('ETH', at, noSignal)).toMatchObject({ takenAt: at, takenAtBasis: 'received' });
    expect(await client.test(noSignal)).toMatch(
      /^Logged in and asked for the latest all_leverage map of BTC\/USDT on binance: \d+ levels came back\.$/,
    );
    expect(rejected).toEqual([]);
  });

  test('logs in again silently when its token has ended', async () => {
    const { server, fetch } = await connected();
    const before = await fetch('BTC', noSignal);
    server.expireTokens();
    const after = await Promise.all([fetch('BTC', noSignal), fetch('BTC', noSignal)]);
    expect(after.map(({ prices }) => prices)).toEqual([before.prices, before.prices]);
    expect(server.requests.filter(({ path }) => path === '/api/auth/login')).toHaveLength(2);
  });

  test('a wrong password is refused after one login', async () => {
    const { server, fetch } = await connected({}, { login: 'demo', password: 'wrong-password' });
    expect(await fetch('BTC', noSignal).catch(toFailure)).toMatchObject({
      kind: 'auth',
      message: expect.stringContaining('refused the login or the password: Wrong login or password') as string,
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each(['500', 'override'] as const)(
    'the map at a moment out of order (%s) is said, and the latest goes on',
    async (how) => {
      const { server, client, fetch } = await connected();
      if (how === '500') await server.scenario('500', 'timestamp');
      else server.override('timestamp', beingReworked);
      expect(await client.profileAt!('BTC', unixMs(start - 1000), noSignal).catch(toFailure)).toMatchObject({
        kind: 'unsupported',
        message: expect.stringContaining('the latest map goes on') as string,
      });
      expect((await fetch('BTC', noSignal)).prices.length).toBeGreaterThan(40);
    },
  );

  test.each([
    ['401', 'auth'],
    ['403', 'plan'],
    ['429', 'rate-limited'],
    ['500', 'server'],
    ['drop', 'offline'],
  ] as const)('scenario %s at the latest map is %s', async (name, kind) => {
    const { server, fetch } = await connected();
    await server.scenario(name, 'latest');
    expect(await fetch('BTC', noSignal).catch(toFailure)).toMatchObject({ kind });
  });

  test.each([
    ['html', 'bad-response'],
    ['empty', 'bad-response'],
    ['truncated', 'bad-response'],
    ['missing-field', 'bad-response'],
    ['nan', 'bad-response'],
    ['wrong-type', 'bad-response'],
    ['unknown-fields', null],
    ['numbers-as-strings', null],
  ] as const)('garbage of the kind %s: %s', async (variant, kind) => {
    const { server, fetch, rejected } = await connected();
    await server.scenario({ name: 'garbage', variant }, 'latest');
    const outcome = await fetch('BTC', noSignal).catch(toFailure);
    if (kind === null) expect(outcome).toMatchObject({ kind: 'liquidation-profile' });
    else expect(outcome).toMatchObject({ kind });
    expect(rejected).toHaveLength(kind === null ? 0 : 1);
  });

  test('millions of rows are cut off at the cap', async () => {
    const { server, fetch, rejected } = await connected();
    await server.scenario({ name: 'garbage', variant: 'huge', rows: 2_000_000 }, 'latest');
    expect(await fetch('BTC', noSignal).catch(toFailure)).toMatchObject({
      kind: 'bad-response',
      message: expect.stringContaining('larger than Halcyon accepts') as string,
    });
    expect(rejected).toHaveLength(1);
  });

  test('an answer that stops half-way is a timeout', async () => {
    const { server, fetch, context } = await connected();
    await fetch('BTC', noSignal);
    const http = createHttpClient({ timeoutMs: 200 });
    endings.unshift(() => http.close());
    await server.scenario({ name: 'slow', stall: true }, 'latest');
    const client = kingfisherLegacy.connect({
      ...context,
      ...{ http, secret: { ...demoAccount }, restUrl: server.restUrl, options: {} },
    });
    expect(await client.test(noSignal).catch(toFailure)).toMatchObject({ kind: 'timeout' });
  });
});
