import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FailureError, toFailure } from '../../../src-main/contract/failure.ts';
import { unixMs, type CandleSeries } from '../../../src-main/contract/market.ts';
import { bybit } from '../../../src-main/providers/bybit.ts';
import type { CandleQuery } from '../../../src-main/providers/provider.ts';
import { payloads } from '../seed.ts';
import { arrival, fakeContext, fixture, noSignal, type Reply } from './context.ts';
import { candleQuery, minute } from './exchange.ts';

/** Open time of the newest candle of the fixture. */
const opened = 1769904000000;
const instrument = fixture('bybit/instrument-btc.json');
const klines = fixture('bybit/kline-btc-1m.json');
const ticker = fixture('bybit/ticker-btc.json');
const options = fixture('bybit/options-btc.json');

type Row = Record<string, unknown>;
interface Answer {
  time?: unknown;
  retCode?: unknown;
  result: { symbol?: unknown; list: Row[] };
}
const changed = (text: string, change: (answer: Answer) => void): string => {
  const answer = JSON.parse(text) as Answer;
  change(answer);
  return JSON.stringify(answer);
};

/** `reply` is for what is asked; the instrument is known unless it is what is asked for. */
function connected(reply: Reply | ((url: URL) => Reply), info: Reply = instrument) {
  const fake = fakeContext('bybit', ({ url }) =>
    url.includes('/instruments-info') ? info : typeof reply === 'function' ? reply(new URL(url)) : reply,
  );
  const client = bybit.connect({ ...fake.context, options: {}, restUrl: 'https://bybit.test' });
  return { ...fake, client };
}
const query = (more: Partial<CandleQuery> = {}): CandleQuery => candleQuery({ limit: 3, ...more });
const paths = (requests: readonly { url: string }[]) =>
  requests.map(({ url }) => url.replace('https://bybit.test', ''));

describe('candles', () => {
  test('newest first becomes ascending; volume in coins, no taker volume', async () => {
    const { client, requests, source } = connected(klines);
    const series = await client.candles!(query(), noSignal);
    expect(paths(requests)).toEqual([
      '/v5/market/instruments-info?category=linear&symbol=BTCUSDT',
      '/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1&limit=3',
    ]);
    const { instrument: of, openTimes, open, high, low, close, volume, takerBuyVolume, ...rest } = series;
    expect(of).toEqual({ source, asset: 'BTC', symbol: 'BTCUSDT', quote: 'USDT', tickSize: 0.1 });
    expect([openTimes, open, high, low, close, volume, takerBuyVolume].map((column) => [...column])).toEqual([
      [opened - 2 * minute, opened - minute, opened],
      [67005, 66980, 67000.1],
      [67005, 67010.5, 67050],
      [66960, 66970.2, 66990],
      [66980, 67000.1, 67020],
      [12, 31.207, 48.5],
      [NaN, NaN, NaN],
    ]);
    expect(rest).toEqual({ timeframe: '1m', lastIsForming: true, receivedAt: arrival });
  });

  test("whether the last candle forms is told by the venue's clock, not by ours", async () => {
    const later = changed(klines, (answer) => (answer.time = opened + minute));
    expect((await connected(later).client.candles!(query(), noSignal)).lastIsForming).toBe(false);
  });

  test.each([
    ['1m', '1'],
    ['5m', '5'],
    ['15m', '15'],
    ['1h', '60'],
    ['4h', '240'],
    ['1D', 'D'],
  ] as const)('%s is asked for as %s', async (timeframe, interval) => {
    const empty = changed(klines, ({ result }) => (result.list = []));
    const { client, requests } = connected(empty);
    await client.candles!(query({ timeframe }), noSignal);
    expect(new URL(requests[1]!.url).searchParams.get('interval')).toBe(interval);
  });

  /** As the venue: the newest `limit` candles with start ≤ open time ≤ end. */
  const venue = (url: URL): string => {
    const at = (name: string, other: number) => Number(url.searchParams.get(name) ?? other);
    const newest = Math.floor(Math.min(at('end', opened), opened) / minute) * minute;
    const list: string[][] = [];
    for (let time = newest; time >= at('start', 0) && list.length < at('limit', 200); time -= minute) {
      list.push([String(time), '10', '11', '9', '10', '1', '10']);
    }
    return changed(klines, (answer) => (answer.result.list = list as never));
  };

  test('more than a page holds takes as many requests as that takes, each candle once', async () => {
    const { client, requests } = connected(venue);
    const series = await client.candles!(query({ limit: 2500 }), noSignal);
    expect(requests).toHaveLength(4);
    expect([...series.openTimes]).toEqual(Array.from({ length: 2500 }, (_, row) => opened - (2499 - row) * minute));
  });

  test('from and to are kept, both ends as the venue counts them', async () => {
    const { client, requests } = connected(venue);
    const [from, to] = [unixMs(opened - 10 * minute), unixMs(opened - 5 * minute)];
    const series = await client.candles!(query({ from, to, limit: 100 }), noSignal);
    expect([...series.openTimes]).toEqual([10, 9, 8, 7, 6].map((ago) => opened - ago * minute));
    const { searchParams } = new URL(requests[1]!.url);
    expect([searchParams.get('start'), searchParams.get('end')]).toEqual([String(from), String(to - 1)]);
  });

  test.each([
    ['another symbol', changed(klines, ({ result }) => (result.symbol = 'ETHUSDT')), '$.result.symbol'],
    ['no list', changed(klines, ({ result }) => (result.list = null as never)), '$.result.list'],
    ['a row that is none', changed(klines, ({ result }) => (result.list[1] = {})), '$.result.list[1]'],
    ['a price of zero', klines.replace('"66980"', '"0"'), '$.result.list[1][1]'],
    ['a negative volume', klines.replace('"31.207"', '"-31.207"'), '$.result.list[1][5]'],
    ['a missing volume', klines.replace(', "48.5", "3250470.5"', ''), '$.result.list[0][5]'],
    ['a candle that opens askew', klines.replace('1769903940000', '1769903940001'), '$.result.list[1][0]'],
    ['the wrong order', klines.replace('1769903940000', '1769904060000'), '$.result.list[1][0]'],
    ['a low above its close', klines.replace('"66960"', '"66990"'), '$.result.list[2]'],
    [
      'too many rows',
      klines.replace('["1769903880000"', '["1769903820000","1","1","1","1","1","1"],["1769903760000"'),
      '$.result.list',
    ],
    ['no code', changed(klines, (answer) => delete answer.retCode), '$.retCode'],
    ['no time', changed(klines, (answer) => delete answer.time), '$.time'],
    ['a list instead', '[]', '$'],
    ['html', '<html>', '$'],
    ['nothing', '', '$'],
    ['half of it', klines.slice(0, 200), '$'],
  ])('%s refuses the page as a whole', async (_, text, path) => {
    const { client, rejected } = connected(text);
    expect(await client.candles!(query(), noSignal).catch(toFailure)).toMatchObject({ kind: 'bad-response', path });
    expect(rejected).toMatchObject([{ path, text }]);
  });
});

