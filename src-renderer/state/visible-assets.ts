import type { Asset } from '../../src-main/contract/market.ts';

/** What of the watchlist can be seen. `closed`: none of it; null: not known, so that every row may be. */
export type RowsInView = readonly Asset[] | 'closed' | null;

/** The focused asset first, then the watched ones in view, in the order of the watchlist. */
export function visibleAssets(watchlist: readonly Asset[], focus: Asset, rows: RowsInView): readonly Asset[] {
  if (rows === 'closed') return [focus];
  const inView = rows === null ? watchlist : watchlist.filter((asset) => rows.includes(asset));
  return [...new Set([focus, ...inView])];
}
