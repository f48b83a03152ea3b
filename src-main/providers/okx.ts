import type { Provider, ProviderClient, ProviderContext } from './provider.ts';
import { ask } from './okx/ask.ts';
import { openCandleStream } from './okx/candle-stream.ts';
import { fetchCandles } from './okx/candles.ts';
import { contractsOf } from './okx/contracts.ts';
import { fetchFunding } from './okx/funding.ts';
import { okxInfo } from './okx/info.ts';
import { costOf, weigh } from './okx/limits.ts';
import { openLiquidationStream } from './okx/liquidation-stream.ts';
import { fetchOpenInterest } from './okx/open-interest.ts';
import { readServerTime } from './okx/server-time.ts';

/** OKX perpetual swaps against USDT: candles, liquidations, open interest and funding, without a key. */
export const okx: Provider = { info: okxInfo, connect, weigh, costOf };

function connect(context: ProviderContext): ProviderClient {
  const contracts = contractsOf(context);
  return {
    test: async (signal) => {
      const skewMs = await ask(
        context,
        '/api/v5/public/time',
        signal,
        (data, receivedAt) => receivedAt - readServerTime(data),
      );
      const clock = Math.abs(skewMs) < 1000 ? 'less than a second' : `${Math.round(Math.abs(skewMs) / 1000)} s`;
      return `Asked for the exchange's time: it answered, and this computer's clock differs by ${clock}.`;
    },
    candles: async (query, signal) =>
      fetchCandles(context, (await contracts.of(query.asset, signal)).instrument, query, signal),
    snapshots: {
      'open-interest': async (asset, signal) =>
        fetchOpenInterest(context, (await contracts.of(asset, signal)).instrument, signal),
      'funding-rates': async (asset, signal) =>
        fetchFunding(context, (await contracts.of(asset, signal)).instrument, signal),
    },
    openCandleStream: (listener) => openCandleStream(context, contracts, listener),
    openLiquidationStream: (listener) => openLiquidationStream(context, contracts, listener),
  };
}
