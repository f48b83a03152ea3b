import { describe, expect, test } from 'vitest';
import { unixMs, type Asset } from '../../../src-main/contract/market.ts';
import type { HttpRequest } from '../../../src-main/net/http.ts';
import { hyperliquid } from '../../../src-main/providers/hyperliquid.ts';
import { coinOf, tickSizeAt } from '../../../src-main/providers/hyperliquid/coins.ts';
import type { CandleQuery } from '../../../src-main/providers/provider.ts';
import { arrival, failureOf, fakeContext, fixture, noSignal, type Reply } from './context.ts';
import { candleQuery, minute } from './exchange.ts';

const quarter = 15 * minute;
const opened = 1_681_923_600_000;
const documented = fixture('hyperliquid/meta-and-asset-ctxs.json');
const newer = fixture('hyperliquid/meta-and-asset-ctxs.inferred.json');
const query = (fields: Partial<CandleQuery> = {}): CandleQuery => candleQuery({ timeframe: '15m', ...fields });

interface Question {
  readonly type: string;
  readonly req?: {
    readonly coin: string;
    readonly interval: string;
    readonly startTime: number;
    readonly endTime: number;
  };
}
const questionOf = ({ body }: HttpRequest): Question => JSON.parse(body ?? 'null') as Question;

function connected(universe: Reply = documented, candles: Reply | ((question: Question) => Reply) = '[]') {
  const fake = fakeContext('hyperliquid', (request) => {
    const question = questionOf(request);
    if (question.type === 'metaAndAssetCtxs') return universe;
    return typeof candles === 'function' ? candles(question) : candles;
  });
  const asked = () => fake.requests.map(questionOf).filter(({ type }) => type === 'candleSnapshot');
  return { ...fake, asked, client: hyperliquid.connect(fake.context) };
}

describe('the names and steps of the exchange', () => {
  test.each([
    ['BTC', 'BTC'],
    ['1000PEPE', 'kPEPE'],
    ['1000', '1000'],
    ['KAS', 'KAS'],
  ])('%s is %s there', (asset, coin) => expect(coinOf(asset)).toBe(coin));

  test('what is no asset is not asked for', async () => {
    const { client, requests } = connected();
    expect(await failureOf(client.snapshots!['open-interest']!('btc', noSignal))).toMatchObject({
      kind: 'bad-request',
    });
    expect(requests).toEqual([]);
  });

  test.each([
    [67_004, 5, 1],
    [123_456, 5, 1],
    [9_999, 5, 0.1],
    [2_050.5, 4, 0.1],
    [88.12, 2, 0.001],
    [14.3161, 5, 0.1],
    [0.00625, 0, 0.000001],
    [1, 6, 1],
  ])('at a price of %d with %d decimals of size the step is %d', (price, szDecimals, step) =>
    expect(tickSizeAt(price, szDecimals)).toBe(step),
  );
});

