import type { ProviderInfo } from '../../contract/provider-status.ts';

export const binanceInfo: ProviderInfo = {
  id: 'binance',
  name: 'Binance',
  summary: 'Candles of USD-M perpetual futures, history and live; needs no key.',
  site: 'https://www.binance.com',
  credential: [],
  environments: [
    {
      id: 'production',
      label: 'Production',
      restUrl: 'https://fapi.binance.com',
      streamUrl: 'wss://fstream.binance.com/market/ws',
    },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  streamPath: '/market/ws',
  capabilities: ['candles', 'candle-stream'],
  assets: {},
  note: 'Prices and volumes of the USDT-margined perpetual; volumes are in the base coin.',
};
