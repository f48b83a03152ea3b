import keytar from 'keytar';

import { expect, test } from './with-servers.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { eliteKey, request, useServers } from './servers.ts';

test.afterEach(async () => void (await keytar.deletePassword('Halcyon', 'kingfisher')));

const assets = ['BTC', 'ETH', 'SOL'] as const;

test('reopened without network, the last state of every asset is there at once, stale with its age, and works', async ({
  launch,
  serve,
}) => {
  test.setTimeout(90_000);
  const servers = await serve();
  const { kingfisher, binance } = servers;
  const first = await launch();
  const online = new TerminalWindow(first.page);
  const shown = new Map<string, string>();

  await test.step('online, each asset is looked at once', async () => {
    await useServers(first.page, servers);
    const secret = { apiKey: eliteKey };
    await request(first.page, 'credential/keep', { provider: 'kingfisher', secret, sessionOnly: false });
    for (const asset of assets) {
      await online.watchlist.choose(asset);
      await online.expectDrawn(asset);
      await online.chart.chooseTimeframe('1h');
      await online.expectDrawn(asset, '1h');
      await online.chart.chooseTimeframe('15m');
    }
    for (const asset of assets) await expect(online.watchlist.row(asset).locator('.clusters .none')).toHaveCount(0);
    await online.watchlist.choose('BTC');
    await online.expectDrawn('BTC');
    await expect(online.levels.rows.nth(5)).toBeVisible();
  });

  await test.step('the servers stop answering and the last words of each are noted', async () => {
    await Promise.all([kingfisher.close(), binance.close()]);
    await expect(online.mode('OFFLINE')).toBeVisible();
    for (const asset of assets) shown.set(asset, await online.watchlist.price(asset).innerText());
  });

  const second = await first.relaunch();
  const offline = new TerminalWindow(second.page);
  const { chart, levels, inspector, watchlist } = offline;

  await test.step('the first answer of the cache already holds every asset', async () => {
    const start = await request(second.page, 'app/start', null);
    expect(start.quotes.map(({ instrument }) => instrument.asset).sort()).toEqual(['BTC', 'ETH', 'SOL']);
    const kept = start.snapshots.map(({ kind, asset }) => `${kind} ${asset}`);
    expect(kept).toEqual(
      expect.arrayContaining([
        'liquidation-map BTC',
        'liquidation-map ETH',
        'liquidation-map SOL',
        'gex BTC',
        'gex ETH',
      ]),
    );
  });

  await test.step('prices and clusters of all three stand in the watchlist, stale, with age', async () => {
    for (const asset of assets) {
      await expect(watchlist.price(asset)).toHaveText(shown.get(asset) ?? '');
      await expect(watchlist.row(asset).locator('.clusters .none')).toHaveCount(0);
      await expect(watchlist.row(asset).locator('.last > span')).toHaveText([
        /^\s*stale\s+Binance · 127\.0\.0\.1:\d+\s+\d+ (s|min)\s*$/,
        /^\s*stale\s+Kingfisher · 127\.0\.0\.1:\d+\s+\d+ (s|min)\s*$/,
      ]);
    }
    await expect(offline.mode('OFFLINE')).toBeVisible();
    for (const name of ['Kingfisher', 'Binance'] as const)
      await expect(offline.provider(name)).toContainText('offline');
  });

  await test.step('the chart is drawn with candles and bands, marked stale', async () => {
    await offline.expectDrawn('BTC');
    await expect(chart.header.getByText('stale')).toHaveCount(2);
    await expect(levels.panel.getByText('stale')).toHaveCount(2);
    await expect(levels.panel.getByTitle(/Stale: the source cannot be reached/)).toHaveCount(2);
  });

  await test.step('every asset and timeframe that was seen can be chosen, hovered and listed', async () => {
    for (const asset of assets) {
      await watchlist.choose(asset);
      await chart.chooseTimeframe('1h');
      await offline.expectDrawn(asset, '1h');
      await chart.chooseTimeframe('15m');
      await offline.expectDrawn(asset);
    }
    await watchlist.choose('BTC');
    await offline.expectDrawn('BTC');
    await chart.hideBelow.press('Home');
    // About the price, where the table stands, too.
    const card = await chart.hoverLevel(undefined, 0.4, 0.5);
    const hovered = await card.locator('b').first().innerText();
    await expect(levels.row(hovered).first()).toBeVisible();
    await expect(card).toContainText(/ · \d+ (s|min) old/);
    await inspector.open('GEX');
    await expect(inspector.gex).toContainText(/Flip level\s+[\d,]+\.\d/);
    await expect(inspector.gex.getByText('stale')).toBeVisible();
  });
});