describe('the overview', () => {
  test('is one call for all assets, exactly as documented; what the exchange has not is absent', async () => {
    const { client, requests, source, rejected } = connected();
    const assets: Asset[] = ['BTC', 'ETH', 'XYZ', 'BTC'];
    const { quotes, snapshots } = await client.overview!(assets, noSignal);
    expect(requests).toMatchObject([
      {
        url: 'https://api.test/v1/info',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"type":"metaAndAssetCtxs"}',
      },
    ]);
    const at = { time: arrival, receivedAt: arrival };
    expect(quotes).toEqual([
      {
        instrument: { source, asset: 'BTC', symbol: 'BTC', quote: 'USDC', tickSize: 0.1 },
        ...{ price: 14.314, price24hAgo: 15.322, ...at },
      },
      {
        instrument: { source, asset: 'ETH', symbol: 'ETH', quote: 'USDC', tickSize: 0.01 },
        ...{ price: 6.0431, price24hAgo: 6.3611, ...at },
      },
    ]);
    const head = {
      ...{ source, asset: 'BTC', variant: '', takenAt: arrival, takenAtBasis: 'received', receivedAt: arrival },
      ...{ confirmedAt: arrival, transport: 'rest', extra: null },
    };
    expect(snapshots.slice(0, 2)).toEqual([
      {
        ...head,
        kind: 'open-interest',
        totalUsd: null,
        exchanges: [
          {
            exchange: 'hyperliquid',
            openInterestUsd: 688.11 * 14.3161,
            change24hUsd: null,
            changePercent24h: null,
          },
        ],
      },
      {
        ...head,
        kind: 'funding-rates',
        basis: 'documented',
        exchanges: [
          {
            ...{ exchange: 'hyperliquid', rate: 0.0000125, annualized: 0.1095, predicted: null },
            ...{ nextFundingAt: null, intervalHours: 1 },
          },
        ],
      },
    ]);
    expect(snapshots.map(({ asset, kind }) => `${asset} ${kind}`)).toEqual([
      'BTC open-interest',
      'BTC funding-rates',
      'ETH open-interest',
      'ETH funding-rates',
    ]);
    expect(rejected).toEqual([]);
  });

  test('knows thousands by their other name, empty books, new perpetuals and those that are gone', async () => {
    const { client } = connected(newer);
    const { quotes, snapshots } = await client.overview!(['1000PEPE', 'NEW', 'MATIC', 'BTC'], noSignal);
    expect(
      quotes.map(({ instrument, price, price24hAgo }) => [instrument.asset, instrument.symbol, price, price24hAgo]),
    ).toEqual([
      ['1000PEPE', 'kPEPE', 0.006251, 0.0061],
      ['NEW', 'NEW', 3.1, null],
      ['BTC', 'BTC', 67_003.5, 66_120],
    ]);
    expect(snapshots.map(({ extra }) => extra)).toEqual([
      ...['{"openInterestCap":"7"}', '{"openInterestCap":"7"}'],
      ...[null, null, null, null],
    ]);
    expect(snapshots.at(-1)).toMatchObject({ exchanges: [{ rate: -0.0000094527, annualized: -0.0000094527 * 8760 }] });
  });

  test('of nothing asks nothing', async () => {
    const { client, requests } = connected();
    expect(await client.overview!([], noSignal)).toEqual({ quotes: [], snapshots: [] });
    expect(requests).toEqual([]);
  });

  test('serves the snapshots of each asset for two seconds', async () => {
    const { client, requests, setNow } = connected();
    const { snapshots } = await client.overview!(['ETH'], noSignal);
    expect(await client.snapshots!['open-interest']!('ETH', noSignal)).toEqual(snapshots[0]);
    setNow(arrival + 2_000);
    expect(await client.snapshots!['funding-rates']!('ETH', noSignal)).toEqual(snapshots[1]);
    expect(requests).toHaveLength(1);
    setNow(arrival + 2_001);
    const later = await client.snapshots!['open-interest']!('ETH', noSignal);
    expect(later.takenAt).toBe(arrival + 2_001);
    expect(requests).toHaveLength(2);
  });

  test('the price step stays what it was first, whatever the price does', async () => {
    let price = '9999.0';
    const fake = fakeContext('hyperliquid', () => documented.replace('"14.3161"', `"${price}"`));
    const client = hyperliquid.connect(fake.context);
    const step = async () => (await client.overview!(['BTC'], noSignal)).quotes[0]?.instrument.tickSize;
    expect(await step()).toBe(0.1);
    price = '10001.0';
    fake.setNow(arrival + minute);
    expect(await step()).toBe(0.1);
  });
});

test('an asset without a perpetual is unsupported', async () => {
  const { client, rejected } = connected(newer);
  for (const asset of ['XYZ', 'MATIC']) {
    const expected = { kind: 'unsupported', message: `Hyperliquid has no perpetual for ${asset}.` };
    expect(await failureOf(client.snapshots!['funding-rates']!(asset, noSignal))).toMatchObject(expected);
    expect(await failureOf(client.candles!(query({ asset }), noSignal))).toMatchObject(expected);
  }
  expect(rejected).toEqual([]);
});

test('Test says how many perpetuals are listed', async () => {
  expect(await connected(newer).client.test(noSignal)).toBe('Asked for the exchange’s perpetuals: it lists 3.');
});

