import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { kiyotaka } from '../../../src-main/providers/kiyotaka.ts';
import { failureOf, fakeContext, fixture, noSignal, type Reply } from './context.ts';

const key = 'kt_0123456789abcdef';
const defaults = Object.fromEntries(kiyotaka.info.options.map(({ name, fallback }) => [name, fallback]));
/** Of the sample's column; answers arrive two minutes later. */
const sampleTime = 1_774_800_000_000;
const hourMs = 3_600_000;

function connected(reply: Reply, options: Record<string, string> = {}) {
  const fake = fakeContext('kiyotaka', () => reply);
  fake.setNow(sampleTime + 120_000);
  const context = {
    ...fake.context,
    restUrl: 'https://api.test',
    secret: { apiKey: key },
    options: { ...defaults, ...options },
  };
  return { ...fake, context, client: kiyotaka.connect(context) };
}

const hourly = { heatmapInterval: 'HOUR', unit: 'coin' };
const newest = (text: string, options: Record<string, string> = hourly) => {
  const { client, ...rest } = connected(text, options);
  return { ...rest, asked: client.snapshots!['liquidation-profile']!('BTC', noSignal) };
};

const query = (kind: 'liquidation-volumes' | 'liquidation-profile', from: number, to: number) =>
  ({ provider: 'kiyotaka', kind, asset: 'BTC', from: unixMs(from), to: unixMs(to) }) as const;

async function fill(
  reply: Reply,
  kind: 'liquidation-volumes' | 'liquidation-profile',
  options: Record<string, string>,
  range: readonly [number, number] = [sampleTime, sampleTime + hourMs],
) {
  const connection = connected(reply, options);
  if (range[1] > sampleTime + hourMs) connection.setNow(range[1]);
  const parts = connection.client.history![kind]!.read(query(kind, ...range), noSignal);
  const got = [];
  for (;;) {
    const next = await parts.next();
    if (next.done) return { ...connection, parts: got };
    got.push(next.value);
  }
}

const heatmapText = (points: unknown, more: object = {}) =>
  JSON.stringify({
    series: [{ id: { type: 'HYPERLIQUID_LIQUIDATION_AGG', interval: 'HOUR', coin: 'BTC' }, points, ...more }],
  });
const flatText = (flat_points: unknown) =>
  JSON.stringify({ series: [{ id: { interval: 'HOUR', coin: 'BTC' }, flat_points }] });
const pointOf = (levels: unknown, s: unknown = sampleTime / 1000) => ({ Point: { timestamp: { s }, levels } });

