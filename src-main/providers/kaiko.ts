import type { Provider, ProviderClient, ProviderContext } from './provider.ts';
import { intervalOf } from './kaiko/options.ts';
import { kaikoInfo } from './kaiko/info.ts';
import { testConnection } from './kaiko/test-connection.ts';
import { volumeHistory } from './kaiko/volume-history.ts';

/** Kaiko: liquidated volumes of a token per interval, in total and per exchange, over REST with one key. */
export const kaiko: Provider = {
  info: kaikoInfo,
  connect,
  volumesVariant: (_asset, options) => `${intervalOf(options).value}/usd`,
};

function connect(context: ProviderContext): ProviderClient {
  return {
    test: (signal) => testConnection(context, signal),
    history: { 'liquidation-volumes': volumeHistory(context) },
  };
}
