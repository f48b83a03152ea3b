import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from 'vite';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { openStore } from '../../../src-main/store/database.ts';
import { after, kingfisher, map, noon } from './samples.ts';
import { temporaryFile } from './temporary.ts';

const outDir = fileURLToPath(new URL(`../../../node_modules/.cache/store-kill-${process.pid}/`, import.meta.url));
const entry = fileURLToPath(new URL('./saving-child.ts', import.meta.url));

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: entry,
      outDir,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
}, 60_000);

afterAll(() => rmSync(outDir, { recursive: true, force: true }));

/** Runs the child until it has acknowledged `count` saves, kills it, and gives the last number that it told. */
async function killAfter(file: string, first: number, count: number): Promise<number> {
  const child = spawn(process.execPath, [`${outDir}child.mjs`, file, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk.toString();
    if (told.split('\n').length > count) child.kill('SIGKILL');
  });
  await closed;
  expect(child.signalCode).toBe('SIGKILL');
  return Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1));
}

it('every acknowledged snapshot outlives ten kills, and the file is whole', async () => {
  const file = temporaryFile();
  let next = 0;
  for (const count of [1, 3, 60, 7, 130, 25, 2, 90, 41, 200]) {
    const last = await killAfter(file, next, count);
    const checker = new Database(file);
    expect(checker.pragma('integrity_check', { simple: true })).toBe('ok');
    checker.close();
    const { store, notices } = openStore(file, { now: () => noon });
    expect(notices).toEqual([]);
    const stored = store.snapshots.range(
      sourceKey(kingfisher),
      'liquidation-map',
      'BTC',
      'all/1D',
      unixMs(0),
      after(1e6),
    );
    store.close();
    expect(stored.length).toBeGreaterThan(last);
    stored.forEach((snapshot, i) => {
      const longs = Array.from({ length: 300 }, (_, level) => i + level / 7);
      expect(snapshot).toEqual(map(after(i), longs));
    });
    next = stored.length;
  }
  expect(next).toBeGreaterThan(550);
}, 120_000);
