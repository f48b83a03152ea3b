import type Database from 'better-sqlite3';
import { unixMs, type UnixMs } from '../contract/market.ts';

/** The last time that this program knew for sure to be over, so that a clock set back, or a restart, does not undo it. */
export interface ClockMemory {
  /** Null: never written. */
  read(): UnixMs | null;
  /** An earlier time than the one kept changes nothing. */
  write(time: UnixMs): void;
}

export function createClock(db: Database.Database): ClockMemory {
  const select = db.prepare<[], number>("SELECT CAST(value AS REAL) FROM state WHERE name = 'clock'").pluck();
  const upsert = db.prepare<[string]>(
    `INSERT INTO state (name, value) VALUES ('clock', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
     WHERE CAST(state.value AS REAL) < CAST(excluded.value AS REAL)`,
  );

  return {
    read() {
      const time = select.get() as number | undefined;
      return time === undefined ? null : unixMs(time);
    },
    write(time) {
      if (Number.isFinite(time)) upsert.run(String(time));
    },
  };
}
