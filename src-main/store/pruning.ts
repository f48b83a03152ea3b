import type Database from 'better-sqlite3';
import type { PinnedRange } from '../contract/keeping.ts';
import type { UnixMs } from '../contract/market.ts';
import { heldParts } from './held-parts.ts';
import type { KeptPart } from './kept-tables.ts';
import { stretchesOf } from './stretches.ts';

/** A deletion that goes on in slices, so that the feeds can write between them. */
export interface Pruning {
  /**
   * Works for about 15 ms. After a slice that throws nothing of it was done, and the next one tries it again.
   * When `more` is false, all is done.
   */
  slice(): PruneSlice;
}

export interface PruneSlice {
  /** Rows deleted by this slice. */
  readonly rows: number;
  readonly more: boolean;
  /** 0 … 1 of the whole work. */
  readonly done: number;
}

const sliceMs = 15;
/** Of 8 KB; a slice gives back at most so many. */
const pagesAtOnce = 100;
/** A file that does not give pages back one by one is written anew only while that is quick: about 0.3 s. */
const rewrittenBytes = 67_108_864;

const incremental = 2;

export interface PruneOptions {
  readonly db: Database.Database;
  readonly parts: readonly KeptPart[];
  /** All that is over before it goes, except what is pinned and the newest snapshot of each series. */
  readonly before: UnixMs;
  readonly pinned: readonly PinnedRange[];
  readonly elapsedMs: () => number;
  /** After each slice that deleted something. */
  readonly onRemoved: () => void;
}

export function createPruning({ db, parts, before, pinned, elapsedMs, onRemoved }: PruneOptions): Pruning {
  const whole = { from: Number.NEGATIVE_INFINITY, to: before };
  const stretches = heldParts(parts, pinned).flatMap(({ part, pins }) =>
    stretchesOf(whole, part.spanMs, pins).map((stretch) => ({ part, stretch })),
  );
  let next = 0;
  let hasRemoved = false;

  const remove = db.transaction((from: number): { rows: number; next: number } => {
    const start = elapsedMs();
    let rows = 0;
    let at = from;
    while (at < stretches.length && elapsedMs() - start < sliceMs) {
      const { part, stretch } = stretches[at] as (typeof stretches)[number];
      const removed = part.remove(stretch);
      rows += removed.rows;
      if (!removed.more) at++;
    }
    return { rows, next: at };
  });

  return {
    slice() {
      const total = stretches.length + 1;
      if (next < stretches.length) {
        const removed = remove.immediate(next);
        next = removed.next;
        hasRemoved ||= removed.rows > 0;
        if (removed.rows > 0) onRemoved();
        return { rows: removed.rows, more: true, done: next / total };
      }
      const more = hasRemoved && giveBack(db);
      return { rows: 0, more, done: more ? stretches.length / total : 1 };
    },
  };
}

/** Makes the file smaller by some of its free pages; false when there is nothing more to give. */
function giveBack(db: Database.Database): boolean {
  const pragma = (name: string): number => db.pragma(name, { simple: true }) as number;
  if (pragma('auto_vacuum') === incremental) {
    db.pragma(`incremental_vacuum(${pagesAtOnce})`);
    return pragma('freelist_count') > 0;
  }
  if (pragma('page_count') * pragma('page_size') <= rewrittenBytes) {
    db.pragma('auto_vacuum = INCREMENTAL');
    db.exec('VACUUM');
  }
  return false;
}
