import type Database from 'better-sqlite3';
import type { RateLimits } from '../contract/provider-status.ts';
import type { Source, SourceKey } from '../contract/source.ts';
import type { Sources } from './sources.ts';

/** The last limits each source has told, so that a restart does not spend calls to learn them. */
export interface Limits {
  write(source: Source, limits: RateLimits): void;
  read(source: SourceKey): RateLimits | null;
}

export function createLimits(db: Database.Database, sources: Sources): Limits {
  const upsert = db.prepare(
    `INSERT INTO limits (source_id, call_limit, remaining, reset_at, seen_at)
     VALUES (@sourceId, @limit, @remaining, @resetAt, @seenAt)
     ON CONFLICT (source_id) DO UPDATE SET
       call_limit = excluded.call_limit, remaining = excluded.remaining, reset_at = excluded.reset_at, seen_at = excluded.seen_at`,
  );
  const select = db.prepare<[number], RateLimits>(
    'SELECT call_limit AS "limit", remaining, reset_at AS resetAt, seen_at AS seenAt FROM limits WHERE source_id = ?',
  );
  const write = db.transaction((source: Source, limits: RateLimits) => {
    upsert.run({ ...limits, sourceId: sources.idOf(source) });
  });

  return {
    write: (source, limits) => write.immediate(source, limits),
    read(source) {
      const sourceId = sources.find(source);
      return sourceId === null ? null : (select.get(sourceId) ?? null);
    },
  };
}
