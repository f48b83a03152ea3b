import type { Locator, Page } from '@playwright/test';

/** As its card is headed. */
export type ProviderName =
  'Kingfisher' | 'Kingfisher legacy' | 'Kaiko' | 'Kiyotaka' | 'Binance' | 'Bybit' | 'OKX' | 'Hyperliquid' | 'Deribit';

/** A provider's card in Settings → Providers; one at a time is shown. */
export class ProviderCard {
  readonly card: Locator;
  /** Its line in the list beside the card: name and state. */
  readonly entry: Locator;
  readonly key: Locator;
  readonly login: Locator;
  readonly password: Locator;
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

  constructor(dialog: Locator, name: ProviderName) {
    this.card = dialog.getByRole('region', { name, exact: true });
    this.entry = dialog
      .getByRole('navigation', { name: 'Providers' })
      .getByRole('button')
      .filter({ has: dialog.page().getByText(name, { exact: true }) });
    this.key = this.card.getByLabel(/^API key/);
    this.login = this.card.getByLabel(/^Login/);
    this.password = this.card.getByLabel(/^Password/);
    this.restUrl = this.card.getByLabel('REST address');
    this.streamUrl = this.card.getByLabel('Stream address (optional)');
    this.useAddress = this.card.getByRole('button', { name: 'Use this address' });
    this.test = this.card.getByRole('button', { name: 'Test', exact: true });
    this.save = this.card.getByRole('button', { name: /^Save (key|login)$/ });
    this.keepForSession = this.card.getByRole('button', { name: 'Keep for this session only' });
    this.remove = this.card.getByRole('button', { name: 'Remove…' });
    this.confirmRemove = this.card
      .getByRole('group', { name: /^Remove the (key|login)\?$/ })
      .getByRole('button', { name: /^Remove (key|login)$/ });
    this.retry = this.card.getByRole('button', { name: `Retry ${name}` });
    this.outcome = this.card.locator('.outcome');
    this.kept = this.card.locator('p.kept');
  }

  async show(): Promise<void> {
    await this.entry.click();
  }

  /** The line of its state: a sentence. */
  get status(): Locator {
    return this.card.locator('.status [role="status"]');
  }

  /** A field of the provider's own options: `Leverage class`. */
  option(label: string): Locator {
    return this.card.getByRole('group', { name: /^Options of / }).getByLabel(label, { exact: true });
  }

  host(name: 'Production' | 'Sandbox' | 'Custom'): Locator {
    return this.card.getByRole('group', { name: 'Host' }).getByRole('radio', { name });
  }

  /** Chooses a custom host and applies it. */
  async useCustomHost(restUrl: string, streamUrl = ''): Promise<void> {
    await this.show();
    await this.host('Custom').check();
    await this.restUrl.fill(restUrl);
    // Where there is no stream, there is no field for its address.
    if ((await this.streamUrl.count()) > 0) await this.streamUrl.fill(streamUrl);
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

  /** Its entry has to be chosen before its card is there: `show`. */
  card(name: ProviderName): ProviderCard {
    return new ProviderCard(this.dialog, name);
  }

  async open(tab: 'Providers' | 'Market' | 'Appearance' | 'Data' | 'About' = 'Providers'): Promise<void> {
    await this.#page.getByRole('button', { name: 'Settings (Ctrl+,)' }).click();
    await this.choose(tab);
  }

  async choose(tab: 'Providers' | 'Market' | 'Appearance' | 'Data' | 'About'): Promise<void> {
    await this.dialog.getByRole('tab', { name: tab }).click();
  }

  async chooseMarket(market: 'Automatic' | 'Simulated market' | 'Live data'): Promise<void> {
    await this.choose('Market');
    // The others’ explanations name the markets, too.
    await this.dialog.getByRole('radio', { name: new RegExp(`^${market}`) }).check();
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).click();
  }
}
