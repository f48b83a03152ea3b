import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, type Result } from '../../../src-main/contract/failure.ts';
import { fileRequests } from '../../../src-main/file-requests.ts';

let folder: string;
let database: string;
let chosen: string | null;
let done: unknown[];
let answer: Result<unknown>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halcyon-files-'));
  database = join(folder, 'halcyon.db');
  writeFileSync(database, '');
  chosen = join(folder, 'chosen');
  done = [];
  answer = { ok: true, value: { file: 'x', bytes: 1, count: 2 } };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function setUp() {
  return fileRequests({
    dialogs: {
      save: async (proposal) => (done.push(proposal), chosen),
      open: async (proposal) => (done.push(proposal), chosen),
    },
    job: async (...job) => (done.push(job), answer as Result<never>),
    restore: async (file) => void done.push(['restore', file]),
    database,
    now: () => Date.UTC(2026, 1, 1),
  });
}

describe('a request for a file', () => {
  it('of rejected payloads goes to the engine with the file that the dialog gave', async () => {
    expect(await setUp()['rejected/export'](null)).toBe(answer);
    expect(done).toEqual([
      { title: 'Export rejected payloads', name: 'halcyon-rejected-2026-02-01', ending: 'jsonl' },
      ['rejected/write', { file: chosen }],
    ]);
  });

  it('for a back-up, too', async () => {
    expect(await setUp()['store/backup'](null)).toBe(answer);
    expect(done).toEqual([
      { title: 'Back up the database', name: 'halcyon-2026-02-01', ending: 'db' },
      ['store/backup-to', { file: chosen }],
    ]);
  });

  it('to restore one checks it before anything is stopped', async () => {
    expect(await setUp()['store/restore'](null)).toBe(answer);
    expect(done.slice(1)).toEqual([
      ['store/read-backup', { file: chosen }],
      ['restore', chosen],
    ]);
    done = [];
    answer = { ok: false, failure: failure('store', 'This is no database.') };
    expect(await setUp()['store/restore'](null)).toBe(answer);
    expect(done.slice(1)).toEqual([['store/read-backup', { file: chosen }]]);
  });

  it.each(['rejected/export', 'store/backup', 'store/restore'] as const)(
    '%s: does nothing when the user chooses none, and takes no part of the database in use',
    async (name) => {
      chosen = null;
      expect(await setUp()[name](null)).toEqual({ ok: true, value: null });
      symlinkSync(folder, join(folder, 'other-name'));
      const places = [
        database,
        `${database}-wal`,
        join(folder, 'other-name', 'halcyon.db'),
        join(folder, './halcyon.db'),
      ];
      for (const place of places) {
        chosen = place;
        expect(await setUp()[name](null), place).toMatchObject({ ok: false, failure: { kind: 'bad-request' } });
      }
      chosen = join(folder, 'other-name', 'halcyon.db-shm');
      expect(await setUp()[name](null)).toMatchObject({ ok: false });
      expect(done.filter((each) => Array.isArray(each))).toEqual([]);
    },
  );

  it('opens one dialog at a time', async () => {
    const requests = setUp();
    const [first, second] = await Promise.all([requests['store/backup'](null), requests['store/backup'](null)]);
    expect(first).toBe(second);
    expect(done).toHaveLength(2);
    await requests['store/backup'](null);
    expect(done).toHaveLength(4);
  });

  it('does not take one request’s answer for another’s, and nothing is restored while a file is written', async () => {
    const requests = setUp();
    const backup = requests['store/backup'](null);
    expect(await requests['rejected/export'](null)).toMatchObject({ ok: false, failure: { kind: 'bad-request' } });
    expect(await requests['store/restore'](null)).toMatchObject({ ok: false, failure: { kind: 'bad-request' } });
    expect(await backup).toBe(answer);
    expect(done).toHaveLength(2);
    expect(await requests['rejected/export'](null)).toBe(answer);
  });
});
