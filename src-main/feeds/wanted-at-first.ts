import type { Wanted } from '../contract/channels.ts';
import type { Settings } from '../contract/settings.ts';

/**
 * What is wanted until the window has said it: of the provider that gives the most, and that counts its calls, what the
 * settings show.
 */
export function wantedAtFirst({ watchlist, focus, maps, gex, overlays }: Settings): Wanted {
  const provider = 'kingfisher';
  const isGexOwn = gex.provider === 'auto' || gex.provider === provider;
  return {
    assets: watchlist,
    visible: watchlist,
    focus,
    snapshots: [
      ...(maps.kingfisher.shown ? ([{ provider, kind: 'liquidation-map', scope: 'watchlist' }] as const) : []),
      ...(isGexOwn ? ([{ provider, kind: 'gex', scope: 'watchlist' }] as const) : []),
    ],
    volumes: [],
    liquidations: overlays.liquidations,
  };
}