describe('the heatmap', () => {
  test('levels in coins: the newest column, of the provider’s own time, with no side', async () => {
    const { asked, requests, source } = newest(fixture('kiyotaka/heatmap-levels-btc.json'));
    const empty = new Float64Array(0);
    expect(await asked).toEqual({
      kind: 'liquidation-profile',
      source,
      asset: 'BTC',
      variant: 'HOUR/coin/1500',
      takenAt: sampleTime,
      takenAtBasis: 'provider',
      receivedAt: sampleTime + 120_000,
      confirmedAt: sampleTime + 120_000,
      transport: 'rest',
      extra: null,
      exchange: 'HYPERLIQUID',
      market: 'BTC',
      leverage: null,
      unit: 'coin',
      prices: new Float64Array([66210, 66220, 66230]),
      amounts: new Float64Array([0.07923, 1.6482400000000001, 0.16869]),
      longCurvePrices: empty,
      longCurve: empty,
      shortCurvePrices: empty,
      shortCurve: empty,
    });
    expect(requests[0]).toMatchObject({ headers: { 'x-kiyotaka-key': key } });
    // Three whole columns before the one that is forming, up to now; seconds.
    const from = Math.floor(sampleTime / hourMs) * 3600 - 3 * 3600;
    expect(requests[0]!.url).toBe(
      `https://api.test/v1/points?type=HYPERLIQUID_LIQUIDATION_AGG&coin=BTC&interval=HOUR&from=${from}&period=${sampleTime / 1000 + 121 - from}`,
    );
  });

  test('flat_points of the document: two columns, microseconds, ascending', async () => {
    const { parts, requests, rejected } = await fill(
      fixture('kiyotaka/heatmap-flat-btc.json'),
      'liquidation-profile',
      {},
      [1_776_080_040_000, 1_776_080_160_000],
    );
    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatchObject({ volumes: null, reached: 1_776_080_160_000 });
    expect(parts[0]!.snapshots).toMatchObject([
      {
        takenAt: 1_776_080_040_000,
        prices: new Float64Array([70390, 70400, 70410, 70420]),
        amounts: new Float64Array([0.53449, 0.00057, 8.36632, 0.04943]),
      },
      {
        takenAt: 1_776_080_100_000,
        prices: new Float64Array([70300, 70310, 70350, 70370]),
        amounts: new Float64Array([0.0077, 0.00027, 1.50843, 0.00486]),
      },
    ]);
    expect(requests.map(({ url }) => url)).toEqual([
      'https://api.test/v1/points?type=HYPERLIQUID_LIQUIDATION_AGG&coin=BTC&interval=MINUTE&from=1776080040&period=120&transform.normalize.quote=USD&flatten=true',
    ]);
    expect(requests[0]!.maxBytes).toBe(134_217_728);
    expect(rejected).toEqual([]);
  });

  test('both shapes of the same columns give the same snapshots, whichever was asked for', async () => {
    const asLevels = heatmapText([pointOf([1, 2, 3, 4]), pointOf([5, 6], sampleTime / 1000 + 60)]);
    const asFlat = flatText([2, sampleTime * 1000, 1, 2, 3, 4, 1, (sampleTime + 60_000) * 1000, 5, 6]);
    const [levels, flat] = await Promise.all(
      [asLevels, asFlat].map((text) => fill(text, 'liquidation-profile', hourly)),
    );
    expect(flat!.parts[0]!.snapshots).toEqual(levels!.parts[0]!.snapshots);
    expect(flat!.parts[0]!.snapshots).toHaveLength(2);
    expect(await newest(asFlat).asked).toEqual(await newest(asLevels).asked);
  });

  test('dollars are asked for, named and kept apart from coins', async () => {
    const text = fixture('kiyotaka/heatmap-levels-btc.json');
    const usd = newest(text, { heatmapInterval: 'HOUR', unit: 'usd', maxDepth: '3000' });
    expect(await usd.asked).toMatchObject({ unit: 'usd', variant: 'HOUR/usd/3000' });
    expect(usd.requests[0]!.url).toContain('&transform.normalize.quote=USD&maxDepth=3000');
    const coin = newest(text, { ...hourly, maxDepth: '1500' });
    expect(await coin.asked).toMatchObject({ unit: 'coin', variant: 'HOUR/coin/1500' });
    expect(coin.requests[0]!.url).not.toMatch(/normalize|maxDepth/);
    expect(kiyotaka.variant!('liquidation-profile', 'BTC', { ...defaults, unit: 'coin' })).toBe('MINUTE/coin/1500');
    expect(kiyotaka.variant!('liquidation-profile', 'BTC', defaults)).toBe('MINUTE/usd/1500');
    expect(kiyotaka.variant!('gex', 'BTC', defaults)).toBe('');
  });

  test.each([
    ['out of order, twice and zero', [300, 5, 100, 1, 200, 0, 100, 2], [100, 300], [3, 5]],
    ['as digits in text', ['100', '1.5', '2e2', '2'], [100, 200], [1.5, 2]],
    ['none', [], [], []],
  ])('levels that are %s', async (_, levels, prices, amounts) => {
    const column = await newest(heatmapText([pointOf(levels)])).asked;
    expect([...column.prices]).toEqual(prices);
    expect([...column.amounts]).toEqual(amounts);
  });

  test('columns out of order, of one time, or outside of what was asked', async () => {
    const s = sampleTime / 1000;
    const points = [
      pointOf([9, 9], s + 60),
      pointOf([1, 1], s),
      pointOf([2, 2], s),
      pointOf([3, 3], s - 1),
      pointOf([4, 4], s + 3600),
    ];
    const { parts } = await fill(heatmapText(points), 'liquidation-profile', hourly);
    expect(parts[0]!.snapshots.map(({ takenAt }) => takenAt - sampleTime)).toEqual([0, 60_000]);
    expect(parts[0]!.snapshots[0]).toMatchObject({ prices: new Float64Array([2]) });
  });

  test('nanoseconds beside the seconds count', async () => {
    const text = heatmapText([{ Point: { timestamp: { s: sampleTime / 1000, ns: 250_999_999 }, levels: [] } }]);
    expect(await newest(text).asked).toMatchObject({ takenAt: sampleTime + 250 });
  });

  test('fields nobody has documented are kept', async () => {
    const text = JSON.stringify({
      version: 2,
      series: [
        {
          id: { interval: 'HOUR', coin: 'BTC', venue: 'hl' },
          cursor: null,
          points: [{ Point: { timestamp: { s: sampleTime / 1000 }, levels: [1, 2], price: 7 } }],
        },
      ],
    });
    expect(JSON.parse((await newest(text).asked).extra!)).toEqual({
      version: 2,
      'series[]': { cursor: null },
      id: { venue: 'hl' },
      Point: { price: 7 },
    });
  });

  test.each([
    [
      'a count past the end',
      flatText([1, sampleTime * 1000, 1, 2, 2, sampleTime * 1000, 1, 2]),
      '$.series[0].flat_points[4]',
      'announces 2 levels and the list ends before them',
    ],
    [
      'a count without a time',
      flatText([0]),
      '$.series[0].flat_points[0]',
      'announces 0 levels and the list ends before them',
    ],
    [
      'a count that is no whole number',
      flatText([1.5, sampleTime * 1000, 1, 2]),
      '$.series[0].flat_points[0]',
      'is not a number of levels',
    ],
    ['a negative count', flatText([-1, sampleTime * 1000]), '$.series[0].flat_points[0]', 'is not a number of levels'],
    ['a count of null', flatText([null, sampleTime * 1000]), '$.series[0].flat_points[0]', 'is not a number'],
    ['a time that is none', flatText([1, 7, 1, 2]), '$.series[0].flat_points[1]', 'is not a plausible time'],
    [
      'a price of zero',
      flatText([1, sampleTime * 1000, 0, 2]),
      '$.series[0].flat_points[2]',
      'is not a price above zero',
    ],
    ['a negative amount', flatText([2, sampleTime * 1000, 1, 2, 3, -1]), '$.series[0].flat_points[5]', 'is negative'],
    [
      'an endless amount',
      flatText([1, sampleTime * 1000, 1, 'x']).replace('"x"', '1e999'),
      '$.series[0].flat_points[3]',
      'is too large for a number',
    ],
    ['null instead of the list', flatText(null), '$.series[0].flat_points', 'is not a list'],
    ['null instead of points', heatmapText(null), '$.series[0].points', 'is not a list'],
    ['neither form', heatmapText(undefined), '$.series[0].points', 'is missing'],
    [
      'a price without an amount',
      heatmapText([pointOf([1, 2, 3])]),
      '$.series[0].points[0].Point.levels',
      'ends with a price without an amount',
    ],
    [
      'a level that is text',
      heatmapText([pointOf([1, 2]), pointOf([1, 'NaN'])]),
      '$.series[0].points[1].Point.levels[1]',
      'is not a number',
    ],
    [
      'a column without a time',
      heatmapText([{ Point: { levels: [] } }]),
      '$.series[0].points[0].Point.timestamp',
      'is missing or not an object',
    ],
    [
      'a point without its shell',
      heatmapText([{ timestamp: { s: 1 }, levels: [] }]),
      '$.series[0].points[0].Point',
      'is missing or not an object',
    ],
    [
      'more than a second of nanoseconds',
      heatmapText([{ Point: { timestamp: { s: sampleTime / 1000, ns: 1e9 }, levels: [] } }]),
      '$.series[0].points[0].Point.timestamp.ns',
      'is not a part of a second',
    ],
    [
      'another coin',
      heatmapText([]).replace('"BTC"', '"ETH"'),
      '$.series[0].id.coin',
      'is not BTC, which was asked for',
    ],
    [
      'another interval',
      heatmapText([]).replace('"HOUR"', '"DAY"'),
      '$.series[0].id.interval',
      'is not HOUR, which was asked for',
    ],
    [
      'another type',
      heatmapText([]).replace('HYPERLIQUID_', ''),
      '$.series[0].id.type',
      'is not HYPERLIQUID_LIQUIDATION_AGG, which was asked for',
    ],
    ['no coin', heatmapText([]).replace(',"coin":"BTC"', ''), '$.series[0].id.coin', 'is missing or not text'],
    ['no id', '{"series":[{"points":[]}]}', '$.series[0].id', 'is missing or not an object'],
    ['no series', '{}', '$.series', 'is missing'],
    [
      'two series',
      JSON.stringify({ series: [1, 2].map(() => ({ id: { coin: 'BTC' }, points: [] })) }),
      '$.series',
      'holds 2 series where one was asked for',
    ],
    [
      'ten thousand and one columns',
      flatText(Array.from({ length: 10_001 }, () => [0, sampleTime * 1000]).flat()),
      '$.series[0].flat_points',
      'has more columns than Halcyon accepts (10000)',
    ],
  ])('%s refuses the answer as a whole, by its path', async (_, text, path, problem) => {
    const { asked, rejected } = newest(text);
    expect(await failureOf(asked)).toMatchObject({
      kind: 'bad-response',
      path,
      message: `Kiyotaka sent an answer that could not be read: ${path} ${problem}.`,
    });
    expect(rejected).toMatchObject([{ path, text }]);
  });

  test.each([
    ['NaN', flatText([1]).replace('[1]', '[1,NaN]'), 'Kiyotaka answered with something that is not JSON.'],
    [
      'half an answer',
      fixture('kiyotaka/heatmap-flat-btc.json').slice(0, 200),
      'Kiyotaka answered with something that is not JSON.',
    ],
    ['a web page', '<html>', 'Kiyotaka answered with a web page instead of data.'],
    ['nothing', '', 'Kiyotaka answered with nothing.'],
    ['a list', '[]', 'Kiyotaka answered with something other than an object.'],
  ])('%s is refused at $', async (_, text, message) => {
    const { asked, rejected } = newest(text);
    expect(await failureOf(asked)).toMatchObject({ kind: 'bad-response', path: '$', message });
    expect(rejected).toHaveLength(1);
  });

  test('no series is an asset without a heatmap; a series without columns is asked again', async () => {
    expect(await failureOf(newest('{"series":[]}').asked)).toMatchObject({
      kind: 'unsupported',
      message: 'Kiyotaka has no liquidation heatmap for BTC: it sent none for the last 180 minutes.',
    });
    expect(await failureOf(newest(heatmapText([])).asked)).toMatchObject({ kind: 'server' });
    const { parts } = await fill('{"series":[]}', 'liquidation-profile', hourly);
    expect(parts).toEqual([{ volumes: null, snapshots: [], reached: sampleTime + hourMs }]);
  });

  test('a day of 1,500 levels a minute, 38 MB: every column, right at three cells', async () => {
    const numbers: number[] = [];
    for (let minute = 0; minute < 1440; minute++) {
      numbers.push(1500, (sampleTime + minute * 60_000) * 1000);
      for (let level = 0; level < 1500; level++) numbers.push(60_000 + level * 10, minute + (level + 1) / 1024 + 1e-9);
    }
    const text = JSON.stringify({ series: [{ id: { interval: 'MINUTE', coin: 'BTC' }, flat_points: numbers }] });
    expect(text.length).toBeGreaterThan(38_000_000);
    const { parts } = await fill(text, 'liquidation-profile', {}, [sampleTime, sampleTime + 24 * hourMs]);
    expect(parts).toHaveLength(1);
    const columns = parts[0]!.snapshots;
    expect(columns).toHaveLength(1440);
    const cell = (column: number, level: number) => {
      const snapshot = columns[column]!;
      if (snapshot.kind !== 'liquidation-profile') throw new Error(snapshot.kind);
      // A column of its own, not a view into all of them, which would be copied whole with each.
      expect(snapshot.prices.buffer.byteLength).toBe(12_000);
      return [snapshot.takenAt, snapshot.prices[level], snapshot.amounts[level]];
    };
    expect(cell(0, 0)).toEqual([sampleTime, 60_000, 1 / 1024 + 1e-9]);
    expect(cell(719, 750)).toEqual([sampleTime + 719 * 60_000, 67_500, 719 + 751 / 1024 + 1e-9]);
    expect(cell(1439, 1499)).toEqual([sampleTime + 1439 * 60_000, 74_990, 1439 + 1500 / 1024 + 1e-9]);
  }, 60_000);
});

