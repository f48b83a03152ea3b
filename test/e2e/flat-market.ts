import { timeframeMs } from '../../src-main/contract/market.ts';
import type { PriceProvider } from '../../src-main/contract/source.ts';
import type { Override } from '../../src-main/demo/loopback/server.ts';
import type { Servers } from './servers.ts';

type Answer = Extract<Override, (request: never) => unknown>;
type Request = Parameters<Answer>[0];

/** Open times of candles of `length` milliseconds, ascending: `limit` of them up to `end`, none before `start`. */
function openTimes(
  length: number,
  { start = 0, end, limit }: { start?: number; end: number; limit: number },
): number[] {
  const newest = Math.floor(Math.min(end, Date.now()) / length) * length;
  const first = Math.max(newest - (limit - 1) * length, Math.ceil(start / length) * length);
  return Array.from({ length: Math.max(0, (newest - first) / length + 1) }, (_, index) => first + index * length);
}

const lengths: Readonly<Record<string, number>> = {
  ...timeframeMs,
  ...{ '1d': timeframeMs['1D'], D: timeframeMs['1D'], '1Dutc': timeframeMs['1D'] },
  ...{ '1': timeframeMs['1m'], '5': timeframeMs['5m'], '15': timeframeMs['15m'] },
  ...{ '60': timeframeMs['1h'], '240': timeframeMs['4h'], '1H': timeframeMs['1h'], '4H': timeframeMs['4h'] },
};
const lengthOf = (name: string | undefined): number => {
  const length = lengths[name ?? ''];
  if (length === undefined) throw new Error(`no candle length is called ${name}`);
  return length;
};
const number = (text: string | undefined, fallback: number): number => Number(text ?? fallback);

/** Every candle opens and closes at `price`; as the venue's own text (`67000.10`). */
interface Level {
  readonly price: string;
  readonly high: string;
  readonly low: string;
}

const makers: Readonly<Record<PriceProvider, (level: Level) => (request: Request) => { body: unknown }>> = {
  binance:
    ({ price, high, low }) =>
    ({ query }) => {
      const length = lengthOf(query['interval']);
      const range = { start: number(query['startTime'], 0), end: number(query['endTime'], Infinity) };
      const body = openTimes(length, { ...range, limit: number(query['limit'], 500) }).map((at) => {
        return [at, price, high, low, price, '10.5', at + length - 1, '703501', 9, '5', '335000', '0'];
      });
      return { body };
    },
  bybit:
    ({ price, high, low }) =>
    ({ query }) => {
      const range = { start: number(query['start'], 0), end: number(query['end'], Infinity) };
      const times = openTimes(lengthOf(query['interval']), { ...range, limit: number(query['limit'], 200) });
      const list = times.reverse().map((at) => [String(at), price, high, low, price, '10.5', '703501']);
      const result = { symbol: query['symbol'], category: 'linear', list };
      return { body: { retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: Date.now() } };
    },
  okx:
    ({ price, high, low }) =>
    ({ query }) => {
      const range = { start: number(query['before'], -1) + 1, end: number(query['after'], Infinity) - 1 };
      const length = lengthOf(query['bar']);
      const times = openTimes(length, { ...range, limit: number(query['limit'], 100) });
      const data = times.reverse().map((at) => {
        const isOver = at + length <= Date.now() ? '1' : '0';
        return [String(at), price, high, low, price, '1050', '10.5', '703501', isOver];
      });
      return { body: { code: '0', msg: '', data } };
    },
  hyperliquid:
    ({ price, high, low }) =>
    ({ body }) => {
      const { coin, interval, startTime, endTime } = (JSON.parse(body) as { req: Record<string, unknown> }).req;
      const length = lengthOf(String(interval));
      const range = { start: Number(startTime), end: Number(endTime ?? Infinity), limit: 5_000 };
      const rows = openTimes(length, range).map((t) => {
        return { t, T: t + length - 1, s: coin, i: interval, o: price, c: price, h: high, l: low, v: '10.5', n: 9 };
      });
      return { body: rows };
    },
};

const endpoints: Readonly<Record<PriceProvider, readonly string[]>> = {
  binance: ['klines/BTCUSDT'],
  bybit: ['kline/BTCUSDT'],
  okx: ['candles/BTC-USDT-SWAP', 'history-candles/BTC-USDT-SWAP'],
  hyperliquid: ['candleSnapshot/BTC'],
};

async function stand(servers: Servers, venue: PriceProvider, level: Level): Promise<void> {
  const server = servers.of(venue);
  for (const endpoint of endpoints[venue]) server.override(endpoint, makers[venue](level));
  await server.scenario('gap', 'stream');
}

/**
 * From now on every candle of BTC that the venue gives stands at this price, as its own text (`67000.10`), and its stream
 * says only what the test pushes.
 */
export const standStill = (servers: Servers, venue: PriceProvider, price: string): Promise<void> =>
  stand(servers, venue, { price, high: price, low: price });

/**
 * The price of BTC stands still, so that sides and distances are exact: Binance tells nothing but candles at it, which
 * reach 100 above and below.
 */
export function standStillAt(price: number, servers: Servers): Promise<void> {
  const [middle, high, low] = [price, price + 100, price - 100].map((value) => value.toFixed(2));
  return stand(servers, 'binance', { price: middle!, high: high!, low: low! });
}
