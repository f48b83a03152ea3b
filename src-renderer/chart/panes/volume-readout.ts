import type { Asset, UnixMs } from '../../../src-main/contract/market.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { AmountUnit } from '../../../src-main/contract/snapshot.ts';
import { providerName } from '../../format/source.ts';
import { rowAt, volumeFlag } from './volume-columns.ts';
import type { VolumeColumns } from './volume-columns.ts';
import type { VolumeGroup, VolumeSource } from './volume-sources.ts';

export type VolumeNote = 'partial' | 'sample' | 'sums do not agree';

/** One row of volumes, to be read exactly. */
export interface VolumeRow {
  /** From when on, and how long (milliseconds). */
  readonly start: UnixMs;
  readonly spanMs: number;
  readonly long: number;
  readonly short: number;
  /** NaN where they are not counted. */
  readonly longTrades: number;
  readonly shortTrades: number;
  readonly notes: readonly VolumeNote[];
}

export interface VolumeReading {
  readonly source: VolumeSource;
  readonly unit: AmountUnit;
  readonly coin: Asset;
  /** Null where nothing is known of that time. */
  readonly row: VolumeRow | null;
  /** Parts of a live row, venues without one left out. */
  readonly venues: readonly { readonly name: string; readonly row: VolumeRow }[];
}

/** What a pane says of a moment, histogram by histogram. */
export function readVolumes({ sources }: VolumeGroup, time: number): VolumeReading[] {
  return sources.map((source) => ({
    source,
    unit: source.unit,
    coin: source.coin,
    row: readRow(source.columns, time),
    venues: source.venues.flatMap(({ table, columns }) => {
      const row = readRow(columns, time);
      return row === null ? [] : [{ name: providerName(table.source.provider), row }];
    }),
  }));
}

function readRow(columns: VolumeColumns, time: number): VolumeRow | null {
  const row = rowAt(columns, time);
  if (row < 0) return null;
  return {
    start: unixMs(columns.starts[row] ?? NaN),
    spanMs: columns.spanMs,
    long: columns.longs[row] ?? NaN,
    short: columns.shorts[row] ?? NaN,
    longTrades: columns.longTrades[row] ?? NaN,
    shortTrades: columns.shortTrades[row] ?? NaN,
    notes: notesOf(columns.flags[row] ?? 0),
  };
}

function notesOf(flags: number): VolumeNote[] {
  const notes: VolumeNote[] = [];
  if (flags & volumeFlag.partial) notes.push('partial');
  if (flags & volumeFlag.sample) notes.push('sample');
  if (flags & (volumeFlag.sides | volumeFlag.exchanges)) notes.push('sums do not agree');
  return notes;
}
