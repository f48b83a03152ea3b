import { unixMs } from '../../../src-main/contract/market.ts';
import type { MapProvider } from '../../../src-main/contract/source.ts';
import { exactNumber } from '../../format/price.ts';
import { infoOf, mapKindOf } from '../../state/serving.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';

/**
 * What one refresh of a map costs, where the provider weighs its requests: `weight 5`. By its own arithmetic of filling in
 * one interval; nothing is sent. Null where a refresh is a call like any other.
 */
export async function refreshPrice(terminal: Terminal, provider: MapProvider): Promise<string | null> {
  const info = infoOf(terminal.serving, provider);
  if (mapKindOf(provider) !== 'liquidation-profile' || info?.capabilities.includes('liquidation-volumes') !== true) {
    return null;
  }
  const to = terminal.clock.now;
  try {
    const { cost, costUnit } = await terminal.history.plan({
      provider,
      kind: 'liquidation-profile',
      asset: terminal.asset,
      from: unixMs(to - 1),
      to,
    });
    return costUnit === 'weight' ? `weight ${exactNumber(cost)}` : null;
  } catch {
    // The price is a courtesy: what is wrong with the provider is said by its own line.
    return null;
  }
}
