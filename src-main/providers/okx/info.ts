import type { ProviderInfo } from '../../contract/provider-status.ts';
import { okxLimits } from './limits.ts';

export const okxInfo: ProviderInfo = {
  id: 'okx',
  name: 'OKX',
  summary:
    'Candles of USDT perpetual swaps, history and live, liquidations as they happen, open interest and funding; needs no key.',
  site: 'https://www.okx.com',
  credential: [],
  environments: [
    {
      id: 'production',
      label: 'Production',
      restUrl: 'https://www.okx.com',
      streamUrl: 'wss://ws.okx.com:8443/ws/v5/public',
    },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options: [],
  limits: okxLimits,
  streamPath: '/ws/v5/public',
  capabilities: ['candles', 'candle-stream', 'liquidation-stream', 'open-interest', 'funding-rates'],
  assets: {},
  note: 'Prices and volumes of the USDT-margined perpetual swap; volumes are in the base coin, and the exchange does not tell who bought. Liquidations are a sample, at the price of bankruptcy: the exchange says that they are not all of them. Where it names no side of the position, the side is inferred from that of the order. Funding is the rate predicted for the next settlement; annualized, it is computed here.',
};
