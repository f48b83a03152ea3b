import { expect, type Locator, type Page } from '@playwright/test';

import { ChartPanel } from './chart.ts';
import { Inspector } from './inspector.ts';
import { SettingsDialog, type ProviderName } from './settings.ts';
import { WatchlistPanel } from './watchlist.ts';

/** The whole window, by what a user sees and a screen reader names. */
export class TerminalWindow {
  readonly page: Page;
  readonly topBar: Locator;
  readonly watchlist: WatchlistPanel;
  readonly chart: ChartPanel;
  readonly inspector: Inspector;
  readonly settings: SettingsDialog;
  readonly statusBar: Locator;
  /** The mode badge, which opens `marketMenu`; its hover text says why. */
  readonly modeButton: Locator;
  readonly marketMenu: Locator;

  constructor(page: Page) {
    this.page = page;
    this.topBar = page.getByRole('banner');
    this.watchlist = new WatchlistPanel(page);
    this.chart = new ChartPanel(page);
    this.inspector = new Inspector(page);
    this.settings = new SettingsDialog(page);
    this.statusBar = page.getByRole('contentinfo', { name: 'Status' });
    this.modeButton = this.topBar.locator('.mode').getByRole('button');
    this.marketMenu = page.getByRole('dialog', { name: 'Market' });
  }

  get levels(): Inspector['levels'] {
    return this.inspector.levels;
  }

  /** LIVE, SIMULATED, OFFLINE or CONNECTING, also where the badge goes on to name hosts other than production. */
  mode(word: 'LIVE' | 'SIMULATED' | 'OFFLINE' | 'CONNECTING'): Locator {
    return this.topBar.getByText(new RegExp(`^${word}( · .+)?$`));
  }

  /** A menu of the chart’s bar; in a narrow window they are all one. Returns what opened. */
  async openOverlays(menu: 'Maps' | 'Whose GEX' | 'Overlays'): Promise<Locator> {
    await this.page
      .getByRole('navigation', { name: 'Chart' })
      .getByRole('button', { name: new RegExp(`^${menu}`) })
      .click();
    const dialog = this.page.getByRole('dialog', { name: menu });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  async openMarketMenu(): Promise<void> {
    await this.modeButton.click();
    await expect(this.marketMenu).toBeVisible();
  }

  /** A provider's part of the bottom bar: source, state, calls left, age of its last answer. */
  provider(name: ProviderName): Locator {
    return this.statusBar.locator(`button:not(.unused)[title^="${name}: "]`);
  }

  /** Lines of trouble: what is missing, why, and when it is tried again. */
  trouble(what: 'Candles' | 'Liquidation map' | 'GEX' | 'Open interest' | 'Funding' | 'Depth' | 'Order flow'): Locator {
    return this.page.getByRole('status').filter({ hasText: `${what}:` });
  }

  async toggle(panel: 'Watchlist' | 'Inspector'): Promise<void> {
    await this.topBar.getByRole('button', { name: panel, exact: true }).click();
  }

  /** Until candles and bands of the focused asset are drawn. */
  async expectDrawn(asset = 'BTC', timeframe: Parameters<ChartPanel['expectCandles']>[1] = '15m'): Promise<void> {
    await this.chart.expectCandles(asset, timeframe);
    await this.chart.expectBands();
  }

  /** Every element that is wider than its window would give the page a scroll bar. */
  async expectNoPageScroll(): Promise<void> {
    const size = await this.page.evaluate(() => {
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
      return { right: scrollWidth - clientWidth, down: scrollHeight - clientHeight };
    });
    expect(size, 'pixels that the page could scroll').toEqual({ right: 0, down: 0 });
  }
}
