import { closeSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { migrations } from './migrations/index.ts';
import { applicationId, DamagedFile, markClosed, sideFiles } from './open-file.ts';
import { refuseNewer, schemaVersion } from './migrate.ts';

/** 0 … 1. */
export type OnProgress = (done: number) => void;

/** Thrown for a file that is no database of Halcyon's. */
export class ForeignFile extends Error {}

const pagesAtOnce = 256;

/**
 * Copies a database by SQLite's own backup interface, as it is at this moment, whatever is written to it meanwhile: one file
 * without a log beside it, on the disk when it returns, and every page of it read again. Throws DamagedFile, ForeignFile,
 * FailureError (a newer version's file) or what SQLite and the file system throw; then no copy is left.
 */
export async function copyDatabase(from: string, to: string, onProgress: OnProgress): Promise<{ bytes: number }> {
  discard(to);
  try {
    const source = new Database(from, { readonly: true, fileMustExist: true });
    try {
      // One moment for all pages: without it the copy would begin anew after each write.
      source.exec('BEGIN');
      assertOurs(source, from);
      await source.backup(to, {
        progress({ totalPages, remainingPages }) {
          onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages);
          return pagesAtOnce;
        },
      });
    } finally {
      source.close();
    }
    finish(to);
    onProgress(1);
    return { bytes: statSync(to).size };
  } catch (thrown) {
    discard(to);
    throw thrown;
  }
}

/** A file that was begun, and what SQLite keeps beside it. What cannot be removed does no harm: the next try writes over it. */
export function discard(file: string): void {
  for (const end of ['', '-journal', ...sideFiles]) {
    try {
      rmSync(file + end, { force: true });
    } catch {
      continue;
    }
  }
}

/** Throws ForeignFile, or a FailureError for a newer version's file. */
export function assertOurs(db: Database.Database, file: string): void {
  if (db.pragma('application_id', { simple: true }) !== applicationId || schemaVersion(db) === 0)
    throw new ForeignFile();
  refuseNewer(db, file, migrations.length);
}

/** Reads every page; throws DamagedFile. */
export function assertWhole(db: Database.Database): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new DamagedFile(String(found));
}

function finish(file: string): void {
  const copy = new Database(file);
  try {
    copy.pragma('journal_mode = DELETE');
    assertWhole(copy);
    markClosed(copy, true);
  } finally {
    copy.close();
  }
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}
