import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { UnixMs } from '../contract/market.ts';
import { readState, writeState } from './state.ts';
import { migrate, refuseNewer, schemaVersion, type Migration } from './migrate.ts';
import { isDamage } from './store-failure.ts';

/** `Halc`, in the header of every file of ours. */
export const applicationId = 0x48616c63;

/** Thrown for a file that cannot be used and must make room for a new one. */
export class DamagedFile extends Error {}

export interface OpenOptions {
  readonly migrations: readonly Migration[];
  readonly busyTimeoutMs: number;
  readonly appVersion: string;
  /** Every page was read, and found good, because the last run did not end with `close()`. */
  readonly onChecked?: () => void;
}

/**
 * Opens and migrates. What is checked at each start costs microseconds: header, schema, and the length of a file
 * that has no log beside it. Every page is read only after a run that did not end with `close()`.
 * Throws DamagedFile, FailureError (a newer version's file) or what SQLite throws.
 */
export function openFile(file: string, options: OpenOptions): Database.Database {
  const { migrations, busyTimeoutMs, appVersion } = options;
  mkdirSync(dirname(file), { recursive: true });
  if (isCutShort(file)) throw new DamagedFile('the file is shorter than its header says');
  const db = new Database(file, { timeout: busyTimeoutMs });
  try {
    refuseNewer(db, file, migrations.length);
    const empty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
    if (empty && schemaVersion(db) === 0) {
      db.pragma('page_size = 8192');
      // Pages that a retention frees can go back to the disk a few at a time.
      db.pragma('auto_vacuum = INCREMENTAL');
      db.pragma(`application_id = ${applicationId}`);
    } else if (db.pragma('application_id', { simple: true }) !== applicationId) {
      throw new DamagedFile('the file belongs to another program');
    }
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    // 32 MB of log: blobs are moved into the file less often, and `checkpoint()` is called when there is time.
    db.pragma('wal_autocheckpoint = 4000');
    // What a large transaction or a long reader made the log grow by goes back to the disk.
    db.pragma('journal_size_limit = 33554432');
    db.pragma('foreign_keys = ON');
    db.pragma('temp_store = MEMORY');
    db.pragma('cache_size = -16384');
    db.pragma('mmap_size = 268435456');
    const isUnsure = !empty && !wasClosed(db);
    if (isUnsure) checkPages(db);
    migrate(db, migrations);
    writeState(db, 'version', appVersion);
    markClosed(db, false);
    if (isUnsure) options.onChecked?.();
    return db;
  } catch (thrown) {
    db.close();
    throw isDamage(thrown) ? new DamagedFile((thrown as Error).message) : thrown;
  }
}

/** What SQLite keeps beside a file. */
export const sideFiles = ['-wal', '-shm'] as const;

/** Renames the file and what SQLite keeps beside it; returns the new path. */
export function setAside(file: string, now: UnixMs, why: 'corrupt' | 'before-restore' = 'corrupt'): string {
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  let target = `${file}.${why}-${stamp}`;
  for (let copy = 2; existsSync(target); copy++) target = `${file}.${why}-${stamp}-${copy}`;
  renameSync(file, target);
  try {
    for (const suffix of sideFiles) {
      if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
    }
  } catch (thrown) {
    // Without its log a file is not what it was.
    renameSync(target, file);
    throw thrown;
  }
  return target;
}

export const markClosed = (db: Database.Database, closed: boolean): void =>
  writeState(db, 'closed', closed ? 'yes' : 'no');

const wasClosed = (db: Database.Database): boolean => readState(db, 'closed') === 'yes';

function checkPages(db: Database.Database): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new DamagedFile(String(found));
}

/** With a log beside it the file may rightly be shorter than its header says: the rest is in the log. */
function isCutShort(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return false;
  const header = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, header, 0, 100, 0) < 100) return true;
  } finally {
    closeSync(handle);
  }
  if (header.toString('latin1', 0, 15) !== 'SQLite format 3') return true;
  const pageSize = header.readUInt16BE(16);
  return header.readUInt32BE(28) * (pageSize === 1 ? 65_536 : pageSize) > size;
}
