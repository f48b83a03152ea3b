import { failure, FailureError } from '../contract/failure.ts';
import type { GexProfile } from '../contract/gamma.ts';
import { assetPattern, type Asset } from '../contract/market.ts';
import { ask } from './deribit/ask.ts';
import { readBookSummary } from './deribit/book-summary.ts';
import { deribitInfo, optionAssets } from './deribit/info.ts';
import type { Provider, ProviderClient, ProviderContext } from './provider.ts';

/** Deribit's public option chain as gamma exposure, without a key. */
export const deribit: Provider = { info: deribitInfo, connect };

function connect(context: ProviderContext): ProviderClient {
  const gex = async (asset: Asset, signal: AbortSignal): Promise<GexProfile> => {
    if (!(optionAssets as readonly string[]).includes(asset)) throw new FailureError(notListed(asset));
    const path = `get_book_summary_by_currency?currency=${asset}&kind=option`;
    return ask(context, path, signal, (result, receivedAt) =>
      readBookSummary(result, { source: context.source, asset, receivedAt }),
    );
  };
  return {
    snapshots: { gex },
    test: async (signal) => {
      const { model, currentPrice } = await gex('BTC', signal);
      const price = currentPrice?.toLocaleString('en-US', { maximumFractionDigits: 20 });
      return `Asked for the BTC option chain: ${model?.options} options with open interest came back, at an index of ${price}.`;
    },
  };
}

const notListed = (asset: Asset) =>
  assetPattern.test(asset)
    ? failure('unsupported', `Halcyon reads Deribit’s options of ${optionAssets.join(' and ')} only, not of ${asset}.`)
    : failure('bad-request', 'An asset is written in capital letters and digits, for instance BTC.');
