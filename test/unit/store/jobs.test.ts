import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { toFailure } from '../../../src-main/contract/failure.ts';
import { keepEverything } from '../../../src-main/contract/keeping.ts';
import { openStore } from '../../../src-main/store/database.ts';
import { readBackup } from '../../../src-main/store/backup.ts';
import { runInThread } from '../../../src-main/store/job-thread.ts';
import { finishRestore } from '../../../src-main/store/restore.ts';
import { after, map, noon } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const outDir = fileURLToPath(new URL(`../../../node_modules/.cache/store-jobs-${process.pid}/`, import.meta.url));
const script = pathToFileURL(`${outDir}worker.mjs`);
const none = (): void => undefined;

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL('../../../src-main/store/worker.ts', import.meta.url)),
      outDir,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
  });
}, 60_000);
afterAll(() => rmSync(outDir, { recursive: true, force: true }));

function storeWith(snapshots: number): { file: string; store: ReturnType<typeof openTemporary> } {
  const file = temporaryFile();
  const store = openTemporary(file);
  store.snapshots.saveMany(Array.from({ length: snapshots }, (_, i) => map(after(-i), [i, Math.sin(i)])));
  return { file, store };
}

describe('a job in a thread of its own', () => {
  it('finds a database whole while it is written to, and what it says is remembered', async () => {
    const { file, store } = storeWith(400);
    const progress: number[] = [];
    const checked = runInThread(script, { name: 'check', file }, (done) => progress.push(done));
    store.snapshots.save(map(after(1)));
    expect(await checked).toEqual({ problems: [] });
    expect(progress).toEqual([0, 1]);
    expect(store.keeping.state().checkedAt).toBeNull();
    store.keeping.checked(noon);
    store.keeping.backedUp(after(1));
    expect(store.keeping.state()).toMatchObject({ file, checkedAt: noon, backedUpAt: after(1) });
  });

  it('names what is wrong in a database', async () => {
    const { file, store } = storeWith(400);
    store.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xa5, 8_192 * 12, 8_192 * 14));
    const { problems } = await runInThread(script, { name: 'check', file }, none);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(20);
  });

  it('names rows that belong to nothing', async () => {
    const { file, store } = storeWith(2);
    store.close();
    const db = new Database(file);
    db.pragma('foreign_keys = OFF');
    db.exec('DELETE FROM series');
    db.close();
    expect((await runInThread(script, { name: 'check', file }, none)).problems).toEqual([
      'a row of snapshots belongs to nothing',
      'a row of snapshots belongs to nothing',
    ]);
  });

  it('counts and previews as the store itself does', async () => {
    const { file, store } = storeWith(400);
    const retention = { ...keepEverything, maxAgeDays: 0.125 };
    expect(await runInThread(script, { name: 'kept', file }, none)).toEqual(store.keeping.state().kept);
    const preview = await runInThread(script, { name: 'preview', file, retention, now: noon }, none);
    expect(preview).toEqual(store.keeping.preview(retention));
    expect(preview.gone).toMatchObject([{ thing: 'snapshots', rows: 400 - 181 - 1 }]);
  });

  it('backs up, and stages what is restored when the store is closed', async () => {
    const { file, store } = storeWith(50);
    const target = `${file}.backup`;
    const progress: number[] = [];
    const { bytes } = await runInThread(script, { name: 'backup', file, target }, (done) => progress.push(done));
    expect(readBackup(target)).toEqual({ bytes });
    expect(progress.at(-1)).toBe(1);
    store.snapshots.save(map(after(1)));
    await runInThread(script, { name: 'stage', file, from: target }, none);
    expect(store.snapshots.count()).toBe(51);
    store.close();
    const { aside } = finishRestore(file, { now: () => noon });
    expect(aside).toBe(`${file}.before-restore-20260301T120000Z`);
    const { store: again } = openStore(file, { now: () => noon });
    expect(again.snapshots.count()).toBe(50);
    again.close();
  });

  it('throws a failure of the store as it was, and says when it died', async () => {
    const file = temporaryFile();
    const thrown = await runInThread(script, { name: 'kept', file }, none).catch(toFailure);
    expect(thrown).toMatchObject({ kind: 'store', message: expect.stringContaining(file) });
    const missing = pathToFileURL(`${outDir}nothing.mjs`);
    expect(await runInThread(missing, { name: 'check', file }, none).catch(toFailure)).toMatchObject({ kind: 'bug' });
  });
});

it('a start after a run that did not end well remembers that every page was read', () => {
  const { file, store } = storeWith(3);
  store.close();
  const open = (): number | null => {
    const { store: next } = openStore(file, { now: () => after(7) });
    const { checkedAt } = next.keeping.state();
    next.close();
    return checkedAt;
  };
  expect(open()).toBeNull();
  const db = new Database(file);
  db.exec("UPDATE state SET value = 'no' WHERE name = 'closed'");
  db.close();
  expect(open()).toBe(after(7));
});
