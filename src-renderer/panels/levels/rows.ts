import type { UnixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import type { SourceKey } from '../../../src-main/contract/source.ts';
import type { Confluence } from '../../chart/confluence.ts';
import { fractionOf } from '../../chart/intensity.ts';
import type { AmountScale } from '../../chart/intensity.ts';
import { scaleOf } from '../../chart/level-map.ts';
import type { LevelMap } from '../../chart/level-map.ts';
import { distanceFrom } from '../../chart/levels.ts';
import type { LevelRow } from '../../chart/levels.ts';

/** Two sources that agree, as a line of the table. */
export interface AgreedRow {
  readonly kind: 'confluence';
  readonly price: number;
  readonly side: 'long' | 'short';
  readonly sideBasis: 'given' | 'inferred';
  readonly distance: number | null;
  readonly confluence: Confluence;
  /** Of the older of the two maps. */
  readonly takenAt: UnixMs;
  readonly takenAtBasis: LevelRow['takenAtBasis'];
}

export type TableRow = LevelRow | AgreedRow;

export function agreedRows(
  confluences: readonly Confluence[],
  maps: readonly LevelMap[],
  price: number | null,
): AgreedRow[] {
  const bySource = new Map(maps.map((map) => [sourceKey(map.source), map]));
  return confluences.map((confluence) => {
    const [one, two] = confluence.levels.map(({ source }) => bySource.get(sourceKey(source)));
    const older = one === undefined || (two !== undefined && two.takenAt < one.takenAt) ? two : one;
    if (older === undefined) throw new Error('A confluence of maps that are not shown');
    return {
      kind: 'confluence',
      price: confluence.price,
      side: confluence.side,
      sideBasis: confluence.levels.some(({ isSideInferred }) => isSideInferred) ? 'inferred' : 'given',
      distance: distanceFrom(price, confluence.price),
      confluence,
      takenAt: older.takenAt,
      takenAtBasis: older.takenAtBasis,
    };
  });
}

/** Tells rows apart over time: the same level of the same source is the same row. */
export const rowKey = (row: TableRow): string =>
  row.kind === 'confluence'
    ? `confluence/${row.side}/${row.price}`
    : `${row.kind}/${sourceKey(row.source)}/${row.price}`;

/** Places of amounts on the scales of their own maps, for amounts of different units cannot be compared. */
export type Scales = ReadonlyMap<SourceKey, AmountScale>;

export function scalesOf(maps: readonly LevelMap[]): Scales {
  const scales = new Map<SourceKey, AmountScale>();
  for (const map of maps) {
    const scale = scaleOf(map);
    if (scale !== null) scales.set(sourceKey(map.source), scale);
  }
  return scales;
}

/** Whether the maps' amounts are of more than one unit. */
export const hasSeveralUnits = (maps: readonly LevelMap[]): boolean => new Set(maps.map(({ unit }) => unit)).size > 1;

/** 0…1 on the scale of the row's own map; NaN where there is nothing on this side. */
export function shareOf(row: TableRow, side: 'long' | 'short', scales: Scales): number {
  if (row.kind === 'confluence') return row.side === side ? Math.sqrt(row.confluence.strength) : NaN;
  const scale = scales.get(sourceKey(row.source));
  return scale === undefined ? NaN : fractionOf(scale, row[side]);
}
