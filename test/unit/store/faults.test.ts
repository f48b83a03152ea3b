import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toFailure, type Failure } from '../../../src-main/contract/failure.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { backUp } from '../../../src-main/store/backup.ts';
import { createStore, openStore, type Store } from '../../../src-main/store/database.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { openFile } from '../../../src-main/store/open-file.ts';
import { after, binance, candles, kaiko, kingfisher, map, noon, realised, simulated, volumes } from './samples.ts';
import { temporaryFile } from './temporary.ts';

const options = { now: () => noon, busyTimeoutMs: 20 };
const key = sourceKey(kingfisher);
const wide = (seed: number): number[] => Array.from({ length: 1_500 }, (_, i) => Math.sin(seed * i + i));

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (thrown) {
    return toFailure(thrown);
  }
  throw new Error('nothing was thrown');
}

/** 256 KB in the file. */
const huge = (i: number) => ({
  source: kaiko,
  endpoint: `/${i}`,
  at: after(i),
  path: '$',
  message: 'no',
  text: 'x'.repeat(262_144),
});

/** A disk of so many KB, or null where this user may not have one. */
function smallDisk(kilobytes: number): string | null {
  const folder = `${temporaryFile()}-disk`;
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' }));
  return folder;
}

const canMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** One write of each table, all for sources and series that nobody has seen before `seed`. */
function writes(store: Store, seed: number): (() => unknown)[] {
  const at = after(seed);
  const source = { ...kaiko, host: `${seed}.example.com` };
  return [
    () => store.snapshots.save(map(at, wide(seed), { asset: `S${seed}`, source })),
    () => store.snapshots.archive([map(at, wide(seed), { asset: `A${seed}` })]),
    () =>
      store.candles.write(
        candles(at, wide(seed), { instrument: { source, asset: 'BTC', symbol: 'X', quote: 'Y', tickSize: 1 } }),
      ),
    () => store.volumes.write(volumes(0, wide(seed), { source, variant: `v${seed}` })),
    () => store.realised.add(realised([...wide(seed).keys()], { source: { ...binance, host: `${seed}` } })),
    () => store.rejected.add({ source, endpoint: '/a', at, path: '$', message: 'no', text: 'x'.repeat(100_000) }),
    () => store.spends.add(source, 'x'.repeat(100_000), at, { day: 1 }),
    () =>
      store.limits.write({ ...simulated, host: `${seed}` }, 'x'.repeat(100_000), {
        limit: 1,
        remaining: 1,
        resetAt: null,
        seenAt: at,
      }),
  ];
}

