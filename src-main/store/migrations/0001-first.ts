import type { Migration } from '../migrate.ts';

/** Frozen: a change of the schema is a new migration. Times are UnixMs; REAL holds them exactly, fractions included. */
export const first: Migration = {
  version: 1,
  sql: `
    CREATE TABLE state (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sources (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      provider TEXT NOT NULL,
      environment TEXT NOT NULL,
      host TEXT NOT NULL
    ) STRICT;

    CREATE TABLE instruments (
      id INTEGER PRIMARY KEY,
      source_id INTEGER NOT NULL REFERENCES sources (id),
      asset TEXT NOT NULL,
      symbol TEXT NOT NULL,
      quote TEXT NOT NULL,
      tick_size REAL NOT NULL,
      chosen_at REAL NOT NULL,
      UNIQUE (source_id, asset, symbol, quote)
    ) STRICT;
    CREATE INDEX instruments_chosen ON instruments (source_id, asset, chosen_at);

    CREATE TABLE candles (
      instrument_id INTEGER NOT NULL REFERENCES instruments (id),
      timeframe TEXT NOT NULL,
      open_time REAL NOT NULL,
      open REAL,
      high REAL,
      low REAL,
      close REAL,
      volume REAL,
      taker_buy_volume REAL,
      closed INTEGER NOT NULL,
      received_at REAL NOT NULL,
      PRIMARY KEY (instrument_id, timeframe, open_time)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      source_id INTEGER NOT NULL REFERENCES sources (id),
      asset TEXT NOT NULL,
      kind TEXT NOT NULL,
      variant TEXT NOT NULL,
      newest_id INTEGER,
      UNIQUE (source_id, asset, kind, variant)
    ) STRICT;

    CREATE TABLE snapshots (
      id INTEGER PRIMARY KEY,
      series_id INTEGER NOT NULL REFERENCES series (id),
      taken_at REAL NOT NULL,
      seq INTEGER NOT NULL,
      basis TEXT NOT NULL,
      received_at REAL NOT NULL,
      confirmed_at REAL NOT NULL,
      transport TEXT NOT NULL,
      meta TEXT NOT NULL,
      layout TEXT NOT NULL,
      data BLOB NOT NULL,
      UNIQUE (series_id, taken_at, seq)
    ) STRICT;

    CREATE TABLE blocks (
      id INTEGER PRIMARY KEY,
      series_id INTEGER NOT NULL REFERENCES series (id),
      hour INTEGER NOT NULL,
      part INTEGER NOT NULL,
      count INTEGER NOT NULL,
      codec TEXT NOT NULL,
      times BLOB NOT NULL,
      data BLOB NOT NULL,
      UNIQUE (series_id, hour, part)
    ) STRICT;

    CREATE TABLE rejected (
      id INTEGER PRIMARY KEY,
      source_id INTEGER NOT NULL REFERENCES sources (id),
      endpoint TEXT NOT NULL,
      at REAL NOT NULL,
      last_at REAL NOT NULL,
      times INTEGER NOT NULL,
      path TEXT NOT NULL,
      message TEXT NOT NULL,
      length INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX rejected_endpoint ON rejected (source_id, endpoint, id);
    CREATE INDEX rejected_bytes ON rejected (bytes);

    CREATE TABLE requests (
      id INTEGER PRIMARY KEY,
      source_id INTEGER NOT NULL REFERENCES sources (id),
      at REAL NOT NULL,
      method TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      status INTEGER,
      took_ms REAL NOT NULL,
      failure_kind TEXT,
      bytes INTEGER NOT NULL,
      charged INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX requests_at ON requests (at);
    CREATE INDEX requests_charged ON requests (source_id, at) WHERE charged = 1;

    CREATE TABLE limits (
      source_id INTEGER PRIMARY KEY REFERENCES sources (id),
      call_limit REAL,
      remaining REAL,
      reset_at REAL,
      seen_at REAL NOT NULL
    ) STRICT;

    CREATE TABLE settings (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      json TEXT NOT NULL
    ) STRICT;
  `,
};
