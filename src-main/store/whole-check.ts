import Database from 'better-sqlite3';
import type { OnProgress } from './copy.ts';
import { asStoreFailure, isDamage } from './store-failure.ts';

/** What SQLite found wrong, at most 20 lines; empty: every page, index and reference is good. */
export interface CheckResult {
  readonly problems: readonly string[];
}

/** Reads every page by a connection of its own, so that writing may go on. SQLite does not tell how far it is. */
export function checkWhole(file: string, onProgress: OnProgress): CheckResult {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      onProgress(0);
      const lines = db.prepare('PRAGMA integrity_check(20)').pluck().all() as string[];
      const lost = db.prepare<[], { table: string }>('PRAGMA foreign_key_check').all();
      onProgress(1);
      return {
        problems: [
          ...lines.filter((line) => line !== 'ok'),
          ...lost.slice(0, 20).map(({ table }) => `a row of ${table} belongs to nothing`),
        ].slice(0, 20),
      };
    } finally {
      db.close();
    }
  } catch (thrown) {
    if (isDamage(thrown)) return { problems: [(thrown as Error).message] };
    throw asStoreFailure(thrown, file);
  }
}
