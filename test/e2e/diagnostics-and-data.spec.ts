import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import Database from 'better-sqlite3';

import type { RunningApp } from './app.ts';
import { expectKeyNowhere, holds } from './key-search.ts';
import { ConnectionsDialog, type ShownRequest } from './pages/connections.ts';
import { DataTab } from './pages/data.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { databaseOf, readRows } from './profile-database.ts';
import { eliteKey, refusal, request, useServers, type Servers } from './servers.ts';
import { expect, test } from './with-servers.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const bitcoinMap = { provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' } as const;

/** The system's dialogs answer with these files; null: cancelled. */
async function chooseFiles({ app }: RunningApp, files: { save?: string | null; open?: string | null }): Promise<void> {
  await app.evaluate(({ dialog }, { save = null, open = null }) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: save === null, filePath: save ?? '' });
    dialog.showOpenDialog = () => Promise.resolve({ canceled: open === null, filePaths: open === null ? [] : [open] });
  }, files);
}

/** Live on the servers, with a map that REST alone brings. */
async function openLive(running: RunningApp, servers: Servers): Promise<TerminalWindow> {
  await servers.kingfisher.scenario('gap', 'stream');
  await useServers(running.page, servers);
  const terminal = new TerminalWindow(running.page);
  await terminal.expectDrawn();
  return terminal;
}

test('what goes over the wire is listed as it went; diagnostics and rejected payloads come out without the key', async ({
  launch,
  serve,
}) => {
  test.setTimeout(180_000);
  const servers = await serve();
  const { kingfisher } = servers;
  const running = await launch({ env: { TZ: 'UTC' } });
  const { app, page, profile } = running;
  await openLive(running, servers);
  const connections = new ConnectionsDialog(page);
  const endpoint = '/v1/liquidations/BTC?exchange=all&timeframe=1D';

  await test.step('every request to a provider, with endpoint, answer and what it was charged', async () => {
    await request(page, 'snapshot/refresh', bitcoinMap);
    await kingfisher.scenario('500', 'liquidations/BTC');
    await refusal(page, 'snapshot/refresh', bitcoinMap);
    await kingfisher.scenario({ name: 'garbage', variant: 'negative' }, 'liquidations/BTC');
    await refusal(page, 'snapshot/refresh', bitcoinMap);
    await kingfisher.scenario('calm', 'liquidations/BTC');
    await connections.open();
    await connections.choose('Requests');
    await connections.only('Kingfisher');
    let shown: readonly ShownRequest[] = [];
    // The background goes on asking meanwhile.
    await expect(async () => {
      // The simulated market was asked before the servers were.
      shown = (await connections.shown()).filter(({ source }) => source.includes(`127.0.0.1:${kingfisher.port}`));
      expect(shown.map(({ request }) => request).sort()).toEqual(
        kingfisher.requests.map(({ method, path, search }) => `${method} ${path}${search}`).sort(),
      );
    }).toPass({ timeout: 30_000 });
    expect(new Set(shown.map(({ charged }) => charged))).toEqual(new Set(['1 call']));
    const mine = shown.filter(({ purpose, request }) => purpose === 'yours' && request === `GET ${endpoint}`);
    expect(mine.map(({ answer }) => answer)).toEqual(['200', '500 server error', '200']);
    expect(shown.filter(({ purpose }) => purpose === 'background').length).toBe(shown.length - mine.length);
  });

  await test.step('Copy diagnostics puts a text on the clipboard that has all of it but the key', async () => {
    await connections.copy.click();
    await expect(connections.outcome).toHaveText(/^Copied [\d,]+ lines: .+ No keys are in it\.$/);
    const text = await app.evaluate(({ clipboard }) => clipboard.readText());
    for (const part of ['# Halcyon diagnostics, ', '## Versions', '## Providers', '## Budgets', '## Newest requests']) {
      expect(text).toContain(part);
    }
    expect(text).toContain(`kingfisher GET ${endpoint} 500`);
    expect(text).toContain(`custom 127.0.0.1:${kingfisher.port}`);
    expect(holds(text, eliteKey)).toBe(false);
  });

  await test.step('Export rejected writes one JSON object a line; without a file nothing is written', async () => {
    await chooseFiles(running, { save: null });
    await connections.exportRejected.click();
    await expect(connections.outcome).toHaveText('No file was chosen; nothing was written.');
    const file = join(profile, 'rejected.jsonl');
    await chooseFiles(running, { save: file });
    await connections.exportRejected.click();
    await expect(connections.outcome).toHaveText(/^1 payload, .+, written to .+rejected\.jsonl\.$/);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? '') as Record<string, string>;
    expect(line).toMatchObject({
      endpoint: endpoint.replace('/v1', ''),
      path: expect.stringMatching(/long_liquidations$/),
    });
    expect(JSON.parse(line['text'] ?? '')).toMatchObject({ asset: 'BTC', exchange: 'all', timeframe: '1D' });
    expect(line['source']).toContain('kingfisher');
    await connections.close();
  });

  await test.step('the log has the start and the providers’ states, and the key is nowhere', async () => {
    const log = async (): Promise<string> => readFile(join(profile, 'logs', 'halcyon.log'), 'utf8');
    await expect.poll(log).toMatch(/^\S+Z info main start: app .+electron /m);
    await expect.poll(log).toMatch(/^\S+Z info provider:kingfisher (live|polling): /m);
    await expectKeyNowhere(running, [eliteKey]);
  });
});

