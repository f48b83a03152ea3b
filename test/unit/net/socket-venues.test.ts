import { describe, expect, test } from 'vitest';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { shareSockets } from '../../../src-main/net/shared-socket.ts';
import { binance } from '../../../src-main/providers/binance.ts';
import { bybit } from '../../../src-main/providers/bybit.ts';
import type { CandleUpdate, Provider } from '../../../src-main/providers/provider.ts';
import { fakeContext, fixture, settled, watched } from '../providers/context.ts';

/** Candles and liquidations of BTC on one connection. */
async function both(provider: Provider, instruments: string) {
  const fake = fakeContext(provider.info.id, () => fixture(instruments));
  const client = provider.connect({ ...fake.context, openSocket: shareSockets(fake.context.openSocket) });
  const candles = watched<CandleUpdate>();
  const liquidations = watched<RealisedLiquidations>();
  const candleStream = client.openCandleStream!(candles.listener);
  const liquidationStream = client.openLiquidationStream!(liquidations.listener);
  candleStream.want([{ asset: 'BTC', timeframe: '1m' }]);
  liquidationStream.want([{ asset: 'BTC' }]);
  await settled();
  const socket = fake.sockets[0]!;
  socket.open();
  return { ...fake, socket, candles, liquidations, candleStream, liquidationStream };
}

const kinds = ({ states }: { states: readonly { kind: string }[] }) => states.map(({ kind }) => kind);

describe('Binance', () => {
  const start = () => both(binance, 'binance/exchange-info.json');

  test('has one connection, and no two requests on it have the same id', async () => {
    const { sockets, socket, candleStream } = await start();
    candleStream.want([{ asset: 'ETH', timeframe: '1m' }]);
    expect(sockets).toHaveLength(1);
    expect(socket.sent).toEqual([
      { method: 'SUBSCRIBE', params: ['btcusdt@kline_1m'], id: 1 },
      { method: 'SUBSCRIBE', params: ['btcusdt@forceOrder'], id: 2 },
      { method: 'UNSUBSCRIBE', params: ['btcusdt@kline_1m'], id: 3 },
      { method: 'SUBSCRIBE', params: ['ethusdt@kline_1m'], id: 4 },
    ]);
  });

  test('a refused request is recorded once, by whose it was; each is live by its own data alone', async () => {
    const { socket, rejected, candles, liquidations } = await start();
    for (const id of [1, 2]) socket.receive({ error: { code: 2, msg: 'Invalid request' }, id });
    expect(rejected).toHaveLength(2);
    socket.receive(fixture('binance/stream-force-order.json'));
    expect([kinds(candles), kinds(liquidations)]).toEqual([['open'], ['open', 'live']]);
    socket.receive(fixture('binance/stream-kline.json'));
    await settled();
    expect([kinds(candles), candles.updates.length, liquidations.updates.length]).toEqual([['open', 'live'], 1, 1]);
    expect([rejected.length, socket.refusals]).toEqual([2, []]);
  });

  test('who leaves takes back what it subscribed; the other goes on, and a return is no new connection', async () => {
    const { sockets, socket, candleStream, liquidationStream, liquidations } = await start();
    candleStream.want([]);
    expect(socket.sent.at(-1)).toEqual({ method: 'UNSUBSCRIBE', params: ['btcusdt@kline_1m'], id: 3 });
    expect([socket.isOpen(), kinds(liquidations)]).toEqual([true, ['open']]);
    candleStream.want([{ asset: 'BTC', timeframe: '1m' }]);
    await settled();
    expect(socket.sent.at(-1)).toEqual({ method: 'SUBSCRIBE', params: ['btcusdt@kline_1m'], id: 4 });
    liquidationStream.close();
    expect(socket.sent.at(-1)).toEqual({ method: 'UNSUBSCRIBE', params: ['btcusdt@forceOrder'], id: 5 });
    candleStream.close();
    expect([socket.isOpen(), sockets.length]).toEqual([false, 1]);
  });
});

describe('Bybit', () => {
  const start = () => both(bybit, 'bybit/instrument-btc.json');

  test('a refused request is recorded once, by whose it was; each is live by its own data alone', async () => {
    const { sockets, socket, rejected, candles, liquidations } = await start();
    const refused = { success: false, ret_msg: 'error:handler not found', op: 'subscribe' };
    for (const req_id of ['kline.1.BTCUSDT', 'allLiquidation.BTCUSDT']) socket.receive({ ...refused, req_id });
    expect([sockets.length, rejected.length]).toEqual([1, 2]);
    socket.receive(fixture('bybit/stream-liquidations.json'));
    expect([kinds(candles), kinds(liquidations)]).toEqual([['open'], ['open', 'live']]);
    socket.receive(fixture('bybit/stream-kline.json'));
    await settled();
    expect([kinds(candles), candles.updates.length, rejected.length]).toEqual([['open', 'live'], 1, 2]);
  });

  test('who leaves takes back what it subscribed; the other goes on', async () => {
    const { socket, candleStream, liquidationStream } = await start();
    const { length } = socket.sent;
    candleStream.close();
    const topic = 'kline.1.BTCUSDT';
    expect(socket.sent.slice(length)).toEqual([{ req_id: topic, op: 'unsubscribe', args: [topic] }]);
    expect(socket.isOpen()).toBe(true);
    liquidationStream.close();
    expect(socket.isOpen()).toBe(false);
  });
});
