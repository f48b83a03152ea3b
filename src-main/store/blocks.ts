import type Database from 'better-sqlite3';
import { failure, FailureError } from '../contract/failure.ts';
import { decodeBlock, encodeBlock, type Entry } from './block-codec.ts';
import { bestCodec, canRead, compress, decompress, type Codec } from './compression.ts';
import type { Series } from './series.ts';
import { pack, unpack } from './snapshot-codec.ts';
import { isNewest, rowColumns, type SnapshotRow } from './snapshot-rows.ts';

/** Closed hours of a series, packed. */
export interface Blocks {
  /** Entries with `from` ≤ takenAt < `to`, hour by hour. Throws a `store` failure for a block this runtime cannot read. */
  read(seriesId: number, from: number, to: number): Entry[];
  times(seriesId: number, from: number, to: number): number[];
  count(): number;
  /** Packs hours before `hour`, except that of each series' newest snapshot, until the time for one slice is over. */
  compact(series: readonly Series[], hour: number): { compacted: number; more: boolean };
  /** Unpacks the hour of `takenAt` if it holds that very time: the answer may confirm what is in it. */
  thaw(seriesId: number, takenAt: number): void;
}

export interface BlockOptions {
  /** Monotonic milliseconds. */
  readonly elapsedMs: () => number;
  readonly codec?: Codec;
}

const hourMs = 3_600_000;
export const hourOf = (time: number): number => Math.floor(time / hourMs);

const sliceMs = 20;
/** One block packs at most this much, so that a slice never lasts much longer than it should. */
const blockRows = 240;
const blockBytes = 1_048_576;

