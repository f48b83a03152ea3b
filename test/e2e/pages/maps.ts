import type { Locator, Page } from '@playwright/test';

export type MapName = 'Kingfisher' | 'Kingfisher legacy' | 'Kiyotaka';

/** One provider's layer in the Maps menu. */
export class MapLayerRow {
  readonly region: Locator;
  readonly shown: Locator;
  /** Unit, age and how its numbers are to be read; or why there are none. */
  readonly says: Locator;
  readonly trouble: Locator;
  /** What it costs stands in it, where the provider weighs its requests. */
  readonly refresh: Locator;
  readonly moment: Locator;
  readonly ask: Locator;
  readonly latest: Locator;
  /** That a map of the past is shown, or why it did not come. */
  readonly momentSays: Locator;

  constructor(menu: Locator, name: MapName) {
    this.region = menu.getByRole('region', { name: `Map of ${name}`, exact: true });
    this.shown = this.region.getByRole('switch', { name, exact: true });
    this.says = this.region.locator('.says');
    this.trouble = this.region.getByRole('status').filter({ hasText: 'Map:' });
    this.refresh = this.region.getByRole('button', { name: /^Refresh/ });
    const moment = this.region.getByRole('group', { name: 'Map at a moment' });
    this.moment = moment.getByLabel(/^Map at a moment/);
    this.ask = moment.getByRole('button', { name: 'Ask' });
    this.latest = moment.getByRole('button', { name: 'Latest' });
    this.momentSays = this.region.locator('.past, .failed');
  }

  form(form: 'Bands' | 'Profile' | 'Both'): Locator {
    return this.region.getByRole('radiogroup', { name: /^Form of the map / }).getByRole('radio', { name: form });
  }

  /** A field of the provider's own options, as on its card: `Leverage class`. */
  option(label: string): Locator {
    return this.region.getByLabel(label, { exact: true });
  }

  /** Types into a field and leaves it, which saves it. */
  async setOption(label: string, text: string): Promise<void> {
    await this.option(label).fill(text);
    await this.option(label).press('Tab');
  }
}

/** Which maps are on the chart, and how: opened from the bar above it. */
export class MapsMenu {
  readonly menu: Locator;
  readonly confluence: Locator;
  readonly agree: Locator;
  /** Percent within which two levels agree. */
  readonly within: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.menu = page.getByRole('dialog', { name: 'Maps', exact: true });
    this.confluence = this.menu.getByRole('region', { name: 'Confluence' });
    this.agree = this.confluence.getByRole('switch', { name: /^Mark where two maps agree/ });
    this.within = this.confluence.getByLabel('Within, percent');
  }

  async open(): Promise<void> {
    await this.#page.getByRole('navigation', { name: 'Chart' }).getByRole('button', { name: /^Maps/ }).click();
  }

  async close(): Promise<void> {
    await this.#page.keyboard.press('Escape');
  }

  layer(name: MapName): MapLayerRow {
    return new MapLayerRow(this.menu, name);
  }

  /** Opens the menu, switches the layer on or off, and closes it. */
  async show(name: MapName, isShown = true): Promise<void> {
    await this.open();
    await this.layer(name).shown.setChecked(isShown);
    await this.close();
  }

  async setTolerance(percent: string): Promise<void> {
    await this.open();
    await this.within.fill(percent);
    await this.within.press('Tab');
    await this.close();
  }
}
