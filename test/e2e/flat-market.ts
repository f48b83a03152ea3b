import type { Servers } from './servers.ts';

const minuteMs = 60_000;
const lengths: Readonly<Record<string, number>> = {
  '1m': minuteMs,
  '5m': 5 * minuteMs,
  '15m': 15 * minuteMs,
  '1h': 60 * minuteMs,
  '4h': 240 * minuteMs,
  '1d': 1440 * minuteMs,
};

/** The price stands still, so that sides and distances are exact: Binance tells nothing but candles at it. */
export async function standStillAt(price: number, { binance }: Servers, symbol = 'BTCUSDT'): Promise<void> {
  await binance.scenario('gap', 'stream');
  binance.override(`klines/${symbol}`, ({ query }) => {
    const length = lengths[query['interval'] ?? ''] ?? minuteMs;
    const limit = Number(query['limit'] ?? 500);
    const end = Math.min(Number(query['endTime'] ?? Date.now()), Date.now());
    const newest = Math.floor(end / length) * length;
    const first = Math.max(newest - (limit - 1) * length, Number(query['startTime'] ?? 0));
    const rows = [];
    for (let open = Math.ceil(first / length) * length; open <= newest; open += length) {
      const [close, high, low] = [price, price + 100, price - 100].map((value) => value.toFixed(2));
      rows.push([open, close, high, low, close, '10.5', open + length - 1, '703501', 9, '5', '335000', '0']);
    }
    return { body: rows };
  });
}
