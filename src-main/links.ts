import type { LinkName } from './contract/channels.ts';

/** Where each of the product's own links leads; the page can name one, and nothing else is ever opened. */
export const links: Readonly<Record<LinkName, string>> = {
  tradingview: 'https://www.tradingview.com/',
  kingfisher: 'https://thekingfisher.io/',
  'kingfisher-legacy': 'https://thekingfisher.io/',
  kaiko: 'https://www.kaiko.com/',
  kiyotaka: 'https://kiyotaka.ai/',
  binance: 'https://www.binance.com/en/futures',
  bybit: 'https://www.bybit.com/',
  okx: 'https://www.okx.com/',
  hyperliquid: 'https://hyperliquid.xyz/',
  deribit: 'https://www.deribit.com/',
};
