import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { businessUrl } from '../../../src-main/providers/okx/candle-stream.ts';
import { okx } from '../../../src-main/providers/okx.ts';
import type { CandleUpdate } from '../../../src-main/providers/provider.ts';
import { arrival, fakeContext, fixture, noSignal, settled, watched, type Reply } from './context.ts';

const opened = 1_769_904_000_000;
const candlePush = JSON.parse(fixture('okx/stream-candle.json')) as { arg: object; data: string[][] };
const longPush = fixture('okx/stream-liquidation-long.json');
const shortPush = fixture('okx/stream-liquidation-short.json');

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

function connected(listed: Reply = fixture('okx/instruments.json')) {
  const pings: string[] = [];
  const fake = fakeContext('okx', ({ url }) => (url.includes('instruments') ? listed : '{"code":"0","data":[]}'), {
    streamUrl: 'wss://ws.test:8443/ws/v5/public',
  });
  const client = okx.connect({
    ...fake.context,
    openSocket: (options) => {
      const socket = fake.context.openSocket(options);
      // `ping` is no JSON, as everything else that is sent is.
      return { ...socket, send: (text) => (text === 'ping' ? pings.push(text) > 0 : socket.send(text)) };
    },
  });
  const learn = () => client.candles!({ asset: 'BTC', timeframe: '1m', from: null, to: null, limit: 1 }, noSignal);
  return { ...fake, client, pings, learn };
}

async function candles(knows = true) {
  const fake = connected();
  if (knows) await fake.learn();
  const seen = watched<CandleUpdate>();
  const stream = fake.client.openCandleStream!(seen.listener);
  stream.want([{ asset: 'BTC', timeframe: '1m' }]);
  const socket = fake.sockets[0]!;
  socket.open();
  return { ...fake, ...seen, stream, socket };
}

async function liquidations(knows = true, listed?: Reply) {
  const fake = connected(listed);
  if (knows) await fake.learn();
  const seen = watched<RealisedLiquidations>();
  const stream = fake.client.openLiquidationStream!(seen.listener);
  stream.want([{ asset: 'BTC' }, { asset: 'IOST' }]);
  const socket = fake.sockets[0]!;
  socket.open();
  return { ...fake, ...seen, stream, socket };
}

