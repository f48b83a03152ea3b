import { exchangeName } from '../../format/exchange.ts';
import type { SnapshotView } from '../parts/snapshot-view.ts';
import { groupRepeats } from './repeats.ts';
import type { Row } from './repeats.ts';

/** What one source says of several exchanges, or of itself. */
export type VenueView = SnapshotView<'open-interest'> | SnapshotView<'funding-rates'>;

/** What one source says of one exchange. */
export interface VenueRow<Item> {
  readonly exchange: string;
  readonly place: Row<Item>;
  readonly view: VenueView;
}

/**
 * Every source's rows, those of one exchange side by side, exchanges in the order in which they come first. Nothing is
 * left out or added up: two sources of one exchange are two rows.
 */
export function venueRows<Item extends { readonly exchange: string }>(
  views: readonly (VenueView & { readonly snapshot: { readonly exchanges: readonly Item[] } | null })[],
): VenueRow<Item>[] {
  const groups = new Map<string, VenueRow<Item>[]>();
  for (const view of views) {
    const items: readonly Item[] = view.snapshot?.exchanges ?? [];
    for (const place of groupRepeats(items, ({ exchange }) => exchangeName(exchange))) {
      const exchange = exchangeName(place.item.exchange);
      const group = groups.get(exchange);
      if (group === undefined) groups.set(exchange, [{ exchange, place, view }]);
      else group.push({ exchange, place, view });
    }
  }
  return [...groups.values()].flat();
}
