import { failure, FailureError } from '../contract/failure.ts';
import { assetPattern, type Asset, type UnixMs } from '../contract/market.ts';
import type { Snapshot } from '../contract/snapshot.ts';
import type { Provider, ProviderClient, ProviderContext, SnapshotFetchers } from './provider.ts';
import { ask } from './kingfisher/ask.ts';
import { readDepth } from './kingfisher/depth.ts';
import { readFunding } from './kingfisher/funding.ts';
import { readGex } from './kingfisher/gex.ts';
import type { Asked } from './kingfisher/head.ts';
import { gexAssets, kingfisherInfo } from './kingfisher/info.ts';
import { mapExchange, mapTimeframe, readLiquidationMap } from './kingfisher/liquidations.ts';
import { readOpenInterest } from './kingfisher/open-interest.ts';
import { readOrderFlow } from './kingfisher/order-flow.ts';
import { openKingfisherStream } from './kingfisher/stream.ts';

/** Kingfisher v1: six REST endpoints and a stream of four channels, authenticated with one key. */
export const kingfisher: Provider = { info: kingfisherInfo, connect };

function connect(context: ProviderContext): ProviderClient {
  const fetcher =
    <Kind extends Snapshot>(path: string, query: string, read: (payload: unknown, asked: Asked) => Kind) =>
    (asset: Asset, signal: AbortSignal): Promise<Kind> => {
      if (!assetPattern.test(asset)) return Promise.reject(notAnAsset());
      return ask(context, `/${path}/${asset}${query}`, signal, (payload, receivedAt: UnixMs) =>
        read(payload, { source: context.source, asset, receivedAt, transport: 'rest' }),
      );
    };

  const fetchGex = fetcher('gex', '', readGex);
  const snapshots = {
    'liquidation-map': fetcher(
      'liquidations',
      `?exchange=${mapExchange}&timeframe=${mapTimeframe}`,
      readLiquidationMap,
    ),
    gex: async (asset: Asset, signal: AbortSignal) => {
      if (!(gexAssets as readonly string[]).includes(asset)) throw noGex(asset);
      return fetchGex(asset, signal);
    },
    'open-interest': fetcher('open-interest', '', readOpenInterest),
    'funding-rates': fetcher('funding-rates', '', readFunding),
    'market-depth': fetcher('depth', '', readDepth),
    'order-flow': fetcher('tof', '', readOrderFlow),
  } satisfies SnapshotFetchers;

  return {
    snapshots,
    test: async (signal) => {
      const map = await snapshots['liquidation-map']('BTC', signal);
      const levels = map.prices.length === 1 ? '1 level' : `${map.prices.length} levels`;
      const price = map.referencePrice?.toLocaleString('en-US', { maximumFractionDigits: 20 });
      return `Asked for the BTC liquidation map: ${levels} came back, at a price of ${price}.`;
    },
    openSnapshotStream: (listener) => openKingfisherStream(context, listener),
  };
}

const notAnAsset = () =>
  new FailureError(failure('bad-request', 'An asset is written in capital letters and digits, for instance BTC.'));

const noGex = (asset: Asset) =>
  new FailureError(
    failure('unsupported', `Kingfisher has gamma exposure for ${gexAssets.join(' and ')} only, not for ${asset}.`),
  );
