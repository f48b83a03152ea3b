import { describe, expect, test } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { HttpRequest } from '../../../src-main/net/http.ts';
import { okx } from '../../../src-main/providers/okx.ts';
import { arrival, failureOf, fakeContext, fixture, noSignal, type Reply } from './context.ts';
import { candleQuery, minute } from './exchange.ts';

const opened = 1_769_904_000_000;
const instruments = fixture('okx/instruments.json');
const candles = fixture('okx/candles-1m.json');

function connected(reply: Reply | ((url: URL) => Reply), listed: Reply = instruments) {
  const answer = ({ url }: HttpRequest): Reply => {
    if (url.includes('/public/instruments')) return listed;
    return typeof reply === 'function' ? reply(new URL(url)) : reply;
  };
  const fake = fakeContext('okx', answer, { restUrl: 'https://okx.test' });
  const asked = () =>
    fake.requests.map(({ url }) => url.replace('https://okx.test', '')).filter((path) => path.includes('/market/'));
  return { ...fake, asked, client: okx.connect(fake.context) };
}

/** A venue with a candle every minute up to now, which answers as documented: newest first, both ends exclusive. */
const endlessVenue =
  (now: number) =>
  ({ searchParams }: URL) => {
    const limit = Number(searchParams.get('limit'));
    const after = Number(searchParams.get('after') ?? now + 1);
    const before = Number(searchParams.get('before') ?? 0);
    const newest = Math.ceil(Math.min(after, now + 1) / minute) * minute - minute;
    const data: string[][] = [];
    for (let t = newest; t > before && data.length < limit; t -= minute)
      data.push([
        String(t),
        '5',
        '7',
        '4',
        '6',
        '1000',
        '10',
        '60',
        t === Math.floor(now / minute) * minute ? '0' : '1',
      ]);
    return JSON.stringify({ code: '0', msg: '', data });
  };

