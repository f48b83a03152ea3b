import type { ProviderInfo } from '../../contract/provider-status.ts';
import { kaikoOptions } from './options.ts';
import { kaikoLimits } from './limits.ts';

/** Below the base URL, and before the token in lower case. */
export const tokenPath = '/v2/data/liquidation.v1/token';

export const kaikoInfo: ProviderInfo = {
  id: 'kaiko',
  name: 'Kaiko',
  summary: 'Liquidated volumes of an asset per hour to day, by side and exchange, as history; needs a key.',
  site: 'https://www.kaiko.com',
  credential: [{ name: 'apiKey', label: 'API key', secret: true }],
  environments: [
    { id: 'production', label: 'US', restUrl: 'https://us.market-api.kaiko.io', streamUrl: '' },
    { id: 'production-eu', label: 'EU', restUrl: 'https://eu.market-api.kaiko.io', streamUrl: '' },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options: kaikoOptions,
  limits: kaikoLimits,
  streamPath: '',
  capabilities: ['liquidation-volumes'],
  assets: {},
  note: 'Volumes are what was liquidated in an interval, in US dollars, on the derivatives exchanges Kaiko covers; its history starts on 2025-01-08.',
};