describe('instruments', () => {
  test('are asked for once, each by its symbol', async () => {
    const { client, requests } = connected(klines);
    await client.candles!(query(), noSignal);
    await client.candles!(query(), noSignal);
    expect(paths(requests).filter((path) => path.includes('instruments-info'))).toHaveLength(1);
  });

  test.each([
    ['an unknown symbol', fixture('bybit/error-10001-symbol.json')],
    ['an empty list', changed(instrument, ({ result }) => (result.list = []))],
    ['a dated future', instrument.replace('LinearPerpetual', 'LinearFutures')],
  ])('%s is unsupported', async (_, info) => {
    const { client, rejected } = connected(klines, info);
    expect(await client.candles!(query(), noSignal).catch(toFailure)).toMatchObject({ kind: 'unsupported' });
    expect(rejected).toEqual([]);
  });

  test('a thousand SHIB has a name of its own there', async () => {
    const renamed = changed(instrument, ({ result }) => (result.list[0]!['symbol'] = 'SHIB1000USDT'));
    const { client, requests, source } = connected(klines.replaceAll('BTCUSDT', 'SHIB1000USDT'), renamed);
    const series = await client.candles!(query({ asset: '1000SHIB' }), noSignal);
    expect(series.instrument).toMatchObject({ source, asset: '1000SHIB', symbol: 'SHIB1000USDT' });
    expect(paths(requests)[0]).toBe('/v5/market/instruments-info?category=linear&symbol=SHIB1000USDT');
  });

  test('an asset that is none is not asked for', async () => {
    const { client, requests } = connected(klines);
    for (const ask of [
      client.candles!(query({ asset: 'BTC&x=1' }), noSignal),
      client.snapshots!['open-interest']!('../x', noSignal),
      client.snapshots!.gex!('btc', noSignal),
    ]) {
      expect(await ask.catch(toFailure)).toMatchObject({ kind: 'bad-request' });
    }
    expect(requests).toEqual([]);
  });

  test.each([
    ['no tick', instrument.replace('"tickSize": "0.10"', '"x": 1'), '$.result.list[0].priceFilter.tickSize'],
    ['no filter', instrument.replace('"priceFilter"', '"x"'), '$.result.list[0].priceFilter'],
    ['another symbol', instrument.replace('BTCUSDT', 'ETHUSDT'), '$.result.list[0].symbol'],
  ])('%s is refused', async (_, info, path) => {
    const { client, rejected } = connected(klines, info);
    expect(await client.candles!(query(), noSignal).catch(toFailure)).toMatchObject({ kind: 'bad-response', path });
    expect(rejected).toMatchObject([{ path, text: info }]);
  });
});