describe('an answer that cannot be read', () => {
  const changed = (change: (payload: [{ universe: Record<string, unknown>[] }, Record<string, unknown>[]]) => void) => {
    const payload = JSON.parse(documented) as Parameters<typeof change>[0];
    change(payload);
    return JSON.stringify(payload);
  };
  const cannot = (path: string, problem: string) =>
    [path, `Hyperliquid sent an answer that could not be read: ${path} ${problem}.`] as const;
  test.each([
    ['a web page', '<html>', '$', 'Hyperliquid answered with a web page instead of data.'],
    ['nothing', '', '$', 'Hyperliquid answered with nothing.'],
    ['half an answer', documented.slice(0, 200), '$', 'Hyperliquid answered with something that is not JSON.'],
    ['an object', '{}', '$', 'Hyperliquid answered with something other than a list.'],
    ['no perpetuals', '[null, []]', ...cannot('$[0]', 'is missing or not an object')],
    ['no states', '[{"universe":[]}]', ...cannot('$[1]', 'is missing or not a list')],
    ['null for a list', '[{"universe":null},[]]', ...cannot('$[0].universe', 'is missing or not a list')],
    ['a state too few', changed(([, states]) => states.pop()), ...cannot('$[1]', 'has 2 rows for 3 perpetuals')],
    ['a state too many', changed(([, states]) => states.push({})), ...cannot('$[1]', 'has 4 rows for 3 perpetuals')],
    [
      'one name twice',
      changed(([{ universe }]) => (universe[1]!['name'] = 'BTC')),
      ...cannot('$[0].universe[1].name', 'is named twice'),
    ],
    [
      'a price that is no number',
      changed(([, states]) => (states[0]!['markPx'] = 'NaN')),
      ...cannot('$[1][0].markPx', 'is not a number'),
    ],
    [
      'negative open interest',
      changed(([, states]) => (states[0]!['openInterest'] = '-1')),
      ...cannot('$[1][0].openInterest', 'is negative'),
    ],
    ['no funding', changed(([, states]) => delete states[0]!['funding']), ...cannot('$[1][0].funding', 'is missing')],
    [
      'decimals that are none',
      changed(([{ universe }]) => (universe[0]!['szDecimals'] = 1.5)),
      ...cannot('$[0].universe[0].szDecimals', 'is not a number of decimals'),
    ],
  ])('%s is recorded once and refused', async (_what, text, path, message) => {
    const { client, rejected } = connected(text);
    expect(await failureOf(client.overview!(['BTC', 'ETH'], noSignal))).toMatchObject({
      kind: 'bad-response',
      path,
      message,
    });
    expect(rejected).toMatchObject([{ endpoint: '/info metaAndAssetCtxs', path, text, message }]);
  });

  test('trouble of another asset is none of ours', async () => {
    const { client, rejected } = connected(changed(([, states]) => (states[1]!['markPx'] = null)));
    expect((await client.overview!(['BTC'], noSignal)).quotes).toHaveLength(1);
    expect(rejected).toEqual([]);
  });
});

/** A venue with a candle every quarter up to now, of which it keeps 5,000. */
const endlessVenue =
  (now: number) =>
  ({ req }: Question) => {
    const newest = Math.floor(now / quarter) * quarter;
    const first = Math.max(newest - 4_999 * quarter, Math.floor(req!.startTime / quarter) * quarter);
    const rows: object[] = [];
    for (let t = first; t <= Math.min(newest, req!.endTime); t += quarter) {
      rows.push({ t, T: t + quarter - 1, s: 'BTC', i: '15m', o: '5', c: '6', h: '7', l: '4', v: '10', n: 3 });
    }
    return JSON.stringify(rows);
  };

