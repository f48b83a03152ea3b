import { join } from 'node:path';

import Database from 'better-sqlite3';

export const databaseOf = (profile: string): string => join(profile, 'halcyon.db');

/** Rows of a profile's database, read as another program would. */
export function readRows<Row>(profile: string, sql: string): Row[] {
  const db = new Database(databaseOf(profile), { readonly: true });
  try {
    return db.prepare(sql).all() as Row[];
  } finally {
    db.close();
  }
}

export interface RejectedRow {
  readonly provider: string;
  readonly endpoint: string;
  readonly path: string;
  readonly times: number;
  readonly text: string;
}

export const rejectedRows = (profile: string): RejectedRow[] =>
  readRows(
    profile,
    `SELECT provider, endpoint, path, times, text FROM rejected JOIN sources ON sources.id = source_id ORDER BY rejected.id`,
  );
