import type { Provider, ProviderClient, ProviderContext } from './provider.ts';
import { ask } from './binance/ask.ts';
import { fetchFunding, fundingIntervalsOf } from './binance/funding.ts';
import { binanceInfo } from './binance/info.ts';
import { instrumentsOf } from './binance/instruments.ts';
import { fetchKlines } from './binance/klines.ts';
import { costOf, weigh } from './binance/limits.ts';
import { openLiquidationStream } from './binance/liquidation-stream.ts';
import { fetchOpenInterest } from './binance/open-interest.ts';
import { openBinanceStream } from './binance/stream.ts';
import { readServerTime } from './binance/server-time.ts';

/** Binance USD-M perpetual futures: candles, liquidations, open interest and funding, without a key. */
export const binance: Provider = { info: binanceInfo, connect, weigh, costOf };

function connect(context: ProviderContext): ProviderClient {
  const instruments = instrumentsOf(context);
  const intervals = fundingIntervalsOf(context);
  return {
    test: async (signal) => {
      const skewMs = await ask(
        context,
        '/fapi/v1/time',
        signal,
        (payload, receivedAt) => receivedAt - readServerTime(payload),
      );
      const clock = Math.abs(skewMs) < 1000 ? 'less than a second' : `${Math.round(Math.abs(skewMs) / 1000)} s`;
      return `Asked for the exchange's time: it answered, and this computer's clock differs by ${clock}.`;
    },
    candles: async (query, signal) => fetchKlines(context, await instruments.of(query.asset, signal), query, signal),
    snapshots: {
      'open-interest': async (asset, signal) => fetchOpenInterest(context, await instruments.of(asset, signal), signal),
      'funding-rates': async (asset, signal) =>
        fetchFunding(context, intervals, await instruments.of(asset, signal), signal),
    },
    openCandleStream: (listener) => openBinanceStream(context, instruments, listener),
    openLiquidationStream: (listener) => openLiquidationStream(context, listener),
  };
}
