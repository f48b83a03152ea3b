import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toFailure } from '../../../src-main/contract/failure.ts';
import type { LiquidationProfile } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { manualClock } from '../../../src-main/demo/clock.ts';
import { createColumns } from '../../../src-main/demo/kiyotaka/columns.ts';
import { volumes } from '../../../src-main/demo/kiyotaka/payloads.ts';
import { readQuery } from '../../../src-main/demo/kiyotaka/query.ts';
import type { Query } from '../../../src-main/demo/kiyotaka/query.ts';
import { kiyotakaDemoKey, startKiyotakaServer } from '../../../src-main/demo/kiyotaka/server.ts';
import type { KiyotakaOptions, LoopbackKiyotaka } from '../../../src-main/demo/kiyotaka/server.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { kiyotaka } from '../../../src-main/providers/kiyotaka.ts';
import { fakeContext, noSignal } from '../providers/context.ts';

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const market = createMarket(3);
const spec = market.find('BTC')!;
const keys = [
  { key: kiyotakaDemoKey, plan: 'advanced' },
  { key: 'basic-key', plan: 'basic' },
] as const;
const http = createHttpClient({ timeoutMs: 20_000 });
const clock = manualClock(start);
let server: LoopbackKiyotaka;
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startKiyotakaServer({ market, clock, keys });
});
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  await server.scenario('calm');
});
afterAll(async () => {
  await http.close();
  await server.close();
});

async function serve(options: Partial<KiyotakaOptions>): Promise<LoopbackKiyotaka> {
  const own = await startKiyotakaServer({ market, clock: manualClock(start), ...options });
  endings.push(() => own.close());
  return own;
}

const get = (path: string, key: string = kiyotakaDemoKey, from = server): Promise<Response> =>
  fetch(`${from.restUrl}${path}`, { headers: { 'x-kiyotaka-key': key } });

const heatmapPath = '/v1/points?type=HYPERLIQUID_LIQUIDATION_AGG&coin=BTC';
const volumesPath = '/v1/points?type=LIQUIDATION_AGG&exchange=BINANCE_FUTURES&rawSymbol=BTCUSDT';
const hourStart = Math.floor(start / hourMs) * hourMs;
const lastHours = (hours: number): string => `from=${hourStart / 1000 - hours * 3600}&period=${hours * 3600}`;

interface Body {
  readonly series: readonly {
    readonly id: Readonly<Record<string, string>>;
    readonly points: readonly {
      readonly Point: {
        readonly timestamp: { readonly s: number };
        readonly levels: number[];
        readonly liquidations: number;
      };
    }[];
    readonly flat_points: number[];
  }[];
}
const bodyOf = async (path: string): Promise<Body> => (await (await get(path)).json()) as Body;