describe('candles', () => {
  test('a push becomes a candle of its contract, at the time it arrived', async () => {
    const { socket, updates, source } = await candles();
    socket.receive(candlePush);
    expect(updates).toEqual([
      {
        instrument: { source, asset: 'BTC', symbol: 'BTC-USDT-SWAP', quote: 'USDT', tickSize: 0.1 },
        timeframe: '1m',
        candle: {
          openTime: opened,
          open: 67000.1,
          high: 67050,
          low: 66990,
          close: 67020,
          volume: 48.5,
          takerBuyVolume: NaN,
          closed: false,
        },
        eventTime: arrival,
        receivedAt: arrival,
      },
    ]);
  });

  test('two candles in one push come in the order of time, each with its own end', async () => {
    const { socket, updates } = await candles();
    const next = [String(opened + 60_000), ...candlePush.data[0]!.slice(1)];
    socket.receive({ ...candlePush, data: [next, [...candlePush.data[0]!.slice(0, 8), '1']] });
    expect(updates.map(({ candle }) => [candle.openTime, candle.closed])).toEqual([
      [opened, true],
      [opened + 60_000, false],
    ]);
  });

  test('subscribes on the business path; days by the channel of UTC days; again after a reconnect', async () => {
    const { stream, socket, gaps } = await candles();
    expect(socket.options.url).toBe('wss://ws.test:8443/ws/v5/business');
    stream.want([{ asset: 'ETH', timeframe: '1D' }]);
    socket.lose();
    socket.open();
    const [btc, eth] = [
      { channel: 'candle1m', instId: 'BTC-USDT-SWAP' },
      { channel: 'candle1Dutc', instId: 'ETH-USDT-SWAP' },
    ];
    expect(socket.sent).toEqual([
      { op: 'subscribe', args: [btc] },
      { op: 'unsubscribe', args: [btc] },
      { op: 'subscribe', args: [eth] },
      { op: 'subscribe', args: [eth] },
    ]);
    expect(gaps()).toBe(1);
  });

  test.each([
    ['wss://ws.okx.com:8443/ws/v5/public', 'wss://ws.okx.com:8443/ws/v5/business'],
    ['ws://127.0.0.1:1234/ws/v5/public', 'ws://127.0.0.1:1234/ws/v5/business'],
    ['wss://proxy.test/okx/stream', 'wss://proxy.test/okx/business'],
    ['wss://proxy.test', 'wss://proxy.test/business'],
  ])('%s has its candles at %s', (url, business) => expect(businessUrl(url)).toBe(business));

  test('while the contract is not known the newest state waits, and one request learns it', async () => {
    const { socket, updates, requests, states } = await candles(false);
    const [row] = candlePush.data;
    socket.receive(candlePush);
    socket.receive({ ...candlePush, data: [[...row!.slice(0, 4), '67021', ...row!.slice(5)]] });
    expect(states.at(-1)).toEqual({ kind: 'open' });
    await vi.waitFor(() => expect(updates.map(({ candle }) => candle.close)).toEqual([67021]));
    expect(requests).toHaveLength(1);
    expect(states.at(-1)).toEqual({ kind: 'live' });
  });

  test('what waited is delivered neither into the next connection nor after close', async () => {
    for (const end of ['lose', 'close'] as const) {
      const { socket, stream, updates } = await candles(false);
      socket.receive(candlePush);
      if (end === 'close') stream.close();
      else {
        socket.lose();
        socket.open();
      }
      await settled();
      expect(updates).toEqual([]);
    }
  });

  test('answers, notices, pong and what is not wanted are ignored and do not make it live', async () => {
    const { socket, updates, rejected, states } = await candles();
    socket.receive({ event: 'subscribe', arg: candlePush.arg, connId: 'a4d3ae55' });
    socket.receive({ event: 'notice', code: '64008', msg: 'The connection will soon be closed.' });
    socket.receive('pong');
    socket.receive({ ...candlePush, arg: { channel: 'candle1m', instId: 'ETH-USDT-SWAP' } });
    socket.receive({ arg: { channel: 'candle3m', instId: 'BTC-USDT-SWAP' }, data: 'of no interest' });
    expect([updates, rejected, states]).toEqual([[], [], [{ kind: 'open' }]]);
  });

  test.each([
    ['garbage', 'hello', '$'],
    ['an error', '{"event":"error","code":"60018","msg":"Wrong URL or channel"}', '$.msg'],
    ['no arg', '{"data":[]}', '$.arg'],
    ['no instrument', '{"arg":{"channel":"candle1m"},"data":[]}', '$.arg.instId'],
    ['no list', JSON.stringify({ ...candlePush, data: null }), '$.data'],
    ['a negative volume', JSON.stringify(candlePush).replace('48.5', '-1'), '$.data[0][6]'],
    ['a candle that opens askew', JSON.stringify(candlePush).replace(`${opened}`, `${opened + 1}`), '$.data[0][0]'],
    ['a candle without its state', JSON.stringify(candlePush).replace('"0"]', '""]'), '$.data[0][8]'],
  ])('%s is recorded once, and the stream goes on', async (_, text, path) => {
    const { socket, rejected, updates } = await candles();
    socket.receive(text);
    expect(rejected).toMatchObject([{ endpoint: 'stream', path, text }]);
    socket.receive(candlePush);
    expect(updates).toHaveLength(1);
  });

  test('five pushes in a row that cannot be read end the connection; errors among them do not', async () => {
    const { socket } = await candles();
    const bad = JSON.stringify(candlePush).replace('48.5', '-1');
    const refused = '{"event":"error","code":"60018","msg":"Wrong URL or channel"}';
    for (const message of [bad, bad, bad, bad, candlePush, refused, bad, bad, bad, bad]) socket.receive(message);
    expect(socket.refusals).toEqual([]);
    socket.receive(bad);
    expect(socket.refusals).toMatchObject([{ kind: 'bad-response', path: '$.data[0][6]' }]);
  });

  test('a barred region ends it for good; an ordinary close does not', async () => {
    const { socket } = await candles();
    const explain = socket.options.explainEnd!;
    expect(explain({ status: 451, headers: {}, code: null, reason: '' })).toMatchObject({ kind: 'plan' });
    expect(explain({ status: null, headers: {}, code: 4004, reason: '' })).toBeNull();
  });
});

