import type { ProviderInfo } from '../../contract/provider-status.ts';
import { hyperliquidLimits } from './limits.ts';

const streamPath = '/ws';

export const hyperliquidInfo: ProviderInfo = {
  id: 'hyperliquid',
  name: 'Hyperliquid',
  summary:
    'Candles of perpetuals, and in one call the price, open interest and funding of a whole watchlist; needs no key.',
  site: 'https://hyperliquid.xyz',
  credential: [],
  environments: [
    {
      id: 'production',
      label: 'Production',
      restUrl: 'https://api.hyperliquid.xyz',
      streamUrl: `wss://api.hyperliquid.xyz${streamPath}`,
    },
    {
      id: 'sandbox',
      label: 'Test network',
      restUrl: 'https://api.hyperliquid-testnet.xyz',
      streamUrl: `wss://api.hyperliquid-testnet.xyz${streamPath}`,
    },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options: [],
  limits: hyperliquidLimits,
  streamPath,
  capabilities: ['candles', 'candle-stream', 'overview', 'open-interest', 'funding-rates'],
  assets: {},
  note: 'Prices of the USDC-margined perpetual; volumes are in the base coin. Of the past it keeps the newest 5,000 candles of each length. A price in the watchlist is the middle of the order book, or the mark price where the book is empty, and its time is that of its arrival: the exchange sends none. The price step is inferred from its rule of five significant digits.',
};
