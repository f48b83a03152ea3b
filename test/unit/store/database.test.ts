import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toFailure, type Failure } from '../../../src-main/contract/failure.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { createStore, openStore } from '../../../src-main/store/database.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { openFile } from '../../../src-main/store/open-file.ts';
import { sentenceFor } from '../../../src-main/store/store-failure.ts';
import { after, kingfisher, map, noon } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const key = sourceKey(kingfisher);
const options = { now: () => noon, appVersion: '0.1.0', busyTimeoutMs: 50 };

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (thrown) {
    return toFailure(thrown);
  }
  throw new Error('nothing was thrown');
}

function fileWith(snapshots: number): string {
  const file = temporaryFile();
  const { store } = openStore(file, options);
  store.snapshots.saveMany(Array.from({ length: snapshots }, (_, i) => map(after(i), [i, Math.sin(i)])));
  store.close();
  return file;
}

describe('opening', () => {
  it('makes the folder and the file', () => {
    const file = `${temporaryFile()}/deep/er/halcyon.sqlite`;
    const { store, notices } = openStore(file, options);
    expect(notices).toEqual([]);
    expect(store.sizeBytes()).toBeGreaterThan(0);
    store.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('finds again what was kept, after closing and after a crash', () => {
    const file = fileWith(1);
    const first = openStore(file, options);
    expect(first.store.snapshots.count()).toBe(1);
    first.store.snapshots.save(map(after(9)));
    // Not closed: the log is still there and the file is marked as in use.
    const second = openStore(file, options);
    expect(second.notices).toEqual([]);
    expect(second.store.snapshots.count()).toBe(2);
    second.store.close();
    first.store.close();
  });

  it('refuses a file of a newer Halcyon, names it, and leaves it as it was', () => {
    const file = fileWith(1);
    const writer = new Database(file);
    writer.exec("UPDATE state SET value = '9.9.0' WHERE name = 'version'");
    writer.pragma('user_version = 99');
    writer.close();
    const before = readFileSync(file);
    const failure = failureOf(() => openStore(file, options));
    expect(failure.kind).toBe('store');
    expect(failure.message).toBe(
      `The database ${file} was made by a newer Halcyon (9.9.0); install that version or a later one, or move the file away to start with an empty database.`,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dirname(file)).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  it('takes an empty file for a new one', () => {
    const file = temporaryFile();
    writeFileSync(file, '');
    const { store, notices } = openStore(file, options);
    expect(notices).toEqual([]);
    store.close();
  });
});

describe('a damaged file', () => {
  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['of garbage', (file) => writeFileSync(file, Buffer.alloc(50_000, 'garbage'))],
    ['of a few bytes', (file) => writeFileSync(file, 'x')],
    ['that was cut short', (file) => truncateSync(file, 40_960)],
    ['with a ruined schema page', (file) => overwrite(file, 100, 4_000)],
    [
      'with a ruined page, after a crash',
      (file) => {
        const db = new Database(file);
        db.exec("UPDATE state SET value = 'no' WHERE name = 'closed'");
        db.close();
        overwrite(file, 8_192 * 6, 8_192 * 8);
      },
    ],
    [
      'of another program',
      (file) => {
        writeFileSync(file, '');
        const db = new Database(file);
        db.exec('CREATE TABLE notes (text TEXT)');
        db.close();
      },
    ],
    [
      'without the tables it should have',
      (file) => {
        const db = new Database(file);
        db.exec('DROP TABLE requests');
        db.close();
      },
    ],
  ];

  it.each(damages)('%s is set aside and named, and a new one is opened', (_name, damage) => {
    const file = fileWith(400);
    damage(file);
    const bytes = readFileSync(file);
    const { store, notices } = openStore(file, options);
    onTestFinished(() => store.close());
    const aside = `${file}.corrupt-20260301T120000Z`;
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ id: 'store-set-aside', level: 'warning', at: noon, resolved: false });
    expect(notices[0]?.text).toContain(`The database ${file} could not be read`);
    expect(notices[0]?.text).toContain(`set aside as ${aside}, `);
    expect(readFileSync(aside).length).toBe(bytes.length);
    expect(store.snapshots.count()).toBe(0);
    store.snapshots.save(map(noon));
    expect(store.snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(map(noon));
  });

  it('never takes the name of an earlier one', () => {
    const file = temporaryFile();
    for (let round = 0; round < 3; round++) {
      writeFileSync(file, `garbage ${round}`);
      openStore(file, options).store.close();
    }
    const aside = readdirSync(dirname(file)).filter((name) => name.includes('corrupt'));
    expect(aside).toHaveLength(3);
  });

  it('seen while in use is said in a sentence, and checked at the next start', () => {
    const file = fileWith(400);
    const { store } = openStore(file, options);
    overwrite(file, 8_192 * 6, readFileSync(file).length - 8_192 * 2);
    const failure = failureOf(() => store.snapshots.range(key, 'liquidation-map', 'BTC', 'all/1D', noon, after(400)));
    expect(failure.kind).toBe('store');
    expect(failure.message).toBe(
      `The database ${file} is damaged; start Halcyon again and it will be set aside for a new one.`,
    );
    try {
      store.close();
    } catch {
      // Closing a ruined file may fail as well; the handle is gone in any case.
    }
    const again = openStore(file, options);
    expect(again.notices).toHaveLength(1);
    again.store.close();
  });
});

describe('a place that cannot be written', () => {
  it('is named: a folder in place of the file', () => {
    const file = temporaryFile();
    mkdirSync(file);
    expectUnwritable(file, file);
  });

  it('is named: a file in place of the folder', () => {
    const file = temporaryFile();
    writeFileSync(file, 'a file');
    expectUnwritable(`${file}/halcyon.sqlite`, `${file}/halcyon.sqlite`);
  });

  it('is named: a database that another program has locked', () => {
    const file = fileWith(1);
    const other = new Database(file);
    onTestFinished(() => void other.close());
    other.exec('BEGIN IMMEDIATE');
    const failure = failureOf(() => openStore(file, options));
    expect(failure.message).toBe(`Another program holds the database ${file}; close it and try again.`);
    other.exec('ROLLBACK');
    openStore(file, options).store.close();
  });

  it.each([
    ['SQLITE_FULL', 'The disk is full'],
    ['ENOSPC', 'The disk is full'],
    ['SQLITE_READONLY_DBMOVED', 'cannot be written'],
    ['SQLITE_CANTOPEN', 'cannot be written'],
    ['EROFS', 'cannot be written'],
    ['SQLITE_IOERR_WRITE', 'The disk failed'],
    ['SQLITE_BUSY_SNAPSHOT', 'Another program holds'],
    ['SQLITE_CORRUPT_INDEX', 'is damaged'],
  ])('has a sentence for %s', (code, words) => {
    expect(sentenceFor(code, '/data/halcyon.sqlite')).toContain(words);
    expect(sentenceFor(code, '/data/halcyon.sqlite')).toContain('/data/halcyon.sqlite');
  });
});

describe('a failed write', () => {
  it('on a full disk says so, keeps what was there, and works again when there is room', () => {
    const file = fileWith(1);
    const db = openFile(file, { migrations, busyTimeoutMs: 50, appVersion: '' });
    const store = createStore(db, file, options);
    onTestFinished(() => store.close());
    const before = store.snapshots.latest(key, 'liquidation-map', 'BTC');
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    const wide = map(
      after(5),
      Array.from({ length: 20_000 }, (_, i) => Math.sin(i)),
      { asset: 'ETH' },
    );
    const failure = failureOf(() => store.snapshots.save(wide));
    expect(failure).toMatchObject({ kind: 'store', detail: expect.stringContaining('SQLITE_FULL') });
    expect(failure.message).toBe(
      `The disk is full, so new data cannot be kept in ${file}; free some space, what is cached stays readable.`,
    );
    expect(store.snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(before);
    expect(store.snapshots.latest(key, 'liquidation-map', 'ETH')).toBeNull();
    db.pragma('max_page_count = 100000');
    expect(store.snapshots.save(wide).outcome).toBe('new');
    expect(store.snapshots.latest(key, 'liquidation-map', 'ETH')).toEqual(wide);
  });

  it('on a locked database says so while reading goes on', () => {
    const file = fileWith(1);
    const { store } = openStore(file, options);
    onTestFinished(() => store.close());
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    expect(failureOf(() => store.snapshots.save(map(after(1))))).toMatchObject({ kind: 'store' });
    expect(store.snapshots.count()).toBe(1);
    other.exec('ROLLBACK');
    other.close();
    expect(store.snapshots.save(map(after(1))).outcome).toBe('new');
  });
});

it('closing twice is harmless', () => {
  const store = openTemporary();
  store.checkpoint();
  store.close();
  store.close();
});

function expectUnwritable(path: string, named: string): void {
  const failure = failureOf(() => openStore(path, options));
  expect(failure.kind).toBe('store');
  expect(failure.message).toBe(
    `The database ${named} cannot be written; check that its folder exists and that you may write there.`,
  );
}

function overwrite(file: string, from: number, to: number): void {
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xa5, from, to));
}
