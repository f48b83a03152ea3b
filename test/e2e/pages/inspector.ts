import type { Locator, Page } from '@playwright/test';

/** The Levels table and the exact values below it. */
export class LevelsPanel {
  readonly panel: Locator;
  readonly grid: Locator;
  readonly headers: Locator;
  /** The rows of levels that are rendered, in the order shown; the head is not among them. */
  readonly rows: Locator;
  readonly detail: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.panel = page.getByRole('tabpanel', { name: 'Levels' });
    this.grid = this.panel.getByRole('grid', { name: /^Liquidation and GEX levels of / });
    this.headers = this.grid.getByRole('columnheader');
    this.rows = this.grid.locator('tbody').getByRole('row');
    this.detail = this.panel.getByRole('region', { name: 'Exact values of the chosen level' });
  }

  header(name: string): Locator {
    return this.grid.getByRole('columnheader', { name });
  }

  /** The row whose price cell carries this exact price on hover: `64,000.123456789`. */
  row(exactPrice: string): Locator {
    return this.rows.filter({ has: this.#page.locator(`td:first-child[title="${exactPrice}"]`) });
  }

  /** Exact price of each rendered row, as its cell says on hover. */
  async prices(): Promise<string[]> {
    const cells = await this.rows.locator('td:first-child').all();
    return Promise.all(cells.map(async (cell) => (await cell.getAttribute('title')) ?? ''));
  }

  show(which: 'All' | 'Clusters' | 'GEX'): Locator {
    return this.panel
      .getByRole('radiogroup', { name: 'Which levels' })
      .getByRole('radio', { name: which, exact: true });
  }

  /** A fact of the chosen level: `Long` → `$4,800,000,000`. */
  fact(name: string): Locator {
    return this.detail.locator(`dt:text-is("${name}") + dd`);
  }
}

/** Liquidations as they happen, in the Volumes tab: sums of the last hour, and the newest ones. */
export class RealisedPanel {
  readonly region: Locator;
  /** The newest liquidations, newest first; heads and sums are not among them. */
  readonly rows: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.region = page.getByRole('region', { name: 'Liquidations as they happen' });
    this.rows = this.region.getByRole('table').nth(1).locator('tbody').getByRole('row');
  }

  /** The liquidation of exactly this amount: `$138.74`. */
  row(exactUsd: string): Locator {
    return this.rows.filter({ has: this.#page.locator(`td:last-child[title="${exactUsd}"]`) });
  }

  /** A venue’s sums of the last hour. */
  sums(venue: 'Binance' | 'Bybit' | 'OKX'): Locator {
    const row = this.region.getByRole('table').first().locator('tbody').getByRole('row');
    return row.filter({ has: this.#page.getByRole('rowheader', { name: venue }) });
  }
}

/** The side panel with its tabs. */
export class Inspector {
  readonly levels: LevelsPanel;
  readonly gex: Locator;
  readonly flow: Locator;
  readonly volumes: Locator;
  readonly realised: RealisedPanel;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.levels = new LevelsPanel(page);
    this.gex = page.getByRole('tabpanel', { name: 'GEX' });
    this.flow = page.getByRole('tabpanel', { name: 'Flow' });
    this.volumes = page.getByRole('tabpanel', { name: 'Volumes' });
    this.realised = new RealisedPanel(page);
  }

  /** A section of the Flow tab with a row for each source and exchange. */
  venues(section: 'Open interest' | 'Funding'): Locator {
    return this.flow.getByRole('region', { name: section, exact: true });
  }

  /** Rows of such a section that came from this source, as its cell says on hover: `Bybit · 127.0.0.1:8080`. */
  rowsOf(section: 'Open interest' | 'Funding', source: string): Locator {
    return this.venues(section)
      .getByRole('row')
      .filter({ has: this.#page.locator(`td.origin[title^="${source}"]`) });
  }

  async chooseGex(source: 'Auto' | 'Kingfisher' | 'Deribit' | 'Bybit'): Promise<void> {
    await this.gex
      .getByRole('radiogroup', { name: 'Whose gamma exposure' })
      .getByRole('radio', { name: source, exact: true })
      .click();
  }

  /** A line of the GEX tab’s summary: `Flip level`. */
  gexLine(name: 'Regime' | 'Total' | 'Flip level' | 'Call wall' | 'Put wall'): Locator {
    return this.gex.locator('.summary p').filter({ has: this.#page.getByText(name, { exact: true }) });
  }

  async open(tab: 'Levels' | 'GEX' | 'Flow' | 'Volumes'): Promise<void> {
    await this.#page.getByRole('tablist', { name: 'Inspector' }).getByRole('tab', { name: tab, exact: true }).click();
  }
}
