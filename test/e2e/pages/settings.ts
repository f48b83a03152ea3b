import type { Locator, Page } from '@playwright/test';

/** A provider's card in Settings → Providers. */
export class ProviderCard {
  readonly card: Locator;
  readonly key: Locator;
  readonly restUrl: Locator;
  readonly streamUrl: Locator;
  readonly useAddress: Locator;
  readonly test: Locator;
  readonly save: Locator;
  readonly keepForSession: Locator;
  readonly remove: Locator;
  /** The second step of Remove. */
  readonly confirmRemove: Locator;
  readonly retry: Locator;
  /** What the last action came to: a sentence, and after a test its facts. */
  readonly outcome: Locator;
  /** Where the key is kept now. */
  readonly kept: Locator;

  constructor(dialog: Locator, name: 'Kingfisher' | 'Binance') {
    this.card = dialog.getByRole('region', { name });
    this.key = this.card.getByLabel(/^API key/);
    this.restUrl = this.card.getByLabel('REST address');
    this.streamUrl = this.card.getByLabel('Stream address (optional)');
    this.useAddress = this.card.getByRole('button', { name: 'Use this address' });
    this.test = this.card.getByRole('button', { name: 'Test', exact: true });
    this.save = this.card.getByRole('button', { name: 'Save key' });
    this.keepForSession = this.card.getByRole('button', { name: 'Keep for this session only' });
    this.remove = this.card.getByRole('button', { name: 'Remove…' });
    this.confirmRemove = this.card
      .getByRole('group', { name: 'Remove the key?' })
      .getByRole('button', { name: 'Remove key' });
    this.retry = this.card.getByRole('button', { name: `Retry ${name}` });
    this.outcome = this.card.locator('.outcome');
    this.kept = this.card.locator('.kept');
  }

  host(name: 'Production' | 'Sandbox' | 'Custom'): Locator {
    return this.card.getByRole('group', { name: 'Host' }).getByRole('radio', { name });
  }

  /** Chooses a custom host and applies it. */
  async useCustomHost(restUrl: string, streamUrl = ''): Promise<void> {
    await this.host('Custom').check();
    await this.restUrl.fill(restUrl);
    await this.streamUrl.fill(streamUrl);
    await this.useAddress.click();
  }

  /** A fact of the last test: `Plan’s limit` → `100 calls`. */
  fact(name: string): Locator {
    return this.outcome.locator(`dt:text-is("${name}") + dd`);
  }
}

export class SettingsDialog {
  readonly dialog: Locator;
  readonly kingfisher: ProviderCard;
  readonly binance: ProviderCard;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.dialog = page.getByRole('dialog', { name: 'Settings' });
    this.kingfisher = new ProviderCard(this.dialog, 'Kingfisher');
    this.binance = new ProviderCard(this.dialog, 'Binance');
  }

  async open(tab: 'Providers' | 'Market' | 'Appearance' | 'About' = 'Providers'): Promise<void> {
    await this.#page.getByRole('button', { name: 'Settings (Ctrl+,)' }).click();
    await this.choose(tab);
  }

  async choose(tab: 'Providers' | 'Market' | 'Appearance' | 'About'): Promise<void> {
    await this.dialog.getByRole('tab', { name: tab }).click();
  }

  async chooseMarket(market: 'Simulated market' | 'Live data'): Promise<void> {
    await this.choose('Market');
    await this.dialog.getByRole('radio', { name: market }).check();
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).click();
  }
}
