import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { createStore } from '../../../src-main/store/database.ts';
import { migrate, schemaVersion, type Migration } from '../../../src-main/store/migrate.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { noon } from './samples.ts';

const schemaOf = (db: Database.Database): unknown[] =>
  db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();

function migrated(upTo = migrations.length): Database.Database {
  const db = new Database(':memory:');
  migrate(db, migrations.slice(0, upTo));
  return db;
}

describe('migrations', () => {
  it('are numbered by their place', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, i) => i + 1));
  });

  it.each(migrations.map((_, version) => version))('from version %i give the newest schema', (version) => {
    const db = migrated(version);
    expect(schemaVersion(db)).toBe(version);
    migrate(db, migrations);
    expect(schemaVersion(db)).toBe(migrations.length);
    expect(schemaOf(db)).toEqual(schemaOf(migrated()));
  });

  it('done before are not done again', () => {
    const db = migrated();
    const before = schemaOf(db);
    migrate(db, migrations);
    expect(schemaOf(db)).toEqual(before);
  });

  it('that fail leave nothing of themselves', () => {
    const db = migrated();
    const broken: Migration = {
      version: migrations.length + 1,
      sql: 'CREATE TABLE half (id INTEGER PRIMARY KEY); CREATE TABLE half (id INTEGER PRIMARY KEY);',
    };
    const before = schemaOf(db);
    expect(() => migrate(db, [...migrations, broken])).toThrow('already exists');
    expect(schemaVersion(db)).toBe(migrations.length);
    expect(schemaOf(db)).toEqual(before);
  });
});

describe('the third migration', () => {
  it('keeps the log of requests and the limits, and gives no id twice', () => {
    const db = migrated(2);
    db.exec(`
      INSERT INTO sources VALUES (1, 'kaiko@production:h', 'kaiko', 'production', 'h');
      INSERT INTO requests VALUES (7, 1, ${noon}, 'GET', '/a', 200, 8.5, NULL, 10, 1), (9, 1, ${noon}, 'GET', '/b', NULL, 3, 'offline', 0, 0);
      INSERT INTO limits VALUES (1, 100, 58, ${noon}, ${noon});
    `);
    migrate(db, migrations);
    const { requests, limits } = createStore(db, ':memory:', { now: () => noon });
    const source = { provider: 'kaiko', environment: 'production', host: 'h' } as const;
    const common = { source, at: noon, method: 'GET', purpose: 'background' };
    expect(requests.page({ provider: null, before: null, limit: 9 })).toEqual([
      { ...common, id: 9, endpoint: '/b', status: null, tookMs: 3, failureKind: 'offline', bytes: 0, charged: 0 },
      { ...common, id: 7, endpoint: '/a', status: 200, tookMs: 8.5, failureKind: null, bytes: 10, charged: 1 },
    ]);
    expect(limits.read('kaiko@production:h', '')).toEqual({ limit: 100, remaining: 58, resetAt: noon, seenAt: noon });
    db.exec('DELETE FROM requests');
    const line = { source, at: noon, method: 'GET', endpoint: '/c', status: 200, tookMs: 1, failureKind: null };
    expect(requests.add({ ...line, bytes: 0, charged: 1, purpose: 'user' })).toBe(10);
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });
});

/** Statements that read a whole table on purpose: a total, asked for rarely or once. */
const wholeTable = [
  'SELECT count(*) FROM snapshots',
  'SELECT coalesce(sum(count), 0) FROM blocks',
  'SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM rejected',
  'SELECT id, source_id, asset, kind, variant FROM series',
  // A few dozen rows in all.
  'SELECT id FROM sources WHERE provider = ?',
  'SELECT id, asset FROM series',
  'SELECT id, asset FROM instruments',
  'SELECT id, asset, interval_ms AS intervalMs FROM volume_series',
  'SELECT id, asset FROM liquidation_feeds',
];

/** Newest first by rowid: the scan ends at the limit. */
const byRowid = /ORDER BY id DESC LIMIT \?$/;

/** Jobs are as many as the user has asked for. */
const allJobs = /FROM history_jobs ORDER BY id DESC$/;

