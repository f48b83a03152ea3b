import type { ProviderId } from '../contract/source.ts';
import { binance } from './binance.ts';
import { bybit } from './bybit.ts';
import { deribit } from './deribit.ts';
import { hyperliquid } from './hyperliquid.ts';
import { kaiko } from './kaiko.ts';
import { kingfisher } from './kingfisher.ts';
import { kingfisherLegacy } from './kingfisher-legacy.ts';
import { kiyotaka } from './kiyotaka.ts';
import { okx } from './okx.ts';
import type { Provider } from './provider.ts';

/** Every provider, one line each. */
export const providers: Readonly<Record<ProviderId, Provider>> = {
  kingfisher,
  'kingfisher-legacy': kingfisherLegacy,
  kaiko,
  kiyotaka,
  binance,
  bybit,
  okx,
  hyperliquid,
  deribit,
};
