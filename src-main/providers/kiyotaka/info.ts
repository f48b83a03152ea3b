import type { OptionField, ProviderInfo } from '../../contract/provider-status.ts';
import { fallbacks, includedDepth, intervalNames, intervals, mostDepth } from './choices.ts';
import { kiyotakaLimits } from './limits.ts';

const intervalChoices = intervalNames.map((value) => ({ value, label: intervals[value].label }));

const options: readonly OptionField[] = [
  {
    name: 'unit',
    label: 'Amounts in',
    type: 'choice',
    choices: [
      { value: 'usd', label: 'US dollars' },
      { value: 'coin', label: 'Coins' },
    ],
    hint: 'Kiyotaka converts to dollars itself. The two are kept apart and never share a scale.',
    fallback: fallbacks.unit,
  },
  {
    name: 'heatmapInterval',
    label: 'Heatmap column',
    type: 'choice',
    choices: intervalChoices,
    hint: 'Time between two columns of the heatmap. Every 1,000 columns that are begun cost weight 5.',
    fallback: fallbacks.heatmapInterval,
  },
  {
    name: 'maxDepth',
    label: 'Levels of a column',
    type: 'number',
    choices: [],
    least: 1,
    most: mostDepth,
    hint: `Price levels at the most. ${includedDepth.toLocaleString('en-US')} are included; every further 1,500 that are begun cost 20 % more weight.`,
    fallback: fallbacks.maxDepth,
  },
  {
    name: 'interval',
    label: 'Volume interval',
    type: 'choice',
    choices: intervalChoices,
    hint: 'Liquidated volumes are summed over this time. Every 1,000 intervals that are begun cost weight 1.',
    fallback: fallbacks.interval,
  },
  {
    name: 'exchanges',
    label: 'Exchanges of the volumes',
    type: 'text',
    choices: [
      { value: fallbacks.exchanges, label: 'Binance, Bybit and OKX, summed' },
      { value: 'BINANCE_FUTURES', label: 'Binance' },
      { value: 'BYBIT', label: 'Bybit' },
      { value: 'OKEX_SWAP', label: 'OKX' },
    ],
    hint: 'Names as Kiyotaka writes them, separated by commas. Several are summed, which costs 20 % more weight for each and is part of the larger plans only.',
    fallback: fallbacks.exchanges,
  },
];

export const kiyotakaInfo: ProviderInfo = {
  id: 'kiyotaka',
  name: 'Kiyotaka',
  summary:
    'A liquidation heatmap of Hyperliquid over time and price, and liquidated volumes per interval; needs a key, the heatmap one of the Advanced or Enterprise plan.',
  site: 'https://kiyotaka.ai',
  credential: [{ name: 'apiKey', label: 'API key', secret: true }],
  environments: [
    { id: 'production', label: 'Production', restUrl: 'https://api.kiyotaka.ai', streamUrl: '' },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options,
  limits: kiyotakaLimits,
  streamPath: '',
  capabilities: ['liquidation-profile', 'liquidation-volumes'],
  assets: {},
  note: 'The heatmap says what would be liquidated at a price and names no side: below the price long, above it short is inferred from the price by Halcyon. Volumes are what was liquidated, by side as Kiyotaka names it.',
};
