import type Database from 'better-sqlite3';
import type { RequestLine, RequestQuestion } from '../contract/diagnostics.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { ProviderId, SourceKey } from '../contract/source.ts';
import type { Sources } from './sources.ts';

export type LoggedRequest = Omit<RequestLine, 'id'>;

export interface Requests {
  /** Returns its id, which is higher than that of every request before it. */
  add(request: LoggedRequest): number;
  /** Newest first. */
  page(question: RequestQuestion): RequestLine[];
  /** Id of the newest; 0 when there is none. */
  newest(): number;
  /** Requests that were charged anything, made at `since` or later. */
  chargedSince(source: SourceKey, since: UnixMs): number;
}

const keptMs = 30 * 86_400_000;
const pruneEveryMs = 3_600_000;

interface Row extends Omit<RequestLine, 'source'> {
  readonly sourceId: number;
}

const columns = `id, source_id AS sourceId, at, method, endpoint, status, took_ms AS tookMs, failure_kind AS failureKind,
  bytes, charged, purpose`;

export function createRequests(db: Database.Database, sources: Sources): Requests {
  const insert = db.prepare(
    `INSERT INTO requests (source_id, at, method, endpoint, status, took_ms, failure_kind, bytes, charged, purpose)
     VALUES (@sourceId, @at, @method, @endpoint, @status, @tookMs, @failureKind, @bytes, @charged, @purpose)`,
  );
  const prune = db.prepare<[number]>('DELETE FROM requests WHERE at < ?');
  const select = db.prepare<[number, number], Row>(
    `SELECT ${columns} FROM requests WHERE id < ? ORDER BY id DESC LIMIT ?`,
  );
  const selectOfSource = db.prepare<[number, number, number], Row>(
    `SELECT ${columns} FROM requests WHERE source_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const selectNewest = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM requests').pluck();
  const countCharged = db
    .prepare<[number, number], number>('SELECT count(*) FROM requests WHERE source_id = ? AND at >= ? AND charged > 0')
    .pluck();
  let prunedAt = Number.NEGATIVE_INFINITY;

  const add = db.transaction(({ source, ...request }: LoggedRequest): number => {
    const { lastInsertRowid } = insert.run({ ...request, sourceId: sources.idOf(source) });
    if (Math.abs(request.at - prunedAt) >= pruneEveryMs) {
      prune.run(request.at - keptMs);
      prunedAt = request.at;
    }
    return Number(lastInsertRowid);
  });

  function rowsOf(provider: ProviderId, before: number, limit: number): Row[] {
    return sources
      .ofProvider(provider)
      .flatMap((sourceId) => selectOfSource.all(sourceId, before, limit))
      .sort((a, b) => b.id - a.id)
      .slice(0, limit);
  }

  return {
    add: (request) => add.immediate(request),
    page({ provider, before, limit }) {
      const end = before ?? Number.MAX_SAFE_INTEGER;
      const rows = provider === null ? select.all(end, limit) : rowsOf(provider, end, limit);
      return rows.map(({ sourceId, ...row }) => ({ ...row, source: sources.read(sourceId), at: unixMs(row.at) }));
    },
    newest: () => selectNewest.get() as number,
    chargedSince(source, since) {
      const sourceId = sources.find(source);
      return sourceId === null ? 0 : (countCharged.get(sourceId, since) as number);
    },
  };
}
