import { expect, type Locator, type Page } from '@playwright/test';

import type { Asset } from '../../../src-main/contract/market.ts';

/** A provider's compact meter in the bottom bar. */
export class BudgetMeter {
  /** `aria-valuenow` of `aria-valuemax`; all of it in words is `aria-valuetext`. */
  readonly meter: Locator;
  /** What is written beside it. */
  readonly words: Locator;
  readonly open: Locator;

  constructor(page: Page, provider: 'Kingfisher') {
    const statusBar = page.getByRole('contentinfo', { name: 'Status' });
    this.open = statusBar.getByRole('button', { name: `Plan of ${provider}`, exact: true });
    const whole = statusBar
      .locator('.meter')
      .filter({ has: page.getByRole('button', { name: `Plan of ${provider}`, exact: true }) });
    this.meter = whole.getByRole('meter');
    this.words = whole.locator('.words');
  }

  async expectUsed(used: number, of: number): Promise<void> {
    await expect(this.meter).toHaveAttribute('aria-valuemax', String(of));
    await expect(this.meter).toHaveAttribute('aria-valuenow', String(used));
    await expect(this.words.filter({ hasText: ' left' })).toHaveText(`${of - used} left`);
  }
}

/** The Plan dialog: what is asked how often, the limits, and what a change would cost. */
export class PlanDialog {
  readonly dialog: Locator;
  /** The plan of the provider that is shown. */
  readonly plan: Locator;
  readonly table: Locator;
  readonly asset: Locator;
  readonly seeCost: Locator;
  /** Before → after of what is changed and not yet applied. */
  readonly effect: Locator;
  readonly apply: Locator;
  readonly cancel: Locator;
  readonly reserve: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Plan', exact: true });
    this.plan = this.dialog.getByRole('article');
    this.table = this.dialog.getByRole('table', { name: /^Plan of / });
    this.asset = this.dialog.getByLabel('Add an asset');
    this.seeCost = this.dialog.getByRole('button', { name: 'See what it costs' });
    this.effect = this.dialog.getByRole('region', { name: 'What this changes' });
    this.apply = this.dialog.getByRole('button', { name: 'Apply' });
    this.cancel = this.dialog.getByRole('button', { name: 'Cancel' });
    this.reserve = this.dialog.getByLabel('Reserve');
  }

  row(asset: Asset, what: 'Liquidation map' | 'Gamma exposure'): Locator {
    return this.table
      .getByRole('row')
      .filter({ has: this.dialog.page().getByRole('rowheader', { name: asset, exact: true }) })
      .filter({ has: this.dialog.page().getByRole('cell', { name: what, exact: true }) });
  }

  /** `every 16 min, slower`. */
  afforded(asset: Asset, what: 'Liquidation map' | 'Gamma exposure'): Locator {
    return this.row(asset, what).locator('.afforded');
  }

  /** `in view`, `pinned`. */
  place(asset: Asset, what: 'Liquidation map' | 'Gamma exposure'): Locator {
    return this.row(asset, what).getByRole('cell').nth(1);
  }

  pin(name: string): Locator {
    return this.table.getByRole('checkbox', { name: `Pin ${name}` });
  }

  /** Sets an amount of one's own for a limit, as a change that is not applied yet. */
  async setAmount(limit: string, amount: number): Promise<void> {
    await this.dialog.getByLabel(`Amount of ${limit}`, { exact: true }).selectOption({ label: 'Another amount' });
    const field = this.dialog.getByLabel(`My amount of ${limit}`, { exact: true });
    await field.fill(String(amount));
    await field.press('Tab');
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).click();
    await expect(this.dialog).toHaveCount(0);
  }
}
