import type { SourceBadge } from '../../format/source.ts';
import { unitName } from '../../format/amount.ts';
import type { VolumeStyle } from './volume-colours.ts';
import type { VolumeGroup } from './volume-sources.ts';

/** What a pane's legend names. */
export interface PaneLegend {
  /** `USD`, or the coin. */
  readonly unit: string;
  /** Of the pane, CSS pixels; `top` from the chart's. */
  readonly top: number;
  readonly height: number;
  /** Where all its histograms are of one such kind; else each item has its own. */
  readonly badge: SourceBadge | null;
  readonly items: readonly {
    readonly key: string;
    readonly style: VolumeStyle;
    readonly name: string;
    readonly badge: SourceBadge | null;
  }[];
}

export function legendOf({ unit, coin, sources }: VolumeGroup, top: number, height: number): PaneLegend {
  const first = sources[0]?.badge ?? null;
  const shared = sources.every(({ badge }) => badge === first) ? first : null;
  const items = sources.map(({ key, style, name, badge }) => {
    return { key, style, name, badge: shared === null ? badge : null };
  });
  return { unit: unitName(unit, coin), top, height, badge: shared, items };
}

/** Whether two say the same at the same places. */
export const sameLegends = (a: readonly PaneLegend[], b: readonly PaneLegend[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
