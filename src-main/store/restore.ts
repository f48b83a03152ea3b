import { accessSync, constants, existsSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { failure, FailureError } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';
import { asUnreadable, isSameFile, syncFolder } from './backup.ts';
import { copyDatabase, discard, type OnProgress } from './copy.ts';
import { sideFiles, setAside } from './open-file.ts';
import { asStoreFailure, isNoRoom } from './store-failure.ts';

export interface Restored {
  readonly bytes: number;
  /** Where the former database is now; null: there was none. */
  readonly aside: string | null;
}

export interface RestoreOptions {
  readonly now: () => UnixMs;
  readonly onProgress: OnProgress;
  readonly rename?: (from: string, to: string) => void;
}

/** First step, while the store may still be open: a checked copy of the backup beside the database. */
export async function stageRestore(target: string, from: string, onProgress: OnProgress): Promise<{ bytes: number }> {
  if (isSameFile(target, from)) {
    throw new FailureError(failure('store', 'That is the database in use; choose a backup of it.'));
  }
  try {
    accessSync(dirname(target), constants.W_OK);
  } catch (thrown) {
    throw asStoreFailure(thrown, target);
  }
  try {
    return await copyDatabase(from, staged(target), onProgress);
  } catch (thrown) {
    throw isNoRoom(thrown) ? asStoreFailure(thrown, target) : asUnreadable(thrown, from);
  }
}

/**
 * Second step, when the store is closed: the present database is set aside and the copy takes its place. When that fails
 * the former one is where it was. Throws a `store` failure.
 */
export function finishRestore(
  target: string,
  { now, rename = renameSync }: Pick<RestoreOptions, 'now' | 'rename'>,
): Pick<Restored, 'aside'> {
  let aside: string | null = null;
  try {
    // Nothing is moved for a copy that is not there.
    accessSync(staged(target), constants.R_OK);
    if (existsSync(target)) aside = setAside(target, now(), 'before-restore');
    rename(staged(target), target);
    syncFolder(dirname(target));
    return { aside };
  } catch (thrown) {
    if (aside !== null)
      for (const end of ['', ...sideFiles]) if (existsSync(aside + end)) renameSync(aside + end, target + end);
    discard(staged(target));
    throw asStoreFailure(thrown, target);
  }
}

/** Both steps; the store must be closed. */
export async function restoreInto(target: string, from: string, options: RestoreOptions): Promise<Restored> {
  const { bytes } = await stageRestore(target, from, options.onProgress);
  return { bytes, ...finishRestore(target, options) };
}

const staged = (target: string): string => `${target}.restoring`;
