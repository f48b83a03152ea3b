import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { HttpRequest } from '../../../src-main/net/http.ts';
import { binance } from '../../../src-main/providers/binance.ts';
import type { CandleUpdate } from '../../../src-main/providers/provider.ts';
import { arrival, failureOf, fakeContext, fixture, noSignal, settled, watched, type Reply } from './context.ts';
import { candleQuery, minute } from './exchange.ts';

const opened = 1_769_904_000_000;

function connected(
  klines: Reply | ((params: URLSearchParams) => Reply),
  info: Reply = fixture('binance/exchange-info.json'),
) {
  const fake = fakeContext('binance', ({ url }: HttpRequest) => {
    const { pathname, searchParams } = new URL(url);
    if (pathname.endsWith('/exchangeInfo')) return info;
    return typeof klines === 'function' ? klines(searchParams) : klines;
  });
  const asked = () => fake.requests.map(({ url }) => new URL(url).search).filter((search) => search !== '');
  return { ...fake, asked, client: binance.connect({ ...fake.context, restUrl: 'https://fapi.test' }) };
}

/** A venue with a candle every minute up to now, which answers as documented: at most `limit`, both ends inclusive. */
const endlessVenue = (now: number) => (params: URLSearchParams) => {
  const limit = Number(params.get('limit'));
  const end = Math.min(now, Number(params.get('endTime') ?? now));
  const newest = Math.floor(end / minute) * minute;
  const first = params.has('startTime')
    ? Math.ceil(Number(params.get('startTime')) / minute) * minute
    : newest - (limit - 1) * minute;
  const rows: unknown[] = [];
  for (let t = first; t <= newest && rows.length < limit; t += minute)
    rows.push([t, '5', '7', '4', '6', '10', t + minute - 1, '60', 3, '4', '24', '0']);
  return JSON.stringify(rows);
};

