import type Database from 'better-sqlite3';
import type { Asset, UnixMs } from '../contract/market.ts';
import type { Snapshot } from '../contract/snapshot.ts';
import type { Packed, RowHead } from './snapshot-codec.ts';

/** A snapshot that is not in a block. */
export interface SnapshotRow extends RowHead, Packed {
  readonly id: number;
  readonly seq: number;
  readonly meta: string;
}

export interface SnapshotRows {
  /** The inserted one is the series' newest. */
  insert(seriesId: number, snapshot: Snapshot, meta: string, packed: Packed): void;
  /** The series' newest stays what it is. */
  insertOld(seriesId: number, snapshot: Snapshot, meta: string, packed: Packed): void;
  /** The confirmed one is the series' newest again. */
  confirm(seriesId: number, id: number, confirmedAt: UnixMs): void;
  newest(seriesId: number): SnapshotRow | undefined;
  newestOfAsset(sourceId: number, asset: Asset): (SnapshotRow & { readonly kind: string; readonly variant: string })[];
  lastAt(seriesId: number, takenAt: UnixMs): SnapshotRow | undefined;
  range(seriesId: number, from: number, to: number): SnapshotRow[];
  times(seriesId: number, from: number, to: number): number[];
  count(): number;
}

export const rowColumns = `snapshots.id, taken_at AS takenAt, seq, basis, received_at AS receivedAt,
  confirmed_at AS confirmedAt, transport, meta, layout, data`;

/** The newest of a series is the one that arrived, or was confirmed, last: a provider's own times may jump or be wrong. */
export const isNewest = 'snapshots.id = series.newest_id';

export function createSnapshotRows(db: Database.Database): SnapshotRows {
  const insert = db.prepare(
    `INSERT INTO snapshots (series_id, taken_at, seq, basis, received_at, confirmed_at, transport, meta, layout, data)
     VALUES (@seriesId, @takenAt,
       (SELECT coalesce(max(seq) + 1, 0) FROM snapshots WHERE series_id = @seriesId AND taken_at = @takenAt),
       @basis, @receivedAt, @confirmedAt, @transport, @meta, @layout, @data)`,
  );
  const point = db.prepare<[number | bigint, number]>('UPDATE series SET newest_id = ? WHERE id = ?');
  const confirm = db.prepare('UPDATE snapshots SET confirmed_at = ? WHERE id = ?');
  const selectNewest = db.prepare<[number], SnapshotRow>(
    `SELECT ${rowColumns} FROM series JOIN snapshots ON ${isNewest} WHERE series.id = ?`,
  );
  const selectNewestOfAsset = db.prepare<[number, string], SnapshotRow & { kind: string; variant: string }>(
    `SELECT ${rowColumns}, kind, variant FROM series JOIN snapshots ON ${isNewest}
     WHERE source_id = ? AND asset = ?`,
  );
  const selectLastAt = db.prepare<[number, number], SnapshotRow>(
    `SELECT ${rowColumns} FROM snapshots WHERE series_id = ? AND taken_at = ? ORDER BY seq DESC LIMIT 1`,
  );
  const selectRange = db.prepare<[number, number, number], SnapshotRow>(
    `SELECT ${rowColumns} FROM snapshots WHERE series_id = ? AND taken_at >= ? AND taken_at < ? ORDER BY taken_at, seq`,
  );
  const selectTimes = db
    .prepare<[number, number, number], number>(
      'SELECT taken_at FROM snapshots WHERE series_id = ? AND taken_at >= ? AND taken_at < ? ORDER BY taken_at, seq',
    )
    .pluck();
  const count = db.prepare<[], number>('SELECT count(*) FROM snapshots').pluck();

  function insertRow(seriesId: number, snapshot: Snapshot, meta: string, { layout, data }: Packed): number | bigint {
    const { takenAt, takenAtBasis: basis, receivedAt, confirmedAt, transport } = snapshot;
    const row = { seriesId, takenAt, basis, receivedAt, confirmedAt, transport, meta, layout, data };
    return insert.run(row).lastInsertRowid;
  }

  return {
    insert: (seriesId, snapshot, meta, packed) => {
      point.run(insertRow(seriesId, snapshot, meta, packed), seriesId);
    },
    insertOld: (seriesId, snapshot, meta, packed) => void insertRow(seriesId, snapshot, meta, packed),
    confirm(seriesId, id, confirmedAt) {
      confirm.run(confirmedAt, id);
      point.run(id, seriesId);
    },
    newest: (seriesId) => selectNewest.get(seriesId),
    newestOfAsset: (sourceId, asset) => selectNewestOfAsset.all(sourceId, asset),
    lastAt: (seriesId, takenAt) => selectLastAt.get(seriesId, takenAt),
    range: (seriesId, from, to) => selectRange.all(seriesId, from, to),
    times: (seriesId, from, to) => selectTimes.all(seriesId, from, to) as number[],
    count: () => count.get() as number,
  };
}
