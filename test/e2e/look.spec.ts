import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { defaultSettings } from '../../src-main/contract/settings.ts';
import { mapProviders } from '../../src-main/contract/source.ts';
import { expect, test } from './app.ts';
import {
  expectApart,
  expectInside,
  expectNoNumberCut,
  expectNothingCutOff,
  expectNothingWide,
  resize,
} from './layout.ts';
import type { ProviderName } from './pages/settings.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { request } from './servers.ts';

const sizes = [
  { width: 900, height: 600 },
  { width: 1440, height: 900 },
  { width: 3840, height: 2160 },
] as const;

const providers: readonly ProviderName[] = [
  ...(['Kingfisher', 'Kingfisher legacy', 'Kaiko', 'Kiyotaka'] as const),
  ...(['Binance', 'Bybit', 'OKX', 'Hyperliquid', 'Deribit'] as const),
];

/** Every map at once, in the form that takes most room. */
const allMaps = Object.fromEntries(
  mapProviders.map((id) => [id, { ...defaultSettings.maps[id], shown: true, form: 'both' }]),
) as typeof defaultSettings.maps;

test('every screen passes the accessibility rules, dark and light', async ({ launch }) => {
  test.setTimeout(300_000);
  const { page } = await launch();
  const terminal = new TerminalWindow(page);
  await terminal.expectDrawn();
  await request(page, 'settings/change', { maps: allMaps });
  const { chart, inspector, settings } = terminal;
  const screens: readonly (readonly [string, () => Promise<void>])[] = [
    ['Levels', async () => terminal.levels.rows.nth(2).click()],
    ['GEX as given', async () => inspector.open('GEX')],
    ['GEX computed', async () => inspector.chooseGex('Deribit')],
    ['Flow', async () => inspector.open('Flow')],
    ['Volumes', async () => inspector.open('Volumes')],
    ['Maps', async () => void (await terminal.openOverlays('Maps'))],
    [
      'Whose GEX',
      async () =>
        closed()
          .then(() => terminal.openOverlays('Whose GEX'))
          .then(() => undefined),
    ],
    ['Market', async () => closed().then(() => terminal.openMarketMenu())],
    ['Where candles come from', async () => closed().then(() => chart.openPriceSources())],
    ['Settings, Providers', async () => closed().then(() => settings.open())],
    ...providers.map((name) => [`Settings, ${name}`, () => settings.card(name).show()] as const),
    ['Settings, Market', async () => settings.choose('Market')],
    ['Settings, Appearance', async () => settings.choose('Appearance')],
    ['Settings, About', async () => settings.choose('About')],
  ];
  const closed = (): Promise<void> => page.keyboard.press('Escape');
  for (const theme of ['dark', 'light'] as const) {
    for (const [name, show] of screens) {
      await test.step(`${name}, ${theme}`, async () => {
        await show();
        expect(await violations(page)).toEqual([]);
      });
    }
    await settings.close();
    await inspector.open('GEX');
    await inspector.chooseGex('Auto');
    await inspector.open('Levels');
    if (theme === 'dark') await terminal.topBar.getByRole('button', { name: 'Light theme' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  }
});

test('the window holds its panels without overlap or overflow from 900 × 600 to 4K', async ({ launch }) => {
  test.setTimeout(180_000);
  const running = await launch();
  const { page } = running;
  const terminal = new TerminalWindow(page);
  await terminal.expectDrawn();
  const { chart, watchlist, inspector, settings, topBar, statusBar } = terminal;

  for (const wanted of sizes) {
    await test.step(`${wanted.width} × ${wanted.height}`, async () => {
      const size = await resize(running, wanted);
      await terminal.expectNoPageScroll();
      await expectInside(topBar, size);
      await expectInside(statusBar, size);
      await expectInside(chart.region, size);
      await expectNothingCutOff(topBar);
      await expectApart([topBar, chart.region, statusBar]);
      await expect.poll(async () => (await chart.pane()).width).toBeGreaterThan(300);

      await request(page, 'settings/change', { maps: allMaps });
      for (const provider of ['Kingfisher', 'Kingfisher legacy', 'Kiyotaka'] as const) {
        await expectInside(chart.intensityOf(provider), size);
      }
      await expectApart([
        chart.candleLegend,
        ...(['Kingfisher', 'Kingfisher legacy', 'Kiyotaka'] as const).map((provider) => chart.intensityOf(provider)),
      ]);

      const isNarrow = size.width < 1240;
      const menu = await terminal.openOverlays(isNarrow ? 'Overlays' : 'Maps');
      await expectInside(menu, size);
      await expectNothingWide(menu);
      await page.keyboard.press('Escape');
      await expect(menu).toHaveCount(0);
      if (!isNarrow) await expectNoNumberCut(inspector.levels.panel);
      // With more digits in its prices the table of levels may scroll, so that none is cut off.
      await request(page, 'settings/change', { maps: defaultSettings.maps });
      await expect(chart.intensityOf('Kiyotaka')).toHaveCount(0);
      if (isNarrow) {
        await terminal.toggle('Watchlist');
        await expectInside(watchlist.region, size);
        await expectNoNumberCut(watchlist.region);
        await terminal.toggle('Inspector');
        await expect(watchlist.region).toHaveCount(0);
        for (const tab of ['GEX', 'Flow', 'Volumes', 'Levels'] as const) {
          await inspector.open(tab);
          const panel = page.getByRole('tabpanel', { name: tab });
          await expectInside(panel, size);
          await expectNothingWide(panel);
          await expectNoNumberCut(panel);
        }
        await terminal.expectNoPageScroll();
        await page.keyboard.press('Escape');
        await expect(inspector.levels.panel).toHaveCount(0);
        await expect(topBar.getByRole('button', { name: 'Inspector', exact: true })).toBeFocused();
      } else {
        await expectInside(watchlist.region, size);
        await expectNoNumberCut(watchlist.region);
        await expectInside(inspector.levels.panel, size);
        await expectApart([watchlist.region, chart.region, inspector.levels.panel]);
        for (const tab of ['GEX', 'Flow', 'Volumes', 'Levels'] as const) {
          await inspector.open(tab);
          await expectNothingWide(page.getByRole('tabpanel', { name: tab }));
          await expectNoNumberCut(page.getByRole('tabpanel', { name: tab }));
        }
      }

      await settings.open();
      await expectInside(settings.dialog, size);
      for (const provider of providers) {
        await settings.card(provider).show();
        await expectInside(settings.card(provider).card.getByRole('heading', { name: provider, exact: true }), size);
        await expectNothingWide(settings.dialog);
      }
      await settings.close();
      await expect(topBar.getByRole('button', { name: /^Settings/ })).toBeFocused();
    });
  }

  await test.step('text does not grow with the window', async () => {
    // What is closed is gone a moment later.
    await expect(page.locator('dialog')).toHaveCount(0);
    const before = await fontSizes(page);
    await resize(running, sizes[1]);
    expect(await fontSizes(page)).toEqual(before);
  });
});

async function violations(page: Page): Promise<string[]> {
  // Electron has no second tab for axe to work in.
  const { violations, passes } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(passes.length, 'rules that were checked').toBeGreaterThan(10);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html}: ${node.failureSummary}`),
  );
}

/** Of everything on the page; 0 is text that is left out for want of room. */
const fontSizes = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...new Set([...document.querySelectorAll('body *')].map((element) => getComputedStyle(element).fontSize))]
      .filter((size) => size !== '0px')
      .sort(),
  );
