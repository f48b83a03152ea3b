import type Database from 'better-sqlite3';
import { failure, FailureError } from '../contract/failure.ts';
import { readState } from './state.ts';

/** One step of the schema. Once released it never changes. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

export const schemaVersion = (db: Database.Database): number => db.pragma('user_version', { simple: true }) as number;

/** Throws a `store` failure for a file that a newer Halcyon has written; changes nothing in it. */
export function refuseNewer(db: Database.Database, file: string, newest: number): void {
  const found = schemaVersion(db);
  if (found <= newest) return;
  const version = versionOf(db);
  throw new FailureError(
    failure(
      'store',
      `The database ${file} was made by a newer Halcyon${version === '' ? '' : ` (${version})`}; install that version or a later one, or move the file away to start with an empty database.`,
      { detail: `schema version ${found}, this version knows ${newest}` },
    ),
  );
}

/** Empty where the newer file no longer says it the way we know. */
function versionOf(db: Database.Database): string {
  try {
    return readState(db, 'version') ?? '';
  } catch {
    return '';
  }
}

/** Applies what the file has not had yet, each step in its own transaction. */
export function migrate(db: Database.Database, migrations: readonly Migration[]): void {
  for (const migration of migrations) {
    const apply = db.transaction(() => {
      if (schemaVersion(db) >= migration.version) return;
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    });
    apply.immediate();
  }
}