export function createBlocks(db: Database.Database, { elapsedMs, codec = bestCodec }: BlockOptions): Blocks {
  const selectBlocks = db.prepare<[number, number, number], { id: number; codec: string; data: Buffer }>(
    'SELECT id, codec, data FROM blocks WHERE series_id = ? AND hour >= ? AND hour <= ? ORDER BY hour, part',
  );
  const selectTimes = db
    .prepare<[number, number, number], Buffer>(
      'SELECT times FROM blocks WHERE series_id = ? AND hour >= ? AND hour <= ?',
    )
    .pluck();
  const count = db.prepare<[], number>('SELECT coalesce(sum(count), 0) FROM blocks').pluck();
  const nextTime = db
    .prepare<[number, number, number], number>(
      'SELECT taken_at FROM snapshots WHERE series_id = ? AND taken_at >= ? AND taken_at < ? ORDER BY taken_at LIMIT 1',
    )
    .pluck();
  const newestTime = db
    .prepare<[number], number>(`SELECT taken_at FROM series JOIN snapshots ON ${isNewest} WHERE series.id = ?`)
    .pluck();
  const selectRows = db.prepare<[number, number, number, number], SnapshotRow>(
    `SELECT ${rowColumns} FROM snapshots WHERE series_id = ? AND taken_at >= ? AND taken_at < ? ORDER BY taken_at, seq LIMIT ?`,
  );
  const insertBlock = db.prepare(
    `INSERT INTO blocks (series_id, hour, part, count, codec, times, data) VALUES (@seriesId, @hour,
       (SELECT coalesce(max(part) + 1, 0) FROM blocks WHERE series_id = @seriesId AND hour = @hour),
       @count, @codec, @times, @data)`,
  );
  const deleteBlock = db.prepare<[number]>('DELETE FROM blocks WHERE id = ?');
  const deleteRow = db.prepare<[number]>('DELETE FROM snapshots WHERE id = ?');
  const insertRow = db.prepare(
    `INSERT INTO snapshots (series_id, taken_at, seq, basis, received_at, confirmed_at, transport, meta, layout, data)
     VALUES (@seriesId, @takenAt,
       (SELECT coalesce(max(max(seq) + 1, @seq), @seq) FROM snapshots WHERE series_id = @seriesId AND taken_at = @takenAt),
       @basis, @receivedAt, @confirmedAt, @transport, @meta, @layout, @data)`,
  );

  /** Start of the oldest hour of a series that may be packed; null when there is none. */
  function nextHour(seriesId: number, before: number): number | null {
    const kept = hourOf(newestTime.get(seriesId) ?? Number.NEGATIVE_INFINITY);
    for (let from = Number.NEGATIVE_INFINITY; ; from = (kept + 1) * hourMs) {
      const time = nextTime.get(seriesId, from, before * hourMs);
      if (time === undefined) return null;
      if (hourOf(time) !== kept) return hourOf(time);
    }
  }

  const packPart = db.transaction((seriesId: number, hour: number): number => {
    const rows: SnapshotRow[] = [];
    let bytes = 0;
    for (const row of selectRows.iterate(seriesId, hour * hourMs, (hour + 1) * hourMs, blockRows)) {
      rows.push(row);
      bytes += row.data.byteLength;
      if (bytes >= blockBytes) break;
    }
    const data = compress(codec, encodeBlock(rows.map(entryOf)));
    assertSame(decodeBlock(decompress(codec, data)), rows);
    const times = timesBlob(rows);
    insertBlock.run({ seriesId, hour, count: rows.length, codec, times, data });
    for (const row of rows) deleteRow.run(row.id);
    return rows.length;
  });

  return {
    read(seriesId, from, to) {
      if (!(from < to)) return [];
      const wanted = (takenAt: number): boolean => takenAt >= from && takenAt < to;
      return selectBlocks
        .all(seriesId, hourOf(from), hourOf(to))
        .flatMap((block) => decodeBlock(decompress(block.codec, block.data), wanted));
    },
    times(seriesId, from, to) {
      const blobs = selectTimes.all(seriesId, hourOf(from), hourOf(to)) as Buffer[];
      return blobs.flatMap(timesOf).filter((time) => time >= from && time < to);
    },
    count: () => count.get() as number,
    compact(series, hour) {
      const start = elapsedMs();
      let compacted = 0;
      for (const { id } of series) {
        for (let next = nextHour(id, hour); next !== null; next = nextHour(id, hour)) {
          if (compacted > 0 && elapsedMs() - start >= sliceMs) return { compacted, more: true };
          compacted += packPart.immediate(id, next);
        }
      }
      return { compacted, more: false };
    },
    thaw(seriesId, takenAt) {
      const hour = hourOf(takenAt);
      const blobs = selectTimes.all(seriesId, hour, hour) as Buffer[];
      if (!blobs.some((blob) => timesOf(blob).includes(takenAt))) return;
      const packedHour = selectBlocks.all(seriesId, hour, hour);
      if (!packedHour.every((block) => canRead(block.codec))) return;
      for (const block of packedHour) {
        for (const entry of decodeBlock(decompress(block.codec, block.data))) {
          const { content, ...row } = entry;
          insertRow.run({ seriesId, ...row, meta: content.meta, ...pack(content.columns) });
        }
        deleteBlock.run(block.id);
      }
    },
  };
}

function entryOf(row: SnapshotRow): Entry {
  const { takenAt, seq, basis, receivedAt, confirmedAt, transport, meta } = row;
  return { takenAt, seq, basis, receivedAt, confirmedAt, transport, content: { meta, columns: unpack(row) } };
}

/** Rows are deleted only when their block gives back every bit of them. */
function assertSame(entries: readonly Entry[], rows: readonly SnapshotRow[]): void {
  const same =
    entries.length === rows.length &&
    rows.every((row, i) => {
      const { content, ...head } = entries[i] as Entry;
      const { layout, data } = pack(content.columns);
      return (
        head.takenAt === row.takenAt &&
        head.seq === row.seq &&
        head.basis === row.basis &&
        head.receivedAt === row.receivedAt &&
        head.confirmedAt === row.confirmedAt &&
        head.transport === row.transport &&
        content.meta === row.meta &&
        layout === row.layout &&
        Buffer.compare(data, row.data) === 0
      );
    });
  if (!same) {
    throw new FailureError(
      failure('bug', 'Older snapshots could not be packed and stay as they are.', {
        detail: `rows from ${rows[0]?.id}`,
      }),
    );
  }
}

const timesBlob = (rows: readonly SnapshotRow[]): Uint8Array =>
  new Uint8Array(Float64Array.from(rows, (row) => row.takenAt).buffer);

const timesOf = (blob: Buffer): number[] => [...new Float64Array(new Uint8Array(blob).buffer)];
