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

/** The side panel with its three tabs. */
export class Inspector {
  readonly levels: LevelsPanel;
  readonly gex: Locator;
  readonly flow: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.levels = new LevelsPanel(page);
    this.gex = page.getByRole('tabpanel', { name: 'GEX' });
    this.flow = page.getByRole('tabpanel', { name: 'Flow' });
  }

  async open(tab: 'Levels' | 'GEX' | 'Flow'): Promise<void> {
    await this.#page.getByRole('tablist', { name: 'Inspector' }).getByRole('tab', { name: tab, exact: true }).click();
  }
}
