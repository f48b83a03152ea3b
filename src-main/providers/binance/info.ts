import type { ProviderInfo } from '../../contract/provider-status.ts';
import { binanceLimits } from './limits.ts';

export const binanceInfo: ProviderInfo = {
  id: 'binance',
  name: 'Binance',
  summary:
    'Candles of USD-M perpetual futures, history and live, liquidations as they happen, open interest and funding; needs no key.',
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
  options: [],
  limits: binanceLimits,
  streamPath: '/market/ws',
  capabilities: ['candles', 'candle-stream', 'liquidation-stream', 'open-interest', 'funding-rates'],
  assets: {},
  note: 'Prices and volumes of the USDT-margined perpetual; volumes are in the base coin. Liquidations are a sample: the exchange tells at most one order a second for each contract, at its average price. Open interest in dollars is coins × mark price, and annualized funding is the rate × the fundings of a year; both are computed here.',
};
