import type Database from 'better-sqlite3';
import type { Asset } from '../contract/market.ts';
import type { Snapshot, SnapshotKind } from '../contract/snapshot.ts';
import type { SourceKey } from '../contract/source.ts';
import type { SeriesHead } from './snapshot-codec.ts';
import type { Sources } from './sources.ts';

/** One kind of one asset at one source, with one set of request parameters. */
export interface Series extends SeriesHead {
  readonly id: number;
}

export interface SeriesTable {
  of(snapshot: Snapshot): Series;
  /** All variants when `variant` is undefined. */
  find(source: SourceKey, kind: SnapshotKind, asset: Asset, variant?: string): readonly Series[];
  all(): readonly Series[];
  forget(): void;
}

interface Row {
  id: number;
  source_id: number;
  asset: string;
  kind: string;
  variant: string;
}

export function createSeriesTable(db: Database.Database, sources: Sources): SeriesTable {
  const select = db.prepare<[number, string, string], Row>(
    'SELECT id, source_id, asset, kind, variant FROM series WHERE source_id = ? AND asset = ? AND kind = ?',
  );
  const selectAll = db.prepare<[], Row>('SELECT id, source_id, asset, kind, variant FROM series');
  const insert = db.prepare<[number, string, string, string]>(
    'INSERT INTO series (source_id, asset, kind, variant) VALUES (?, ?, ?, ?)',
  );
  const known = new Map<string, Series[]>();
  const seriesFrom = (row: Row): Series => ({
    id: row.id,
    kind: row.kind,
    source: sources.read(row.source_id),
    asset: row.asset,
    variant: row.variant,
  });

  function variantsOf(sourceId: number, asset: Asset, kind: SnapshotKind): Series[] {
    const key = `${sourceId} ${asset} ${kind}`;
    const found = known.get(key) ?? select.all(sourceId, asset, kind).map(seriesFrom);
    known.set(key, found);
    return found;
  }

  return {
    of({ source, asset, kind, variant }) {
      const sourceId = sources.idOf(source);
      const variants = variantsOf(sourceId, asset, kind);
      const found = variants.find((series) => series.variant === variant);
      if (found !== undefined) return found;
      const id = Number(insert.run(sourceId, asset, kind, variant).lastInsertRowid);
      const added = { id, kind, source: sources.read(sourceId), asset, variant };
      variants.push(added);
      return added;
    },
    find(source, kind, asset, variant) {
      const sourceId = sources.find(source);
      if (sourceId === null) return [];
      const variants = variantsOf(sourceId, asset, kind);
      return variant === undefined ? variants : variants.filter((series) => series.variant === variant);
    },
    all: () => selectAll.all().map(seriesFrom),
    forget: () => known.clear(),
  };
}
