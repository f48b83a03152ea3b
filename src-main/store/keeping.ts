import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import type { KeptRows, Retention, RetentionPreview, StoreState } from '../contract/keeping.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import { createKeptTables } from './kept-tables.ts';
import { createPruning, type Pruning } from './pruning.ts';
import { createRetention } from './retention.ts';
import { readState, writeState } from './state.ts';

/** How much there is, and how long it stays. */
export interface Keeping {
  /** Counts every row; `kept`: what a worker has counted already. */
  state(kept?: readonly KeptRows[]): StoreState;
  /** What a retention would delete now; a large database takes seconds, see `worker.ts`. */
  preview(retention: Retention): RetentionPreview;
  /**
   * Deletes all before `before` but the pinned ranges of the retention. Left out, it is what `preview` would say.
   * Null when nothing goes.
   */
  prune(retention: Retention, before?: UnixMs | null): Pruning | null;
  /** Every page was read and found good. */
  checked(at: UnixMs): void;
  backedUp(at: UnixMs): void;
}

export interface KeepingOptions {
  readonly file: string;
  readonly now: () => UnixMs;
  /** Monotonic. */
  readonly elapsedMs: () => number;
  readonly sizeBytes: () => number;
  readonly onRemoved: () => void;
  /** The same functions, throwing FailureError. */
  readonly guarded: <Functions extends object>(functions: Functions) => Functions;
}

export function createKeeping(db: Database.Database, options: KeepingOptions): Keeping {
  const { file, now, elapsedMs, sizeBytes, onRemoved, guarded } = options;
  const parts = createKeptTables(db);
  const retention = createRetention(db, parts, now);
  const remembered = (name: 'checked-at' | 'backed-up-at'): UnixMs | null => {
    const text = readState(db, name);
    return text === null ? null : unixMs(Number(text));
  };

  return {
    state: (kept) => ({
      file,
      bytes: sizeBytes(),
      kept: kept ?? retention.kept(),
      freeBytes: freeBytes(file),
      checkedAt: remembered('checked-at'),
      backedUpAt: remembered('backed-up-at'),
    }),
    preview: (asked) => retention.preview(asked),
    prune(asked, before = retention.preview(asked).before) {
      if (before === null) return null;
      return guarded(createPruning({ db, parts: parts(), before, pinned: asked.pinned, elapsedMs, onRemoved }));
    },
    checked: (at) => writeState(db, 'checked-at', String(at)),
    backedUp: (at) => writeState(db, 'backed-up-at', String(at)),
  };
}

function freeBytes(file: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  } catch {
    return null;
  }
}