describe('candles', () => {
  test('rows of strings become columns, exactly', async () => {
    const { client, asked, source } = connected(fixture('binance/klines-1m.json'));
    expect(await client.candles!(candleQuery(), noSignal)).toEqual({
      instrument: { source, asset: 'BTC', symbol: 'BTCUSDT', quote: 'USDT', tickSize: 0.1 },
      timeframe: '1m',
      openTimes: new Float64Array([opened, opened + minute]),
      open: new Float64Array([67000.1, 67040.5]),
      high: new Float64Array([67050, 67060]),
      low: new Float64Array([66990, 67020.3]),
      close: new Float64Array([67040.5, 67031]),
      volume: new Float64Array([148.976, 91.4]),
      takerBuyVolume: new Float64Array([75.127, 40.002]),
      lastIsForming: false,
      receivedAt: arrival,
    });
    expect(asked()).toEqual(['?symbol=BTCUSDT&interval=1m&limit=2']);
  });

  test('a candle that closes later is forming', async () => {
    const { client, setNow } = connected(fixture('binance/klines-1m.json'));
    setNow(opened + 2 * minute - 2);
    expect(await client.candles!(candleQuery(), noSignal)).toMatchObject({ lastIsForming: true });
    setNow(opened + 2 * minute);
    expect(await client.candles!(candleQuery(), noSignal)).toMatchObject({ lastIsForming: false });
  });

  test('more than 1500 are asked for in pages, backwards from the newest', async () => {
    const { client, asked } = connected(endlessVenue(arrival));
    const series = await client.candles!(candleQuery({ limit: 3_200 }), noSignal);
    expect(series.openTimes.length).toBe(3_200);
    expect(series.openTimes.at(-1)).toBe(arrival);
    expect([...series.openTimes].every((t, index) => t === arrival - (3_199 - index) * minute)).toBe(true);
    expect(series.lastIsForming).toBe(true);
    expect(asked().map((search) => new URLSearchParams(search).get('limit'))).toEqual(['1500', '1500', '200']);
  });

  test('from and to: opens at or after from, before to', async () => {
    const { client, asked } = connected(endlessVenue(arrival));
    const from = unixMs(opened + 1);
    const series = await client.candles!(candleQuery({ from, to: unixMs(opened + 3 * minute), limit: 1000 }), noSignal);
    expect([...series.openTimes]).toEqual([opened + minute, opened + 2 * minute]);
    expect(asked()).toEqual([
      `?symbol=BTCUSDT&interval=1m&startTime=${from}&endTime=${opened + 3 * minute - 1}&limit=1000`,
    ]);
  });

  test('with from, the limit takes the first ones, page by page', async () => {
    const { client } = connected(endlessVenue(arrival));
    const from = unixMs(arrival - 5_000 * minute);
    const series = await client.candles!(candleQuery({ from, limit: 1_600 }), noSignal);
    expect([series.openTimes[0], series.openTimes.at(-1), series.openTimes.length]).toEqual([
      from,
      from + 1_599 * minute,
      1_600,
    ]);
  });

  test('an empty span and an empty history are empty series', async () => {
    const { client, asked } = connected('[]');
    expect((await client.candles!(candleQuery(), noSignal)).openTimes.length).toBe(0);
    const at = unixMs(opened);
    expect((await client.candles!(candleQuery({ from: at, to: at }), noSignal)).lastIsForming).toBe(false);
    expect(asked()).toHaveLength(1);
  });

  test('the instruments are asked for once; an asset without a perpetual is unsupported', async () => {
    const { client, requests } = connected('[]');
    await client.candles!(candleQuery(), noSignal);
    await client.candles!(candleQuery({ asset: 'ETH' }), noSignal);
    expect(requests.filter(({ url }) => url.endsWith('/exchangeInfo'))).toHaveLength(1);
    expect(await failureOf(client.candles!(candleQuery({ asset: 'XYZ' }), noSignal))).toMatchObject({
      kind: 'unsupported',
      message: 'Binance has no USD-M perpetual for XYZ.',
    });
  });

  test('a failed look at the instruments is forgotten', async () => {
    let fails = true;
    const { context } = fakeContext('binance', ({ url }) => {
      if (!url.includes('exchangeInfo')) return '[]';
      return fails ? { status: 503, text: '' } : fixture('binance/exchange-info.json');
    });
    const client = binance.connect(context);
    expect(await failureOf(client.candles!(candleQuery(), noSignal))).toMatchObject({ kind: 'server' });
    fails = false;
    expect(await failureOf(client.candles!(candleQuery(), noSignal))).toBeNull();
  });

  const rows = (change: (rows: unknown[][]) => void) => {
    const payload = JSON.parse(fixture('binance/klines-1m.json')) as unknown[][];
    change(payload);
    return JSON.stringify(payload);
  };
  test.each([
    ['a web page', '<html>', '$', 'Binance answered with a web page instead of data.'],
    ['an object', '{}', '$', 'Binance answered with something other than a list of candles.'],
    [
      'a price of zero',
      rows((all) => (all[1]![2] = '0')),
      '$[1][2]',
      'Binance sent an answer that could not be read: $[1][2] is not a price above zero.',
    ],
    [
      'a negative volume',
      rows((all) => (all[1]![5] = '-1')),
      '$[1][5]',
      'Binance sent an answer that could not be read: $[1][5] is negative.',
    ],
    [
      'a short row',
      rows((all) => all[1]!.splice(6)),
      '$[1][9]',
      'Binance sent an answer that could not be read: $[1][9] is missing.',
    ],
    [
      'rows out of order',
      rows((all) => all.reverse()),
      '$[1][0]',
      'Binance sent an answer that could not be read: $[1][0] is out of order.',
    ],
    [
      'a high below its close',
      rows((all) => (all[0]![2] = '67000.10')),
      '$[0]',
      'Binance sent an answer that could not be read: $[0] has a high or low that its own open or close lies outside of.',
    ],
    [
      'a candle that opens askew',
      rows((all) => (all[0]![0] = opened + 1)),
      '$[0][0]',
      'Binance sent an answer that could not be read: $[0][0] is not the start of a 1m candle.',
    ],
  ])('%s refuses the page as a whole', async (_, text, path, message) => {
    const { client, rejected } = connected(text);
    expect(await failureOf(client.candles!(candleQuery(), noSignal))).toMatchObject({
      kind: 'bad-response',
      path,
      message,
    });
    expect(rejected).toMatchObject([{ path, text }]);
  });
});

