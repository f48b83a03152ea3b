import type { Locator, Page } from '@playwright/test';

import type { Asset } from '../../../src-main/contract/market.ts';

/** The watchlist: one option an asset, with price, nearest clusters, source and age. */
export class WatchlistPanel {
  readonly region: Locator;
  readonly list: Locator;
  readonly options: Locator;

  constructor(page: Page) {
    this.region = page.getByRole('region', { name: 'Watchlist' });
    this.list = this.region.getByRole('listbox', { name: 'Watchlist' });
    this.options = this.list.getByRole('option');
  }

  row(asset: Asset): Locator {
    return this.list.locator(`[data-asset="${asset}"]`);
  }

  price(asset: Asset): Locator {
    return this.row(asset).locator('.price');
  }

  async choose(asset: Asset): Promise<void> {
    await this.row(asset).click();
  }
}
