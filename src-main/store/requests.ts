import type Database from 'better-sqlite3';
import type { FailureKind } from '../contract/failure.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { Source, SourceKey } from '../contract/source.ts';
import type { Sources } from './sources.ts';

export interface LoggedRequest {
  readonly source: Source;
  readonly at: UnixMs;
  readonly method: string;
  /** Path and query, without secrets. */
  readonly endpoint: string;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly tookMs: number;
  readonly failureKind: FailureKind | null;
  /** Length of the answer. */
  readonly bytes: number;
  /** Whether it counts against the plan's limit. */
  readonly charged: boolean;
}

export interface Requests {
  add(request: LoggedRequest): void;
  /** Newest first. */
  recent(limit: number): LoggedRequest[];
  /** Charged requests made at `since` or later. */
  chargedSince(source: SourceKey, since: UnixMs): number;
}

const keptMs = 30 * 86_400_000;
const pruneEveryMs = 3_600_000;

interface Row extends Omit<LoggedRequest, 'source' | 'charged'> {
  readonly sourceId: number;
  readonly charged: number;
}

export function createRequests(db: Database.Database, sources: Sources): Requests {
  const insert = db.prepare(
    `INSERT INTO requests (source_id, at, method, endpoint, status, took_ms, failure_kind, bytes, charged)
     VALUES (@sourceId, @at, @method, @endpoint, @status, @tookMs, @failureKind, @bytes, @charged)`,
  );
  const prune = db.prepare<[number]>('DELETE FROM requests WHERE at < ?');
  const select = db.prepare<[number], Row>(
    `SELECT source_id AS sourceId, at, method, endpoint, status, took_ms AS tookMs, failure_kind AS failureKind, bytes, charged
     FROM requests ORDER BY id DESC LIMIT ?`,
  );
  const countCharged = db
    .prepare<[number, number], number>('SELECT count(*) FROM requests WHERE source_id = ? AND at >= ? AND charged = 1')
    .pluck();
  let prunedAt = Number.NEGATIVE_INFINITY;

  const add = db.transaction(({ source, ...request }: LoggedRequest) => {
    insert.run({ ...request, sourceId: sources.idOf(source), charged: request.charged ? 1 : 0 });
    if (Math.abs(request.at - prunedAt) < pruneEveryMs) return;
    prune.run(request.at - keptMs);
    prunedAt = request.at;
  });

  return {
    add: (request) => add.immediate(request),
    recent: (limit) =>
      select.all(limit).map(({ sourceId, charged, ...row }) => ({
        ...row,
        source: sources.read(sourceId),
        at: unixMs(row.at),
        charged: charged === 1,
      })),
    chargedSince(source, since) {
      const sourceId = sources.find(source);
      return sourceId === null ? 0 : (countCharged.get(sourceId, since) as number);
    },
  };
}
