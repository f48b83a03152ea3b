import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FailureError, toFailure, type Failure } from '../../../src-main/contract/failure.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { backUp, readBackup } from '../../../src-main/store/backup.ts';
import { openStore } from '../../../src-main/store/database.ts';
import { finishRestore, restoreInto } from '../../../src-main/store/restore.ts';
import { after, kingfisher, map, noon } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const options = { now: () => noon };
const none = (): void => undefined;
const wide = (seed: number): number[] => Array.from({ length: 1_500 }, (_, i) => Math.sin(seed * i) * 1e9);

async function failureOf(work: () => unknown): Promise<Failure> {
  try {
    await work();
  } catch (thrown) {
    return toFailure(thrown);
  }
  throw new Error('nothing was thrown');
}

function countIn(file: string): number {
  const { store, notices } = openStore(file, options);
  expect(notices).toEqual([]);
  const count = store.snapshots.count();
  store.close();
  return count;
}

/** A closed database with so many snapshots. */
function closedWith(snapshots: number): string {
  const file = temporaryFile();
  const store = openTemporary(file);
  store.snapshots.saveMany(Array.from({ length: snapshots }, (_, i) => map(after(i), [i])));
  store.close();
  return file;
}

describe('a backup', () => {
  it('has all that was acknowledged before it began, while writing goes on', async () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    store.snapshots.saveMany(Array.from({ length: 300 }, (_, i) => map(after(i), wide(i))));
    const target = join(dirname(file), 'copy.db');
    const progress: number[] = [];
    let saved = 300;
    const { bytes } = await backUp(file, target, (done) => {
      progress.push(done);
      store.snapshots.save(map(after(saved), wide(saved)));
      saved++;
    });
    expect(progress.length).toBeGreaterThan(3);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
    expect(bytes).toBe(readFileSync(target).length);
    expect(readBackup(target)).toEqual({ bytes });
    expect(readdirSync(dirname(file)).filter((name) => name.startsWith('copy'))).toEqual(['copy.db']);
    expect(countIn(target)).toBe(300);
    expect(store.snapshots.count()).toBe(saved);
  });

  it('takes the place of a former one', async () => {
    const file = closedWith(3);
    const target = `${file}.backup`;
    writeFileSync(target, 'former');
    await backUp(file, target, none);
    expect(countIn(target)).toBe(3);
  });

  it.each<[string, (file: string, target: string) => void, RegExp]>([
    [
      'damaged',
      (file) => {
        const bytes = readFileSync(file);
        writeFileSync(file, bytes.fill(0xa5, 8_192 * 6, bytes.length - 8_192 * 2));
      },
      /^The database .* is damaged, so no backup was made; /,
    ],
    ['emptied', (file) => writeFileSync(file, ''), /^The database .* is damaged, so no backup was made; /],
  ])('of a database that is %s leaves the former backup as it was', async (_what, damage, words) => {
    const file = closedWith(400);
    const target = `${file}.backup`;
    writeFileSync(target, 'former');
    damage(file, target);
    const failure = await failureOf(() => backUp(file, target, none));
    expect(failure.kind).toBe('store');
    expect(failure.message).toMatch(words);
    expect(readFileSync(target, 'utf8')).toBe('former');
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  it('into a folder that is not there, or over the database itself, is refused in a sentence', async () => {
    const file = closedWith(1);
    const target = `${file}/nowhere/copy.db`;
    expect((await failureOf(() => backUp(file, target, none))).message).toBe(
      `The backup ${target} could not be written; check that its folder exists and that you may write there.`,
    );
    expect((await failureOf(() => backUp(file, file, none))).message).toBe(
      'That is the database itself; choose another name for the backup.',
    );
    expect(countIn(file)).toBe(1);
  });
});

describe('reading a backup', () => {
  it.each<[string, (file: string) => void, string]>([
    ['is not there', () => undefined, 'cannot be read; check that it is there.'],
    ['is no database', (file) => writeFileSync(file, 'x'.repeat(9_000)), 'is not a backup of Halcyon’s database'],
    ['is empty', (file) => writeFileSync(file, ''), 'is not a backup of Halcyon’s database'],
    [
      'is another program’s',
      (file) => new Database(file).exec('CREATE TABLE notes (text TEXT)').close(),
      'is not a backup of Halcyon’s database',
    ],
    [
      'is a newer version’s',
      (file) => {
        openTemporary(file).close();
        const db = new Database(file);
        db.pragma('user_version = 99');
        db.close();
      },
      'was made by a newer Halcyon than this one',
    ],
    [
      'is damaged',
      (file) => {
        const store = openTemporary(file);
        store.snapshots.saveMany(Array.from({ length: 400 }, (_, i) => map(after(i), [i])));
        store.close();
        const bytes = readFileSync(file);
        writeFileSync(file, bytes.fill(0xa5, 8_192 * 6, bytes.length - 8_192 * 2));
      },
      'is damaged and cannot be used',
    ],
  ])('says in a sentence that it %s', async (_what, make, words) => {
    const file = temporaryFile();
    make(file);
    const failure = await failureOf(() => readBackup(file));
    expect(failure.kind).toBe('store');
    expect(failure.message).toContain(file);
    expect(failure.message).toContain(words);
    // Nothing is put in place of the database by it either.
    const target = closedWith(2);
    expect((await failureOf(() => restoreInto(target, file, { ...options, onProgress: none }))).message).toBe(
      failure.message,
    );
    expect(readdirSync(dirname(target))).toEqual(['halcyon.sqlite']);
    expect(countIn(target)).toBe(2);
  });
});

describe('restoring', () => {
  it('puts the copy in place and names where the former database is', async () => {
    const backup = closedWith(5);
    const before = readFileSync(backup);
    const target = closedWith(2);
    const restored = await restoreInto(target, backup, { ...options, onProgress: none });
    const aside = `${target}.before-restore-20260301T120000Z`;
    expect(restored).toEqual({ aside, bytes: expect.any(Number) });
    expect(countIn(target)).toBe(5);
    expect(countIn(aside)).toBe(2);
    expect(readFileSync(backup).equals(before)).toBe(true);
    expect(readdirSync(dirname(target)).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  it('where there was no database sets nothing aside', async () => {
    const backup = closedWith(5);
    const target = temporaryFile();
    expect((await restoreInto(target, backup, { ...options, onProgress: none })).aside).toBeNull();
    expect(countIn(target)).toBe(5);
  });

  it('takes what is in the log beside a file that was not closed', async () => {
    const live = temporaryFile();
    const store = openTemporary(live);
    store.snapshots.save(map(noon));
    const target = closedWith(2);
    await restoreInto(target, live, { ...options, onProgress: none });
    expect(countIn(target)).toBe(1);
  });

  it('that fails at its last step puts the former database back', async () => {
    const backup = closedWith(5);
    const target = closedWith(2);
    const before = readFileSync(target);
    writeFileSync(`${target}-wal`, '');
    const rename = (): never => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };
    const failure = await failureOf(() => restoreInto(target, backup, { ...options, onProgress: none, rename }));
    expect(failure.message).toBe(
      `The database ${target} cannot be written; check that its folder exists and that you may write there.`,
    );
    expect(readFileSync(target).equals(before)).toBe(true);
    expect(readdirSync(dirname(target)).sort()).toEqual(['halcyon.sqlite', 'halcyon.sqlite-wal']);
    expect(countIn(target)).toBe(2);
  });

  it('without a copy to put in its place moves nothing', () => {
    const target = closedWith(2);
    expect(() => finishRestore(target, { now: () => noon })).toThrow(FailureError);
    expect(readdirSync(dirname(target))).toEqual(['halcyon.sqlite']);
    expect(countIn(target)).toBe(2);
  });

  it('from the database itself is refused', async () => {
    const target = closedWith(2);
    expect((await failureOf(() => restoreInto(target, target, { ...options, onProgress: none }))).message).toBe(
      'That is the database in use; choose a backup of it.',
    );
    expect(countIn(target)).toBe(2);
  });

  it('says at its place that there is no folder to put it in', async () => {
    const backup = closedWith(1);
    const target = `${closedWith(1)}/x/halcyon.sqlite`;
    const failure = await failureOf(() => restoreInto(target, backup, { ...options, onProgress: none }));
    expect(failure.message).toBe(
      `The database ${target} cannot be written; check that its folder exists and that you may write there.`,
    );
  });
});

it('a snapshot of a restored database is the newest of its series, as it was', async () => {
  const file = temporaryFile();
  const store = openTemporary(file);
  const newest = map(after(-9), [2]);
  store.snapshots.saveMany([map(noon, [1]), newest]);
  const target = `${temporaryFile()}.copy`;
  await backUp(file, target, none);
  const { store: again } = openStore(target, options);
  onTestFinished(() => again.close());
  expect(again.snapshots.latest(sourceKey(kingfisher), 'liquidation-map', 'BTC')).toEqual(newest);
});