describe('pings', () => {
  test('every 20 seconds while connected, and none when it is down or closed', async () => {
    const { socket, stream, pings } = await candles();
    vi.advanceTimersByTime(19_999);
    expect(pings).toHaveLength(0);
    vi.advanceTimersByTime(20_001);
    expect(pings).toEqual(['ping', 'ping']);
    socket.options.onState({
      kind: 'down',
      failure: { kind: 'offline', message: '', detail: '', retryAt: null, path: null },
      retryAt: null,
    });
    vi.advanceTimersByTime(60_000);
    expect(pings).toHaveLength(2);
    socket.open();
    vi.advanceTimersByTime(20_000);
    expect(pings).toHaveLength(3);
    stream.close();
    vi.advanceTimersByTime(60_000);
    expect(pings).toHaveLength(3);
  });

  test('pongs without candles for 90 s: the connection is stuck, and given up', async () => {
    const { socket, setNow } = await candles();
    socket.receive(candlePush);
    setNow(arrival + 89_000);
    socket.receive('pong');
    vi.advanceTimersByTime(20_000);
    expect(socket.refusals).toEqual([]);
    setNow(arrival + 90_000);
    socket.receive('pong');
    vi.advanceTimersByTime(20_000);
    expect(socket.refusals).toMatchObject([
      { kind: 'timeout', message: 'OKX stopped sending; the stream is opened again.' },
    ]);
  });

  test('silence is ordinary while no candle is wanted, and counts from the next want', async () => {
    const { socket, stream, setNow } = await candles();
    stream.want([]);
    setNow(arrival + 3_600_000);
    vi.advanceTimersByTime(20_000);
    stream.want([{ asset: 'BTC', timeframe: '1m' }]);
    setNow(arrival + 3_600_000 + 89_000);
    vi.advanceTimersByTime(20_000);
    expect(socket.refusals).toEqual([]);
    setNow(arrival + 3_600_000 + 90_000);
    vi.advanceTimersByTime(20_000);
    expect(socket.refusals).toMatchObject([{ kind: 'timeout' }]);
  });

  test('hours without a liquidation are ordinary', async () => {
    const { socket, setNow, pings } = await liquidations();
    setNow(arrival + 7_200_000);
    vi.advanceTimersByTime(20_000);
    expect([socket.refusals, pings]).toEqual([[], ['ping']]);
  });
});