describe('open interest and funding', () => {
  const head = {
    ...{ asset: 'BTC', variant: '', takenAt: 1769903976682, takenAtBasis: 'provider' },
    ...{ receivedAt: arrival, confirmedAt: arrival, transport: 'rest', extra: null },
  };

  test('open interest is the value in dollars of this one venue', async () => {
    const { client, requests, source } = connected(ticker);
    expect(await client.snapshots!['open-interest']!('BTC', noSignal)).toEqual({
      ...{ kind: 'open-interest', source, ...head, totalUsd: null },
      exchanges: [{ exchange: 'bybit', openInterestUsd: 3510782851.14, change24hUsd: null, changePercent24h: null }],
    });
    expect(paths(requests)).toEqual(['/v5/market/tickers?category=linear&symbol=BTCUSDT']);
  });

  const row = { exchange: 'bybit', rate: 0.0001, predicted: null, nextFundingAt: opened };
  test('funding takes its interval from the instrument where the row does not tell', async () => {
    const { client, source } = connected(ticker);
    expect(await client.snapshots!['funding-rates']!('BTC', noSignal)).toEqual({
      ...{ kind: 'funding-rates', source, ...head, basis: 'documented' },
      exchanges: [{ ...row, intervalHours: 8, annualized: 0.0001 * 3 * 365 }],
    });
  });

  test('where the row tells it, nothing else is asked', async () => {
    const { client, requests } = connected(
      changed(ticker, ({ result }) => (result.list[0]!['fundingIntervalHour'] = '4')),
    );
    const { exchanges } = await client.snapshots!['funding-rates']!('BTC', noSignal);
    expect(exchanges).toEqual([{ ...row, intervalHours: 4, annualized: 0.0001 * 6 * 365 }]);
    expect(requests).toHaveLength(1);
  });

  test('an interval that cannot be had now is unknown', async () => {
    const { client } = connected(ticker, { status: 500, text: '' });
    const { exchanges } = await client.snapshots!['funding-rates']!('BTC', noSignal);
    expect(exchanges).toEqual([{ ...row, intervalHours: null, annualized: null }]);
  });

  test('fields nobody has documented are kept', async () => {
    const { client } = connected(changed(ticker, ({ result }) => (result.list[0]!['newField'] = 'x')));
    expect((await client.snapshots!['open-interest']!('BTC', noSignal)).extra).toBe('{"newField":"x"}');
  });

  test.each([
    ['open-interest', 'openInterestValue', undefined],
    ['open-interest', 'openInterestValue', '-1'],
    ['open-interest', 'symbol', 'ETHUSDT'],
    ['funding-rates', 'fundingRate', ''],
    ['funding-rates', 'nextFundingTime', 'soon'],
    ['funding-rates', 'fundingIntervalHour', '-8'],
  ] as const)('%s with a bad %s is refused', async (kind, field, value) => {
    const text = changed(ticker, ({ result }) => (result.list[0]![field] = value));
    const { client, rejected } = connected(text);
    const path = `$.result.list[0].${field}`;
    expect(await client.snapshots![kind]!('BTC', noSignal).catch(toFailure)).toMatchObject({
      kind: 'bad-response',
      path,
    });
    expect(rejected).toMatchObject([{ path, text }]);
  });
});

