import type { ProviderInfo } from '../../../src-main/contract/provider-status.ts';
import { binanceInfo } from '../../../src-main/providers/binance/info.ts';
import { bybitInfo } from '../../../src-main/providers/bybit/info.ts';
import { deribitInfo } from '../../../src-main/providers/deribit/info.ts';
import { hyperliquidInfo } from '../../../src-main/providers/hyperliquid/info.ts';
import { kaikoInfo } from '../../../src-main/providers/kaiko/info.ts';
import { kingfisherLegacyInfo } from '../../../src-main/providers/kingfisher-legacy/info.ts';
import { kingfisherInfo } from '../../../src-main/providers/kingfisher/info.ts';
import { kiyotakaInfo } from '../../../src-main/providers/kiyotaka/info.ts';
import { okxInfo } from '../../../src-main/providers/okx/info.ts';

/** What is really known of the nine providers, in the order of the registry. */
export const allInfos: readonly ProviderInfo[] = [
  kingfisherInfo,
  kingfisherLegacyInfo,
  kaikoInfo,
  kiyotakaInfo,
  binanceInfo,
  bybitInfo,
  okxInfo,
  hyperliquidInfo,
  deribitInfo,
];
