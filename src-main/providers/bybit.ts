import { failure, FailureError } from '../contract/failure.ts';
import type { GexProfile } from '../contract/gamma.ts';
import type { Asset } from '../contract/market.ts';
import type { FundingRates, OpenInterest } from '../contract/positioning.ts';
import { ask } from './bybit/ask.ts';
import { openCandleStream } from './bybit/candle-stream.ts';
import { bybitInfo, optionAssets } from './bybit/info.ts';
import { instrumentsOf, symbolOf } from './bybit/instruments.ts';
import { fetchKlines } from './bybit/klines.ts';
import { openLiquidationStream } from './bybit/liquidation-stream.ts';
import { readOptionTickers } from './bybit/option-tickers.ts';
import { readFunding, readOpenInterest, withHours } from './bybit/tickers.ts';
import { checkAsset } from './parse/by-asset.ts';
import { nullUnlessHad } from './parse/null-unless-had.ts';
import type { Provider, ProviderClient, ProviderContext } from './provider.ts';

/** Bybit's USDT perpetuals (candles, liquidations, open interest, funding) and option chain, without a key. */
export const bybit: Provider = { info: bybitInfo, connect };

function connect(context: ProviderContext): ProviderClient {
  const { source } = context;
  const instruments = instrumentsOf(context);
  const ticker = (asset: Asset): string => {
    checkAsset(asset);
    return `tickers?category=linear&symbol=${symbolOf(asset)}`;
  };

  const openInterest = async (asset: Asset, signal: AbortSignal): Promise<OpenInterest> =>
    ask(context, ticker(asset), signal, (result, moment) => readOpenInterest(result, { source, asset, ...moment }));

  const funding = async (asset: Asset, signal: AbortSignal): Promise<FundingRates> => {
    const rates = await ask(context, ticker(asset), signal, (result, moment) =>
      readFunding(result, { source, asset, ...moment }),
    );
    if (rates.exchanges.every(({ intervalHours }) => intervalHours !== null)) return rates;
    const perpetual = await nullUnlessHad(instruments.of(asset, signal));
    return withHours(rates, perpetual?.fundingHours ?? null);
  };

  const gex = async (asset: Asset, signal: AbortSignal): Promise<GexProfile> => {
    checkAsset(asset);
    if (!(optionAssets as readonly string[]).includes(asset)) throw new FailureError(noOptions(asset));
    return ask(context, `tickers?category=option&baseCoin=${asset}`, signal, (result, moment) =>
      readOptionTickers(result, { source, asset, ...moment }),
    );
  };

  return {
    test: async (signal) => {
      const skewMs = await ask(context, 'time', signal, (_, { time, receivedAt }) => receivedAt - time);
      const clock = Math.abs(skewMs) < 1000 ? 'less than a second' : `${Math.round(Math.abs(skewMs) / 1000)} s`;
      return `Asked for the exchange's time: it answered, and this computer's clock differs by ${clock}.`;
    },
    snapshots: { gex, 'open-interest': openInterest, 'funding-rates': funding },
    candles: async (query, signal) =>
      fetchKlines(context, (await instruments.of(query.asset, signal)).instrument, query, signal),
    openCandleStream: (listener) => openCandleStream(context, instruments, listener),
    openLiquidationStream: (listener) => openLiquidationStream(context, listener),
  };
}

const noOptions = (asset: Asset) =>
  failure('unsupported', `Halcyon reads Bybit’s options of BTC, ETH and SOL only, not of ${asset}.`);
