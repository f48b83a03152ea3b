import type { ProviderInfo } from '../../contract/provider-status.ts';
import { bybitLimits } from './limits.ts';

/** Coins whose options are read. */
export const optionAssets = ['BTC', 'ETH', 'SOL'] as const;

const streamPath = '/v5/public/linear';

export const bybitInfo: ProviderInfo = {
  id: 'bybit',
  name: 'Bybit',
  summary:
    'Candles, all liquidations, open interest and funding of USDT perpetuals, and gamma exposure that Halcyon computes from the public option chain; needs no key.',
  site: 'https://www.bybit.com',
  credential: [],
  environments: [
    {
      id: 'production',
      label: 'Production',
      restUrl: 'https://api.bybit.com',
      streamUrl: `wss://stream.bybit.com${streamPath}`,
    },
    {
      id: 'sandbox',
      label: 'Test network',
      restUrl: 'https://api-testnet.bybit.com',
      streamUrl: `wss://stream-testnet.bybit.com${streamPath}`,
    },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options: [],
  limits: bybitLimits,
  streamPath,
  capabilities: ['candles', 'candle-stream', 'liquidation-stream', 'gex', 'open-interest', 'funding-rates'],
  assets: { gex: optionAssets },
  note: 'Prices and volumes of the USDT-margined perpetual; volumes are in the base coin. Liquidations carry the price at which the position was bankrupt. Gamma exposure is Halcyon’s own computation and assumes that dealers are long the calls and short the puts, which nobody knows.',
};
