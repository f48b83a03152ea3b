import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { bybit } from '../../../src-main/providers/bybit.ts';
import type { CandleUpdate } from '../../../src-main/providers/provider.ts';
import { payloads } from '../seed.ts';
import { arrival, fakeContext, fixture, settled, watched } from './context.ts';

const opened = 1769904000000;
const instrument = fixture('bybit/instrument-btc.json');
type Push<Data> = { topic: string; data: Data[] };
const kline = JSON.parse(fixture('bybit/stream-kline.json')) as Push<Record<string, unknown>>;
const liquidations = JSON.parse(fixture('bybit/stream-liquidations.json')) as Push<Record<string, unknown>>;
const answers = JSON.parse(fixture('bybit/stream-answers.json')) as object[];
const klineWith = (change: object) => ({ ...kline, data: [{ ...kline.data[0], ...change }] });
const liquidationWith = (change: object) => ({ ...liquidations, data: [{ ...liquidations.data[1], ...change }] });

afterEach(() => void vi.useRealTimers());

function candles(info: string | (() => string) = instrument) {
  const fake = fakeContext('bybit', () => (typeof info === 'function' ? info() : info));
  const seen = watched<CandleUpdate>();
  const stream = bybit.connect({ ...fake.context, options: {} }).openCandleStream!(seen.listener);
  stream.want([{ asset: 'BTC', timeframe: '1m' }]);
  const socket = fake.sockets[0]!;
  socket.open();
  return { ...fake, ...seen, stream, socket };
}

function liquidated() {
  const fake = fakeContext('bybit');
  const seen = watched<RealisedLiquidations>();
  const stream = bybit.connect({ ...fake.context, options: {} }).openLiquidationStream!(seen.listener);
  stream.want([{ asset: 'BTC' }]);
  const socket = fake.sockets[0]!;
  socket.open();
  return { ...fake, ...seen, stream, socket };
}

