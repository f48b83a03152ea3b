import { readdir, readFile, readlink } from 'node:fs/promises';

import { timeframes } from '../../src-main/contract/market.ts';
import { expect, test } from './app.ts';
import { TerminalWindow } from './pages/terminal.ts';

test('the first start, without key and network, opens on the simulated market and says so everywhere', async ({
  launch,
}) => {
  const startedAt = Date.now();
  const { app, page, profile } = await launch();
  const terminal = new TerminalWindow(page);
  const { chart, levels, inspector, watchlist, statusBar } = terminal;

  await test.step('candles and bands are there within seconds', async () => {
    await terminal.expectDrawn();
    expect(Date.now() - startedAt).toBeLessThan(20_000);
    expect(await readdir(profile)).toContain('halcyon.db');
  });

  await test.step('nothing was asked outside this computer', async () => {
    expect(await remoteAddresses(app.process().pid!)).toEqual([]);
  });

  await test.step('SIMULATED stands wherever its numbers do', async () => {
    await expect(terminal.mode('SIMULATED')).toBeVisible();
    // The list's head, and each of its three rows.
    await expect(watchlist.region.getByText('Binance · SIMULATED')).toHaveCount(4);
    await expect(chart.header.getByText('Binance · SIMULATED')).toBeVisible();
    await expect(chart.header.getByText('Kingfisher · SIMULATED')).toBeVisible();
    await expect(chart.candleLegend.getByText('Binance · SIMULATED')).toBeVisible();
    await expect(chart.intensity.getByText('Kingfisher · SIMULATED')).toBeVisible();
    await expect(chart.regime).toContainText('(Kingfisher · SIMULATED, as given)');
    await expect(levels.panel.getByText('Kingfisher · SIMULATED').first()).toBeVisible();
    await expect(terminal.provider('Kingfisher')).toContainText('Kingfisher · SIMULATED');
    await expect(terminal.provider('Binance')).toContainText('Binance · SIMULATED');

    await levels.rows.first().click();
    await expect(levels.fact('Source')).toHaveText('Kingfisher · SIMULATED');
    await expect((await chart.hoverLevel()).getByText('Kingfisher · SIMULATED')).toBeVisible();
    await chart.leave();

    await inspector.open('GEX');
    await expect(inspector.gex.getByText('Kingfisher · SIMULATED')).toBeVisible();
    await inspector.open('Flow');
    for (const section of ['Depth', 'Order flow']) {
      const region = inspector.flow.getByRole('region', { name: section, exact: true });
      await expect(region.getByText('Kingfisher · SIMULATED')).toBeVisible();
    }
    for (const section of ['Open interest', 'Funding'] as const) {
      await expect(inspector.venues(section).getByText('SIMULATED', { exact: true })).toBeVisible();
      for (const source of ['Kingfisher', 'Binance', 'Bybit', 'OKX', 'Hyperliquid']) {
        await expect(inspector.rowsOf(section, `${source} · SIMULATED`).first()).toBeVisible();
      }
    }
    await inspector.open('Volumes');
    // On a calm market minutes pass without any.
    await expect(
      inspector.realised.region.getByText(/^SIMULATED$|^No liquidation of BTC has come yet\./).first(),
    ).toBeVisible();
    for (const provider of ['Kaiko', 'Kiyotaka']) {
      const region = inspector.volumes.getByRole('region', { name: provider, exact: true });
      await expect(region.getByText(`${provider} · SIMULATED`)).toBeVisible();
    }
    await inspector.open('Levels');
  });

  await test.step('BTC, ETH and SOL are watched, each with a price, and both sources are up', async () => {
    await expect(watchlist.options).toHaveCount(3);
    for (const asset of ['BTC', 'ETH', 'SOL']) {
      await expect(watchlist.row(asset)).toContainText(asset);
      await expect(watchlist.price(asset)).toHaveText(/^[\d,]+\.\d+$/);
    }
    for (const name of ['Binance', 'Kingfisher'] as const) await expect(terminal.provider(name)).toContainText('live');
    await expect(statusBar.getByRole('button', { name: /notice/ })).toHaveCount(0);
  });

  await test.step('every timeframe gives candles', async () => {
    for (const timeframe of timeframes) {
      await chart.chooseTimeframe(timeframe);
      await chart.expectCandles('BTC', timeframe);
      await expect(chart.timeframe(timeframe)).toBeChecked();
    }
  });

  await test.step('the last price ticks, in the header and in the chart', async () => {
    const before = await chart.state();
    const header = await chart.header.locator('.price').innerText();
    await expect(chart.header.locator('.price')).not.toHaveText(header);
    await expect.poll(async () => (await chart.state())?.price).not.toBe(before?.price);
  });

  await test.step('the legend’s handles, moved by keyboard, change what is shown', async () => {
    await chart.overlay('Fit levels').click();
    await chart.hideBelow.press('Home');
    await expect(chart.hideBelow).toHaveAttribute('aria-valuenow', '0');
    const all = await bandsInView();
    expect(all).toBeGreaterThan(10);

    await chart.hideBelow.press('End');
    await expect(chart.hideBelow).toHaveAttribute('aria-valuenow', '0.98');
    await expect.poll(async () => (await chart.state())?.bands).toBeLessThan(all);
    await expect(chart.hideBelow).toHaveAttribute('aria-valuetext', /^\$[\d.]+[KMB]?$/);

    await chart.fullFrom.press('PageDown');
    await expect(chart.fullFrom).toHaveAttribute('aria-valuenow', '1');
    await chart.hideBelow.press('Home');
    await expect.poll(async () => (await chart.state())?.bands).toBe(all);

    await chart.overlay('Bands').click();
    await expect(chart.intensity).toHaveCount(0);
    await expect.poll(async () => (await chart.state())?.bands).toBe(0);
    await chart.overlay('Bands').click();
    await chart.overlay('Fit levels').click();
  });

  await test.step('ETH has GEX with regime and flip like BTC, SOL one that is computed; Kingfisher says that it has none of SOL', async () => {
    for (const asset of ['BTC', 'ETH']) {
      await watchlist.choose(asset);
      await terminal.expectDrawn(asset, '1D');
      await expect(chart.regime).toHaveText(
        /GEX (positive|negative|neutral) · flip [\d,]+\.\d+ · positive (below|above) flip/,
      );
      await inspector.open('GEX');
      await expect(inspector.gex).toContainText(/Regime\s+[+−=]?\s*(positive|negative|neutral) gamma/);
      await expect(inspector.gex).toContainText(/Flip level\s+[\d,]+\.\d+/);
      await expect(inspector.gex.getByRole('row').nth(5)).toBeVisible();
    }
    await watchlist.choose('SOL');
    await terminal.expectDrawn('SOL', '1D');
    await expect(chart.regime).toHaveText(/\(Bybit · SIMULATED, computed from [\d,]+ options: calls \+, puts −\)/);
    await expect(inspector.gex.getByText('Bybit · SIMULATED')).toBeVisible();
    await expect(inspector.gex.getByText('computed', { exact: true })).toBeVisible();
    await inspector.chooseGex('Kingfisher');
    await expect(chart.regime).toHaveCount(0);
    await expect(inspector.gex).toContainText('Kingfisher serves this for BTC and ETH only.');
  });

  /** Once two looks in a row, a second apart in the chart's own clock, say the same. */
  async function bandsInView(): Promise<number> {
    let last = -1;
    await expect
      .poll(
        async () => {
          const before = last;
          last = (await chart.state())?.bands ?? -1;
          return last === before;
        },
        { intervals: [1_100] },
      )
      .toBe(true);
    return last;
  }
});

/** Other computers that a process and its children have a TCP connection with (Linux only; elsewhere none are found). */
async function remoteAddresses(pid: number): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const sockets = new Set<string>();
  for (const each of await family(pid)) {
    for (const handle of await readdir(`/proc/${each}/fd`).catch(() => [])) {
      const target = await readlink(`/proc/${each}/fd/${handle}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode) sockets.add(inode);
    }
  }
  expect(sockets.size, 'sockets of the app').toBeGreaterThan(0);
  const lines = [...(await tableOf('tcp')), ...(await tableOf('tcp6'))];
  return lines
    .filter(([, , , , , , , , , inode]) => inode !== undefined && sockets.has(inode))
    .map(([, , remote = '']) => remote.split(':')[0]!)
    .filter((address) => !/^0+$/.test(address) && !address.endsWith('0100007F') && !/^0{24}01000000$/.test(address));
}

async function tableOf(protocol: 'tcp' | 'tcp6'): Promise<string[][]> {
  const text = await readFile(`/proc/net/${protocol}`, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

async function family(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const below = await Promise.all(
    children
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .map((child) => family(Number(child))),
  );
  return [pid, ...below.flat()];
}
