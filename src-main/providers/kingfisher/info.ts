import { streamUrlOf } from '../../net/base-url.ts';
import type { ProviderInfo } from '../../contract/provider-status.ts';
import { kingfisherLimits } from './limits.ts';

const productionUrl = 'https://api.thekingfisher.io/v1';
const sandboxUrl = 'https://api-sandbox.thekingfisher.io/v1';
const streamPath = '/stream';

/** The provider has gamma exposure for these alone. */
export const gexAssets = ['BTC', 'ETH'] as const;

export const kingfisherInfo: ProviderInfo = {
  id: 'kingfisher',
  name: 'Kingfisher',
  summary:
    'Liquidation clusters, gamma exposure, open interest, funding, depth and order flow; needs a key of the Pro or Elite plan.',
  site: 'https://thekingfisher.io',
  credential: [{ name: 'apiKey', label: 'API key', secret: true }],
  environments: [
    {
      id: 'production',
      label: 'Production',
      restUrl: productionUrl,
      streamUrl: 'wss://api.thekingfisher.io/v1/stream',
    },
    // Inferred: the document names a stream for production only; the sandbox is taken to have it at the same place.
    { id: 'sandbox', label: 'Sandbox', restUrl: sandboxUrl, streamUrl: streamUrlOf(sandboxUrl, streamPath) },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options: [],
  limits: kingfisherLimits,
  streamPath,
  capabilities: [
    'liquidation-map',
    'gex',
    'open-interest',
    'funding-rates',
    'market-depth',
    'order-flow',
    'snapshot-stream',
  ],
  assets: { gex: gexAssets },
  note: 'Liquidation amounts are estimated: they say what would be liquidated at a price, in US dollars, not what was.',
};