describe('liquidated volumes', () => {
  const single = { exchanges: 'BINANCE_FUTURES', unit: 'coin' };
  const volumesText = (sides: Record<string, [number, unknown][]>, id: object = { coin: 'BTC' }) =>
    JSON.stringify({
      series: Object.entries(sides).map(([side, rows]) => ({
        id: { ...id, side },
        points: rows.map(([s, liquidations]) => ({ Point: { liquidations, timestamp: { s } } })),
      })),
    });

  test('the sample of the document: BUY are longs, SELL are shorts, in coins', async () => {
    const { parts, requests, source } = await fill(
      fixture('kiyotaka/liquidation-agg-btc.json'),
      'liquidation-volumes',
      single,
    );
    expect(parts).toEqual([
      {
        volumes: {
          source,
          asset: 'BTC',
          variant: 'HOUR/coin/BINANCE_FUTURES',
          intervalMs: hourMs,
          unit: 'coin',
          times: new Float64Array([sampleTime]),
          longs: new Float64Array([1.529]),
          shorts: new Float64Array([0.223]),
          longTrades: new Float64Array([NaN]),
          shortTrades: new Float64Array([NaN]),
          breaches: new Float64Array([0]),
          exchanges: [],
          receivedAt: sampleTime + 120_000,
        },
        snapshots: [],
        reached: sampleTime + hourMs,
      },
    ]);
    expect(requests.map(({ url }) => url)).toEqual([
      'https://api.test/v1/points?type=LIQUIDATION_AGG&exchange=BINANCE_FUTURES&rawSymbol=BTCUSDT&interval=HOUR&from=1774800000&period=3600',
    ]);
  });

  test('several exchanges are summed, in dollars, and the id may be without an exchange or a coin', async () => {
    const s = sampleTime / 1000;
    const text = volumesText({ SELL: [[s, 20]], BUY: [[s, 100]] }, {});
    const { parts, requests } = await fill(text, 'liquidation-volumes', {});
    expect(parts[0]!.volumes).toMatchObject({
      variant: 'HOUR/usd/BINANCE_FUTURES+BYBIT+OKEX_SWAP',
      unit: 'usd',
      longs: new Float64Array([100]),
      shorts: new Float64Array([20]),
    });
    expect(requests[0]!.url).toBe(
      'https://api.test/v1/points?type=LIQUIDATION_AGG&exchange=BINANCE_FUTURES&exchange=BYBIT&exchange=OKEX_SWAP&coin=BTC&interval=HOUR&from=1774800000&period=3600&transform.groupBy.type=GROUP_BY_TYPE_SUM&transform.normalize.quote=USD',
    );
  });

  test('one exchange that names contracts in its own way is asked by coin, as a sum of one', async () => {
    const { requests } = await fill('{"series":[]}', 'liquidation-volumes', { exchanges: 'okex_swap' });
    expect(requests[0]!.url).toContain('&exchange=OKEX_SWAP&coin=BTC&');
    expect(requests[0]!.url).toContain('&transform.groupBy.type=GROUP_BY_TYPE_SUM');
  });

  test.each([
    [' bybit , BINANCE_FUTURES,bybit', 'HOUR/usd/BINANCE_FUTURES+BYBIT'],
    ['a b&c=d', 'HOUR/usd/BINANCE_FUTURES+BYBIT+OKEX_SWAP'],
    ['BYBIT,a b', 'HOUR/usd/BYBIT'],
  ])('exchanges typed as "%s" are %s', (exchanges, variant) => {
    expect(kiyotaka.volumesVariant!('BTC', { ...defaults, exchanges })).toBe(variant);
  });

  test('a side without a row is zero where the other has one; where neither has one there is no row', async () => {
    const s = sampleTime / 1000;
    const range = [sampleTime, sampleTime + 4 * hourMs] as const;
    const text = volumesText({
      BUY: [
        [s + 10_800, 3],
        [s, 1],
      ],
      SELL: [
        [s + 3600, 2],
        [s - 3600, 9],
        [s + 14_400, 9],
      ],
    });
    const { parts } = await fill(text, 'liquidation-volumes', single, range);
    expect(parts[0]!.volumes).toMatchObject({
      times: new Float64Array([0, 1, 3].map((hours) => sampleTime + hours * hourMs)),
      longs: new Float64Array([1, 0, 3]),
      shorts: new Float64Array([0, 2, 0]),
    });
    const alone = await fill(volumesText({ SELL: [[s, '2.5']] }), 'liquidation-volumes', single);
    expect(alone.parts[0]!.volumes).toMatchObject({ longs: new Float64Array([0]), shorts: new Float64Array([2.5]) });
    expect((await fill('{"series":[]}', 'liquidation-volumes', single)).parts[0]!.volumes).toBeNull();
  });

  test('a row told twice: the later telling stays', async () => {
    const s = sampleTime / 1000;
    const { parts } = await fill(
      volumesText({
        BUY: [
          [s, 1],
          [s, 4],
        ],
      }),
      'liquidation-volumes',
      single,
    );
    expect(parts[0]!.volumes!.longs).toEqual(new Float64Array([4]));
  });

  const sample = fixture('kiyotaka/liquidation-agg-btc.json');
  test.each([
    ['a side told twice', sample.replace('"SELL"', '"BUY"'), '$.series[1].id.side', 'names a side a second time'],
    ['an unknown side', sample.replace('"BUY"', '"LONG"'), '$.series[1].id.side', 'is neither BUY nor SELL'],
    ['no side', sample.replace('"side": "SELL",', ''), '$.series[0].id.side', 'is missing'],
    [
      'another coin',
      sample.replace('"coin": "BTC"', '"coin": "ETH"'),
      '$.series[0].id.coin',
      'is not BTC, which was asked for',
    ],
    [
      'no volume',
      sample.replace('"liquidations": 1.529,', ''),
      '$.series[1].points[0].Point.liquidations',
      'is missing',
    ],
    ['a negative volume', sample.replace('1.529', '-1.529'), '$.series[1].points[0].Point.liquidations', 'is negative'],
    [
      'null instead of points',
      '{"series":[{"id":{"coin":"BTC","side":"BUY"},"points":null}]}',
      '$.series[0].points',
      'is not a list',
    ],
    ['no points', '{"series":[{"id":{"coin":"BTC","side":"BUY"}}]}', '$.series[0].points', 'is missing'],
    ['no time', sample.replace('{ "s": 1774800000 }', '{}'), '$.series[0].points[0].Point.timestamp.s', 'is missing'],
    [
      'a million and one rows',
      JSON.stringify({ series: [{ id: { coin: 'BTC', side: 'BUY' }, points: new Array(1_000_001).fill(0) }] }),
      '$.series[0].points',
      'has 1000001 rows: larger than Halcyon accepts (1000000)',
    ],
  ])('%s refuses the answer as a whole, by its path', async (_, text, path, problem) => {
    const { client, rejected } = connected(text, single);
    const parts = client.history!['liquidation-volumes']!.read(
      query('liquidation-volumes', sampleTime, sampleTime + hourMs),
      noSignal,
    );
    expect(await failureOf(parts.next())).toMatchObject({
      kind: 'bad-response',
      path,
      message: expect.stringContaining(problem),
    });
    expect(rejected).toMatchObject([{ path }]);
  });
});

