import { closeSync, fsyncSync, openSync, realpathSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { failure, FailureError } from '../contract/failure.ts';
import { assertOurs, assertWhole, copyDatabase, discard, ForeignFile, type OnProgress } from './copy.ts';
import { DamagedFile } from './open-file.ts';
import { codeOf, isDamage, isNoRoom } from './store-failure.ts';

/**
 * Writes a checked copy of an open database under the name `target`, or leaves what is there as it is. Writing goes on
 * meanwhile; what is acknowledged before the call is in the copy. Throws a `store` failure.
 */
export async function backUp(database: string, target: string, onProgress: OnProgress): Promise<{ bytes: number }> {
  if (isSameFile(database, target)) {
    throw new FailureError(failure('store', 'That is the database itself; choose another name for the backup.'));
  }
  const part = `${target}.part`;
  try {
    const copied = await copyDatabase(database, part, onProgress);
    renameSync(part, target);
    syncFolder(dirname(target));
    return copied;
  } catch (thrown) {
    discard(part);
    throw asBackupFailure(thrown, database, target);
  }
}

/** Throws a `store` failure unless the file is a whole database of this version of Halcyon or an earlier one. */
export function readBackup(file: string): { readonly bytes: number } {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      assertOurs(db, file);
      assertWhole(db);
    } finally {
      db.close();
    }
    return { bytes: statSync(file).size };
  } catch (thrown) {
    throw asUnreadable(thrown, file);
  }
}

export const isSameFile = (one: string, other: string): boolean => realPath(one) === realPath(other);

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** A rename is on the disk only when its folder is; where folders cannot be opened (Windows), the system sees to it. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    return;
  }
}

const detailOf = (thrown: unknown): string =>
  `${codeOf(thrown) ?? ''} ${thrown instanceof Error ? thrown.message : String(thrown)}`.trim();

function asBackupFailure(thrown: unknown, database: string, target: string): unknown {
  const detail = detailOf(thrown);
  const say = (message: string): FailureError => new FailureError(failure('store', message, { detail }));
  if (thrown instanceof FailureError) return thrown;
  if (thrown instanceof DamagedFile || thrown instanceof ForeignFile || isDamage(thrown)) {
    return say(`The database ${database} is damaged, so no backup was made; start Halcyon again to have it checked.`);
  }
  if (isNoRoom(thrown))
    return say(`There is no room for the backup ${target}; free some space or choose another place.`);
  if (codeOf(thrown) === null && !(thrown instanceof TypeError)) return thrown;
  return say(`The backup ${target} could not be written; check that its folder exists and that you may write there.`);
}

/** Anything that goes wrong with reading a backup, in a sentence about that file. */
export function asUnreadable(thrown: unknown, file: string): unknown {
  const detail = detailOf(thrown);
  const say = (message: string): FailureError => new FailureError(failure('store', message, { detail }));
  if (thrown instanceof FailureError) {
    return thrown.failure.kind === 'store'
      ? say(`${file} was made by a newer Halcyon than this one; install that version or a later one to use it.`)
      : thrown;
  }
  if (thrown instanceof ForeignFile || codeOf(thrown) === 'SQLITE_NOTADB') {
    return say(`${file} is not a backup of Halcyon’s database; choose another file.`);
  }
  if (thrown instanceof DamagedFile || isDamage(thrown)) {
    return say(`The backup ${file} is damaged and cannot be used; choose another one.`);
  }
  return codeOf(thrown) === null ? thrown : say(`The backup ${file} cannot be read; check that it is there.`);
}