describe('liquidations', () => {
  test('posSide is the position’s side, of net accounts the order’s is: sold is long; ascending by time', async () => {
    const { socket, updates, source } = await liquidations();
    socket.receive(longPush);
    expect(updates).toEqual([
      {
        source,
        asset: 'BTC',
        symbol: 'BTC-USDT-SWAP',
        isSample: true,
        priceBasis: 'bankruptcy',
        times: new Float64Array([1_769_904_011_000, 1_769_904_012_000, 1_769_904_012_500]),
        sides: new Float64Array([1, 1, -1]),
        prices: new Float64Array([67_000, 66_990.5, 67_100]),
        coins: new Float64Array([0.25, 0.5, 2]),
        usd: new Float64Array([16_750, 33_495.25, 134_200]),
        receivedAt: new Float64Array([arrival, arrival, arrival]),
      },
    ]);
  });

  test('a short, with sizes in contracts of 1,000 coins', async () => {
    const { socket, updates } = await liquidations();
    socket.receive(shortPush);
    expect(updates).toMatchObject([
      {
        asset: 'IOST',
        symbol: 'IOST-USDT-SWAP',
        sides: new Float64Array([-1]),
        coins: new Float64Array([13_000]),
        usd: new Float64Array([13_000 * 0.007831]),
      },
    ]);
  });

  test('the side of the position wins over that of the order', async () => {
    const { socket, updates } = await liquidations();
    socket.receive(shortPush.replace('"buy"', '"sell"'));
    expect(updates[0]!.sides).toEqual(new Float64Array([-1]));
  });

  test('one channel on the public path for all assets; none once nothing is wanted', async () => {
    const { socket, stream } = await liquidations();
    expect(socket.options.url).toBe('wss://ws.test:8443/ws/v5/public');
    stream.want([{ asset: 'ETH' }]);
    stream.want([]);
    const args = [{ channel: 'liquidation-orders', instType: 'SWAP' }];
    expect(socket.sent).toEqual([
      { op: 'subscribe', args },
      { op: 'unsubscribe', args },
    ]);
  });

  test('of what is not wanted nothing is read, told or refused', async () => {
    const { socket, stream, updates, rejected, states } = await liquidations();
    stream.want([{ asset: 'ETH' }]);
    socket.receive(longPush.replaceAll('"66990.5"', '"none"'));
    expect([updates, rejected, states]).toEqual([[], [], [{ kind: 'open' }]]);
  });

  test('while the contracts are not known all liquidations wait, none is lost', async () => {
    const { socket, updates, requests } = await liquidations(false);
    socket.receive(longPush);
    socket.receive(shortPush);
    socket.receive(shortPush);
    expect(updates).toEqual([]);
    await vi.waitFor(() => expect(updates.map(({ asset }) => asset)).toEqual(['BTC', 'IOST', 'IOST']));
    expect(requests).toHaveLength(1);
  });

  test('contracts that cannot be had now are asked for again after five seconds', async () => {
    let fails = true;
    const fake = fakeContext('okx', () => (fails ? { status: 500, text: '' } : fixture('okx/instruments.json')));
    const { updates, listener } = watched<RealisedLiquidations>();
    const stream = okx.connect(fake.context).openLiquidationStream!(listener);
    stream.want([{ asset: 'BTC' }, { asset: 'IOST' }]);
    fake.sockets[0]!.open();
    fake.sockets[0]!.receive(shortPush);
    await settled();
    fails = false;
    fake.sockets[0]!.receive(shortPush);
    await settled();
    expect([updates, fake.requests.length]).toEqual([[], 1]);
    fake.setNow(arrival + 5_000);
    fake.sockets[0]!.receive(longPush);
    await vi.waitFor(() => expect(updates).toHaveLength(3));
    stream.close();
  });

  test.each([
    ['no list', longPush.replace('"details"', '"detail"'), '$.data[0].details'],
    ['no instrument', longPush.replace('"instId": "BTC-USDT-SWAP"', '"instId": null'), '$.data[0].instId'],
    ['an unknown side', longPush.replace('"long"', '"both"'), '$.data[0].details[0].posSide'],
    ['net without an order side', longPush.replace('"buy"', '""'), '$.data[0].details[2].side'],
    ['a price of zero', longPush.replace('"67000"', '"0"'), '$.data[0].details[1].bkPx'],
    ['a negative size', longPush.replace('"25"', '"-25"'), '$.data[0].details[1].sz'],
    ['a size without bounds', longPush.replace('"25"', '"1e300"'), '$.data[0].details[1].sz'],
    ['no time', longPush.replace('"1769904012000"', '""'), '$.data[0].details[0].ts'],
  ])('%s: nothing of the push is told, it is recorded once, and the stream goes on', async (_, text, path) => {
    const { socket, rejected, updates } = await liquidations();
    socket.receive(text);
    expect([updates, rejected]).toMatchObject([[], [{ endpoint: 'stream', path, text }]]);
    socket.receive(shortPush);
    expect(updates).toHaveLength(1);
  });

  test('it is live with the first liquidation of what is wanted', async () => {
    const { socket, states } = await liquidations();
    socket.receive({ event: 'subscribe', arg: { channel: 'liquidation-orders', instType: 'SWAP' } });
    socket.receive(shortPush.replaceAll('IOST', 'DOGE'));
    expect(states).toEqual([{ kind: 'open' }]);
    socket.receive(shortPush);
    expect(states).toEqual([{ kind: 'open' }, { kind: 'live' }]);
  });
});