describe('candles as they form', () => {
  const request = (op: string, topic: string) => ({ req_id: topic, op, args: [topic] });

  test('subscribes, unsubscribes what is no longer wanted, and subscribes again after a reconnect', () => {
    const { stream, socket, gaps } = candles();
    stream.want([
      { asset: 'ETH', timeframe: '1D' },
      { asset: 'SOL', timeframe: '1h' },
    ]);
    socket.lose();
    socket.open();
    expect(socket.sent).toEqual([
      request('subscribe', 'kline.1.BTCUSDT'),
      request('unsubscribe', 'kline.1.BTCUSDT'),
      request('subscribe', 'kline.D.ETHUSDT'),
      request('subscribe', 'kline.60.SOLUSDT'),
      request('subscribe', 'kline.D.ETHUSDT'),
      request('subscribe', 'kline.60.SOLUSDT'),
    ]);
    expect(gaps()).toBe(1);
  });

  test('nothing is opened before something is wanted', () => {
    const fake = fakeContext('bybit');
    const client = bybit.connect({ ...fake.context, options: {} });
    client.openCandleStream!(watched<CandleUpdate>().listener).want([]);
    expect(fake.sockets).toEqual([]);
  });

  test('a push becomes a candle of its instrument, closed when it is confirmed; the first one makes it live', async () => {
    const { socket, updates, states, source, requests } = candles();
    socket.receive(kline);
    socket.receive(klineWith({ close: '67021' }));
    expect([updates, states]).toEqual([[], [{ kind: 'open' }]]);
    await settled();
    socket.receive(klineWith({ confirm: true }));
    const candle = {
      ...{ openTime: opened, open: 67000.1, high: 67050, low: 66990, close: 67021, volume: 48.5 },
      ...{ takerBuyVolume: NaN, closed: false },
    };
    const of = { source, asset: 'BTC', symbol: 'BTCUSDT', quote: 'USDT', tickSize: 0.1 };
    const update = { instrument: of, timeframe: '1m', candle, eventTime: 1769904012340, receivedAt: arrival };
    expect(updates).toEqual([update, { ...update, candle: { ...candle, close: 67020, closed: true } }]);
    expect(states).toEqual([{ kind: 'open' }, { kind: 'live' }]);
    expect(requests).toHaveLength(1);
  });

  test('a candle that waited for its instrument is not delivered into the next connection, nor after the end', async () => {
    const lost = candles();
    lost.socket.receive(kline);
    lost.socket.lose();
    lost.socket.open();
    const ended = candles();
    ended.socket.receive(kline);
    ended.stream.close();
    await settled();
    expect([lost.updates, ended.updates, ended.socket.isOpen()]).toEqual([[], [], false]);
  });

  test('an instrument that does not exist is not asked for again within seconds', async () => {
    const { socket, requests, setNow } = candles(fixture('bybit/error-10001-symbol.json'));
    for (const at of [0, 100, 5000]) {
      setNow(arrival + at);
      socket.receive(kline);
      await settled();
    }
    expect(requests).toHaveLength(2);
  });

  test('answers, and what is not wanted, are ignored', () => {
    const { socket, rejected, states } = candles();
    for (const message of [
      ...answers,
      { ...kline, topic: 'kline.1.ETHUSDT' },
      { ...kline, topic: 'kline.5.BTCUSDT' },
    ]) {
      socket.receive(message);
    }
    expect([rejected, states]).toEqual([[], [{ kind: 'open' }]]);
  });

  test.each([
    ['garbage', 'hello', '$'],
    ['a list', '[]', '$'],
    ['a refused request', '{"success":false,"ret_msg":"error:handler not found","op":"subscribe"}', '$.success'],
    ['a negative volume', JSON.stringify(klineWith({ volume: '-1' })), '$.data[0].volume'],
    ['a price of zero', JSON.stringify(klineWith({ open: '0' })), '$.data[0].open'],
    ['a low above its open', JSON.stringify(klineWith({ low: '67010' })), '$.data[0]'],
    ['a candle that opens askew', JSON.stringify(klineWith({ start: opened + 1000 })), '$.data[0].start'],
    ['no confirmation', JSON.stringify(klineWith({ confirm: 'no' })), '$.data[0].confirm'],
    ['no list', JSON.stringify({ ...kline, data: {} }), '$.data'],
  ])('%s is recorded, and the stream goes on', async (_, text, path) => {
    const { socket, rejected, updates } = candles();
    socket.receive(text);
    expect(rejected).toMatchObject([{ endpoint: 'stream', path, text }]);
    socket.receive(kline);
    await settled();
    expect(updates).toHaveLength(1);
  });

  test('five pushes in a row that cannot be read end the connection', () => {
    const { socket } = candles();
    const bad = klineWith({ volume: '-1' });
    for (const message of [bad, bad, bad, bad, kline, bad, bad, bad, bad]) socket.receive(message);
    expect(socket.refusals).toEqual([]);
    socket.receive(bad);
    expect(socket.refusals).toMatchObject([
      {
        kind: 'bad-response',
        message: "Bybit's stream sends what cannot be read: $.data[0].volume is negative; it is opened again.",
      },
    ]);
  });

  test('a ping of the venue every 20 s; 90 s without a candle end the connection though pongs come', () => {
    vi.useFakeTimers();
    const { socket, setNow } = candles();
    const pass = (ms: number) => {
      setNow(arrival + ms);
      vi.advanceTimersByTime(20_000);
      socket.receive(answers[1]);
    };
    for (const ms of [20_000, 40_000, 60_000, 80_000]) pass(ms);
    expect(socket.sent.slice(1)).toEqual(Array(4).fill({ op: 'ping' }));
    expect(socket.refusals).toEqual([]);
    pass(100_000);
    expect(socket.refusals).toMatchObject([
      { kind: 'timeout', message: 'Bybit stopped sending; the stream is opened again.' },
    ]);
  });

  test('a candle, or a new connection, begins the 90 s anew', () => {
    vi.useFakeTimers();
    const { socket, setNow } = candles();
    const pass = (ms: number) => {
      setNow(arrival + ms);
      vi.advanceTimersByTime(20_000);
    };
    setNow(arrival + 60_000);
    socket.receive(kline);
    pass(140_000);
    expect(socket.refusals).toEqual([]);
    socket.lose();
    socket.open();
    pass(220_000);
    expect(socket.refusals).toEqual([]);
    pass(240_000);
    expect(socket.refusals).toMatchObject([{ kind: 'timeout' }]);
  });

  test('no pings while it is down, nor after the end', () => {
    vi.useFakeTimers();
    const { socket, stream } = candles();
    const failure = { kind: 'offline', message: '', detail: '', retryAt: null, path: null } as const;
    socket.options.onState({ kind: 'down', failure, retryAt: null });
    expect(vi.getTimerCount()).toBe(0);
    socket.open();
    expect(vi.getTimerCount()).toBe(1);
    stream.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a refused connection waits ten minutes; an ordinary close does not', () => {
    const { socket } = candles();
    const explain = socket.options.explainEnd!;
    expect(explain({ status: 403, headers: {}, code: null, reason: '' })).toMatchObject({
      ...{ kind: 'rate-limited', retryAt: arrival + 600_000 },
    });
    expect(explain({ status: null, headers: {}, code: 1006, reason: '' })).toBeNull();
  });
});

