import type { ProviderInfo } from '../../contract/provider-status.ts';
import { deribitLimits } from './limits.ts';

/** Coins whose options settle in the coin itself; all others are listed together as USDC options. */
export const optionAssets = ['BTC', 'ETH'] as const;

export const deribitInfo: ProviderInfo = {
  id: 'deribit',
  name: 'Deribit',
  summary: 'Gamma exposure that Halcyon computes from the public chain of BTC and ETH options; needs no key.',
  site: 'https://www.deribit.com',
  credential: [],
  environments: [
    { id: 'production', label: 'Production', restUrl: 'https://www.deribit.com', streamUrl: '' },
    { id: 'sandbox', label: 'Test network', restUrl: 'https://test.deribit.com', streamUrl: '' },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options: [],
  limits: deribitLimits,
  streamPath: '',
  capabilities: ['gex'],
  assets: { gex: optionAssets },
  note: 'Halcyon’s own computation from open interest and mark volatility: it assumes that dealers are long the calls and short the puts, which nobody knows.',
};
