import { expect, type Locator, type Page } from '@playwright/test';

import type { Timeframe } from '../../../src-main/contract/market.ts';

/** What the chart says of itself to a screen reader. */
export interface ChartState {
  readonly asset: string;
  readonly timeframe: string;
  /** As shown, with the venue's decimals: `67,012.30`. */
  readonly price: string;
  readonly bands: number;
  readonly strikes: number;
}

/** CSS pixels between two looks along a pane; a band is found within 2 of its edges, and is at least 2 thick. */
const scanStep = 3;
/** The same over the marks of liquidations, of which the largest in view is 8 in radius or more. */
const markStep = 8;

/** The price chart with its header, overlays, legend and hover card. */
export class ChartPanel {
  /** The panel: header and chart. */
  readonly region: Locator;
  readonly header: Locator;
  /** The chart alone; its name is what `state` reads. */
  readonly figure: Locator;
  /** Open, high, low and close of the candle that is pointed at, else of the last. */
  readonly candleLegend: Locator;
  readonly regime: Locator;
  readonly intensity: Locator;
  readonly hideBelow: Locator;
  readonly fullFrom: Locator;
  readonly hoverCard: Locator;
  readonly attribution: Locator;
  /** Whose the candles are, in the header; opens `priceSources`. */
  readonly priceSource: Locator;
  readonly priceSources: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.region = page.getByRole('region', { name: /^Chart of / });
    this.header = this.region.locator('> header');
    this.figure = page.getByTestId('chart');
    this.candleLegend = page.getByTestId('candle-legend');
    this.regime = page.getByTestId('regime-badge');
    this.intensity = this.intensityOf('Kingfisher');
    this.hideBelow = this.intensity.getByRole('slider', { name: 'Hide levels below' });
    this.fullFrom = this.intensity.getByRole('slider', { name: 'Full colour from' });
    this.hoverCard = page.getByTestId('hover-card');
    this.priceSource = this.header.getByRole('button', { name: /^(Automatic|Binance|Bybit|OKX|Hyperliquid)/ });
    this.priceSources = page.getByRole('dialog', { name: /^Where the candles of / });
    this.attribution = page.getByRole('button', { name: 'Charts by TradingView' });
  }

  /** The legend of one map's layer, which is its slider, too. */
  intensityOf(provider: 'Kingfisher' | 'Kingfisher legacy' | 'Kiyotaka'): Locator {
    const name = `Intensity of liquidation levels, ${provider}`;
    return this.#page.getByRole('group', { name, exact: true });
  }

  /** Null while the chart has no candles. It is renewed once a second: poll it. */
  async state(): Promise<ChartState | null> {
    const name = (await this.figure.getAttribute('aria-label')) ?? '';
    const found =
      /^(\w+) (\w+) chart, last price (.+), (\d+) liquidation bands and (\d+) GEX strikes in view(?:\.|$)/.exec(name);
    if (found === null) return null;
    const [, asset = '', timeframe = '', price = '', bands, strikes] = found;
    return { asset, timeframe, price, bands: Number(bands), strikes: Number(strikes) };
  }

  async openPriceSources(): Promise<void> {
    await this.priceSource.click();
    await expect(this.priceSources).toBeVisible();
  }

  async choosePriceSource(venue: 'Automatic' | 'Binance' | 'Bybit' | 'OKX' | 'Hyperliquid'): Promise<void> {
    await this.openPriceSources();
    // The menu may go with the candles of the former venue.
    await this.priceSources.getByRole('radio', { name: new RegExp(`^${venue}`) }).click();
    await this.#page.keyboard.press('Escape');
    await expect(this.priceSources).toHaveCount(0);
  }

  /** How many realised liquidations the chart says that it marks. */
  async markedLiquidations(): Promise<number> {
    const said = await this.#page.getByTestId('chart-liquidated').innerText();
    return Number(/(\d+) realised liquidations? marked on the candles/.exec(said)?.[1] ?? 0);
  }

  async expectCandles(asset: string, timeframe: Timeframe): Promise<void> {
    await expect
      .poll(() => this.state(), { message: `candles of ${asset}, ${timeframe}` })
      .toMatchObject({ asset, timeframe });
  }

  async expectBands(): Promise<void> {
    await expect.poll(async () => (await this.state())?.bands ?? 0, { message: 'bands in view' }).toBeGreaterThan(0);
  }

  timeframe(timeframe: Timeframe): Locator {
    return this.#page
      .getByRole('radiogroup', { name: 'Timeframe' })
      .getByRole('radio', { name: timeframe, exact: true });
  }

  async chooseTimeframe(timeframe: Timeframe): Promise<void> {
    await this.timeframe(timeframe).click();
  }

  /** A switch of the bar above: which overlays are drawn. */
  overlay(name: 'Bands' | 'GEX' | 'Fit levels'): Locator {
    return this.#page.getByRole('navigation', { name: 'Chart' }).getByRole('button', { name, exact: true });
  }

  /** Whatever is drawn, the pane's place in the window, CSS pixels. */
  async pane(): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await this.figure.locator('canvas').first().boundingBox();
    if (box === null) throw new Error('The chart draws nothing.');
    return box;
  }

  /**
   * Moves the pointer down the pane, at a fraction of its width, until the card names this price as the card writes it
   * (`64,000.5`; absent: any price); returns the article that does. It begins at `down` of the pane's height.
   */
  async hoverLevel(price?: string, across = 0.4, down = 0): Promise<Locator> {
    const pane = await this.pane();
    const articles = this.hoverCard.getByRole('article');
    const article =
      price === undefined
        ? articles.first()
        : articles.filter({ has: this.#page.locator('b').getByText(price, { exact: true }) });
    const x = pane.x + pane.width * across;
    // A change of scale is drawn in a later frame than the one it was asked for in.
    for (let pass = 0; pass < 3; pass++) {
      for (let y = pane.y + 1 + (pass === 0 ? down * pane.height : 0); y < pane.y + pane.height; y += scanStep) {
        await this.#page.mouse.move(x, y);
        if ((await article.count()) > 0) return article;
      }
    }
    throw new Error(`No level ${price === undefined ? '' : `at ${price} `}lies under any point of the chart.`);
  }

  /**
   * Moves the pointer over the right half of the pane until the card names a realised liquidation of this amount; returns
   * its article.
   */
  async hoverMark(exactUsd: string): Promise<Locator> {
    const pane = await this.pane();
    const article = this.hoverCard
      .getByRole('article')
      .filter({ has: this.#page.locator('b').getByText(exactUsd, { exact: true }) });
    // The newest price is seldom far from the middle.
    const middle = pane.y + pane.height / 2;
    const rows = Array.from({ length: Math.floor(pane.height / markStep) }, (_, row) => pane.y + 1 + row * markStep);
    for (const y of rows.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))) {
      for (let x = pane.x + pane.width - 1; x > pane.x + pane.width * 0.5; x -= markStep) {
        await this.#page.mouse.move(x, y);
        await this.#page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
        if ((await article.count()) > 0) return article;
      }
    }
    throw new Error(`No liquidation of ${exactUsd} lies under the right half of the chart.`);
  }

  async leave(): Promise<void> {
    await this.#page.mouse.move(2, 2);
  }
}