describe('the option chain as gamma exposure', () => {
  test("the exchange's gamma, its eight digits as they are; USDC and USDT options together", async () => {
    const { client, requests, source } = connected(options);
    const profile = await client.snapshots!.gex!('BTC', noSignal);
    expect(paths(requests)).toEqual(['/v5/market/tickers?category=option&baseCoin=BTC']);
    // 0.00001725 × 100 × 36552.72² × 0.01, and 0.00001554 × 60.5 × 36552.72² × 0.01
    expect(profile.calls[1]).toBeCloseTo(23_047.75, 2);
    expect(profile.puts[0]).toBeCloseTo(-12_561.62, 2);
    expect(profile).toMatchObject({
      ...{ kind: 'gex', source, asset: 'BTC', variant: '', transport: 'rest', extra: null },
      ...{ takenAt: 1699578548021, takenAtBasis: 'provider', receivedAt: arrival },
      ...{ unit: 'usd-per-percent', unitBasis: 'computed', currentPrice: 36552.72 },
      ...{ callWall: 40000, putWall: 35000, regime: 'positive' },
    });
    expect(profile.model).toEqual({
      ...{ signs: 'calls-plus-puts-minus', options: 2, omitted: 1, expiries: 1, openInterest: 160.5 },
      gamma: 'exchange',
      spot: 'indexPrice; each expiry at its underlyingPrice',
      volatility: 'markIv, a fraction',
    });
  });

  test('an option that has expired does not count, whatever its row still says', async () => {
    const expired = changed(options, ({ result }) => (result.list[0]!['symbol'] = 'BTC-9NOV23-40000-C'));
    const profile = await connected(expired).client.snapshots!.gex!('BTC', noSignal);
    expect([...profile.strikes]).toEqual([35000]);
    expect(profile.model).toMatchObject({ options: 1, omitted: 2, expiries: 1, openInterest: 60.5 });
  });

  test('the flip is re-priced from the volatility: where the two gammas are equal', async () => {
    const level = changed(options, ({ result }) => {
      Object.assign(result.list[0]!, { markIv: '0.6', openInterest: '100' });
      Object.assign(result.list[1]!, { markIv: '0.6', openInterest: '100' });
    });
    const { flipLevel, positiveSide } = await connected(level).client.snapshots!.gex!('BTC', noSignal);
    const forward = Math.sqrt(40000 * 35000) * Math.exp((-0.36 * 0.8829734899) / 2);
    expect(flipLevel! / (36552.72 * (forward / 38992.71))).toBeCloseTo(1, 5);
    expect(positiveSide).toBe('above');
  });

  test.each(['openInterest', 'markIv'])('without its %s an option is left out', async (field) => {
    for (const none of ['', '0', null, undefined]) {
      const text = changed(options, ({ result }) => result.list.forEach((row) => (row[field] = none)));
      const profile = await connected(text).client.snapshots!.gex!('BTC', noSignal);
      expect(profile).toMatchObject({ total: 0, flipLevel: null, model: { options: 0, omitted: 3 } });
    }
  });

  test.each([
    ['gamma', undefined],
    ['gamma', '-0.1'],
    ['underlyingPrice', '0'],
    ['indexPrice', 'NaN'],
    ['markIv', '-0.6'],
    ['openInterest', 'many'],
    ['symbol', 'ETH-27SEP24-3000-C'],
    ['symbol', 'BTCUSDT'],
  ])('a bad %s (%s) refuses the chain', async (field, value) => {
    const text = changed(options, ({ result }) => (result.list[1]![field] = value));
    const { client, rejected } = connected(text);
    const path = `$.result.list[1].${field}`;
    expect(await client.snapshots!.gex!('BTC', noSignal).catch(toFailure)).toMatchObject({
      kind: 'bad-response',
      path,
    });
    expect(rejected).toMatchObject([{ path, text }]);
  });

  test('a coin whose options are not read is not asked for', async () => {
    const { client, requests } = connected(options);
    expect(await client.snapshots!.gex!('DOGE', noSignal).catch(toFailure)).toMatchObject({
      ...{ kind: 'unsupported', message: 'Halcyon reads Bybit’s options of BTC, ETH and SOL only, not of DOGE.' },
    });
    expect(requests).toEqual([]);
  });
});

