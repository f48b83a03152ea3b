import type Database from 'better-sqlite3';

/**
 * What the file says about itself: `version` of the Halcyon that opened it last, `closed` yes or no, and when it was
 * checked and backed up last. `clock.ts` keeps its time here as well.
 */
export type StateName = 'version' | 'closed' | 'checked-at' | 'backed-up-at';

export function readState(db: Database.Database, name: StateName): string | null {
  return (db.prepare('SELECT value FROM state WHERE name = ?').pluck().get(name) as string | undefined) ?? null;
}

export function writeState(db: Database.Database, name: StateName, value: string): void {
  db.prepare(
    `INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  ).run(name, value);
}
