import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';

import { unixMs } from '../../src-main/contract/market.ts';
import { openStore, type Store } from '../../src-main/store/database.ts';
import { databaseOf } from '../e2e/profile-database.ts';

/**
 * A profile's database as this moment left it, in a copy, so that the app's own next start finds what it left. Throws
 * when a page of it is damaged. `rows` runs a query of its own.
 */
export function inspectKept<T>(profile: string, look: (store: Store, rows: <Row>(sql: string) => Row[]) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'halcyon-kept-'));
  const file = join(folder, 'halcyon.db');
  try {
    for (const suffix of ['', '-wal']) {
      if (existsSync(databaseOf(profile) + suffix)) copyFileSync(databaseOf(profile) + suffix, file + suffix);
    }
    const db = new Database(file);
    const found: unknown = db.pragma('integrity_check', { simple: true });
    if (found !== 'ok') throw new Error(`integrity_check: ${String(found)}`);
    const { store, notices } = openStore(file, { now: () => unixMs(Date.now()) });
    try {
      if (notices.length > 0) throw new Error(notices.map(({ text }) => text).join(' '));
      return look(store, <Row>(sql: string) => db.prepare(sql).all() as Row[]);
    } finally {
      store.close();
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
