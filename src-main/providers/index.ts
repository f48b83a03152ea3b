import type { ProviderId } from '../contract/source.ts';
import { binance } from './binance.ts';
import { kingfisher } from './kingfisher.ts';
import type { Provider } from './provider.ts';

/** Every provider, one line each. */
export const providers: Readonly<Record<ProviderId, Provider>> = {
  kingfisher,
  binance,
};
