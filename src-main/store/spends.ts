import type Database from 'better-sqlite3';
import { failure, FailureError } from '../contract/failure.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { Source, SourceKey } from '../contract/source.ts';
import type { Sources } from './sources.ts';

/** What was taken from a budget: units by rule id. */
export interface Spend {
  readonly id: number;
  readonly at: UnixMs;
  readonly weights: Readonly<Record<string, number>>;
  /** No answer has come yet. */
  readonly isOpen: boolean;
}

/** Calls that count against limits, written before they are sent, so that no crash makes them forgotten. */
export interface Spends {
  /** Returns the spend's id when it is committed; it is open. */
  add(source: Source, account: string, at: UnixMs, weights: Readonly<Record<string, number>>): number;
  /** Answers put these right: the moment, and that they are not open any more. */
  close(spends: readonly Pick<Spend, 'id' | 'at'>[]): void;
  /** It never left. */
  remove(id: number): void;
  /** Those at `at` or later, ascending by time. */
  since(source: SourceKey, account: string, at: UnixMs): readonly Spend[];
  /** Those before `before`, of every account: only by a provider's own word on the time, for a wall may be ahead. */
  prune(before: UnixMs): void;
}

export function createSpends(db: Database.Database, sources: Sources): Spends {
  const insert = db.prepare<[number, string, number, string]>(
    'INSERT INTO spends (source_id, account, at, weights, is_open) VALUES (?, ?, ?, ?, 1)',
  );
  const close = db.prepare<[number, number]>('UPDATE spends SET at = ?, is_open = 0 WHERE id = ?');
  const remove = db.prepare<[number]>('DELETE FROM spends WHERE id = ?');
  const removeBefore = db.prepare<[number]>('DELETE FROM spends WHERE at < ?');
  const select = db.prepare<[number, string, number], { id: number; at: number; weights: string; isOpen: number }>(
    'SELECT id, at, weights, is_open AS isOpen FROM spends WHERE source_id = ? AND account = ? AND at >= ? ORDER BY at, id',
  );

  const add = db.transaction((source: Source, account: string, at: UnixMs, weights: Spend['weights']): number => {
    const { lastInsertRowid } = insert.run(sources.idOf(source), account, at, JSON.stringify(weights));
    return Number(lastInsertRowid);
  });

  const closeAll = db.transaction((spends: readonly Pick<Spend, 'id' | 'at'>[]): void => {
    for (const { id, at } of spends) close.run(at, id);
  });

  return {
    close: (spends) => closeAll.immediate(spends),
    add(source, account, at, weights) {
      refuseUncountable(at, weights);
      return add.immediate(source, account, at, weights);
    },
    remove: (id) => void remove.run(id),
    since(source, account, at) {
      const sourceId = sources.find(source);
      if (sourceId === null) return [];
      return select.all(sourceId, account, at).map(({ id, at, weights, isOpen }) => ({
        id,
        at: unixMs(at),
        weights: JSON.parse(weights) as Spend['weights'],
        isOpen: isOpen === 1,
      }));
    },
    prune: (before) => void removeBefore.run(before),
  };
}

/** JSON would make nothing of them, and the call would be free. */
function refuseUncountable(at: number, weights: Spend['weights']): void {
  if ([at, ...Object.values(weights)].every(Number.isFinite)) return;
  throw new FailureError(
    failure('bug', 'A request without a countable price was not made.', {
      detail: `at ${at}, ${Object.entries(weights).join(' ')}`,
    }),
  );
}
