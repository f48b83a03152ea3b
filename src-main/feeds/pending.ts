import type { Snapshot } from '../contract/snapshot.ts';
import type { LevelBook, PushLog } from './level-book.ts';

/** What the stream changed and where it stands: shown soon, committed at a bounded rate. */
export interface Pending {
  book: LevelBook | null;
  latest: Snapshot | null;
  /** The stream brought it since it was connected. */
  isBrought: boolean;
  unshown: boolean;
  uncommitted: boolean;
  committedAt: number;
  /** What was pushed since REST was asked; null while it is not being asked. */
  duringAsk: PushLog | null;
}

export const nothingPending = (): Pending => ({
  book: null,
  latest: null,
  isBrought: false,
  unshown: false,
  uncommitted: false,
  committedAt: Number.NEGATIVE_INFINITY,
  duringAsk: null,
});