describe('candles', () => {
  test('rows, newest first, become columns, ascending and exactly; the volume is that in coins', async () => {
    const { client, asked, source } = connected(candles);
    expect(await client.candles!(candleQuery(), noSignal)).toEqual({
      instrument: { source, asset: 'BTC', symbol: 'BTC-USDT-SWAP', quote: 'USDT', tickSize: 0.1 },
      timeframe: '1m',
      openTimes: new Float64Array([opened, opened + minute]),
      open: new Float64Array([67000.1, 67040.5]),
      high: new Float64Array([67050, 67060]),
      low: new Float64Array([66990, 67020.3]),
      close: new Float64Array([67040.5, 67031]),
      volume: new Float64Array([148.976, 91.4]),
      takerBuyVolume: new Float64Array([NaN, NaN]),
      lastIsForming: true,
      receivedAt: arrival,
    });
    expect(asked()).toEqual(['/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=1m&limit=2']);
  });

  test('whether the last one is over is the row’s own word', async () => {
    const { client } = connected(candles.replace('"6127002.9", "0"', '"6127002.9", "1"'));
    expect(await client.candles!(candleQuery(), noSignal)).toMatchObject({ lastIsForming: false });
  });

  test.each([
    ['1m', '1m'],
    ['5m', '5m'],
    ['15m', '15m'],
    ['1h', '1H'],
    ['4h', '4H'],
    ['1D', '1Dutc'],
  ] as const)('%s is asked for as %s', async (timeframe, bar) => {
    const { client, asked } = connected('{"code":"0","data":[],"msg":""}');
    await client.candles!(candleQuery({ timeframe }), noSignal);
    expect(asked()).toEqual([`/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=${bar}&limit=2`]);
  });

  test('a day that opens at midnight in Hong Kong is refused', async () => {
    const row = JSON.stringify(['1769875200000', '5', '7', '4', '6', '1', '1', '1', '1']);
    const { client } = connected(`{"code":"0","data":[${row}],"msg":""}`);
    expect(await failureOf(client.candles!(candleQuery({ timeframe: '1D' }), noSignal))).toMatchObject({
      kind: 'bad-response',
      message: 'OKX sent an answer that could not be read: $.data[0][0] is not the start of a 1D candle.',
    });
  });

  test('more than 300 are asked for in pages, backwards; those older than the newest 1,440 of the history', async () => {
    const { client, asked } = connected(endlessVenue(arrival));
    const series = await client.candles!(candleQuery({ limit: 2_000 }), noSignal);
    expect(series.openTimes.length).toBe(2_000);
    expect([...series.openTimes].every((t, index) => t === arrival - (1_999 - index) * minute)).toBe(true);
    expect(series.lastIsForming).toBe(true);
    expect(asked().map((path) => /market\/([a-z-]+)\?.*limit=(\d+)/.exec(path)!.slice(1).join(' '))).toEqual([
      'candles 300',
      'candles 300',
      'candles 300',
      'candles 300',
      'history-candles 300',
      'history-candles 300',
      'history-candles 200',
    ]);
  });

  test('from and to: opens at or after from, before to; both ends are sent as the exclusive ones they are', async () => {
    const { client, asked } = connected(endlessVenue(arrival));
    const from = unixMs(opened + 1);
    const series = await client.candles!(candleQuery({ from, to: unixMs(opened + 3 * minute), limit: 1000 }), noSignal);
    expect([...series.openTimes]).toEqual([opened + minute, opened + 2 * minute]);
    expect(asked()).toEqual([
      `/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=1m&after=${opened + 3 * minute}&before=${opened + minute - 1}&limit=300`,
    ]);
  });

  test('with from, the limit takes the first ones, page by page', async () => {
    const { client } = connected(endlessVenue(arrival));
    const from = unixMs(arrival - 5_000 * minute);
    const series = await client.candles!(candleQuery({ from, limit: 700 }), noSignal);
    expect([series.openTimes[0], series.openTimes.at(-1), series.openTimes.length]).toEqual([
      from,
      from + 699 * minute,
      700,
    ]);
  });

  test('from a few candles ago up to now costs one request, the forming one included', async () => {
    const { client, asked } = connected(endlessVenue(arrival + 5_000));
    const from = unixMs(arrival - 3 * minute);
    const series = await client.candles!(candleQuery({ from, limit: 5_000 }), noSignal);
    expect([...series.openTimes]).toEqual([from, from + minute, from + 2 * minute, arrival]);
    expect(asked()).toHaveLength(1);
  });

  test('an empty span asks for nothing, an empty history is an empty series', async () => {
    const { client, asked } = connected('{"code":"0","data":[],"msg":""}');
    const at = unixMs(opened);
    expect((await client.candles!(candleQuery({ from: at, to: at }), noSignal)).lastIsForming).toBe(false);
    expect(asked()).toEqual([]);
    expect((await client.candles!(candleQuery(), noSignal)).openTimes.length).toBe(0);
    expect(asked()).toHaveLength(1);
  });

  test('the contracts are asked for once; inverse, unopened and unknown ones are unsupported', async () => {
    const { client, requests } = connected('{"code":"0","data":[],"msg":""}');
    await client.candles!(candleQuery(), noSignal);
    await client.candles!(candleQuery({ asset: 'IOST' }), noSignal);
    expect(requests.filter(({ url }) => url.includes('instruments'))).toHaveLength(1);
    for (const asset of ['NEW', 'XYZ', 'BTC-USD']) {
      expect(await failureOf(client.candles!(candleQuery({ asset }), noSignal))).toMatchObject(
        asset === 'BTC-USD'
          ? { kind: 'bad-request' }
          : { kind: 'unsupported', message: `OKX has no USDT perpetual swap for ${asset}.` },
      );
    }
  });

  test('a failed look at the contracts is forgotten', async () => {
    let fails = true;
    const { context } = fakeContext('okx', ({ url }) => {
      if (!url.includes('instruments')) return '{"code":"0","data":[],"msg":""}';
      return fails ? { status: 503, text: '' } : instruments;
    });
    const client = okx.connect(context);
    expect(await failureOf(client.candles!(candleQuery(), noSignal))).toMatchObject({ kind: 'server' });
    fails = false;
    expect(await failureOf(client.candles!(candleQuery(), noSignal))).toBeNull();
  });

  test('who shares the look at the contracts with somebody who cancels looks himself', async () => {
    let looks = 0;
    const { context } = fakeContext('okx', async ({ url }) => {
      if (!url.includes('instruments')) return '{"code":"0","data":[],"msg":""}';
      looks += 1;
      await new Promise(setImmediate);
      if (looks === 1) throw new FailureError(failure('cancelled', 'The request to okx.test was cancelled.'));
      return instruments;
    });
    const client = okx.connect(context);
    const abort = new AbortController();
    const first = failureOf(client.candles!(candleQuery(), abort.signal));
    const second = failureOf(client.candles!(candleQuery(), noSignal));
    abort.abort();
    expect([(await first)?.kind, await second, looks]).toEqual(['cancelled', null, 2]);
  });

  test.each([
    ['a contract size of zero', ['"ctVal": "0.01"', '"ctVal": "0"'], '$.data[0].ctVal'],
    ['no tick size', ['"tickSz": "0.1"', '"tickSz": ""'], '$.data[0].tickSz'],
    ['a multiplier that is no number', ['"ctMult": "1"', '"ctMult": null'], '$.data[0].ctMult'],
  ])('contracts with %s are refused', async (_, [from, to], path) => {
    const text = instruments.replace(from!, to!);
    const { client, rejected } = connected(candles, text);
    expect(await failureOf(client.candles!(candleQuery(), noSignal))).toMatchObject({ kind: 'bad-response', path });
    expect(rejected).toMatchObject([{ path, text }]);
  });

  const rows = (change: (rows: unknown[][]) => void) => {
    const payload = JSON.parse(candles) as { data: unknown[][] };
    change(payload.data);
    return JSON.stringify(payload);
  };
  test.each([
    ['a web page', '<html>', '$', 'OKX answered with a web page instead of data.'],
    ['nothing', '', '$', 'OKX answered with nothing.'],
    ['half of it', candles.slice(0, 100), '$', 'OKX answered with something that is not JSON.'],
    ['a list', '[]', '$', 'OKX answered with something other than an object.'],
    ['no code', '{"data":[]}', '$.code', /\$\.code is missing or not a code/],
    ['null for the list', '{"code":"0","data":null}', '$.data', /\$\.data is not a list of candles/],
    ['a price of zero', rows((all) => (all[1]![2] = '0')), '$.data[1][2]', /is not a price above zero/],
    ['a negative volume', rows((all) => (all[1]![6] = '-1')), '$.data[1][6]', /is negative/],
    ['a volume of NaN', rows((all) => (all[1]![6] = 'NaN')), '$.data[1][6]', /is not a number/],
    ['a short row', rows((all) => all[1]!.splice(6)), '$.data[1][6]', /is missing/],
    ['no word of its end', rows((all) => all[0]!.splice(8)), '$.data[0][8]', /is neither 0 nor 1/],
    ['rows out of order', rows((all) => all.reverse()), '$.data[1][0]', /is out of order/],
    ['one candle twice', rows((all) => (all[1]![0] = all[0]![0])), '$.data[1][0]', /is out of order/],
    ['a high below its close', rows((all) => (all[1]![2] = '67000.1')), '$.data[1]', /outside of/],
    ['more than asked for', rows((all) => all.push(all[1]!)), '$.data', /3 candles, more than the 2 asked for/],
  ])('%s refuses the page as a whole', async (_, text, path, message) => {
    const { client, rejected } = connected(text);
    const failed = await failureOf(client.candles!(candleQuery(), noSignal));
    expect(failed).toMatchObject({ kind: 'bad-response', path });
    expect(failed!.message).toMatch(message);
    expect(rejected).toMatchObject([{ path, text }]);
  });

  test('a candle outside of what was asked for refuses the page', async () => {
    const { client } = connected(candles);
    expect(await failureOf(client.candles!(candleQuery({ to: unixMs(opened) }), noSignal))).toMatchObject({
      kind: 'bad-response',
      path: '$.data[0][0]',
    });
  });

  test('numbers may be numbers, and columns may be added', async () => {
    const text = rows((all) => all.forEach((row) => row.splice(0, 9, ...row.map(Number), 'new')));
    const { client } = connected(text);
    expect((await client.candles!(candleQuery(), noSignal)).volume).toEqual(new Float64Array([148.976, 91.4]));
  });
});