describe('what the statuses mean', () => {
  const asked = (status: number, body: object | string, kind: 'heatmap' | 'volumes' = 'heatmap', headers = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { client, rejected } = connected({ status, text, headers });
    const promise =
      kind === 'heatmap'
        ? client.snapshots!['liquidation-profile']!('BTC', noSignal)
        : client
            .history!['liquidation-volumes']!.read(query('liquidation-volumes', sampleTime, sampleTime + 1), noSignal)
            .next();
    return failureOf(promise).then((failed) => ({ failed, rejected }));
  };

  test.each([
    [
      401,
      { error: 'INVALID_API_KEY', message: 'Missing or invalid API key.' },
      'auth',
      'Kiyotaka refused the key: Missing or invalid API key. Enter a valid key in Settings → Providers; Halcyon does not use this one again by itself.',
    ],
    [
      400,
      { error: 'INVALID_SYMBOL', message: 'Unknown symbol' },
      'bad-request',
      'Kiyotaka did not accept the request: Unknown symbol.',
    ],
    [
      403,
      { message: 'Data type not available on your tier.' },
      'plan',
      'Your Kiyotaka plan does not include the liquidation heatmap (Advanced or Enterprise): Data type not available on your tier.',
    ],
    [403, {}, 'plan', 'Your Kiyotaka plan does not include the liquidation heatmap (Advanced or Enterprise).'],
    [
      403,
      { message: "Query exceeds your tier's history depth" },
      'plan',
      "Your Kiyotaka plan does not include data that far back: Query exceeds your tier's history depth.",
    ],
    [
      403,
      { message: 'Multi-exchange aggregation requires Advanced' },
      'plan',
      'Your Kiyotaka plan does not include sums over exchanges (set one exchange, Binance or Bybit, in the options): Multi-exchange aggregation requires Advanced.',
    ],
    [
      403,
      { message: 'Point count exceeded' },
      'plan',
      'Your Kiyotaka plan does not include so many points in one request: Point count exceeded.',
    ],
    [
      500,
      { error: 'INTERNAL_ERROR', message: 'Server-side failure' },
      'server',
      'Kiyotaka has a problem on its side (status 500): Server-side failure.',
    ],
    [503, '<html>', 'server', 'Kiyotaka has a problem on its side (status 503).'],
    [
      504,
      { error: 'TIMEOUT', message: 'Query exceeded 30 seconds' },
      'server',
      'Kiyotaka did not finish the query in time: Query exceeded 30 seconds.',
    ],
    [404, {}, 'unsupported', 'Kiyotaka has nothing at this address. Check the base URL.'],
    [408, '', 'timeout', 'Kiyotaka gave up waiting for the request.'],
  ])('%d %j is %s', async (status, body, kind, message) => {
    const { failed, rejected } = await asked(status, body);
    expect(failed).toMatchObject({ kind, message });
    expect(rejected).toEqual([]);
  });

  test('403 for volumes names the volumes', async () => {
    expect((await asked(403, {}, 'volumes')).failed).toMatchObject({
      kind: 'plan',
      message: 'Your Kiyotaka plan does not include liquidation volumes.',
    });
  });

  test.each([
    ['the body', {}, 12_000],
    ['the header where it is later', { 'retry-after': '30' }, 30_000],
  ])('429 waits as long as %s says', async (_, headers, wait) => {
    expect((await asked(429, fixture('kiyotaka/error-429.json'), 'heatmap', headers)).failed).toMatchObject({
      kind: 'rate-limited',
      message: "Kiyotaka's weight limit is reached: Rate limit exceeded.",
      retryAt: sampleTime + 120_000 + wait,
    });
  });

  test.each([
    [302, '', 'api.test answered with a redirect; not followed, the key was not sent there.'],
    [404, '<html></html>', 'api.test answered with a web page instead of data (status 404). Check the base URL.'],
    [204, '', 'Kiyotaka answered with status 204, which Halcyon does not expect.'],
  ])('%d is a rejected payload', async (status, text, message) => {
    const { failed, rejected } = await asked(status, text);
    expect(failed).toMatchObject({ kind: 'bad-response', path: '$', message });
    expect(rejected).toHaveLength(1);
  });

  test('a key that an answer echoes is in nothing that is kept', async () => {
    const echo = await newest(heatmapText([pointOf([1, 2])], { you_sent: key })).asked;
    expect(echo.extra).toBe('{"series[]":{"you_sent":"•••"}}');
    for (const status of [200, 400, 401, 403, 404, 500]) {
      expect(JSON.stringify(await asked(status, `{"message":"bad ${key}"`))).not.toContain(key);
      expect(JSON.stringify(await asked(status, { message: `bad ${key}` }))).not.toContain(key);
    }
  });
});

