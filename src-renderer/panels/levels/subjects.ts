import type { Failure } from '../../../src-main/contract/failure.ts';
import type { SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { providerName } from '../../format/source.ts';
import type { LayerView } from '../parts/map-layers.ts';
import type { SnapshotView } from '../parts/snapshot-view.ts';
import type { Filter } from './sort.ts';

/** One thing that the list of levels is made of. */
export interface Subject {
  /** `Liquidation map`, and where there are several, whose. */
  readonly what: string;
  readonly kind: SnapshotKind;
  readonly provider: ProviderId;
  readonly trouble: Failure | null;
  readonly needsKey: boolean;
  readonly isRefreshing: boolean;
}

/** What a filter's list stands or falls with: the maps, or the gamma exposure where that alone is listed. */
export function subjectsOf(layers: readonly LayerView[], gex: SnapshotView<'gex'>, filter: Filter): readonly Subject[] {
  if (filter === 'gex') return [{ ...gex, what: 'GEX' }];
  return layers.map((layer) => ({
    ...layer,
    what: layers.length === 1 ? 'Liquidation map' : `Map of ${providerName(layer.provider)}`,
  }));
}
