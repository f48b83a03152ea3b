import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Notice } from '../contract/channels.ts';
import type { UnixMs } from '../contract/market.ts';
import { createBlocks } from './blocks.ts';
import { createCandles, type Candles } from './candles.ts';
import { createClock, type ClockMemory } from './clock.ts';
import type { Codec } from './compression.ts';
import { createHistory, type HistoryJobs } from './history.ts';
import { createInstruments } from './instruments.ts';
import { createKeeping, type Keeping } from './keeping.ts';
import { createLimits, type Limits } from './limits.ts';
import { migrations } from './migrations/index.ts';
import { DamagedFile, markClosed, openFile, setAside } from './open-file.ts';
import { createRealised, type Realised } from './realised.ts';
import { createRejected, type Rejected } from './rejected.ts';
import { createRequests, type Requests } from './requests.ts';
import { createSeriesTable } from './series.ts';
import { createSettings, type StoredSettings } from './settings.ts';
import { createSnapshots, type Snapshots } from './snapshots.ts';
import { createSources } from './sources.ts';
import { createSpends, type Spends } from './spends.ts';
import { asStoreFailure, guard, isDamage, isForeignSchema } from './store-failure.ts';
import { createVolumes, type Volumes } from './volumes.ts';

/** All that is kept on disk. Every function throws FailureError; after a failed write reading goes on. */
export interface Store {
  readonly candles: Candles;
  readonly snapshots: Snapshots;
  readonly volumes: Volumes;
  readonly realised: Realised;
  readonly history: HistoryJobs;
  readonly rejected: Rejected;
  readonly requests: Requests;
  readonly limits: Limits;
  readonly spends: Spends;
  readonly clock: ClockMemory;
  readonly keeping: Keeping;
  readonly settings: StoredSettings;
  /** Bytes on disk, the log included. */
  sizeBytes(): number;
  /** Moves the log into the file. */
  checkpoint(): void;
  close(): void;
}

export interface StoreOptions {
  readonly now: () => UnixMs;
  /** Written into the file, so that an older version can name the one it needs. */
  readonly appVersion?: string;
  /** How long a write waits for another program's lock. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens the database, makes it, or brings it up to date. A damaged file is set aside under another name, which a notice
 * tells, and a new one is opened. Throws a `store` failure for a newer version's file and where nothing can be written;
 * nothing is left open then, so it may be called again.
 */
export function openStore(file: string, options: StoreOptions): { store: Store; notices: Notice[] } {
  const open = (): Store => {
    let wasChecked = false;
    const onChecked = (): void => void (wasChecked = true);
    const db = openFile(file, { migrations, busyTimeoutMs: 2_000, appVersion: '', onChecked, ...options });
    try {
      const store = createStore(db, file, options);
      if (wasChecked) store.keeping.checked(options.now());
      return store;
    } catch (thrown) {
      db.close();
      throw isDamage(thrown) || isForeignSchema(thrown) ? new DamagedFile((thrown as Error).message) : thrown;
    }
  };
  try {
    try {
      return { store: open(), notices: [] };
    } catch (thrown) {
      if (!(thrown instanceof DamagedFile)) throw thrown;
      const notice = asideNotice(file, setAside(file, options.now()), thrown.message, options.now());
      return { store: open(), notices: [notice] };
    }
  } catch (thrown) {
    throw asStoreFailure(thrown, file);
  }
}

/** The store over a database that is open and has the newest schema. */
export function createStore(
  db: Database.Database,
  file: string,
  { now, codec }: Pick<StoreOptions, 'now'> & { readonly codec?: Codec },
): Store {
  const sources = createSources(db);
  const instruments = createInstruments(db, sources);
  const series = createSeriesTable(db, sources);
  const elapsedMs = (): number => performance.now();
  const sizeBytes = (): number => fileSize(file) + fileSize(`${file}-wal`);
  const blocks = createBlocks(db, { elapsedMs, ...(codec === undefined ? {} : { codec }) });
  const rejected = createRejected(db, sources);
  let damaged = false;

  const guarded = <Functions extends object>(functions: Functions): Functions =>
    guard(functions, file, (thrown) => {
      damaged ||= isDamage(thrown);
      // What a rolled-back transaction had added is not there.
      for (const table of [sources, instruments, series]) table.forget();
    });

  return {
    candles: guarded(createCandles(db, instruments)),
    snapshots: guarded(createSnapshots(db, sources, series, blocks)),
    volumes: guarded(createVolumes(db, sources)),
    realised: guarded(createRealised(db, sources)),
    history: guarded(createHistory(db, now)),
    rejected: guarded(rejected),
    requests: guarded(createRequests(db, sources)),
    limits: guarded(createLimits(db, sources)),
    spends: guarded(createSpends(db, sources)),
    clock: guarded(createClock(db)),
    keeping: guarded(createKeeping(db, { file, now, elapsedMs, sizeBytes, onRemoved: rejected.recount, guarded })),
    settings: guarded(createSettings(db)),
    ...guarded({
      sizeBytes,
      checkpoint: () => void db.pragma('wal_checkpoint(TRUNCATE)'),
      close() {
        if (!db.open) return;
        try {
          // A file that was seen to be damaged is checked at the next start.
          if (!damaged) markClosed(db, true);
          db.pragma('wal_checkpoint(TRUNCATE)');
        } finally {
          db.close();
        }
      },
    }),
  };
}

const fileSize = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function asideNotice(file: string, aside: string, why: string, at: UnixMs): Notice {
  return {
    id: 'store-set-aside',
    level: 'warning',
    text: `The database ${file} could not be read (${why}); it was set aside as ${aside}, and Halcyon has started a new one.`,
    at,
    resolved: false,
  };
}