describe('what the answers mean', () => {
  const limited = fixture('bybit/error-10006.json');
  const code = (retCode: number, retMsg: string) => JSON.stringify({ retCode, retMsg, result: {} });
  test.each([
    [200, limited, 'rate-limited', 'Bybit asks to slow down.'],
    [429, '', 'rate-limited', 'Bybit asks to slow down.'],
    [200, code(10018, 'Exceeded the IP Rate Limit.'), 'rate-limited', 'Bybit asks to slow down.'],
    [200, code(10429, 'System level frequency protection'), 'rate-limited', 'Bybit asks to slow down.'],
    [200, code(429, 'High server load.'), 'server', 'Bybit has a problem on its side (code 429): High server load.'],
    [
      200,
      fixture('bybit/error-10001-symbol.json'),
      'unsupported',
      'Bybit does not know this instrument: params error: symbol invalid.',
    ],
    [200, code(10001, 'Illegal category'), 'bad-request', 'Bybit did not accept the request: Illegal category.'],
    [200, code(10016, 'Server error.'), 'server', 'Bybit has a problem on its side (code 10016): Server error.'],
    [
      200,
      code(10024, 'Compliance rules triggered'),
      'plan',
      'Bybit is not available from your region (bybit.test refused).',
    ],
    [401, code(10003, 'API key is invalid.'), 'bad-request', 'Bybit did not accept the request: API key is invalid.'],
    [
      403,
      '<html>… block access from your country.</html>',
      'plan',
      'Bybit is not available from your region (bybit.test refused).',
    ],
    [403, 'access too frequent', 'rate-limited', 'Bybit has blocked this address for a while for asking too often.'],
    [
      403,
      'Forbidden',
      'rate-limited',
      'Bybit refused the request: it was asked too often, or it is not available from your region.',
    ],
    [502, '<html>', 'server', 'Bybit has a problem on its side (status 502).'],
    [404, '', 'bad-response', 'bybit.test does not answer as Bybit does (status 404). Check the base URL.'],
    [307, '', 'bad-response', 'bybit.test answered with a redirect to another address; not followed.'],
  ])('%d %s is %s', async (status, text, kind, message) => {
    const { client, rejected } = connected({ status, text });
    expect(await client.test(noSignal).catch(toFailure)).toMatchObject({ kind, message });
    expect(rejected).toHaveLength(kind === 'bad-response' ? 1 : 0);
  });

  test.each([
    ['the time of the reset', { 'x-bapi-limit-reset-timestamp': String(arrival + 1500) }, limited, 200, 1500],
    ['Retry-After', { 'retry-after': '7' }, limited, 200, 7000],
    ['ten minutes, as documented for a 403', {}, '', 403, 600_000],
  ])('a limit says when to come back: %s', async (_, headers, text, status, waitMs) => {
    const { client } = connected({ status, text, headers: headers as Record<string, string> });
    expect(await client.test(noSignal).catch(toFailure)).toMatchObject({ retryAt: arrival + waitMs });
  });

  test('Test asks for the time and says how far the clocks are apart', async () => {
    const { client } = connected(`{"retCode":0,"retMsg":"OK","result":{"timeSecond":"1"},"time":${arrival - 5000}}`);
    expect(await client.test(noSignal)).toBe(
      "Asked for the exchange's time: it answered, and this computer's clock differs by 5 s.",
    );
  });
});

describe('whatever comes: a whole value, or one recorded payload', () => {
  const values = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      '',
      'NaN',
      '-1',
      -1,
      0,
      '0',
      1e308,
      '1e308',
      [],
      {},
      '0.5',
      'ETHUSDT',
      1769904000000,
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.jsonValue(),
  );
  const cases = [
    ['gex', options],
    ['open-interest', ticker],
    ['funding-rates', ticker],
    ['candles', klines],
    ['instrument', instrument],
  ] as const;

  test.each(cases)('%s', async (kind, valid) => {
    let read = 0;
    let refused = 0;
    const check = async (text: string) => {
      const { client, rejected } = kind === 'instrument' ? connected(klines, text) : connected(text);
      const asked =
        kind === 'candles' || kind === 'instrument'
          ? client.candles!(query(), noSignal)
          : client.snapshots![kind]!('BTC', noSignal);
      const outcome: unknown = await asked.catch((thrown: unknown) => thrown);
      if (outcome instanceof FailureError) {
        refused += 1;
        // A code other than 0 is the venue's refusal, and a list without the asset is no bad answer.
        if (rejected.length === 0)
          expect(outcome.failure.kind).toMatch(/^(unsupported|bad-request|server|plan|rate-limited)$/);
        else expect(outcome.failure).toMatchObject({ kind: 'bad-response', path: rejected[0]!.path });
        expect(outcome.failure.message).not.toContain('stumbled');
        expect(rejected.length).toBeLessThanOrEqual(1);
        return;
      }
      read += 1;
      expect(rejected).toEqual([]);
      if ('openTimes' in (outcome as object)) {
        const { low, high, instrument: of } = outcome as CandleSeries;
        expect(low.every((one, row) => one > 0 && one <= high[row]!) && of.tickSize > 0).toBe(true);
      } else expect(JSON.stringify(outcome)).not.toContain('undefined');
    };
    const change = fc.record({ row: fc.nat(5), field: fc.nat(30), value: values });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), (list) =>
        check(
          changed(valid, ({ result }) =>
            list.forEach(({ row, field, value }) => {
              const target = result.list[row % result.list.length] as Row;
              const keys = Object.keys(target);
              target[keys[field % keys.length]!] = value;
            }),
          ),
        ),
      ),
      { numRuns: payloads(300) },
    );
    expect(Math.min(read, refused)).toBeGreaterThan(10);
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.json()), check));
  });
});