describe('what the statuses and codes mean', () => {
  const body = (code: string, msg: string) => JSON.stringify({ code, data: [], msg });
  test.each([
    [200, fixture('okx/error-51001.json'), 'unsupported', /^OKX does not know this instrument: Instrument ID, /],
    [200, body('50011', 'Too Many Requests'), 'rate-limited', 'OKX asks to slow down.'],
    [429, body('50011', 'Too Many Requests'), 'rate-limited', 'OKX asks to slow down.'],
    [429, '', 'rate-limited', 'OKX asks to slow down.'],
    [200, body('50013', 'Systems are busy.'), 'server', 'OKX has a problem on its side: Systems are busy.'],
    [503, body('50001', 'Service temporarily unavailable.'), 'server', /temporarily unavailable\.$/],
    [200, body('50004', 'API endpoint request timeout.'), 'timeout', 'OKX gave up waiting for the request.'],
    [200, body('51000', 'Parameter bar error'), 'bad-request', 'OKX did not accept the request: Parameter bar error.'],
    [400, body('50014', 'Parameter instId can not be empty.'), 'bad-request', /can not be empty\.$/],
    [
      401,
      body('50111', 'Invalid OK-ACCESS-KEY.'),
      'bad-request',
      'OKX did not accept the request: Invalid OK-ACCESS-KEY.',
    ],
    [403, '<html>', 'rate-limited', 'OKX turned the request away at its firewall; it is asked again later.'],
    [451, '', 'plan', 'OKX is not available from your region (okx.test refused).'],
    [500, '', 'server', 'OKX has a problem on its side (status 500).'],
    [404, '<html>', 'bad-response', 'okx.test does not answer as OKX does (status 404). Check the base URL.'],
    [302, '', 'bad-response', 'okx.test answered with a redirect to another address; not followed.'],
    [204, '', 'bad-response', 'OKX answered with status 204, which Halcyon does not expect.'],
  ])('%d %s is %s', async (status, text, kind, message) => {
    const { client, rejected } = connected({ status, text, headers: { 'retry-after': '30' } });
    const failed = await failureOf(client.candles!(candleQuery(), noSignal));
    expect(failed?.kind).toBe(kind);
    if (typeof message === 'string') expect(failed!.message).toBe(message);
    else expect(failed!.message).toMatch(message);
    if (kind === 'rate-limited') expect(failed?.retryAt).toBe(arrival + 30_000);
    expect(rejected).toHaveLength(kind === 'bad-response' ? 1 : 0);
  });

  test('Test asks for the time and says how far the clocks are apart', async () => {
    const { client } = connected(`{"code":"0","data":[{"ts":"${arrival - 5_000}"}],"msg":""}`);
    expect(await client.test(noSignal)).toBe(
      "Asked for the exchange's time: it answered, and this computer's clock differs by 5 s.",
    );
  });
});

test('on a custom host the stream is where the venue has it', () => {
  expect(okx.info.streamPath).toBe('/ws/v5/public');
});
