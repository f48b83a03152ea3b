import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import Database from 'better-sqlite3';

import { makeProfile } from './app.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { databaseOf, readRows } from './profile-database.ts';
import { request, useServers } from './servers.ts';
import { expect, test } from './with-servers.ts';

const digest = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

test('a database from a newer version is refused by name and left untouched', async ({ launch }) => {
  const profile = await makeProfile();
  const file = databaseOf(profile);
  const db = new Database(file);
  db.exec(`CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
           INSERT INTO state VALUES ('version', '9.8.7'); PRAGMA user_version = 999;`);
  db.close();
  const before = await digest(file);

  const { page, close } = await launch({ profile });
  await expect(page.getByRole('heading', { name: 'Halcyon cannot use its database' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(
    `The database ${file} was made by a newer Halcyon (9.8.7); install that version or a later one, or move the file away to start with an empty database.`,
  );
  await expect(page.getByRole('main')).toContainText('Nothing was changed or deleted.');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Halcyon cannot use its database' })).toBeVisible();
  await close();
  expect(await digest(file)).toBe(before);
  expect((await readdir(profile)).filter((name) => name.startsWith('halcyon.db'))).toEqual(['halcyon.db']);
});

test('a corrupt database is set aside under a name that is told, and the terminal opens on a new one', async ({
  launch,
}) => {
  const profile = await makeProfile();
  const damaged = Buffer.from('this was a database once '.repeat(4_000));
  await writeFile(databaseOf(profile), damaged);

  const { app, page, close } = await launch({ profile });
  const terminal = new TerminalWindow(page);
  await terminal.expectDrawn();
  const aside = (await readdir(profile)).filter((name) => /^halcyon\.db\.corrupt-\d{8}T\d{6}Z$/.test(name));
  expect(aside).toHaveLength(1);
  await expect(terminal.statusBar).toContainText(`it was set aside as ${join(profile, aside[0]!)}`);
  await expect(terminal.statusBar).toContainText('Halcyon has started a new one.');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setContentSize(900, 600));
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(900);
  // However long the notice, the way to the whole of it stays in the window.
  await expect(terminal.statusBar.getByRole('button', { name: '1 notice' })).toBeInViewport({ ratio: 1 });
  await close();
  expect(await readFile(join(profile, aside[0]!))).toEqual(damaged);
  expect(readRows<{ n: number }>(profile, 'SELECT count(*) AS n FROM candles')[0]!.n).toBeGreaterThan(0);
});

// Root may write anywhere, so a folder stands in for a file that cannot be written.
test('a database that cannot be written is named, and the window says so instead of staying empty', async ({
  launch,
}) => {
  const profile = await makeProfile();
  await mkdir(databaseOf(profile));
  const { page } = await launch({ profile });
  await expect(page.getByRole('heading', { name: 'Halcyon cannot use its database' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(
    `The database ${databaseOf(profile)} cannot be written; check that its folder exists and that you may write there.`,
  );
});

test('kill -9 while data comes in: what was acknowledged is there after the next start', async ({ launch, serve }) => {
  test.setTimeout(90_000);
  const servers = await serve();
  const first = await launch();
  const terminal = new TerminalWindow(first.page);
  await useServers(first.page, servers);
  await terminal.expectDrawn();
  await expect(terminal.provider('Kingfisher')).toContainText('live');
  const flood = { name: 'burst', messagesPerSecond: 2_000 } as const;
  await Promise.all([servers.kingfisher.scenario(flood, 'stream'), servers.binance.scenario(flood, 'stream')]);

  const stored = (): number =>
    readRows<{ n: number }>(
      first.profile,
      'SELECT (SELECT count(*) FROM snapshots) + (SELECT coalesce(sum(count), 0) FROM blocks) AS n',
    )[0]!.n;
  const atStart = stored();
  await expect.poll(stored, { message: 'snapshots committed while the flood runs' }).toBeGreaterThan(atStart + 5);
  const latest = (page: typeof first.page, asset: string) =>
    request(page, 'snapshot/latest', { provider: 'kingfisher', asset, kind: 'liquidation-map' });
  const candles = { asset: 'BTC', timeframe: '15m', before: null, limit: 200 } as const;
  const acknowledged = {
    btc: (await latest(first.page, 'BTC'))!,
    eth: (await latest(first.page, 'ETH'))!,
    candles: (await request(first.page, 'candles/read', candles))!,
    snapshots: stored(),
  };
  await first.kill();
  await servers.close();

  const second = await first.relaunch();
  const after = new TerminalWindow(second.page);
  for (const [asset, before] of [
    ['BTC', acknowledged.btc],
    ['ETH', acknowledged.eth],
  ] as const) {
    const now = (await latest(second.page, asset))!;
    expect(now.confirmedAt).toBeGreaterThanOrEqual(before.confirmedAt);
    if (now.confirmedAt === before.confirmedAt) expect(now).toEqual(before);
  }
  const again = (await request(second.page, 'candles/read', candles))!;
  expect(Object.values(again.openTimes)).toEqual(Object.values(acknowledged.candles.openTimes));
  expect(Object.values(again.close).slice(0, -1)).toEqual(Object.values(acknowledged.candles.close).slice(0, -1));
  await after.expectDrawn();
  await expect(after.mode('LIVE')).toHaveCount(0);
  await second.close();
  expect(stored()).toBeGreaterThanOrEqual(acknowledged.snapshots);
  expect(readRows(first.profile, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});