describe('a full disk', () => {
  it('is said by every write of what is new, and each works again when there is room', () => {
    const file = temporaryFile();
    const db = openFile(file, { migrations, busyTimeoutMs: 20, appVersion: '' });
    const store = createStore(db, file, options);
    onTestFinished(() => store.close());
    store.snapshots.save(map(noon));
    const counts = (): number[] =>
      [
        'sources',
        'instruments',
        'series',
        'snapshots',
        'candles',
        'volume_series',
        'liquidation_volumes',
        'liquidation_feeds',
        'realised_liquidations',
        'rejected',
        'spends',
        'limits',
      ].map((table) => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() as number);
    const before = counts();
    for (let round = 0; round < 2; round++) {
      db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
      for (const write of writes(store, 1)) {
        expect(failureOf(write)).toMatchObject({ kind: 'store', message: expect.stringContaining('The disk is full') });
      }
      expect(counts()).toEqual(before);
      expect(store.rejected.count()).toBe(0);
      expect(store.snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(map(noon));
    }
    db.pragma('max_page_count = 1000000');
    for (const write of writes(store, 1)) write();
    expect(db.pragma('foreign_key_check')).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(store.rejected.count()).toBe(1);
    const source = { ...kaiko, host: '1.example.com' };
    expect(store.snapshots.latest(sourceKey(source), 'liquidation-map', 'S1')).toEqual(
      map(after(1), wide(1), { asset: 'S1', source }),
    );
    expect(store.volumes.read(sourceKey(source), 'BTC', 'v1', after(0), after(1e6))?.times).toHaveLength(1_500);
  });

  it.runIf(canMount)('of a real file system loses nothing acknowledged, and is over when there is room', () => {
    const folder = smallDisk(4_096);
    if (folder === null) throw new Error('no disk');
    const file = join(folder, 'halcyon.db');
    const { store } = openStore(file, options);
    onTestFinished(() => store.close());
    let acknowledged = 0;
    const failure = failureOf(() => {
      for (; ; acknowledged++) store.snapshots.save(map(after(acknowledged), wide(acknowledged)));
    });
    expect(failure).toMatchObject({ kind: 'store' });
    expect(failure.message).toBe(
      `The disk is full, so new data cannot be kept in ${file}; free some space, what is cached stays readable.`,
    );
    expect(acknowledged).toBeGreaterThan(50);
    const isWhole = ({ longs }: { longs: Float64Array }, i: number): boolean =>
      Buffer.compare(Buffer.from(longs.buffer), Buffer.from(Float64Array.from(wide(i)).buffer)) === 0;
    const stored = () =>
      store.snapshots.range(key, 'liquidation-map', 'BTC', 'all/1D', after(0), after(1e6)).filter(isWhole);
    expect(stored()).toHaveLength(acknowledged);
    execFileSync('mount', ['-o', 'remount,size=64m', folder]);
    for (let i = acknowledged; i < acknowledged + 100; i++) {
      expect(store.snapshots.save(map(after(i), wide(i))).outcome).toBe('new');
    }
    expect(stored()).toHaveLength(acknowledged + 100);
    store.close();
    const reader = new Database(file, { readonly: true });
    expect(reader.pragma('integrity_check', { simple: true })).toBe('ok');
    reader.close();
  });

  it.runIf(canMount)('under a backup leaves no half file and the former backup', async () => {
    const folder = smallDisk(1_024);
    if (folder === null) throw new Error('no disk');
    const file = temporaryFile();
    const { store } = openStore(file, options);
    onTestFinished(() => store.close());
    store.snapshots.saveMany(Array.from({ length: 200 }, (_, i) => map(after(i), wide(i))));
    const target = join(folder, 'copy.db');
    writeFileSync(target, 'former');
    const failure = await backUp(file, target, () => undefined).catch(toFailure);
    expect(failure).toMatchObject({
      kind: 'store',
      message: `There is no room for the backup ${target}; free some space or choose another place.`,
    });
    expect(readdirSync(folder)).toEqual(['copy.db']);
    expect(statSync(target).size).toBe(6);
  });
});

describe('a folder that cannot be written', () => {
  it.runIf(canMount)('is said; reading goes on, and writing when it may be written again', () => {
    const folder = smallDisk(16_384);
    if (folder === null) throw new Error('no disk');
    const file = join(folder, 'halcyon.db');
    const first = openStore(file, options).store;
    first.snapshots.save(map(noon));
    first.close();
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const words = `The database ${file} cannot be written; check that its folder exists and that you may write there.`;
    expect(failureOf(() => openStore(file, options)).message).toBe(words);
    execFileSync('mount', ['-o', 'remount,rw', folder]);
    const { store, notices } = openStore(file, options);
    onTestFinished(() => store.close());
    expect(notices).toEqual([]);
    expect(store.snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(map(noon));
    expect(store.snapshots.save(map(after(1))).outcome).toBe('new');
  });

  it('that is missing at the start may be there at the next try', () => {
    const blocked = temporaryFile();
    writeFileSync(blocked, 'a file in place of the folder');
    const file = join(blocked, 'halcyon.db');
    expect(failureOf(() => openStore(file, options)).kind).toBe('store');
    rmSync(blocked);
    const { store } = openStore(file, options);
    expect(store.snapshots.save(map(noon)).outcome).toBe('new');
    store.close();
    expect(existsSync(file)).toBe(true);
  });
});

describe('two connections', () => {
  it('write by turns; one that waits too long says so and is no worse for it', () => {
    const file = temporaryFile();
    const one = openStore(file, options).store;
    const two = openStore(file, options).store;
    onTestFinished(() => (two.close(), one.close()));
    for (let i = 0; i < 20; i++) (i % 2 === 0 ? one : two).snapshots.save(map(after(i)));
    expect([one.snapshots.count(), two.snapshots.count()]).toEqual([20, 20]);
    const blocker = new Database(file);
    blocker.exec('BEGIN IMMEDIATE');
    for (const store of [one, two]) {
      expect(failureOf(() => store.snapshots.save(map(after(99)))).message).toBe(
        `Another program holds the database ${file}; close it and try again.`,
      );
      expect(store.snapshots.count()).toBe(20);
    }
    blocker.exec('ROLLBACK');
    blocker.close();
    expect(two.snapshots.save(map(after(99))).outcome).toBe('new');
    expect(one.snapshots.save(map(after(99))).outcome).toBe('confirmed');
  });

  it('of which one reads for long let the log grow no more than that, and it shrinks again', () => {
    const file = temporaryFile();
    const { store } = openStore(file, options);
    onTestFinished(() => store.close());
    store.snapshots.save(map(noon));
    const reader = new Database(file, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM snapshots').get();
    for (let i = 0; i < 180; i++) store.rejected.add(huge(i));
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(40_000_000);
    store.checkpoint();
    reader.exec('COMMIT');
    reader.close();
    store.checkpoint();
    expect(statSync(`${file}-wal`).size).toBe(0);
    expect(store.rejected.count()).toBe(180);
  });

  it('of which none reads for long keep the log at 33 MB without being asked', () => {
    const file = temporaryFile();
    const { store } = openStore(file, options);
    onTestFinished(() => store.close());
    let largest = 0;
    for (let i = 0; i < 240; i++) {
      store.rejected.add(huge(i));
      largest = Math.max(largest, statSync(`${file}-wal`).size);
    }
    expect(statSync(file).size).toBeGreaterThan(33_554_432);
    expect(largest).toBeLessThan(36_000_000);
  });
});