describe('what the statuses mean', () => {
  test.each([
    [400, '{"code":-1130,"msg":"Invalid limit."}', 'bad-request', 'Binance did not accept the request: Invalid limit.'],
    [
      400,
      '{"code":-1121,"msg":"Invalid symbol."}',
      'unsupported',
      'Binance does not know this instrument: Invalid symbol.',
    ],
    [
      403,
      '<html>WAF</html>',
      'rate-limited',
      'Binance turned the request away at its firewall; it is asked again later.',
    ],
    [429, '{"code":-1003,"msg":"Too many requests."}', 'rate-limited', 'Binance asks to slow down.'],
    [
      418,
      '{"code":-1003,"msg":"Banned."}',
      'rate-limited',
      'Binance has blocked this address for a while for asking too often.',
    ],
    [
      451,
      '{"code":0,"msg":"Service unavailable from a restricted location"}',
      'plan',
      'Binance is not available from your region (fapi.test refused).',
    ],
    [503, '', 'server', 'Binance has a problem on its side (status 503).'],
    [404, '<html>', 'bad-response', 'fapi.test does not answer as Binance does (status 404). Check the base URL.'],
    [302, '', 'bad-response', 'fapi.test answered with a redirect to another address; not followed.'],
  ])('%d %s is %s', async (status, text, kind, message) => {
    const { client } = connected({ status, text, headers: { 'retry-after': '30' } });
    const failed = await failureOf(client.candles!(candleQuery(), noSignal));
    expect(failed).toMatchObject({ kind, message });
    if (kind === 'rate-limited') expect(failed?.retryAt).toBe(arrival + 30_000);
  });

  test('used weight is read as limits of the running minute', async () => {
    const { client, limits } = connected({ text: '[]', headers: { 'x-mbx-used-weight-1m': '100' } });
    await client.candles!(candleQuery(), noSignal);
    expect(limits).toEqual([{ limit: 2400, remaining: 2300, resetAt: arrival + minute, seenAt: arrival }]);
  });

  test('Test asks for the time and says how far the clocks are apart', async () => {
    const { context } = fakeContext('binance', () => `{"serverTime":${arrival - 5_000}}`);
    expect(await binance.connect(context).test(noSignal)).toBe(
      "Asked for the exchange's time: it answered, and this computer's clock differs by 5 s.",
    );
  });
});

