import type { Page } from '@playwright/test';

import { priceProviders, type PriceProvider } from '../../src-main/contract/source.ts';
import { standStill } from './flat-market.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { request, useAddresses, type Servers } from './servers.ts';
import { expect, test } from './with-servers.ts';

const also = ['bybit', 'okx', 'hyperliquid'] as const;
const names = { binance: 'Binance', bybit: 'Bybit', okx: 'OKX', hyperliquid: 'Hyperliquid' } as const;
/** No two venues stand at one price. */
const prices = { binance: '67000.10', bybit: '67100.20', okx: '67200.30', hyperliquid: '67300.0' } as const;
const shown = { binance: '67,000.1', bybit: '67,100.2', okx: '67,200.3', hyperliquid: '67,300' } as const;
const symbols = { binance: 'BTCUSDT', bybit: 'BTCUSDT', okx: 'BTC-USDT-SWAP', hyperliquid: 'BTC' } as const;

async function openLive(page: Page, servers: Servers): Promise<TerminalWindow> {
  for (const venue of priceProviders) await standStill(servers, venue, prices[venue]);
  await useAddresses(page, servers);
  await request(page, 'market/choose', 'live');
  return new TerminalWindow(page);
}

/** Header and legend say whose candles they are, and every one of them stands at that venue’s price. */
async function expectCandlesOf(terminal: TerminalWindow, servers: Servers, venue: PriceProvider): Promise<void> {
  const { chart, page } = terminal;
  const source = `${names[venue]} · 127.0.0.1:${servers.of(venue).port}`;
  await expect(chart.priceSource).toContainText(source);
  await expect(chart.candleLegend).toContainText(source);
  await expect(chart.candleLegend.locator('b')).toHaveText(symbols[venue]);
  await expect.poll(() => chart.state()).toMatchObject({ asset: 'BTC', price: shown[venue] });
  for (const letter of ['O', 'H', 'L', 'C']) {
    await expect(chart.candleLegend.getByText(`${letter} ${shown[venue]}`, { exact: true })).toBeVisible();
  }
  const series = await request(page, 'candles/read', { asset: 'BTC', timeframe: '15m', before: null, limit: 300 });
  expect(series?.instrument.source.provider).toBe(venue);
  expect(new Set(Object.values(series?.close ?? {}))).toEqual(new Set([Number(prices[venue])]));
  await expect(chart.header.locator('.price')).toHaveText(shown[venue]);
}

test('the venue of an asset’s candles is chosen in the chart’s header, and its candles are drawn exactly', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ also });
  const { page } = await launch();
  const terminal = await openLive(page, servers);
  const { chart } = terminal;

  await test.step('no choice: Binance, and the order in which others stand in', async () => {
    await expectCandlesOf(terminal, servers, 'binance');
    await chart.openPriceSources();
    await expect(chart.priceSources.getByRole('status')).toHaveText('Candles and price of BTC are from Binance.');
    await expect(chart.priceSources.getByRole('radio', { name: /^Automatic/ })).toBeChecked();
    await expect(chart.priceSources).toContainText('Binance → Bybit → OKX → Hyperliquid');
    await page.keyboard.press('Escape');
    await expect(chart.priceSources).toHaveCount(0);
  });

  for (const venue of ['bybit', 'okx', 'hyperliquid'] as const) {
    await test.step(`${names[venue]}, chosen`, async () => {
      await chart.choosePriceSource(names[venue]);
      await expectCandlesOf(terminal, servers, venue);
      await expect(chart.header.getByText(/standing in/)).toHaveCount(0);
    });
  }

  await test.step('the choice is of this asset alone, and is kept', async () => {
    await expect(terminal.watchlist.row('ETH').getByText(`Binance · 127.0.0.1:${servers.binance.port}`)).toBeVisible();
    const { settings } = await request(page, 'app/start', null);
    expect(settings.prices).toEqual({ byAsset: { BTC: 'hyperliquid' } });
    await chart.choosePriceSource('Automatic');
    await expectCandlesOf(terminal, servers, 'binance');
  });
});

test('the next venue in the order stands in for one that fails and is named; without any, the chart stays with its age', async ({
  launch,
  serve,
}) => {
  test.setTimeout(150_000);
  const servers = await serve({ also });
  const { page } = await launch();
  const terminal = await openLive(page, servers);
  const { chart } = terminal;
  const down = { name: 'drop', how: 'refuse' } as const;
  await expectCandlesOf(terminal, servers, 'binance');
  await chart.choosePriceSource('OKX');
  await expectCandlesOf(terminal, servers, 'okx');

  await test.step('OKX fails: Binance, the first in the order, stands in', async () => {
    await servers.of('okx').scenario(down);
    await expect(chart.priceSource).toContainText('Binance', { timeout: 40_000 });
    await expectCandlesOf(terminal, servers, 'binance');
    await expect(chart.priceSource).toHaveAttribute('title', 'Binance, standing in for OKX. Click to choose.');
    await chart.openPriceSources();
    await expect(chart.priceSources.getByRole('status')).toHaveText('Binance, standing in for OKX.');
    await expect(chart.priceSources.getByRole('radio', { name: /^OKX/ })).toBeChecked();
    await expect(chart.priceSources.getByRole('radio', { name: /^OKX/ })).toHaveAccessibleName(/offline/);
    await page.keyboard.press('Escape');
  });

  await test.step('Binance fails, too: Bybit', async () => {
    await servers.binance.scenario(down);
    await expect(chart.priceSource).toContainText('Bybit', { timeout: 40_000 });
    await expectCandlesOf(terminal, servers, 'bybit');
    await expect(chart.priceSource).toHaveAttribute('title', 'Bybit, standing in for OKX. Click to choose.');
  });

  await test.step('nobody is left: OFFLINE, the last candles stay, stale with their age', async () => {
    await Promise.all([servers.of('bybit').scenario(down), servers.of('hyperliquid').scenario(down)]);
    await servers.kingfisher.scenario(down);
    await expect(terminal.mode('OFFLINE')).toBeVisible({ timeout: 40_000 });
    await expect(chart.header.getByText('stale', { exact: true }).first()).toBeVisible();
    await expectCandlesOf(terminal, servers, 'bybit');
    await expect(chart.header.locator('.provenance .age').first()).toHaveText(/\d+ (s|min)/);
    await chart.chooseTimeframe('1h');
    await chart.expectCandles('BTC', '1h');
  });
});
