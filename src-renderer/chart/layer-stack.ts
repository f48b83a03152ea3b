import type { ISeriesApi } from 'lightweight-charts';
import { mapProviders } from '../../src-main/contract/source.ts';
import { columnsOf } from './columns.ts';
import type { Columns } from './columns.ts';
import { confluencesOf } from './confluence.ts';
import type { Confluence } from './confluence.ts';
import { DrawnLayer } from './drawn-layer.ts';
import { ChipsPrimitive } from './primitives/chips/primitive.ts';
import { ConfluencePrimitive } from './primitives/confluence/primitive.ts';
import type { ChartOptions, MapLayerView } from './props.ts';
import { chartThemes } from './theme.ts';

/** A move of the price by less than this fraction leaves the chips as they are. */
const chipStep = 0.0002;
const none: readonly Confluence[] = [];

export type StackOptions = Pick<ChartOptions, 'bands' | 'fitLevels' | 'confluence' | 'theme'>;
type Primitive = Parameters<ISeriesApi<'Candlestick'>['attachPrimitive']>[0];

/** The maps on the chart: which there are, in the providers' order whatever order they came in, and where they agree. */
export class LayerStack {
  readonly chips: ChipsPrimitive;
  readonly confluence: ConfluencePrimitive;
  #views: readonly MapLayerView[] = [];
  #layers: readonly DrawnLayer[] = [];
  #options: StackOptions;
  #price: number | null = null;
  #paneWidth = 0;
  #hasGex = false;
  #columns: Columns = columnsOf(0, false, 0);

  constructor(options: StackOptions) {
    const theme = chartThemes[options.theme];
    this.#options = options;
    this.chips = new ChipsPrimitive({
      layers: [],
      tickSize: NaN,
      price: null,
      highlightPrice: null,
      rightInset: 0,
      topInset: 0,
      theme,
    });
    this.confluence = new ConfluencePrimitive({ confluences: none, topInset: 0, theme });
  }

  /** Those that are drawn, in the providers' order. */
  get layers(): readonly DrawnLayer[] {
    return this.#layers;
  }

  get columns(): Columns {
    return this.#columns;
  }

  get confluences(): readonly Confluence[] {
    return this.confluence.state.confluences;
  }

  /** In the order of drawing: bands in the providers' order, what goes `between`, then what lies over the candles. */
  primitives(between: readonly Primitive[]): Primitive[] {
    return [
      ...this.#layers.filter(({ hasBands }) => hasBands).map(({ bands }) => bands),
      ...between,
      ...this.#layers.filter(({ hasProfile }) => hasProfile).map(({ profile }) => profile),
      ...(this.#finds ? [this.confluence] : []),
      this.chips,
    ];
  }

  setLayers(views: readonly MapLayerView[]): void {
    if (views === this.#views) return;
    this.#views = views;
    this.#draw();
  }

  setOptions(options: StackOptions): void {
    const before = this.#options;
    this.#options = options;
    if (options.theme !== before.theme) {
      const theme = chartThemes[options.theme];
      for (const layer of this.#layers) layer.setTheme(theme);
      this.chips.show({ theme });
      this.confluence.show({ theme });
      this.#showChips();
    }
    for (const layer of this.#layers) layer.setFitLevels(options.fitLevels);
    const { shown, tolerancePercent } = before.confluence;
    if (options.bands !== before.bands) this.#draw();
    else if (shown !== options.confluence.shown || tolerancePercent !== options.confluence.tolerancePercent)
      this.#compare();
  }

  setPrice(price: number | null): void {
    this.#price = price;
    const crossed = this.#layers.filter((layer) => layer.setPrice(price));
    if (crossed.length > 0) {
      this.#showChips();
      this.#compare();
    }
    const before = this.chips.state.price;
    if (price !== null && before !== null && Math.abs(price - before) <= before * chipStep) return;
    this.chips.show({ price });
  }

  setTopInset(topInset: number): void {
    this.chips.show({ topInset });
    this.confluence.show({ topInset });
    for (const { profile } of this.#layers) profile.show({ topInset });
  }

  /** CSS pixels. */
  setPane(width: number, hasGex: boolean): void {
    this.#paneWidth = width;
    this.#hasGex = hasGex;
    this.#place();
  }

  get #finds(): boolean {
    return this.#options.confluence.shown && this.#layers.length > 1;
  }

  #draw(): void {
    const { bands, theme, fitLevels } = this.#options;
    const known = new Map(this.#layers.map((layer) => [layer.provider, layer]));
    const settings = { theme: chartThemes[theme], fitLevels, price: this.#price };
    this.#layers = mapProviders.flatMap((provider) => {
      const view = this.#views.find((each) => each.provider === provider);
      if (view === undefined || !bands) return [];
      const layer = known.get(provider);
      layer?.show(view, this.#price);
      return [layer ?? new DrawnLayer(view, settings)];
    });
    this.setTopInset(this.chips.state.topInset);
    this.#place();
    this.#showChips();
    this.#compare();
  }

  #showChips(): void {
    this.chips.show({
      layers: this.#layers.map(({ levels, layout, colours, view: { map, stale } }) => ({
        levels,
        layout,
        colours,
        unit: map.unit,
        coin: map.asset,
        stale: stale !== null,
      })),
    });
  }

  #compare(): void {
    const { tolerancePercent } = this.#options.confluence;
    const layers = this.#layers.map(({ view, levels }) => ({ ...view, levels }));
    const confluences = this.#finds ? confluencesOf(layers, { price: this.#price, tolerancePercent }) : none;
    this.confluence.show({ confluences });
  }

  #place(): void {
    const profiles = this.#layers.filter(({ hasProfile }) => hasProfile);
    this.#columns = columnsOf(this.#paneWidth, this.#hasGex, profiles.length);
    const { offsets, width, total } = this.#columns;
    // Offsets count from the right, and what is read from left to right are the layers.
    profiles.reverse().forEach((layer, i) => layer.setPlace({ offset: offsets[i] ?? 0, width }));
    this.chips.show({ rightInset: total });
  }
}
