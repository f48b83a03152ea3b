import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hyperliquid } from '../../../src-main/providers/hyperliquid.ts';
import type { CandleUpdate } from '../../../src-main/providers/provider.ts';
import { arrival, fakeContext, fixture, noSignal, watched } from './context.ts';

const quarter = 900_000;
const opened = 1_681_923_600_000;
const push = JSON.parse(fixture('hyperliquid/stream-candle.json')) as { channel: string; data: object };
const later = { ...push, data: { ...push.data, t: opened + quarter, o: '29258.0', c: '29300.0' } };
const candle = {
  ...{ openTime: opened, open: 29_295, high: 29_309, low: 29_250, close: 29_258, volume: 0.98639 },
  ...{ takerBuyVolume: Number.NaN, closed: false },
};
const next = { ...candle, openTime: opened + quarter, open: 29_258, close: 29_300 };
const subscription = (coin: string, interval: string) => ({ type: 'candle', coin, interval });

async function streaming(
  universe: () => string | { status: number; text: string } = () => fixture('hyperliquid/meta-and-asset-ctxs.json'),
  knows = true,
) {
  const fake = fakeContext('hyperliquid', universe);
  const client = hyperliquid.connect(fake.context);
  if (knows) await client.overview!(['BTC', 'ETH'], noSignal);
  const seen = watched<CandleUpdate>();
  const stream = client.openCandleStream!(seen.listener);
  stream.want([{ asset: 'BTC', timeframe: '15m' }]);
  const socket = fake.sockets[0]!;
  socket.open();
  const candles = () => seen.updates.map((update) => update.candle);
  return { ...fake, ...seen, client, stream, socket, candles };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

describe('the stream', () => {
  test('opens with the first want; a push becomes the candle, exactly', async () => {
    const { socket, updates, source, states, rejected } = await streaming();
    expect(socket.options.url).toBe('wss://api.test/v1/stream');
    expect(socket.sent).toEqual([{ method: 'subscribe', subscription: subscription('BTC', '15m') }]);
    socket.receive({ channel: 'subscriptionResponse', data: { method: 'subscribe' } });
    expect(states).toEqual([{ kind: 'open' }]);
    socket.receive(push);
    expect(states).toEqual([{ kind: 'open' }, { kind: 'live' }]);
    const instrument = { source, asset: 'BTC', symbol: 'BTC', quote: 'USDC', tickSize: 0.1 };
    const at = { eventTime: arrival, receivedAt: arrival };
    expect(updates).toEqual([{ instrument, timeframe: '15m', candle, ...at }]);
    expect(rejected).toEqual([]);
  });

  test('a list of candles, as the documents have it, is read, too', async () => {
    const { socket, candles } = await streaming();
    socket.receive({ ...push, data: [push.data, later.data] });
    expect(candles()).toEqual([candle, { ...candle, closed: true }, next]);
  });

  test('the last state of a candle is told as closed when the next one begins; what comes late is left out', async () => {
    const { socket, candles } = await streaming();
    socket.receive(push);
    socket.receive({ ...push, data: { ...push.data, c: '29251.0' } });
    socket.receive(later);
    socket.receive(push);
    const ended = { ...candle, close: 29_251 };
    expect(candles()).toEqual([candle, ended, { ...ended, closed: true }, next]);
  });

  test('after a reconnect, and after a candle was not wanted for a while, nothing old is told as closed', async () => {
    const { socket, stream, candles, gaps } = await streaming();
    socket.receive(push);
    socket.lose();
    socket.open();
    expect(gaps()).toBe(1);
    expect(socket.sent.at(-1)).toEqual({ method: 'subscribe', subscription: subscription('BTC', '15m') });
    socket.receive(later);
    expect(candles()).toEqual([candle, next]);
    stream.want([]);
    stream.want([{ asset: 'BTC', timeframe: '15m' }]);
    socket.receive({ ...later, data: { ...later.data, t: opened + 4 * quarter } });
    expect(candles().slice(2)).toEqual([{ ...next, openTime: opened + 4 * quarter }]);
  });

  test('wants are told apart: only what is new is asked for, only what is gone is left', async () => {
    const { socket, stream } = await streaming();
    stream.want([
      { asset: 'BTC', timeframe: '15m' },
      { asset: '1000PEPE', timeframe: '1D' },
    ]);
    stream.want([{ asset: '1000PEPE', timeframe: '1D' }]);
    expect(socket.sent.slice(1)).toEqual([
      { method: 'subscribe', subscription: subscription('kPEPE', '1d') },
      { method: 'unsubscribe', subscription: subscription('BTC', '15m') },
    ]);
    stream.close();
    stream.want([{ asset: 'BTC', timeframe: '15m' }]);
    expect(socket.sent).toHaveLength(3);
  });

  test('a candle nobody wants is passed over', async () => {
    const { socket, updates, states } = await streaming();
    socket.receive({ ...push, data: { ...push.data, s: 'ETH' } });
    socket.receive({ channel: 'trades', data: [] });
    expect([updates, states]).toEqual([[], [{ kind: 'open' }]]);
  });

  test('it pings every 25 seconds while it is connected, and is stuck when even pongs stay away', async () => {
    const { socket, stream, rejected } = await streaming();
    expect(socket.options.stallMs).toBe(90_000);
    vi.advanceTimersByTime(50_000);
    expect(socket.sent.slice(1)).toEqual([{ method: 'ping' }, { method: 'ping' }]);
    socket.receive({ channel: 'pong' });
    stream.close();
    vi.advanceTimersByTime(60_000);
    expect(socket.sent).toHaveLength(3);
    expect(rejected).toEqual([]);
  });

  test('ten minutes of pongs without a candle end the connection; not while none is wanted', async () => {
    const { socket, stream, setNow } = await streaming();
    const minutes = (count: number) => {
      setNow(arrival + count * 60_000);
      socket.receive({ channel: 'pong' });
      vi.advanceTimersByTime(25_000);
    };
    minutes(9);
    socket.receive(push);
    minutes(18);
    expect(socket.refusals).toEqual([]);
    stream.want([]);
    minutes(60);
    stream.want([{ asset: 'BTC', timeframe: '15m' }]);
    minutes(69);
    expect(socket.refusals).toEqual([]);
    minutes(70);
    expect(socket.refusals).toMatchObject([
      { kind: 'timeout', message: 'Hyperliquid stopped sending candles; the stream is opened again.' },
    ]);
  });

  test('the instrument is learnt when a push needs it; of what waits only the newest is told', async () => {
    let answers = false;
    const { client, socket, candles, requests, states, setNow } = await streaming(
      () => (answers ? fixture('hyperliquid/meta-and-asset-ctxs.json') : { status: 500, text: 'null' }),
      false,
    );
    socket.receive(push);
    await expect(client.overview!(['BTC'], noSignal)).rejects.toThrow('has a problem on its side');
    expect(requests).toHaveLength(1); // shared
    socket.receive(push);
    expect(requests).toHaveLength(1);
    answers = true;
    setNow(arrival + 5_000);
    socket.receive({ ...push, data: { ...push.data, c: '29251.0' } });
    await vi.waitFor(() => expect(candles()).toEqual([{ ...candle, close: 29_251 }]));
    expect(requests).toHaveLength(2);
    expect(states.at(-1)).toEqual({ kind: 'live' });
  });

  test.each([
    ['a web page', '<html>', '$'],
    ['a list', '[]', '$'],
    ['no channel', '{}', '$.channel'],
    ['a refused request', '{"channel":"error","data":"Invalid subscription"}', '$.data'],
    ['a candle that is none', '{"channel":"candle","data":null}', '$.data'],
    ['a price of zero', JSON.stringify({ ...push, data: { ...push.data, o: '0' } }), '$.data.o'],
    ['an unknown length', JSON.stringify({ ...push, data: { ...push.data, i: '2m' } }), '$.data.i'],
    ['a start askew', JSON.stringify({ ...push, data: { ...push.data, t: opened + 1 } }), '$.data.t'],
  ])('%s is recorded, and the stream goes on', async (_what, text, path) => {
    const { socket, updates, rejected } = await streaming();
    socket.receive(text);
    expect(rejected).toMatchObject([{ endpoint: 'stream', path, text }]);
    expect(updates).toEqual([]);
    socket.receive(push);
    expect(updates).toHaveLength(1);
    expect(socket.refusals).toEqual([]);
  });

  test('five messages in a row that cannot be read end the connection', async () => {
    const { socket } = await streaming();
    for (let i = 0; i < 5; i++) socket.receive('{');
    expect(socket.refusals).toMatchObject([{ kind: 'bad-response' }]);
  });
});
