import type { Capability, ProviderInfo } from '../../../src-main/contract/provider-status.ts';
import { listOf } from '../parts/snapshot-view.ts';

const words: Partial<Readonly<Record<Capability, string>>> = {
  candles: 'Candles',
  'liquidation-map': 'Liquidation map',
  'liquidation-profile': 'Liquidation map without sides',
  gex: 'Gamma exposure',
  'open-interest': 'Open interest',
  'funding-rates': 'Funding',
  'market-depth': 'Depth',
  'order-flow': 'Order flow',
  'liquidation-stream': 'Liquidations as they happen',
  'liquidation-volumes': 'Liquidated volumes, with history',
  overview: 'All watched assets in one call',
  'snapshot-at': 'Maps of the past',
};
/** Venues whose own feed leaves some out. */
const samples: ReadonlySet<ProviderInfo['id']> = new Set(['binance']);

/** `Candles · Liquidations as they happen (sample) · Open interest`; assets are named where a kind is limited to some. */
export function capabilitiesText(info: ProviderInfo): string {
  const order = Object.keys(words) as Capability[];
  return order
    .filter((capability) => info.capabilities.includes(capability))
    .map((capability) => {
      const only = info.assets[capability as keyof ProviderInfo['assets']];
      const limits = [
        ...(capability === 'liquidation-stream' && samples.has(info.id) ? ['sample'] : []),
        ...(only === undefined ? [] : only.length > 6 ? [`${only.length} assets`] : [`${listOf(only)} only`]),
      ];
      return `${words[capability]}${limits.length === 0 ? '' : ` (${limits.join(', ')})`}`;
    })
    .join(' · ');
}
