import type Database from 'better-sqlite3';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { Source } from '../contract/source.ts';
import type { Sources } from './sources.ts';

/** A payload that could not be read, as it is handed in. */
export interface RejectedPayload {
  readonly source: Source;
  /** Path and query, without secrets. */
  readonly endpoint: string;
  readonly at: UnixMs;
  /** JSON path of the first bad field. */
  readonly path: string;
  readonly message: string;
  readonly text: string;
}

/** The same as it is kept. */
export interface KeptPayload extends RejectedPayload {
  /** When it came last. */
  readonly lastAt: UnixMs;
  /** How often it came in a row. */
  readonly times: number;
  /** Length of the whole text in UTF-16 units; `text` is its beginning. */
  readonly length: number;
}

export interface Rejected {
  /** Keeps the text up to 256 KiB of UTF-8. The same text from the same endpoint, refused for the same reason, is counted, not repeated. */
  add(payload: RejectedPayload): void;
  /** Newest first. */
  list(limit: number): KeptPayload[];
  count(): number;
  /** Rows were deleted by others. */
  recount(): void;
}

const textBytes = 262_144;
const keptRows = 10_000;
const keptBytes = 67_108_864;

interface Row extends Omit<KeptPayload, 'source'> {
  readonly id: number;
  readonly sourceId: number;
  readonly bytes: number;
}

export function createRejected(
  db: Database.Database,
  sources: Sources,
  limits = { rows: keptRows, bytes: keptBytes },
): Rejected {
  const selectLast = db.prepare<
    [number, string],
    { id: number; text: string; length: number; path: string; message: string }
  >(
    'SELECT id, text, length, path, message FROM rejected WHERE source_id = ? AND endpoint = ? ORDER BY id DESC LIMIT 1',
  );
  const repeat = db.prepare<[number, number]>('UPDATE rejected SET times = times + 1, last_at = ? WHERE id = ?');
  const insert = db.prepare(
    `INSERT INTO rejected (source_id, endpoint, at, last_at, times, path, message, length, bytes, text)
     VALUES (@sourceId, @endpoint, @at, @at, 1, @path, @message, @length, @bytes, @text)`,
  );
  const selectTotal = db.prepare<[], { rows: number; bytes: number }>(
    'SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM rejected',
  );
  const deleteOldest = db
    .prepare<[], number>('DELETE FROM rejected WHERE id = (SELECT min(id) FROM rejected) RETURNING bytes')
    .pluck();
  const select = db.prepare<[number], Row>(
    `SELECT id, source_id AS sourceId, endpoint, at, last_at AS lastAt, times, path, message, length, bytes, text
     FROM rejected ORDER BY id DESC LIMIT ?`,
  );
  const total = { rows: 0, bytes: 0, ...selectTotal.get() };

  const add = db.transaction((payload: RejectedPayload) => {
    const sourceId = sources.idOf(payload.source);
    const { text, bytes } = cap(payload.text);
    const last = selectLast.get(sourceId, payload.endpoint);
    const { endpoint, at, path, message } = payload;
    const isSame = last?.path === path && last.message === message;
    if (isSame && last.text === text && last.length === payload.text.length) {
      repeat.run(at, last.id);
      return { rows: 0, bytes: 0 };
    }
    insert.run({ sourceId, endpoint, at, path, message, length: payload.text.length, bytes, text });
    const change = { rows: 1, bytes };
    while (total.rows + change.rows > limits.rows || total.bytes + change.bytes > limits.bytes) {
      change.bytes -= deleteOldest.get() as number;
      change.rows--;
    }
    return change;
  });

  return {
    add(payload) {
      // Counted only once the transaction has succeeded.
      const change = add.immediate(payload);
      total.rows += change.rows;
      total.bytes += change.bytes;
    },
    list: (limit) =>
      select.all(limit).map(({ id: _id, sourceId, bytes: _bytes, ...row }) => ({
        ...row,
        source: sources.read(sourceId),
        at: unixMs(row.at),
        lastAt: unixMs(row.lastAt),
      })),
    count: () => total.rows,
    recount: () => void Object.assign(total, selectTotal.get()),
  };
}

/** The beginning of a text that fits, never ending inside a character; a lone surrogate becomes U+FFFD. */
function cap(text: string): { text: string; bytes: number } {
  const encoded = Buffer.from(text.slice(0, textBytes));
  if (encoded.length <= textBytes) return { text: encoded.toString(), bytes: encoded.length };
  let end = textBytes;
  while (((encoded[end] as number) & 0xc0) === 0x80) end--;
  return { text: encoded.toString('utf8', 0, end), bytes: end };
}