describe('candles', () => {
  test('objects of strings become columns, exactly', async () => {
    const { client, asked, source, setNow } = connected(documented, fixture('hyperliquid/candle-snapshot.json'));
    const now = opened + quarter;
    setNow(now);
    expect(await client.candles!(query(), noSignal)).toEqual({
      instrument: { source, asset: 'BTC', symbol: 'BTC', quote: 'USDC', tickSize: 0.1 },
      timeframe: '15m',
      openTimes: Float64Array.of(opened),
      open: Float64Array.of(29_295),
      high: Float64Array.of(29_309),
      low: Float64Array.of(29_250),
      close: Float64Array.of(29_258),
      volume: Float64Array.of(0.98639),
      takerBuyVolume: Float64Array.of(Number.NaN),
      lastIsForming: false,
      receivedAt: now,
    });
    const req = { coin: 'BTC', interval: '15m', startTime: now - 2 * quarter, endTime: now + quarter - 1 };
    expect(asked()).toEqual([{ type: 'candleSnapshot', req }]);
    setNow(now - 1);
    expect(await client.candles!(query(), noSignal)).toMatchObject({ lastIsForming: true });
  });

  test('the newest ones, no more than asked for', async () => {
    const { client } = connected(documented, endlessVenue(arrival));
    const series = await client.candles!(query({ limit: 300 }), noSignal);
    expect([series.openTimes.length, series.openTimes[0], series.openTimes.at(-1)]).toEqual([
      300,
      arrival - 299 * quarter,
      arrival,
    ]);
    expect(series.lastIsForming).toBe(true);
  });

  test('from and to: opens at or after from, before to, though the exchange sends what overlaps', async () => {
    const { client, asked } = connected(documented, endlessVenue(arrival));
    const from = unixMs(arrival - 10 * quarter + 1);
    const series = await client.candles!(query({ from, to: unixMs(arrival - 7 * quarter), limit: 1000 }), noSignal);
    expect([...series.openTimes]).toEqual([arrival - 9 * quarter, arrival - 8 * quarter]);
    expect(asked()).toHaveLength(1);
  });

  test('older than the exchange keeps: what there is, in at most one request more', async () => {
    const { client, asked } = connected(documented, endlessVenue(arrival));
    const series = await client.candles!(query({ limit: 6_000 }), noSignal);
    expect([series.openTimes.length, series.openTimes[0]]).toEqual([5_000, arrival - 4_999 * quarter]);
    expect(asked().length).toBeLessThanOrEqual(2);
    const long = unixMs(arrival - 20_000 * quarter);
    expect((await client.candles!(query({ from: long, limit: 10 }), noSignal)).openTimes.length).toBe(0);
  });

  test('a thousand of a coin are asked for by its name there; days are written small', async () => {
    const { client, asked } = connected(newer, '[]');
    await client.candles!(query({ asset: '1000PEPE', timeframe: '1D' }), noSignal);
    expect(asked()[0]?.req).toMatchObject({ coin: 'kPEPE', interval: '1d' });
  });

  test('the perpetuals are asked for once', async () => {
    const { client, requests, setNow } = connected();
    await client.candles!(query(), noSignal);
    setNow(arrival + minute);
    await client.candles!(query(), noSignal);
    expect(requests).toHaveLength(3);
  });

  const row = (fields: object) =>
    JSON.stringify([{ ...(JSON.parse(fixture('hyperliquid/candle-snapshot.json')) as [object])[0], ...fields }]);
  test.each([
    ['null', 'null', '$'],
    ['another coin', row({ s: 'ETH' }), '$[0].s'],
    ['another length', row({ i: '1m' }), '$[0].i'],
    ['a price of zero', row({ l: '0' }), '$[0].l'],
    ['a negative volume', row({ v: '-1' }), '$[0].v'],
    ['no close', row({ c: undefined }), '$[0].c'],
    ['a high below its open', row({ h: '29260' }), '$[0]'],
    ['a candle that opens askew', row({ t: opened + 1 }), '$[0].t'],
    ['a row that is none', '[3]', '$[0]'],
    ['more rows than were asked for', JSON.stringify(Array(6).fill((JSON.parse(row({})) as object[])[0])), '$'],
  ])('%s refuses the answer as a whole', async (_what, text, path) => {
    const { client, rejected } = connected(documented, text);
    expect(await failureOf(client.candles!(query(), noSignal))).toMatchObject({ kind: 'bad-response', path });
    expect(rejected).toMatchObject([{ endpoint: '/info candleSnapshot', path, text }]);
  });
});

describe('what the statuses mean', () => {
  test.each([
    [
      422,
      'Failed to deserialize the JSON body into the target type',
      'bad-request',
      'Hyperliquid did not accept the request: Failed to deserialize the JSON body into the target type.',
    ],
    [400, '"Invalid coin."', 'bad-request', 'Hyperliquid did not accept the request: Invalid coin.'],
    [429, 'null', 'rate-limited', 'Hyperliquid asks to slow down.'],
    [500, 'null', 'server', 'Hyperliquid has a problem on its side (status 500).'],
    [502, '<html>', 'server', 'Hyperliquid has a problem on its side (status 502).'],
    [403, '<HTML>', 'rate-limited', 'Hyperliquid turned the request away at its firewall; it is asked again later.'],
    [403, 'restricted', 'plan', 'Hyperliquid is not available from your region (api.test refused).'],
    [401, '', 'auth', 'api.test asks for a key, which Hyperliquid does not. Check the base URL.'],
    [408, '', 'timeout', 'Hyperliquid gave up waiting for the request.'],
    [404, '', 'bad-response', 'api.test does not answer as Hyperliquid does (status 404). Check the base URL.'],
    [307, '', 'bad-response', 'api.test answered with a redirect to another address; not followed.'],
    [204, '', 'bad-response', 'Hyperliquid answered with status 204, which Halcyon does not expect.'],
  ])('%d %s is %s', async (status, text, kind, message) => {
    const { client, rejected } = connected({ status, text, headers: { 'retry-after': '30' } });
    const failed = await failureOf(client.overview!(['BTC'], noSignal));
    expect(failed).toMatchObject({ kind, message });
    expect(rejected).toHaveLength(kind === 'bad-response' ? 1 : 0);
    if (kind === 'rate-limited' || kind === 'server') expect(failed?.retryAt).toBe(arrival + 30_000);
  });
});

test('says of itself only what its client can', () => {
  const { client } = connected();
  expect(hyperliquid.info.capabilities).toEqual([
    ...['candles', 'candle-stream', 'overview'],
    ...Object.keys(client.snapshots!),
  ]);
  expect(client.openLiquidationStream).toBeUndefined();
});