describe('the heatmap', () => {
  test('has the documented fields, a column a begun interval, levels ascending', async () => {
    const { series } = await bodyOf(`${heatmapPath}&interval=HOUR&${lastHours(2)}`);
    expect(series).toHaveLength(1);
    expect(Object.keys(series[0]!)).toEqual(['id', 'points']);
    expect(series[0]!.id).toEqual({ type: 'HYPERLIQUID_LIQUIDATION_AGG', interval: 'HOUR', coin: 'BTC' });
    expect(series[0]!.points.map(({ Point }) => Point.timestamp)).toEqual([
      { s: hourStart / 1000 - 7200 },
      { s: hourStart / 1000 - 3600 },
    ]);
    const { levels } = series[0]!.points[0]!.Point;
    expect(levels.length / 2).toBe(1500);
    const prices = levels.filter((_, index) => index % 2 === 0);
    expect(prices.every((price, index) => index === 0 || price > prices[index - 1]!)).toBe(true);
  });

  test('its dollars are those of the market’s levels, on steps of 10 USD', () => {
    const at = unixMs(hourStart);
    const sum = (rows: readonly number[]): number => rows.reduce((total, value) => total + value, 0);
    const fine = createColumns(market).at(spec, at);
    const levels = market.liquidations(spec, '1D', 'all', unixMs(at - 1));
    expect(sum(fine.map(({ usd }) => usd))).toBeCloseTo(
      sum(levels.map(({ longUsd, shortUsd }) => longUsd + shortUsd)),
      0,
    );
    const lowest = levels[0]!;
    const ofLowest = fine.filter(({ price }) => price < lowest.price + 100);
    expect(ofLowest.map(({ price }) => price - lowest.price)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
    expect(sum(ofLowest.map(({ usd }) => usd))).toBeCloseTo(lowest.longUsd, 3);
    const price = market.prices.price(spec, unixMs(at - 1));
    expect(fine.every((level) => (level.side === 'long') === level.price < price)).toBe(true);
  });

  test('between two anchors, what the price touches is gone, and nothing else', () => {
    const columns = createColumns(market);
    const anchor = columns.at(spec, unixMs(hourStart));
    let gone = 0;
    for (let minute = 1; minute < 15; minute++) {
      const at = unixMs(hourStart + minute * minuteMs);
      const now = columns.at(spec, at);
      const candles = market.prices.candles(spec, 1, hourStart, at, at);
      const low = Math.min(...candles.map((candle) => candle.low)) / spec.ticksPerUnit;
      const high = Math.max(...candles.map((candle) => candle.high)) / spec.ticksPerUnit;
      const left = anchor.filter(({ price }) => price < low || price > high);
      expect(now).toEqual(left);
      gone = anchor.length - now.length;
    }
    expect(gone).toBeGreaterThan(0);
    expect(createColumns(market).at(spec, unixMs(hourStart))).toEqual(anchor);
  });

  test('levels and flat_points tell the same; coins × price are the dollars', async () => {
    const path = `${heatmapPath}&interval=MINUTE&${lastHours(1)}&maxDepth=50`;
    const [levels, flat, usd] = await Promise.all([
      bodyOf(path),
      bodyOf(`${path}&flatten=true`),
      bodyOf(`${path}&transform.normalize.quote=USD`),
    ]);
    const points = levels.series[0]!.points;
    expect(points).toHaveLength(60);
    expect(Object.keys(flat.series[0]!)).toEqual(['id', 'flat_points']);
    expect(flat.series[0]!.flat_points).toEqual(
      points.flatMap(({ Point }) => [50, Point.timestamp.s * 1e6, ...Point.levels]),
    );
    const [price, coins] = points[0]!.Point.levels as [number, number];
    const [samePrice, dollars] = usd.series[0]!.points[0]!.Point.levels as [number, number];
    expect(samePrice).toBe(price);
    expect(Math.abs(dollars / price - coins)).toBeLessThan(1e-5);
  });

  test('a depth keeps the levels nearest to the price', async () => {
    const { series } = await bodyOf(`${heatmapPath}&interval=HOUR&${lastHours(1)}&maxDepth=4`);
    const at = unixMs(hourStart - hourMs);
    const all = createColumns(market).at(spec, at);
    const firstShort = all.findIndex(({ side }) => side === 'short');
    const price = (all[firstShort]!.price + all[firstShort - 1]!.price) / 2;
    const nearest = all
      .map((level) => level.price)
      .sort((a, b) => Math.abs(a - price) - Math.abs(b - price))
      .slice(0, 4)
      .sort((a, b) => a - b);
    expect(series[0]!.points[0]!.Point.levels.filter((_, index) => index % 2 === 0)).toEqual(nearest);
  });
});

describe('volumes', () => {
  test('one series a side: SELL shorts, BUY longs, of one exchange, in coins', async () => {
    const { series } = await bodyOf(`${volumesPath}&interval=HOUR&${lastHours(24)}`);
    expect(series.map(({ id }) => id['side'])).toEqual(['SELL', 'BUY']);
    expect(series[0]!.id).toMatchObject({ exchange: 'BINANCE_FUTURES', rawSymbol: 'BTCUSDT', coin: 'BTC' });
    const rows = market.realised.volumes(spec, 'binance', hourMs, unixMs(hourStart - 24 * hourMs), unixMs(hourStart));
    const expected = (field: 'longCoins' | 'shortCoins') => rows.map((row) => Math.round(row[field] * 1e5) / 1e5);
    expect(series[0]!.points.map(({ Point }) => Point.liquidations)).toEqual(expected('shortCoins'));
    expect(series[1]!.points.map(({ Point }) => Point.liquidations)).toEqual(expected('longCoins'));
    expect(Math.max(...expected('longCoins'))).toBeGreaterThan(0);
  });

  test('a sum over exchanges names none of them and adds their dollars', () => {
    const asked = (search: string): Query => {
      const query = readQuery({ search, query: {} } as never);
      if ('error' in query) throw new Error(query.message);
      return query;
    };
    const query = asked(
      `type=LIQUIDATION_AGG&exchange=BINANCE_FUTURES&exchange=OKEX_SWAP&coin=BTC&interval=WEEK&from=${Date.UTC(2026, 0, 5) / 1000}&period=604800&transform.groupBy.type=GROUP_BY_TYPE_SUM&transform.normalize.quote=USD`,
    );
    expect(query).toMatchObject({
      exchanges: ['BINANCE_FUTURES', 'OKEX_SWAP'],
      isSummed: true,
      isUsd: true,
      points: 1,
    });
    const body = volumes(market, spec, query, ['binance', 'okx'], unixMs(start), () => false) as Body;
    expect(body.series.map(({ id }) => id)).toEqual(
      ['SELL', 'BUY'].map((side) => ({ type: 'LIQUIDATION_AGG', interval: 'WEEK', coin: 'BTC', side })),
    );
    // Of the week from Monday on.
    const events = market.realised.between(spec, unixMs(Date.UTC(2026, 0, 5)), unixMs(Date.UTC(2026, 0, 12)));
    const usd = events
      .filter(({ venue, side }) => venue !== 'bybit' && side === 'long')
      .reduce((sum, { coins, price }) => sum + coins * price, 0);
    const points = body.series[1]!.points.map(({ Point }) => Point);
    expect(points.map(({ timestamp }) => timestamp.s * 1000)).toEqual([Date.UTC(2026, 0, 5)]);
    expect(points[0]!.liquidations).toBeCloseTo(usd, 2);
  });
});

describe('what is refused, in the provider’s words', () => {
  const past = `interval=HOUR&${lastHours(1)}`;
  test.each([
    ['an unknown key', `${heatmapPath}&${past}`, 'no-key', 401, 'INVALID_API_KEY'],
    ['the heatmap on a small plan', `${heatmapPath}&${past}`, 'basic-key', 403, 'FORBIDDEN'],
    [
      'a sum on a small plan',
      `${volumesPath}&${past}&transform.groupBy.type=GROUP_BY_TYPE_SUM`,
      'basic-key',
      403,
      'FORBIDDEN',
    ],
    [
      'too many points',
      `${heatmapPath}&interval=MINUTE&from=1769900000&period=300060`,
      kiyotakaDemoKey,
      403,
      'FORBIDDEN',
    ],
    ['an unknown type', `/v1/points?type=X&${past}`, kiyotakaDemoKey, 400, 'INVALID_PARAMS'],
    ['an unknown interval', `${heatmapPath}&interval=1h&from=1&period=1`, kiyotakaDemoKey, 400, 'INVALID_TIMEFRAME'],
    ['no beginning', `${heatmapPath}&interval=HOUR&period=1`, kiyotakaDemoKey, 400, 'INVALID_PARAMS'],
    ['an unknown coin', `${heatmapPath.replace('BTC', 'ABC')}&${past}`, kiyotakaDemoKey, 400, 'INVALID_SYMBOL'],
    [
      'an unknown exchange',
      `${volumesPath.replace('BINANCE_FUTURES', 'FTX')}&${past}`,
      kiyotakaDemoKey,
      400,
      'INVALID_EXCHANGE',
    ],
    ['no exchange', `/v1/points?type=LIQUIDATION_AGG&coin=BTC&${past}`, kiyotakaDemoKey, 400, 'INVALID_PARAMS'],
    ['another address', '/v1/nothing', kiyotakaDemoKey, 404, 'NOT_FOUND'],
  ])('%s', async (_, path, key, status, error) => {
    const response = await get(path, key);
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([status, error]);
  });

  test('a period of zero brings nothing', async () => {
    expect(await bodyOf(`${heatmapPath}&interval=HOUR&from=${hourStart / 1000}`)).toEqual({ series: [] });
  });
});

test('weight is charged by the published formula, told by usage for nothing, and limited by the minute', async () => {
  const own = await serve({ weightPerMinute: 12 });
  const ask = (path: string) => get(path, kiyotakaDemoKey, own);
  await ask(`${heatmapPath}&interval=HOUR&${lastHours(1)}&maxDepth=3000`);
  expect(own.weightUsed()).toBe(6);
  const sum = `type=LIQUIDATION_AGG&exchange=BYBIT&coin=BTC&transform.groupBy.type=GROUP_BY_TYPE_SUM`;
  await ask(`/v1/points?${sum}&interval=HOUR&${lastHours(1)}`);
  expect(own.weightUsed()).toBe(8);
  const limited = await ask(`${heatmapPath}&interval=HOUR&${lastHours(1)}`);
  expect(limited.status).toBe(429);
  expect(limited.headers.get('retry-after')).toBe('4');
  expect(await limited.json()).toEqual({ error: 'RATE_LIMITED', message: 'Rate limit exceeded', retry_after: 4 });
  const usage = await ask('/v1/usage');
  const reset = Date.UTC(2026, 1, 1, 12, 35) / 1000;
  expect(await usage.json()).toEqual({ used: 8, remaining: 4, limit: 12, reset });
});

describe('asked by the provider over real HTTP', () => {
  const defaults = Object.fromEntries(kiyotaka.info.options.map(({ name, fallback }) => [name, fallback]));
  const connected = (options: Record<string, string> = {}, apiKey: string = kiyotakaDemoKey) => {
    const fake = fakeContext('kiyotaka');
    const client = kiyotaka.connect({
      ...fake.context,
      http,
      now: clock.now,
      restUrl: server.restUrl,
      secret: { apiKey },
      options: { ...defaults, ...options },
    });
    return { ...fake, client };
  };
  const query = (kind: 'liquidation-profile' | 'liquidation-volumes', hours: number) =>
    ({
      provider: 'kiyotaka',
      kind,
      asset: 'BTC',
      from: unixMs(hourStart - hours * hourMs),
      to: unixMs(hourStart),
    }) as const;
  const newest = (connection: ReturnType<typeof connected>) =>
    connection.client.snapshots!['liquidation-profile']!('BTC', noSignal);

  test('the newest column is that of the minute', async () => {
    const connection = connected();
    const profile = await newest(connection);
    expect(profile).toMatchObject({ takenAt: Date.UTC(2026, 1, 1, 12, 34), unit: 'usd', extra: null });
    expect(profile.prices).toHaveLength(1500);
    expect(connection.rejected).toEqual([]);
  });

  test('a day of columns comes in one answer, for the weight that was planned', async () => {
    const own = await serve({ clock });
    const fake = connected();
    const client = kiyotaka.connect({
      ...fake.context,
      http,
      now: clock.now,
      restUrl: own.restUrl,
      secret: { apiKey: kiyotakaDemoKey },
      options: { ...defaults, unit: 'coin' },
    });
    const reader = client.history!['liquidation-profile']!;
    const day = query('liquidation-profile', 24);
    const part = await reader.read(day, noSignal).next();
    if (part.done) throw new Error('nothing came');
    expect(part.value.snapshots).toHaveLength(1440);
    expect(part.value.snapshots.every(({ kind }) => kind === 'liquidation-profile')).toBe(true);
    const last = part.value.snapshots.at(-1) as LiquidationProfile;
    expect([last.takenAt, last.unit]).toEqual([hourStart - minuteMs, 'coin']);
    expect(own.weightUsed()).toBe(reader.plan(day).cost);
    expect(reader.plan(day).cost).toBe(10);
  }, 60_000);

  test('a week of volumes, hour by hour', async () => {
    const { client, rejected } = connected({ exchanges: 'BYBIT', unit: 'coin' });
    const part = await client.history!['liquidation-volumes']!.read(query('liquidation-volumes', 168), noSignal).next();
    if (part.done || !part.value.volumes) throw new Error('nothing came');
    const rows = market.realised.volumes(spec, 'bybit', hourMs, unixMs(hourStart - 168 * hourMs), unixMs(hourStart));
    expect(Array.from(part.value.volumes.longs)).toEqual(
      rows.map(({ longCoins }) => Math.round(longCoins * 1e5) / 1e5),
    );
    expect(part.value.volumes.times).toHaveLength(168);
    expect(rejected).toEqual([]);
  });

  test('Test tells what is left', async () => {
    expect(await connected().client.test(noSignal)).toMatch(/: weight \d+ of 750 is left\.$/);
    expect(await connected({}, 'wrong_key').client.test(noSignal).catch(toFailure)).toMatchObject({ kind: 'auth' });
  });

  test('a small plan is told what it lacks', async () => {
    expect(await newest(connected({}, 'basic-key')).catch(toFailure)).toMatchObject({
      kind: 'plan',
      message:
        'Your Kiyotaka plan does not include the liquidation heatmap (Advanced or Enterprise): Data type not available on your tier.',
    });
    const volumesOf = connected({}, 'basic-key').client.history!['liquidation-volumes']!;
    expect(await volumesOf.read(query('liquidation-volumes', 1), noSignal).next().catch(toFailure)).toMatchObject({
      kind: 'plan',
      message: expect.stringContaining('sums over exchanges'),
    });
  });

  test.each([
    ['html', 'bad-response'],
    ['empty', 'bad-response'],
    ['truncated', 'bad-response'],
    ['missing-field', 'bad-response'],
    ['nan', 'bad-response'],
    ['wrong-type', 'bad-response'],
    ['numbers-as-strings', null],
    ['unknown-fields', null],
  ] as const)('garbage of the kind %s: %s', async (variant, kind) => {
    const connection = connected({ maxDepth: '20' });
    await server.scenario({ name: 'garbage', variant });
    const asked = newest(connection);
    expect((await asked.then(() => null, toFailure))?.kind ?? null).toBe(kind);
    expect(connection.rejected).toHaveLength(kind === null ? 0 : 1);
    if (variant === 'unknown-fields') expect((await asked).extra).toContain('undocumented');
  });

  test('an answer beyond the cap is cut off and recorded', async () => {
    const connection = connected({ maxDepth: '20' });
    await server.scenario({ name: 'garbage', variant: 'huge', rows: 200_000 });
    expect(await newest(connection).catch(toFailure)).toMatchObject({
      kind: 'bad-response',
      message: expect.stringContaining('larger than Halcyon accepts (32 MiB)'),
    });
    expect(connection.rejected).toHaveLength(1);
  });

  test.each([
    ['401', 'auth'],
    ['403', 'plan'],
    ['429', 'rate-limited'],
    ['500', 'server'],
    ['drop', 'offline'],
  ] as const)('scenario %s is %s', async (scenario, kind) => {
    await server.scenario(scenario);
    expect(await newest(connected()).catch(toFailure)).toMatchObject({ kind });
  });
});
