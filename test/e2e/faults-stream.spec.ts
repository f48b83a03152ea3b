import type { ElectronApplication } from '@playwright/test';

import { TerminalWindow } from './pages/terminal.ts';
import { rejectedRows } from './profile-database.ts';
import { request, useServers } from './servers.ts';
import { expect, test } from './with-servers.ts';

const push = (price: number, long: number): object => ({
  channel: 'liquidations',
  asset: 'BTC',
  data: {
    timestamp: new Date().toISOString(),
    clusters: [{ price, long_liquidations: long, short_liquidations: 0 }],
  },
});

/** Memory of main's process, where the engine runs, MB. */
const memoryOf = (app: ElectronApplication): Promise<number> =>
  app.evaluate(() => Math.round(process.memoryUsage().rss / 1e6));

test('a stream that sends garbage, floods, falls silent or breaks off loses nothing and freezes nothing', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve();
  const { kingfisher, binance } = servers;
  const running = await launch();
  const { page, app } = running;
  const terminal = new TerminalWindow(page);
  const clock = terminal.topBar.locator('time');
  await useServers(page, servers);
  await expect(terminal.provider('Kingfisher')).toContainText('live');
  await terminal.expectDrawn();

  const longAt = async (price: number): Promise<number | undefined> => {
    const map = await request(page, 'snapshot/latest', {
      provider: 'kingfisher',
      asset: 'BTC',
      kind: 'liquidation-map',
    });
    if (map?.kind !== 'liquidation-map') return undefined;
    return Object.values(map.longs)[Object.values(map.prices).indexOf(price)];
  };

  await test.step('garbage is recorded; the next good message of the same connection arrives', async () => {
    const clients = kingfisher.messages.filter(({ text }) => text.includes('"auth"')).length;
    kingfisher.push('<html>502</html>');
    kingfisher.push(push(1_000.5, -1));
    kingfisher.push(push(1_000.5, 4_321.125));
    await expect.poll(() => longAt(1_000.5)).toBe(4_321.125);
    expect(kingfisher.messages.filter(({ text }) => text.includes('"auth"'))).toHaveLength(clients);
    await expect(terminal.provider('Kingfisher')).toContainText('live');
  });

  await test.step('five thousand messages a second on both streams: the window answers, memory is bounded', async () => {
    const before = await memoryOf(app);
    const flood = { name: 'burst', messagesPerSecond: 5_000 } as const;
    await Promise.all([kingfisher.scenario(flood, 'stream'), binance.scenario(flood, 'stream')]);
    for (const timeframe of ['1h', '5m', '15m', '4h', '1m', '15m'] as const) {
      const time = await clock.innerText();
      const clickedAt = Date.now();
      await terminal.chart.chooseTimeframe(timeframe);
      await terminal.chart.expectCandles('BTC', timeframe);
      expect(Date.now() - clickedAt, `milliseconds until the ${timeframe} chart stood`).toBeLessThan(5_000);
      await expect(clock).not.toHaveText(time);
    }
    expect((await memoryOf(app)) - before, 'MB more than before the flood').toBeLessThan(250);
    await Promise.all([kingfisher.scenario('calm', 'stream'), binance.scenario('calm', 'stream')]);
    kingfisher.push(push(1_000.5, 77));
    await expect.poll(() => longAt(1_000.5)).toBe(77);
    await expect(terminal.provider('Kingfisher')).toContainText('live');
  });

  await test.step('silence: what was there stays, and its age grows', async () => {
    await kingfisher.scenario({ name: 'gap' }, 'stream');
    const rows = await terminal.levels.rows.count();
    const age = terminal.levels.panel.locator('.age').first();
    await expect(age).toContainText(/^\s*[5-9] s\s*$/);
    expect(await terminal.levels.rows.count()).toBe(rows);
    await kingfisher.scenario('calm', 'stream');
  });

  await test.step('a cut: connected again, what was missed is asked for over REST', async () => {
    const asked = kingfisher.requests.length;
    const logins = kingfisher.messages.filter(({ text }) => text.includes('"auth"')).length;
    const candles = binance.requests.length;
    kingfisher.dropAll();
    binance.dropAll();
    await expect.poll(() => kingfisher.requests.slice(asked).map(({ path }) => path)).toContain('/v1/liquidations/BTC');
    await expect.poll(() => binance.requests.slice(candles).map(({ path }) => path)).toContain('/fapi/v1/klines');
    await expect.poll(() => kingfisher.messages.filter(({ text }) => text.includes('"auth"')).length).toBe(logins + 1);
    await expect(terminal.provider('Kingfisher')).toContainText('live');
    await expect(terminal.provider('Binance')).toContainText('live');
  });

  await test.step('no network at all: OFFLINE with the last state, and LIVE again when it is back', async () => {
    await Promise.all([
      kingfisher.scenario({ name: 'drop', how: 'refuse' }),
      binance.scenario({ name: 'drop', how: 'refuse' }),
    ]);
    await expect(terminal.mode('OFFLINE')).toBeVisible();
    await terminal.chart.chooseTimeframe('1h');
    await terminal.expectDrawn('BTC', '1h');
    await Promise.all([kingfisher.scenario('calm'), binance.scenario('calm')]);
    await expect(terminal.mode('LIVE')).toBeVisible({ timeout: 30_000 });
    await expect(terminal.provider('Kingfisher')).toContainText('live', { timeout: 30_000 });
  });

  await running.close();
  expect(rejectedRows(running.profile).map(({ endpoint, path }) => ({ endpoint, path }))).toEqual([
    { endpoint: 'stream', path: '$' },
    { endpoint: 'stream', path: '$.data.clusters[0].long_liquidations' },
  ]);
});
