import type { Migration } from '../migrate.ts';

/** Frozen: a change of the schema is a new migration. Times are UnixMs; an amount that is unknown is NULL. */
export const volumesAndHistory: Migration = {
  version: 2,
  sql: `
    CREATE TABLE volume_series (
      id INTEGER PRIMARY KEY,
      source_id INTEGER NOT NULL REFERENCES sources (id),
      asset TEXT NOT NULL,
      variant TEXT NOT NULL,
      interval_ms REAL NOT NULL,
      unit TEXT NOT NULL,
      UNIQUE (source_id, asset, variant)
    ) STRICT;

    CREATE TABLE liquidation_volumes (
      series_id INTEGER NOT NULL REFERENCES volume_series (id),
      time REAL NOT NULL,
      exchange TEXT NOT NULL,
      long REAL,
      short REAL,
      long_trades REAL,
      short_trades REAL,
      breaches INTEGER NOT NULL,
      received_at REAL NOT NULL,
      PRIMARY KEY (series_id, time, exchange)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE liquidation_feeds (
      id INTEGER PRIMARY KEY,
      source_id INTEGER NOT NULL REFERENCES sources (id),
      asset TEXT NOT NULL,
      symbol TEXT NOT NULL,
      is_sample INTEGER NOT NULL,
      price_basis TEXT NOT NULL,
      UNIQUE (source_id, asset, symbol, is_sample, price_basis)
    ) STRICT;

    CREATE TABLE realised_liquidations (
      feed_id INTEGER NOT NULL REFERENCES liquidation_feeds (id),
      time REAL NOT NULL,
      seq INTEGER NOT NULL,
      side INTEGER NOT NULL,
      price REAL,
      coins REAL,
      usd REAL,
      received_at REAL NOT NULL,
      PRIMARY KEY (feed_id, time, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE history_jobs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      provider TEXT NOT NULL,
      kind TEXT NOT NULL,
      asset TEXT NOT NULL,
      source_key TEXT NOT NULL,
      variant TEXT NOT NULL,
      range_from REAL NOT NULL,
      range_to REAL NOT NULL,
      reached REAL NOT NULL,
      rows REAL NOT NULL,
      flagged REAL NOT NULL,
      requests REAL NOT NULL,
      state TEXT NOT NULL,
      failure TEXT,
      changed_at REAL NOT NULL
    ) STRICT;
    CREATE INDEX history_jobs_open ON history_jobs
      (source_key, provider, kind, asset, variant, range_from, range_to) WHERE state <> 'done';
  `,
};
