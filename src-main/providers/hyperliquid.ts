import { FailureError } from '../contract/failure.ts';
import type { Asset, Quote } from '../contract/market.ts';
import type { Snapshot } from '../contract/snapshot.ts';
import { fetchCandles } from './hyperliquid/candles.ts';
import { openCandleStream } from './hyperliquid/candle-stream.ts';
import { coinOf } from './hyperliquid/coins.ts';
import { hyperliquidInfo } from './hyperliquid/info.ts';
import { instrumentsOf, noPerpetual } from './hyperliquid/instruments.ts';
import { costOf, weigh } from './hyperliquid/limits.ts';
import { readFunding, readOpenInterest, readQuote, type Asked } from './hyperliquid/states.ts';
import { universeOf, type UniverseRow } from './hyperliquid/universe.ts';
import type { Overview, Provider, ProviderClient, ProviderContext } from './provider.ts';

/** Hyperliquid's perpetuals: candles, and prices, open interest and funding of all of them in one call, without a key. */
export const hyperliquid: Provider = { info: hyperliquidInfo, connect, weigh, costOf };

function connect(context: ProviderContext): ProviderClient {
  const { source } = context;
  const universe = universeOf(context);
  const instruments = instrumentsOf(source, universe);

  const fetchState =
    <T>(read: (row: UniverseRow, asked: Asked) => T) =>
    async (asset: Asset, signal: AbortSignal): Promise<T> => {
      const coin = coinOf(asset);
      const { receivedAt, ...found } = await universe.get(signal);
      const state = found.read(coin, (row) => read(row, { source, asset, receivedAt }));
      if (state === null) throw new FailureError(noPerpetual(asset));
      return state;
    };

  const overview = async (assets: readonly Asset[], signal: AbortSignal): Promise<Overview> => {
    const quotes: Quote[] = [];
    const snapshots: Snapshot[] = [];
    if (assets.length === 0) return { quotes, snapshots };
    const { receivedAt, read } = await universe.get(signal);
    for (const asset of new Set(assets)) {
      read(coinOf(asset), (row) => {
        const asked = { source, asset, receivedAt };
        const state = [readOpenInterest(row, asked), readFunding(row, asked)];
        quotes.push(readQuote(row, instruments.from(asset, row), receivedAt));
        snapshots.push(...state);
      });
    }
    return { quotes, snapshots };
  };

  return {
    test: async (signal) => {
      const { size } = await universe.get(signal);
      return `Asked for the exchange’s perpetuals: it lists ${size}.`;
    },
    snapshots: { 'open-interest': fetchState(readOpenInterest), 'funding-rates': fetchState(readFunding) },
    overview,
    candles: async (query, signal) => fetchCandles(context, await instruments.of(query.asset, signal), query, signal),
    openCandleStream: (listener) => openCandleStream(context, instruments, listener),
  };
}
