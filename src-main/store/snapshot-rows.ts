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
  insert(seriesId: number, snapshot: Snapshot, meta: string, packed: Packed): void;
  confirm(id: number, confirmedAt: UnixMs): void;
  newest(seriesId: number): SnapshotRow | undefined;
  newestOfAsset(sourceId: number, asset: Asset): (SnapshotRow & { readonly kind: string; readonly variant: string })[];
  lastAt(seriesId: number, takenAt: UnixMs): SnapshotRow | undefined;
  range(seriesId: number, from: number, to: number): SnapshotRow[];
  times(seriesId: number, from: number, to: number): number[];
  count(): number;
}

export const rowColumns = `snapshots.id, taken_at AS takenAt, seq, basis, received_at AS receivedAt,
  confirmed_at AS confirmedAt, transport, meta, layout, data`;

/**
 * The newest of a series is the one of the latest `takenAt`, unless `newest_id` names another: an arrival that was
 * timed by the clock here after that had been set back.
 */
export const isNewest = `snapshots.id = coalesce(series.newest_id,
  (SELECT id FROM snapshots WHERE series_id = series.id ORDER BY taken_at DESC, seq DESC LIMIT 1))`;

export function createSnapshotRows(db: Database.Database): SnapshotRows {
  const insert = db.prepare(
    `INSERT INTO snapshots (series_id, taken_at, seq, basis, received_at, confirmed_at, transport, meta, layout, data)
     VALUES (@seriesId, @takenAt,
       (SELECT coalesce(max(seq) + 1, 0) FROM snapshots WHERE series_id = @seriesId AND taken_at = @takenAt),
       @basis, @receivedAt, @confirmedAt, @transport, @meta, @layout, @data)`,
  );
  const selectNewestMark = db.prepare<[number], { pointer: number | null; last: number | null }>(
    `SELECT newest_id AS pointer, (SELECT max(taken_at) FROM snapshots WHERE series_id = series.id) AS last
     FROM series WHERE id = ?`,
  );
  const point = db.prepare<[number | bigint | null, number]>('UPDATE series SET newest_id = ? WHERE id = ?');
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

  return {
    insert(seriesId, { takenAt, takenAtBasis: basis, receivedAt, confirmedAt, transport }, meta, { layout, data }) {
      const mark = selectNewestMark.get(seriesId);
      const row = { seriesId, takenAt, basis, receivedAt, confirmedAt, transport, meta, layout, data };
      const id = insert.run(row).lastInsertRowid;
      if (mark?.last !== null && mark !== undefined && takenAt < mark.last) {
        if (basis === 'received') point.run(id, seriesId);
      } else if (mark?.pointer !== null) point.run(null, seriesId);
    },
    confirm: (id, confirmedAt) => void confirm.run(confirmedAt, id),
    newest: (seriesId) => selectNewest.get(seriesId),
    newestOfAsset: (sourceId, asset) => selectNewestOfAsset.all(sourceId, asset),
    lastAt: (seriesId, takenAt) => selectLastAt.get(seriesId, takenAt),
    range: (seriesId, from, to) => selectRange.all(seriesId, from, to),
    times: (seriesId, from, to) => selectTimes.all(seriesId, from, to) as number[],
    count: () => count.get() as number,
  };
}