/** Long ago, on the hour; no exchange has candles of then. */
const longAgo = Date.UTC(2010, 0, 15, 12);

/** Five candles and three payloads of 2010, as if the app had run then. */
function addOldRows(profile: string): void {
  const db = new Database(databaseOf(profile));
  try {
    for (let hour = 0; hour < 5; hour++) {
      db.prepare(
        `INSERT INTO candles SELECT instrument_id, '1h', ?, open, high, low, close, volume, taker_buy_volume, 1, received_at
         FROM candles ORDER BY instrument_id LIMIT 1`,
      ).run(longAgo + hour * hourMs);
    }
    for (let each = 0; each < 3; each++) {
      db.prepare(
        `INSERT INTO rejected (source_id, endpoint, at, last_at, times, path, message, length, bytes, text)
         SELECT id, '/old', ?, ?, 1, '$', 'is not an object', 1, 1, '0' FROM sources LIMIT 1`,
      ).run(longAgo + each, longAgo + each);
    }
  } finally {
    db.close();
  }
}

const oldCounts = (profile: string): { candles: number; rejected: number } | undefined =>
  readRows<{ candles: number; rejected: number }>(
    profile,
    `SELECT (SELECT count(*) FROM candles WHERE open_time < ${longAgo + dayMs}) AS candles,
            (SELECT count(*) FROM rejected WHERE last_at < ${longAgo + dayMs}) AS rejected`,
  )[0];

