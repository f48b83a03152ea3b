/** Codes and spellings under which providers name the common exchanges. Kaiko's are four letters long. */
const names: Readonly<Record<string, string>> = {
  binance: 'Binance',
  binc: 'Binance',
  bnce: 'Binance',
  binance_futures: 'Binance',
  bybit: 'Bybit',
  bbit: 'Bybit',
  okx: 'OKX',
  okex: 'OKX',
  hyperliquid: 'Hyperliquid',
  deribit: 'Deribit',
  drbt: 'Deribit',
  bitmex: 'BitMEX',
  btmx: 'BitMEX',
  bitget: 'Bitget',
  huobi: 'HTX',
  htx: 'HTX',
  kraken: 'Kraken',
  krkn: 'Kraken',
  coinbase: 'Coinbase',
  cbse: 'Coinbase',
  all: 'All venues',
};

/** An exchange as its users write it; a name that we do not know as the provider sent it. */
export const exchangeName = (code: string): string => names[code.trim().toLowerCase()] ?? code;
