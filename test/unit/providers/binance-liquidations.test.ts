import { describe, expect, test } from 'vitest';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { binance } from '../../../src-main/providers/binance.ts';
import { arrival, fakeContext, fixture, watched } from './context.ts';

const order = JSON.parse(fixture('binance/stream-force-order.json')) as { o: Record<string, unknown> };
const withFields = (fields: Record<string, unknown>) => ({ ...order, o: { ...order.o, ...fields } });
const happened = 1_568_014_460_893;

function streaming() {
  const fake = fakeContext('binance');
  const seen = watched<RealisedLiquidations>();
  const stream = binance.connect(fake.context).openLiquidationStream!(seen.listener);
  stream.want([{ asset: 'BTC' }]);
  const socket = fake.sockets[0]!;
  socket.open();
  return { ...fake, ...seen, stream, socket };
}

describe('forceOrder', () => {
  test('SELL: a long was liquidated; dollars are the filled quantity × the average price, a sample', () => {
    const { socket, updates, source, requests } = streaming();
    socket.receive(withFields({ q: '0.020', p: '9800', ap: '9905.5' }));
    expect(updates).toEqual([
      {
        source,
        asset: 'BTC',
        symbol: 'BTCUSDT',
        isSample: true,
        priceBasis: 'fill',
        times: new Float64Array([happened]),
        sides: new Float64Array([1]),
        prices: new Float64Array([9905.5]),
        coins: new Float64Array([0.014]),
        usd: new Float64Array([0.014 * 9905.5]),
        receivedAt: new Float64Array([arrival]),
      },
    ]);
    expect(requests).toEqual([]);
  });

  test('BUY: a short was liquidated', () => {
    const { socket, updates } = streaming();
    socket.receive({ stream: 'btcusdt@forceOrder', data: withFields({ S: 'BUY' }) });
    expect(updates[0]).toMatchObject({ sides: new Float64Array([-1]), usd: new Float64Array([0.014 * 9910]) });
  });

  test('without an average price its own limit stands in, and the basis says so', () => {
    const { socket, updates } = streaming();
    socket.receive(withFields({ ap: '0', p: '9800' }));
    expect(updates[0]).toMatchObject({ prices: new Float64Array([9800]), priceBasis: 'bankruptcy' });
  });

  test('an order of which nothing is filled tells nothing', () => {
    const { socket, updates, rejected } = streaming();
    socket.receive(withFields({ X: 'NEW', z: '0', ap: '0' }));
    expect([updates, rejected]).toEqual([[], []]);
  });

  test('what is not wanted, other events and answers to requests are ignored', () => {
    const { socket, updates, rejected, states } = streaming();
    socket.receive(withFields({ s: 'ETHUSDT' }));
    socket.receive(withFields({ s: 'BTCUSDT_260327' }));
    socket.receive({ e: 'kline', s: 'BTCUSDT' });
    socket.receive({ result: null, id: 1 });
    expect([updates, rejected, states]).toEqual([[], [], [{ kind: 'open' }]]);
  });

  test.each([
    ['garbage', 'hello', '$'],
    ['an error', '{"error":{"code":2,"msg":"Invalid request"},"id":1}', '$.error'],
    ['an unknown side', JSON.stringify(withFields({ S: 'LONG' })), '$.o.S'],
    ['a negative quantity', JSON.stringify(withFields({ z: '-1' })), '$.o.z'],
    ['no price at all', JSON.stringify(withFields({ ap: '0', p: '0' })), '$.o.p'],
    ['no time', JSON.stringify({ data: withFields({ T: undefined }) }), '$.data.o.T'],
    ['too many dollars', JSON.stringify(withFields({ z: '1e300', ap: '1e300' })), '$.o'],
  ])('%s is recorded once, and the stream goes on', (_, text, path) => {
    const { socket, rejected, updates } = streaming();
    socket.receive(text);
    expect(rejected).toMatchObject([{ endpoint: 'stream', path, text }]);
    socket.receive(order);
    expect(updates).toHaveLength(1);
  });
});

describe('its socket', () => {
  test('silence on it is ordinary', () => {
    const { sockets, socket } = streaming();
    expect(sockets).toHaveLength(1);
    expect(socket.options.stallMs).toBeUndefined();
  });

  test('subscribes, unsubscribes, subscribes again after a reconnect, and tells the gap', () => {
    const { stream, socket, gaps } = streaming();
    stream.want([{ asset: 'ETH' }]);
    socket.lose();
    socket.open();
    expect(socket.sent).toEqual([
      { method: 'SUBSCRIBE', params: ['btcusdt@forceOrder'], id: 1 },
      { method: 'UNSUBSCRIBE', params: ['btcusdt@forceOrder'], id: 2 },
      { method: 'SUBSCRIBE', params: ['ethusdt@forceOrder'], id: 3 },
      { method: 'SUBSCRIBE', params: ['ethusdt@forceOrder'], id: 4 },
    ]);
    expect(gaps()).toBe(1);
  });

  test('is live with the first liquidation after each connect', () => {
    const { socket, states } = streaming();
    socket.receive({ result: null, id: 1 });
    expect(states).toEqual([{ kind: 'open' }]);
    socket.receive(order);
    expect(states).toEqual([{ kind: 'open' }, { kind: 'live' }]);
  });

  test('five messages in a row that cannot be read end the connection', () => {
    const { socket } = streaming();
    for (let i = 0; i < 5; i += 1) socket.receive(withFields({ S: 'LONG' }));
    expect(socket.refusals).toMatchObject([{ kind: 'bad-response', path: '$.o.S' }]);
  });

  test('closes with the stream, which then wants nothing', () => {
    const { stream, socket, sockets } = streaming();
    stream.close();
    stream.want([{ asset: 'SOL' }]);
    expect(socket.isOpen()).toBe(false);
    expect(sockets).toHaveLength(1);
  });
});