test('a back-up while it runs, a retention that deletes what its preview says, and everything back by Restore', async ({
  launch,
  serve,
}) => {
  test.setTimeout(240_000);
  const servers = await serve();
  const first = await launch({ env: { TZ: 'UTC' } });
  await openLive(first, servers);
  await first.close();
  addOldRows(first.profile);
  const running = await first.relaunch();
  const { page, profile } = running;
  const terminal = new TerminalWindow(page);
  const data = new DataTab(page);
  const backup = join(profile, 'copy-of-mine.db');
  await request(page, 'credential/keep', { provider: 'kingfisher', secret: { apiKey: eliteKey }, sessionOnly: true });
  await terminal.expectDrawn();
  expect(oldCounts(profile)).toEqual({ candles: 5, rejected: 3 });

  await test.step('Check now reads every page', async () => {
    await terminal.settings.open('Data');
    await expect(data.database).toContainText(databaseOf(profile));
    await data.check.click();
    await expect(data.job('check')).toHaveText('Check done: Every page was read and is good.');
    await expect(data.database).toContainText(/Last whole check\s*\d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  });

  await test.step('Back up writes a whole copy while the app goes on', async () => {
    await chooseFiles(running, { save: null });
    await data.backUp.click();
    await expect(data.outcome).toHaveText('No file was chosen; nothing was changed.');
    await chooseFiles(running, { save: backup });
    await data.backUp.click();
    await expect(data.job('backup')).toHaveText('Back-up done: The backup is complete and was checked.');
    await expect(data.outcome).toHaveText(/^Backed up to .+copy-of-mine\.db: .+ rows\.$/);
    expect((await stat(backup)).size).toBeGreaterThan(0);
    const db = new Database(backup, { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });

  await test.step('a preview counts exactly what would go, a pinned range stays, and nothing is deleted by asking', async () => {
    await data.days.fill('5000');
    await data.preview.click();
    await expect(data.gone).toContainText('8 rows from before');
    expect(await data.goneRows()).toEqual({ Candles: '5', 'Payloads that could not be read': '3' });
    await expect(data.gone).toContainText('No older row is kept by a pinned range.');
    await data.pinFrom.fill('2010-01-15T12:00');
    await data.pinTo.fill('2010-01-15T14:00');
    await data.pin.click();
    await expect(data.pinned).toHaveCount(1);
    await data.preview.click();
    await expect(data.gone).toContainText('3 rows from before');
    expect(await data.goneRows()).toEqual({ Candles: '3' });
    await expect(data.gone).toContainText('5 older rows stay, because a pinned range holds them.');
    expect(oldCounts(profile)).toEqual({ candles: 5, rejected: 3 });
  });

  await test.step('what is confirmed is deleted, that and nothing else', async () => {
    await expect(data.confirmDelete).toHaveText('Save and delete 3 rows');
    await data.confirmDelete.click();
    await expect(data.retentionOutcome).toHaveText('Saved. What it says is deleted.');
    expect(oldCounts(profile)).toEqual({ candles: 2, rejected: 3 });
  });

  await test.step('a file that is no back-up changes nothing, and the app runs on', async () => {
    const other = join(profile, 'no-backup.db');
    await writeFile(other, 'not a database at all, but long enough to look like a file of something else\n'.repeat(50));
    await chooseFiles(running, { open: other });
    await data.restore.click();
    await data.confirmRestore.click();
    await expect(data.job('restore')).toContainText('is not a backup of Halcyon’s database; choose another file.');
    expect(oldCounts(profile)).toEqual({ candles: 2, rejected: 3 });
    await request(page, 'snapshot/refresh', bitcoinMap);
  });

  await test.step('Restore brings all back, sets the former database aside, and says so', async () => {
    await chooseFiles(running, { open: backup });
    await data.restore.click();
    await data.confirmRestore.click();
    // The page loads anew: nothing on it is from before.
    await expect(terminal.settings.dialog).toHaveCount(0);
    await terminal.expectDrawn();
    await expect(terminal.statusBar).toContainText(/The backup .+ is in use\./);
    expect(oldCounts(profile)).toEqual({ candles: 5, rejected: 3 });
    const { settings, notices } = await request(page, 'app/start', null);
    expect(settings.retention).toEqual({ maxAgeDays: null, maxBytes: null, pinned: [] });
    const text = notices.find(({ id }) => id === 'store-restored')?.text ?? '';
    const aside = /The former database is kept as (.+)\.$/.exec(text)?.[1] ?? '';
    expect(aside).toMatch(/halcyon\.db\.before-restore-\d{8}T\d{6}Z$/);
    const former = new Database(aside, { readonly: true });
    expect(
      former
        .prepare(`SELECT count(*) FROM candles WHERE open_time < ${longAgo + dayMs}`)
        .pluck()
        .get(),
    ).toBe(2);
    former.close();
  });

  await test.step('the key is still known, and new answers go into the restored database', async () => {
    const before = servers.kingfisher.requests.length;
    const map = await request(page, 'snapshot/refresh', bitcoinMap);
    expect(servers.kingfisher.requests.length).toBeGreaterThan(before);
    expect(map?.source.host).toBe(`127.0.0.1:${servers.kingfisher.port}`);
  });
});