describe('liquidations', () => {
  test('Buy is a long position that was liquidated, Sell a short one; coins × price of bankruptcy are dollars', () => {
    const { socket, updates, states, source } = liquidated();
    expect(socket.sent).toEqual([
      { req_id: 'allLiquidation.BTCUSDT', op: 'subscribe', args: ['allLiquidation.BTCUSDT'] },
    ]);
    socket.receive(liquidations);
    expect(updates).toEqual([
      {
        ...{ source, asset: 'BTC', symbol: 'BTCUSDT', isSample: false, priceBasis: 'bankruptcy' },
        times: Float64Array.of(1769904011929, 1769904012300),
        sides: Float64Array.of(1, -1),
        prices: Float64Array.of(66866, 67135.1),
        coins: Float64Array.of(1.25, 0.003),
        usd: Float64Array.of(83582.5, 0.003 * 67135.1),
        receivedAt: Float64Array.of(arrival, arrival),
      },
    ]);
    expect(states).toEqual([{ kind: 'open' }, { kind: 'live' }]);
  });

  test('minutes without one are ordinary', () => {
    vi.useFakeTimers();
    const { socket, setNow } = liquidated();
    setNow(arrival + 600_000);
    vi.advanceTimersByTime(20_000);
    socket.receive({ ...liquidations, data: [] });
    expect([socket.refusals, socket.sent.slice(1)]).toEqual([[], [{ op: 'ping' }]]);
  });

  test.each([
    ['another side', { S: 'BUY' }, '$.data[0].S'],
    ['no side', { S: undefined }, '$.data[0].S'],
    ['another symbol', { s: 'ETHUSDT' }, '$.data[0].s'],
    ['nothing liquidated', { v: '0' }, '$.data[0].v'],
    ['a negative price', { p: '-1' }, '$.data[0].p'],
    ['no time', { T: 'now' }, '$.data[0].T'],
    ['more dollars than a number holds', { v: '1e308', p: '1e308' }, '$.data'],
  ])('%s: the whole push is refused and recorded', (_, change, path) => {
    const { socket, updates, rejected } = liquidated();
    const text = JSON.stringify(liquidationWith(change));
    socket.receive(text);
    expect(updates).toEqual([]);
    expect(rejected).toMatchObject([{ endpoint: 'stream', path, text }]);
  });

  test('whatever is pushed: an update, ignored, or recorded once', () => {
    const values = fc.oneof(
      fc.constantFrom<unknown>(null, '', 'Buy', 'Sell', '-1', 0, '0.5', '1e308', opened, [], {}),
      fc.jsonValue(),
    );
    const change = fc.record({ row: fc.nat(1), field: fc.constantFrom('T', 's', 'S', 'v', 'p'), value: values });
    let read = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        const { socket, updates, rejected } = liquidated();
        const push = structuredClone(liquidations);
        for (const { row, field, value } of changes) push.data[row]![field] = value;
        socket.receive(push);
        expect(updates.length + rejected.length).toBe(1);
        for (const { message } of rejected) expect(message).not.toContain('stumbled');
        for (const { usd, sides } of updates) {
          expect(usd.every((one) => one > 0 && Number.isFinite(one))).toBe(true);
          expect(sides.every((side) => side === 1 || side === -1)).toBe(true);
        }
        if (updates.length === 1) read += 1;
        else refused += 1;
      }),
      { numRuns: payloads(400) },
    );
    expect(Math.min(read, refused)).toBeGreaterThan(10);
  });
});
