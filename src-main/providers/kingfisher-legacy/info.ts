import type { ProviderInfo } from '../../contract/provider-status.ts';
import { kingfisherLegacyLimits } from './limits.ts';

export const kingfisherLegacyInfo: ProviderInfo = {
  id: 'kingfisher-legacy',
  name: 'Kingfisher legacy',
  summary:
    'Liquidation maps of one exchange and pair as relative density, by leverage class; needs the login of a dashboard account with API access.',
  site: 'https://thekingfisher.io',
  credential: [
    { name: 'login', label: 'Login', secret: false },
    { name: 'password', label: 'Password', secret: true },
  ],
  environments: [
    { id: 'production', label: 'Production', restUrl: 'https://thekingfisher.io', streamUrl: '' },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options: [
    {
      name: 'exchange',
      label: 'Exchange',
      type: 'text',
      most: 60,
      choices: [
        { value: 'binance', label: 'Binance' },
        { value: 'bybit', label: 'Bybit' },
        { value: 'okx', label: 'OKX' },
      ],
      hint: 'The exchange the map is of, in Kingfisher’s words. Only binance appears in its document; the others are inferred.',
      fallback: 'binance',
    },
    {
      name: 'pair',
      label: 'Pair',
      type: 'text',
      most: 60,
      choices: [
        { value: '{asset}/USDT', label: '{asset}/USDT' },
        { value: '{asset}/USD', label: '{asset}/USD' },
      ],
      hint: 'The pair the map is of. {asset} stands for the asset on the chart: {asset}/USDT asks for BTC/USDT, ETH/USDT and so on.',
      fallback: '{asset}/USDT',
    },
    {
      name: 'type',
      label: 'Leverage class',
      type: 'text',
      most: 60,
      choices: [
        { value: 'all_leverage', label: 'All leverage' },
        { value: 'high_leverage', label: 'High leverage' },
      ],
      hint: 'Which positions the map counts, in Kingfisher’s words. Two classes are known; any other one may be typed.',
      fallback: 'all_leverage',
    },
  ],
  limits: kingfisherLegacyLimits,
  streamPath: '',
  capabilities: ['liquidation-profile', 'snapshot-at'],
  assets: {},
  note: 'Density is estimated and relative: it says which prices are stronger than others on one map, not how many dollars. It has a scale of its own.',
};
