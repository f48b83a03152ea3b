import Database from 'better-sqlite3';
import { failure, FailureError } from '../contract/failure.ts';

const damage: ReadonlySet<string> = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/** `SQLITE_IOERR_WRITE` → `SQLITE_IOERR`. */
const primary = (code: string): string => code.split('_').slice(0, 2).join('_');

export const codeOf = (thrown: unknown): string | null =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;

export const isDamage = (thrown: unknown): boolean =>
  thrown instanceof Database.SqliteError && damage.has(primary(thrown.code));

export function isNoRoom(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code !== null && ['SQLITE_FULL', 'ENOSPC', 'EDQUOT'].includes(code);
}

/** Statements that do not fit the tables: the file says it has our schema and has not. */
export const isForeignSchema = (thrown: unknown): boolean =>
  thrown instanceof Database.SqliteError && thrown.code === 'SQLITE_ERROR';

/** One sentence for an error of SQLite or of the file system; null for a code that says nothing about the file. */
export function sentenceFor(code: string, file: string): string | null {
  switch (code.startsWith('SQLITE_') ? primary(code) : code) {
    case 'SQLITE_FULL':
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk is full, so new data cannot be kept in ${file}; free some space, what is cached stays readable.`;
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
    case 'EBUSY':
      return `Another program holds the database ${file}; close it and try again.`;
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_PERM':
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'ENOENT':
    case 'EEXIST':
    case 'EISDIR':
      return `The database ${file} cannot be written; check that its folder exists and that you may write there.`;
    case 'SQLITE_IOERR':
    case 'EIO':
      return `The disk failed while the database ${file} was in use; check the disk. Halcyon goes on as soon as it works.`;
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return `The database ${file} is damaged; start Halcyon again and it will be set aside for a new one.`;
    default:
      return null;
  }
}

/** What was thrown by SQLite or the file system as a `store` failure; anything else is returned as it is. */
export function asStoreFailure(thrown: unknown, file: string): unknown {
  const code = codeOf(thrown);
  if (code === null || thrown instanceof FailureError) return thrown;
  const detail = `${code}: ${(thrown as Error).message}`;
  const sentence = sentenceFor(code, file);
  if (sentence !== null) return new FailureError(failure('store', sentence, { detail }));
  if (!(thrown instanceof Database.SqliteError)) return thrown;
  return new FailureError(failure('store', `The database ${file} refused what it was asked to keep.`, { detail }));
}

/** The same functions, throwing FailureError where SQLite would throw its own; `onError` sees each error first. */
export function guard<Functions extends object>(
  functions: Functions,
  file: string,
  onError: (thrown: unknown) => void,
): Functions {
  const guarded = Object.entries(functions).map(([name, call]: [string, (...args: unknown[]) => unknown]) => [
    name,
    (...args: unknown[]) => {
      try {
        return call(...args);
      } catch (thrown) {
        onError(thrown);
        throw asStoreFailure(thrown, file);
      }
    },
  ]);
  return Object.fromEntries(guarded) as Functions;
}
