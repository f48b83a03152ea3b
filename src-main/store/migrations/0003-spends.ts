import type { Migration } from '../migrate.ts';

/**
 * Frozen: a change of the schema is a new migration. Times are UnixMs. What a request was charged is a weight, which may
 * be a fraction; ids of spends and requests are never given twice. Limits belong to an account of a source.
 */
export const spends: Migration = {
  version: 3,
  sql: `
    CREATE TABLE spends (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      source_id INTEGER NOT NULL REFERENCES sources (id),
      account TEXT NOT NULL,
      at REAL NOT NULL,
      weights TEXT NOT NULL,
      is_open INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX spends_account ON spends (source_id, account, at);
    CREATE INDEX spends_at ON spends (at);

    CREATE TABLE account_limits (
      source_id INTEGER NOT NULL REFERENCES sources (id),
      account TEXT NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (source_id, account)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO account_limits SELECT source_id, '', json_object(
      'limit', call_limit, 'remaining', remaining, 'resetAt', reset_at, 'seenAt', seen_at) FROM limits;
    DROP TABLE limits;
    ALTER TABLE account_limits RENAME TO limits;

    CREATE TABLE logged_requests (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      source_id INTEGER NOT NULL REFERENCES sources (id),
      at REAL NOT NULL,
      method TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      status INTEGER,
      took_ms REAL NOT NULL,
      failure_kind TEXT,
      bytes INTEGER NOT NULL,
      charged REAL NOT NULL,
      purpose TEXT NOT NULL DEFAULT 'background'
    ) STRICT;
    INSERT INTO logged_requests (id, source_id, at, method, endpoint, status, took_ms, failure_kind, bytes, charged)
      SELECT id, source_id, at, method, endpoint, status, took_ms, failure_kind, bytes, charged FROM requests;
    DROP TABLE requests;
    ALTER TABLE logged_requests RENAME TO requests;
    CREATE INDEX requests_at ON requests (at);
    CREATE INDEX requests_charged ON requests (source_id, at, charged) WHERE charged > 0;
    CREATE INDEX requests_source ON requests (source_id);

    CREATE INDEX rejected_last_at ON rejected (last_at, bytes);
  `,
};