describe('the stream', () => {
  const push = JSON.parse(fixture('binance/stream-kline.json')) as { k: object };
  const candle = {
    openTime: opened,
    open: 67000.1,
    high: 67050,
    low: 66990,
    close: 67020,
    volume: 48.5,
    takerBuyVolume: 21.25,
    closed: false,
  };

  async function streaming(knows = true) {
    const fake = connected('[]');
    if (knows) await fake.client.candles!(candleQuery(), noSignal);
    const seen = watched<CandleUpdate>();
    const stream = fake.client.openCandleStream!(seen.listener);
    stream.want([{ asset: 'BTC', timeframe: '1m' }]);
    const socket = fake.sockets[0]!;
    socket.open();
    return { ...fake, ...seen, stream, socket };
  }

  test('subscribes, unsubscribes what is no longer wanted, and subscribes all again after a reconnect', async () => {
    const { stream, socket, gaps } = await streaming();
    expect(socket.options.url).toBe('wss://api.test/v1/stream');
    stream.want([{ asset: 'ETH', timeframe: '1D' }]);
    socket.lose();
    socket.open();
    expect(socket.sent).toEqual([
      { method: 'SUBSCRIBE', params: ['btcusdt@kline_1m'], id: 1 },
      { method: 'UNSUBSCRIBE', params: ['btcusdt@kline_1m'], id: 2 },
      { method: 'SUBSCRIBE', params: ['ethusdt@kline_1d'], id: 3 },
      { method: 'SUBSCRIBE', params: ['ethusdt@kline_1d'], id: 4 },
    ]);
    expect(gaps()).toBe(1);
  });

  test('a push becomes a candle of its instrument, bare or wrapped', async () => {
    const { socket, updates, source } = await streaming();
    socket.receive(push);
    socket.receive({ stream: 'btcusdt@kline_1m', data: { ...push, k: { ...push.k, x: true } } });
    const instrument = { source, asset: 'BTC', symbol: 'BTCUSDT', quote: 'USDT', tickSize: 0.1 };
    const update = { instrument, timeframe: '1m', candle, eventTime: 1_769_904_012_345, receivedAt: arrival };
    expect(updates).toEqual([update, { ...update, candle: { ...candle, closed: true } }]);
  });

  test('while the instrument is not known the newest state waits, and one request learns it', async () => {
    const { socket, updates, requests } = await streaming(false);
    socket.receive(push);
    socket.receive({ ...push, k: { ...push.k, c: '67021.00' } });
    expect(updates).toEqual([]);
    await settled();
    expect(updates.map((update) => update.candle.close)).toEqual([67021]);
    expect(requests).toHaveLength(1);
  });

  test('answers to requests, other events and what is not wanted are ignored', async () => {
    const { socket, updates, rejected } = await streaming();
    socket.receive({ result: null, id: 1 });
    socket.receive({ e: 'aggTrade', s: 'BTCUSDT' });
    socket.receive({ ...push, s: 'ETHUSDT' });
    socket.receive({ ...push, k: { ...push.k, i: '3m' } });
    expect([updates, rejected]).toEqual([[], []]);
  });

  test.each([
    ['garbage', 'hello', '$'],
    ['an error', '{"error":{"code":2,"msg":"Invalid request"},"id":1}', '$.error'],
    ['a negative volume', JSON.stringify({ ...push, k: { ...push.k, v: '-1' } }), '$.k.v'],
    ['a price of zero, wrapped', JSON.stringify({ data: { ...push, k: { ...push.k, o: '0' } } }), '$.data.k.o'],
    ['a low above its open', JSON.stringify({ ...push, k: { ...push.k, l: '67010' } }), '$.k'],
    ['a candle that opens askew', JSON.stringify({ ...push, k: { ...push.k, t: opened + 1000 } }), '$.k.t'],
  ])('%s is recorded, and the stream goes on', async (_, text, path) => {
    const { socket, rejected, updates } = await streaming();
    socket.receive(text);
    expect(rejected).toMatchObject([{ endpoint: 'stream', path, text }]);
    socket.receive(push);
    expect(updates).toHaveLength(1);
  });

  test('it is live with the first candle after each connect; answers, errors and garbage do not make it so', async () => {
    const { socket, states } = await streaming();
    socket.receive({ result: null, id: 1 });
    socket.receive({ error: { code: 2, msg: 'Invalid request' }, id: 1 });
    socket.receive('garbage');
    socket.receive({ ...push, s: 'ETHUSDT' });
    expect(states).toEqual([{ kind: 'open' }]);
    socket.receive(push);
    socket.receive(push);
    expect(states).toEqual([{ kind: 'open' }, { kind: 'live' }]);
    socket.lose();
    socket.open();
    expect(states.at(-1)).toEqual({ kind: 'open' });
    socket.receive(push);
    expect(states.at(-1)).toEqual({ kind: 'live' });
  });

  test('a candle that waited for its instrument makes it live when it is delivered', async () => {
    const { socket, states } = await streaming(false);
    socket.receive(push);
    expect(states.at(-1)).toEqual({ kind: 'open' });
    await settled();
    expect(states.at(-1)).toEqual({ kind: 'live' });
  });

  test('a candle that waited is not delivered into the next connection', async () => {
    const { socket, states, updates } = await streaming(false);
    socket.receive(push);
    socket.lose();
    socket.open();
    await settled();
    expect([states.at(-1), updates]).toEqual([{ kind: 'open' }, []]);
  });

  test('five pushes in a row that cannot be read end the connection; errors and good ones among them do not', async () => {
    const { socket } = await streaming();
    const bad = { ...push, k: { ...push.k, v: '-1' } };
    const refused = { error: { code: 2, msg: 'Invalid request' }, id: 1 };
    for (const message of [bad, bad, bad, bad, refused, push, bad, refused, bad, bad, bad]) socket.receive(message);
    expect(socket.refusals).toEqual([]);
    socket.receive(bad);
    expect(socket.refusals).toMatchObject([
      {
        kind: 'bad-response',
        message: "Binance's stream sends what cannot be read: $.k.v is negative; it is opened again.",
      },
    ]);
  });

  test('is closed while nothing is wanted, so that its silence is no failure; what was missed is a gap', async () => {
    const { stream, socket, sockets, states, gaps } = await streaming();
    stream.want([]);
    expect(socket.isOpen()).toBe(false);
    stream.want([]);
    stream.want([{ asset: 'ETH', timeframe: '1m' }]);
    expect([sockets.length, gaps()]).toEqual([2, 0]);
    sockets[1]!.open();
    expect(sockets[1]!.sent).toMatchObject([{ method: 'SUBSCRIBE', params: ['ethusdt@kline_1m'] }]);
    expect([gaps(), states.at(-1)]).toEqual([1, { kind: 'open' }]);
    stream.close();
    expect(sockets[1]!.isOpen()).toBe(false);
  });

  test('on a custom host is where the venue has it', () => {
    expect(binance.info.streamPath).toBe('/market/ws');
  });

  test('a barred region ends it for good; an ordinary close does not', async () => {
    const { socket } = await streaming();
    const explain = socket.options.explainEnd!;
    expect(explain({ status: 451, headers: {}, code: null, reason: '' })).toMatchObject({ kind: 'plan' });
    expect(explain({ status: null, headers: {}, code: 1001, reason: '' })).toBeNull();
  });

  test('after close nothing waiting is delivered', async () => {
    const { socket, stream, updates } = await streaming(false);
    socket.receive(push);
    stream.close();
    await settled();
    expect(updates).toEqual([]);
    expect(socket.isOpen()).toBe(false);
  });
});
