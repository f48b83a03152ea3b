import type { Locator, Page } from '@playwright/test';

export type VolumesName = 'Kaiko' | 'Kiyotaka';

/** CSS pixels between two looks along the pane; a bar of an hour is wider. */
const scanStep = 4;

/** One provider's part of the Volumes tab: the newest interval, what is flagged, and filling in the past. */
export class VolumesSection {
  readonly region: Locator;
  readonly asked: Locator;
  readonly provenance: Locator;
  readonly when: Locator;
  readonly table: Locator;
  /** How many intervals break an invariant; opens their list. */
  readonly flaggedSummary: Locator;
  readonly flagged: Locator;
  readonly what: Locator;
  readonly from: Locator;
  readonly to: Locator;
  /** What the range would cost, before anything is sent. */
  readonly plan: Locator;
  readonly start: Locator;
  /** Ranges being filled in, or stopped. */
  readonly jobs: Locator;

  constructor(panel: Locator, name: VolumesName) {
    this.region = panel.getByRole('region', { name, exact: true });
    this.asked = this.region.getByRole('switch', { name: 'Ask' });
    this.provenance = this.region.locator('.provenance');
    this.when = this.region.locator('.interval .when').first();
    this.table = this.region.getByRole('table');
    this.flaggedSummary = this.region.locator('summary', { hasText: 'an invariant' });
    this.flagged = this.region.getByRole('listitem');
    this.what = this.region.getByLabel('What', { exact: true });
    this.from = this.region.getByLabel(/^From \(/);
    this.to = this.region.getByLabel(/^To \(/);
    this.plan = this.region.locator('.plan');
    this.start = this.region.getByRole('button', { name: /^Fill in/ });
    this.jobs = this.region.locator('.job');
  }

  /** Cells of one line, the exchange's name left out: longs, their number, shorts, their number. */
  cells(exchange: string): Locator {
    return this.table
      .getByRole('row')
      .filter({ has: this.region.page().getByRole('rowheader', { name: exchange, exact: true }) })
      .getByRole('cell');
  }

  async openBackfill(): Promise<void> {
    await this.region.locator('summary', { hasText: 'Fill in a range of the past' }).click();
  }

  /** Moments as the fields take them: `2026-03-01T00:00`. */
  async chooseRange(from: string, to: string): Promise<void> {
    await this.from.fill(from);
    await this.to.fill(to);
  }
}

/** Liquidated volumes: the tab, and the panes below the price. */
export class VolumesPanel {
  readonly panel: Locator;
  /** One a pane, from the top: its unit and what is drawn in it. */
  readonly legends: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.panel = page.getByRole('tabpanel', { name: 'Volumes' });
    this.legends = page.getByTestId('volume-legend');
  }

  section(name: VolumesName): VolumesSection {
    return new VolumesSection(this.panel, name);
  }

  legend(unit: string): Locator {
    return this.legends.filter({ hasText: `Liquidated · ${unit}` });
  }

  /**
   * Moves the pointer along the pane of a unit, from its right end, until the card tells of this source and this time as
   * the card writes them; returns the article that does.
   */
  async hover(unit: string, source: string, start: string): Promise<Locator> {
    const legend = await this.legend(unit).boundingBox();
    const pane = await this.#page.getByTestId('chart').locator('canvas').first().boundingBox();
    if (legend === null || pane === null) throw new Error(`There is no pane of ${unit}.`);
    const article = this.#page
      .getByTestId('hover-card')
      .getByRole('article')
      .filter({ hasText: 'Liquidated in' })
      .filter({ has: this.#page.locator('b').getByText(start, { exact: true }) })
      .filter({ has: this.#page.locator('p').getByText(source) });
    const y = legend.y + legend.height + 12;
    for (let x = pane.x + pane.width - 2; x > pane.x; x -= scanStep) {
      await this.#page.mouse.move(x, y);
      if ((await article.count()) > 0) return article;
    }
    throw new Error(`No bar of ${source} at ${start} lies under the pane of ${unit}.`);
  }
}
