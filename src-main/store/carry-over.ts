import Database from 'better-sqlite3';
import { unixMs } from '../contract/market.ts';
import { sourceKey, type Source } from '../contract/source.ts';
import type { Store } from './database.ts';
import type { KeptLimits } from './limits.ts';

interface Row extends Source {
  readonly account: string;
}

interface SpendRow extends Row {
  readonly at: number;
  readonly weights: string;
  readonly isOpen: number;
}

const spendsSql = `SELECT provider, environment, host, account, at, weights, is_open AS isOpen
  FROM spends JOIN sources ON sources.id = spends.source_id ORDER BY spends.id`;
const limitsSql = `SELECT provider, environment, host, account, json
  FROM limits JOIN sources ON sources.id = limits.source_id`;

/**
 * What was spent of limits goes over from the database that a backup took the place of: providers do not forget with us.
 * One that is too damaged, or too old, to tell has nothing to carry; of one that is damaged in places the rest goes over.
 */
export function carryOver(former: string, store: Store): void {
  attempt(() => {
    const db = new Database(former, { readonly: true, fileMustExist: true });
    try {
      attempt(() => carryClock(db, store));
      attempt(() => carrySpends(db, store));
      for (const row of db.prepare<[], Row & { json: string }>(limitsSql).all()) attempt(() => carryLimits(row, store));
    } finally {
      db.close();
    }
  });
}

function carryClock(db: Database.Database, store: Store): void {
  const clock = db.prepare<[], string>("SELECT value FROM state WHERE name = 'clock'").pluck().get();
  if (clock !== undefined) store.clock.write(unixMs(Number(clock)));
}

/** Those that the backup has, too, are there already. */
function carrySpends(db: Database.Database, store: Store): void {
  const known = new Map<string, string[]>();
  for (const row of db.prepare<[], SpendRow>(spendsSql).iterate()) {
    const account = `${sourceKey(row)} ${row.account}`;
    const there = known.get(account) ?? store.spends.since(sourceKey(row), row.account, unixMs(0)).map(nameOf);
    known.set(account, there);
    attempt(() => {
      const weights = JSON.parse(row.weights) as Record<string, number>;
      const index = there.indexOf(nameOf({ at: row.at, weights }));
      if (index >= 0) return void there.splice(index, 1);
      const { provider, environment, host } = row;
      const id = store.spends.add({ provider, environment, host }, row.account, unixMs(row.at), weights);
      if (row.isOpen === 0) store.spends.close([{ id, at: unixMs(row.at) }]);
    });
  }
}

function carryLimits({ provider, environment, host, account, json }: Row & { json: string }, store: Store): void {
  // Ids of spends are others now: what was told counts, and every spend on top of it.
  const { limit, remaining, resetAt, seenAt, isSilent = false, pausedUntil = null } = JSON.parse(json) as KeptLimits;
  store.limits.write({ provider, environment, host }, account, {
    limit,
    remaining,
    resetAt,
    seenAt,
    isSilent,
    pausedUntil,
  });
}

const nameOf = ({ at, weights }: { readonly at: number; readonly weights: object }): string =>
  `${at} ${JSON.stringify(weights)}`;

function attempt(run: () => void): void {
  try {
    run();
  } catch {
    // What cannot be read has nothing to tell.
  }
}