describe('every statement of the store', () => {
  const db = migrated();
  const prepare = vi.spyOn(db, 'prepare');
  createStore(db, ':memory:', { now: () => noon });
  const statements = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();

  it('is seen by this test', () => {
    expect(statements.length).toBeGreaterThan(50);
    for (const sql of wholeTable) expect(statements).toContain(sql);
  });

  it.each([...new Set(statements)].map((sql) => [sql.replace(/\s+/g, ' ')]))(
    'uses an index and sorts nothing: %s',
    (sql) => {
      const steps = planOf(db, sql);
      expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
      if (wholeTable.includes(sql) || byRowid.test(sql) || allJobs.test(sql)) return;
      expect(steps.filter((step) => step.startsWith('SCAN') && step !== 'SCAN CONSTANT ROW')).toEqual([]);
    },
  );

  it.each([
    [
      'FROM candles WHERE instrument_id = ? AND timeframe = ? AND open_time < ?',
      'USING PRIMARY KEY (instrument_id=? AND timeframe=? AND open_time<?)',
    ],
    [
      'FROM snapshots WHERE series_id = ? AND taken_at >= ? AND taken_at < ? ORDER BY taken_at, seq',
      '(series_id=? AND taken_at>? AND taken_at<?)',
    ],
    ['SELECT taken_at FROM snapshots WHERE series_id = ? AND taken_at >= ?', 'USING COVERING INDEX'],
    ['FROM snapshots WHERE series_id = ? AND taken_at = ? ORDER BY seq DESC', '(series_id=? AND taken_at=?)'],
    [
      'FROM blocks WHERE series_id = ? AND hour >= ? AND hour <= ? ORDER BY hour, part',
      '(series_id=? AND hour>? AND hour<?)',
    ],
    [
      'FROM liquidation_volumes WHERE series_id = ? AND time >= ? AND time < ? ORDER BY time, exchange',
      'USING PRIMARY KEY (series_id=? AND time>? AND time<?)',
    ],
    ['DELETE FROM liquidation_volumes WHERE series_id = ? AND time = ?', 'PRIMARY KEY (series_id=? AND time=?)'],
    ['SELECT max(time) FROM liquidation_volumes', 'USING PRIMARY KEY (series_id=?)'],
    ['FROM volume_series WHERE source_id = ? AND asset = ?', '(source_id=? AND asset=? AND variant=?)'],
    [
      'FROM realised_liquidations WHERE feed_id = ? AND time >= ? AND time < ? ORDER BY time DESC, seq DESC',
      'USING PRIMARY KEY (feed_id=? AND time>? AND time<?)',
    ],
    ['FROM realised_liquidations WHERE feed_id = @feedId AND time = @time', 'PRIMARY KEY (feed_id=? AND time=?)'],
    ['FROM liquidation_feeds WHERE source_id = ? AND asset = ?', '(source_id=? AND asset=?)'],
    [
      "AND state <> 'done'",
      'INDEX history_jobs_open (source_key=? AND provider=? AND kind=? AND asset=? AND variant=? AND range_from=? AND range_to=?)',
    ],
    ['WHERE source_id = ? AND asset = ?', '(source_id=? AND asset=?'],
    ['SELECT count(*) FROM requests', 'USING COVERING INDEX requests_charged (source_id=? AND at>?)'],
    ['FROM requests WHERE id < ? ORDER BY id DESC', 'USING INTEGER PRIMARY KEY (rowid<?)'],
    ['FROM requests WHERE source_id = ? AND id < ?', 'INDEX requests_source (source_id=? AND rowid<?)'],
    ['FROM spends WHERE source_id = ?', 'INDEX spends_account (source_id=? AND account=? AND at>?)'],
    ['DELETE FROM spends WHERE at < ?', 'INDEX spends_at (at<?)'],
    ['FROM limits WHERE source_id = ? AND account = ?', 'PRIMARY KEY (source_id=? AND account=?)'],
    ['DELETE FROM requests WHERE at < ?', 'INDEX requests_at (at<?)'],
  ])('%s … uses %s', (part, use) => {
    const matching = statements.map((sql) => sql.replace(/\s+/g, ' ')).filter((sql) => sql.includes(part));
    expect(matching).not.toEqual([]);
    for (const sql of matching) expect(planOf(db, sql).join('\n')).toContain(use);
  });
});

function planOf(db: Database.Database, sql: string): string[] {
  const names = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, 1] as const);
  const places = [...sql.matchAll(/\?/g)].map(() => 1);
  const rows = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
  return rows.all(...places, ...(names.length > 0 ? [Object.fromEntries(names)] : [])).map((row) => row.detail);
}