describe('Test', () => {
  test.each([
    [
      'at the top',
      { limit: 750, remaining: 745, reset: (sampleTime + 150_000) / 1000 },
      'weight 745 of 750 is left.',
      [750, 745, 150_000],
    ],
    [
      'one step down',
      { tier: 'advanced', usage: { weightPerMinute: '750', weightUsed: 5 } },
      'weight 745 of 750 is left.',
      [750, 745, 180_000],
    ],
    ['without a limit', { remaining: 1200 }, 'weight 1,200 is left.', [null, 1200, 180_000]],
  ])('asks for the usage, which is free, and reads limits %s', async (_, body, text, [limit, remaining, resetAt]) => {
    const { client, requests, limits } = connected(JSON.stringify(body));
    expect(await client.test(noSignal)).toBe(`Asked for the key's usage, which costs nothing: ${text}`);
    expect(requests.map(({ url }) => url)).toEqual(['https://api.test/v1/usage']);
    expect(limits).toEqual([{ limit, remaining, resetAt: sampleTime + resetAt!, seenAt: sampleTime + 120_000 }]);
  });

  test('a usage it does not understand still proves host and key', async () => {
    const { client, limits, rejected } = connected('{"limit":"many","remaining":-1,"plan":{"used":null}}');
    expect(await client.test(noSignal)).toBe("Asked for the key's usage, which costs nothing: the key is good.");
    expect([limits, rejected]).toEqual([[], []]);
  });

  test('a refused key and a page that is no API do not pass', async () => {
    expect(await failureOf(connected({ status: 401, text: '{}' }).client.test(noSignal))).toMatchObject({
      kind: 'auth',
    });
    expect(await failureOf(connected('<html>').client.test(noSignal))).toMatchObject({ kind: 'bad-response' });
    expect(await failureOf(connected('[]').client.test(noSignal))).toMatchObject({ kind: 'bad-response' });
  });
});

describe('before anything is sent', () => {
  test.each([
    ['no key', null],
    ['an empty key', { apiKey: '  ' }],
    ['a key with odd characters', { apiKey: 'kt\u200b1' }],
  ])('%s: nothing is asked', async (_, secret) => {
    const { context, requests } = connected('{}');
    expect(await failureOf(kiyotaka.connect({ ...context, secret }).test(noSignal))).toMatchObject({ kind: 'auth' });
    expect(requests).toEqual([]);
  });

  test('an asset that is none is refused', async () => {
    const { client, requests } = connected('{}');
    const parts = client.history!['liquidation-profile']!;
    const odd = { ...query('liquidation-profile', sampleTime, sampleTime + 1), asset: 'B&C' };
    expect(await failureOf(client.snapshots!['liquidation-profile']!('../x', noSignal))).toMatchObject({
      kind: 'bad-request',
    });
    expect(await failureOf(parts.read(odd, noSignal).next())).toMatchObject({ kind: 'bad-request' });
    expect(() => parts.plan(odd)).toThrow('capital letters');
    expect(requests).toEqual([]);
  });
});
