import Database from 'better-sqlite3';
import { unixMs } from '../contract/market.ts';
import type { Source } from '../contract/source.ts';
import type { Store } from './database.ts';
import type { KeptLimits } from './limits.ts';

interface Row extends Source {
  readonly account: string;
}

/**
 * What was spent of limits goes over from the database that a backup took the place of: providers do not forget with us.
 * One that is too damaged, or too old, to tell has nothing to carry.
 */
export function carryOver(former: string, store: Store): void {
  try {
    const db = new Database(former, { readonly: true, fileMustExist: true });
    try {
      const from = 'FROM spends JOIN sources ON sources.id = spends.source_id ORDER BY spends.id';
      const spends = db
        .prepare<[], Row & { at: number; weights: string }>(
          `SELECT provider, environment, host, account, at, weights ${from}`,
        )
        .all();
      const limits = db
        .prepare<[], Row & { json: string }>(
          'SELECT provider, environment, host, account, json FROM limits JOIN sources ON sources.id = limits.source_id',
        )
        .all();
      const clock = db.prepare<[], string>("SELECT value FROM state WHERE name = 'clock'").pluck().get() as
        string | undefined;
      if (clock !== undefined) store.clock.write(unixMs(Number(clock)));
      for (const { provider, environment, host, account, at, weights } of spends) {
        const counted = JSON.parse(weights) as Record<string, number>;
        store.spends.add({ provider, environment, host }, account, unixMs(at), counted);
      }
      for (const { provider, environment, host, account, json } of limits) {
        // Ids of spends are others now: what was told counts, and every spend on top of it.
        const { limit, remaining, resetAt, seenAt, isSilent, pausedUntil } = JSON.parse(json) as KeptLimits;
        const told = {
          limit,
          remaining,
          resetAt,
          seenAt,
          isSilent: isSilent ?? false,
          pausedUntil: pausedUntil ?? null,
        };
        store.limits.write({ provider, environment, host }, account, told);
      }
    } finally {
      db.close();
    }
  } catch {
    return;
  }
}
