import type Database from 'better-sqlite3';
import type { UnixMs } from '../contract/market.ts';
import type { RateLimits } from '../contract/provider-status.ts';
import type { Source, SourceKey } from '../contract/source.ts';
import type { Sources } from './sources.ts';

/** Limits as they were told, with what is to be known of them after a restart. */
export interface KeptLimits extends RateLimits {
  /** A good answer came without a word on limits. */
  readonly isSilent?: boolean;
  /** A 429 named it; null: none is in force. */
  readonly pausedUntil?: UnixMs | null;
  /** Spends up to this id are taken off `remaining`. */
  readonly upTo?: number;
}

/** The last limits each account of a source was told, so that a restart does not spend calls to learn them. */
export interface Limits {
  write(source: Source, account: string, limits: KeptLimits): void;
  read(source: SourceKey, account: string): KeptLimits | null;
}

export function createLimits(db: Database.Database, sources: Sources): Limits {
  const upsert = db.prepare<[number, string, string]>(
    `INSERT INTO limits (source_id, account, json) VALUES (?, ?, ?)
     ON CONFLICT (source_id, account) DO UPDATE SET json = excluded.json`,
  );
  const select = db
    .prepare<[number, string], string>('SELECT json FROM limits WHERE source_id = ? AND account = ?')
    .pluck();
  const write = db.transaction((source: Source, account: string, limits: KeptLimits) => {
    upsert.run(sources.idOf(source), account, JSON.stringify(limits));
  });

  return {
    write: (source, account, limits) => write.immediate(source, account, limits),
    read(source, account) {
      const sourceId = sources.find(source);
      const json = sourceId === null ? undefined : (select.get(sourceId, account) as string | undefined);
      return json === undefined ? null : (JSON.parse(json) as KeptLimits);
    },
  };
}
