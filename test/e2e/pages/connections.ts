import { expect, type Locator, type Page } from '@playwright/test';

/** What a row of the request log says, cell by cell. */
export interface ShownRequest {
  /** With its host, as the hover says it. */
  readonly source: string;
  readonly purpose: string;
  /** Method, path and query. */
  readonly request: string;
  readonly answer: string;
  readonly charged: string;
}

/** The Connections dialog: states, the request log, and what helps to find a fault. */
export class ConnectionsDialog {
  readonly dialog: Locator;
  readonly rows: Locator;
  readonly copy: Locator;
  readonly exportRejected: Locator;
  /** What the last of the two came to. */
  readonly outcome: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.dialog = page.getByRole('dialog', { name: 'Connections' });
    this.rows = this.dialog.getByRole('region', { name: 'Requests, the newest first' }).locator('tr.line');
    this.copy = this.dialog.getByRole('button', { name: 'Copy diagnostics' });
    this.exportRejected = this.dialog.getByRole('button', { name: 'Export rejected payloads…' });
    this.outcome = this.dialog.locator('footer .outcome');
  }

  /** From the market menu. */
  async open(): Promise<void> {
    await this.#page.getByRole('banner').locator('.mode').getByRole('button').click();
    await this.#page.getByRole('button', { name: 'Connections…' }).click();
    await expect(this.dialog).toBeVisible();
  }

  async choose(tab: 'Providers' | 'Requests'): Promise<void> {
    await this.dialog.getByRole('tab', { name: tab, exact: true }).click();
  }

  async only(provider: 'All providers' | 'Kingfisher' | 'Binance'): Promise<void> {
    await this.dialog.getByLabel('Requests to').selectOption({ label: provider });
  }

  /** The newest first; those out of view are not rendered. */
  async shown(): Promise<ShownRequest[]> {
    return this.rows.evaluateAll((rows) =>
      rows.map((row) => {
        const cells = [...row.querySelectorAll('td')];
        const text = (at: number): string => (cells[at]?.innerText ?? '').replace(/\s+/g, ' ').trim();
        return {
          source: cells[1]?.querySelector('[title]')?.getAttribute('title') ?? text(1),
          purpose: text(2),
          request: text(3),
          answer: text(4),
          charged: text(7),
        };
      }),
    );
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).click();
    await expect(this.dialog).toHaveCount(0);
  }
}
