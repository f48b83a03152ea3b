import type { ISeriesApi } from 'lightweight-charts';
import type { GexProfile } from '../../src-main/contract/gamma.ts';
import type { Confluence } from './confluence.ts';
import type { PaneSize } from './coordinates.ts';
import type { DrawnLayer } from './drawn-layer.ts';
import { gexLevels, profileWidth } from './gex-levels.ts';
import { bandUnder, confluencesUnder, gexUnder, pointerReach } from './hover.ts';
import { LayerStack } from './layer-stack.ts';
import { clusterRow, flipRow, strikeRow, wallRow } from './levels.ts';
import type { LevelRow } from './levels.ts';
import { GexPrimitive } from './primitives/gex/primitive.ts';
import type { ChartOptions, MapLayerView } from './props.ts';
import { chartThemes } from './theme.ts';

/** CSS pixels that the pointer may miss a band or a line by. */
const bandTolerance = 2;
const lineTolerance = 4;

type OverlayOptions = Pick<ChartOptions, 'bands' | 'gex' | 'fitLevels' | 'confluence' | 'theme'>;
type Primitive = Parameters<ISeriesApi<'Candlestick'>['attachPrimitive']>[0];

/** What lies under a point. */
export interface Under {
  readonly rows: readonly LevelRow[];
  readonly confluences: readonly Confluence[];
}

/** What is drawn over the candles: maps and GEX, their data, options and hit-testing. */
export class Overlays {
  readonly #series: ISeriesApi<'Candlestick'>;
  readonly #stack: LayerStack;
  readonly #gex: GexPrimitive;
  #attached: readonly Primitive[] = [];
  #profile: GexProfile | null = null;
  #options: OverlayOptions;
  #paneWidth = 0;

  constructor(series: ISeriesApi<'Candlestick'>, options: OverlayOptions) {
    this.#series = series;
    this.#options = options;
    this.#stack = new LayerStack(options);
    this.#gex = new GexPrimitive({
      levels: null,
      tickSize: NaN,
      topInset: 0,
      stale: false,
      theme: chartThemes[options.theme],
    });
    this.#attach();
  }

  detach(): void {
    for (const primitive of this.#attached) this.#series.detachPrimitive(primitive);
    this.#attached = [];
  }

  setLayers(views: readonly MapLayerView[]): void {
    this.#stack.setLayers(views);
    this.#attach();
  }

  setGex(profile: GexProfile | null): void {
    if (profile === this.#profile) return;
    this.#profile = profile;
    this.#showGex();
  }

  setOptions(options: OverlayOptions): void {
    const before = this.#options;
    this.#options = options;
    this.#stack.setOptions(options);
    this.#gex.show({ theme: chartThemes[options.theme] });
    if (options.gex !== before.gex) this.#showGex();
    this.#attach();
  }

  setTick(tickSize: number): void {
    this.#stack.chips.show({ tickSize });
    this.#gex.show({ tickSize });
  }

  setPrice(price: number | null): void {
    this.#stack.setPrice(price);
  }

  setGexStale(stale: boolean): void {
    this.#gex.show({ stale });
  }

  setTopInset(topInset: number): void {
    this.#stack.setTopInset(topInset);
    this.#gex.show({ topInset });
  }

  setHighlight(highlightPrice: number | null): void {
    this.#stack.chips.show({ highlightPrice });
  }

  setPane({ width }: { width: number }): void {
    this.#paneWidth = width;
    this.#stack.setPane(width, this.#gexShown);
  }

  /** CSS pixels that the profiles of maps take beside the GEX profile's. */
  get profilesWidth(): number {
    const { width, offsets } = this.#stack.columns;
    return offsets.length * width;
  }

  get layers(): readonly DrawnLayer[] {
    return this.#stack.layers;
  }

  get visibleBands(): number {
    return this.#stack.layers.reduce((sum, { visibleCount }) => sum + visibleCount, 0);
  }

  get visibleStrikes(): number {
    return this.#gex.view.drawing.bars.length;
  }

  get visibleConfluences(): readonly Confluence[] {
    return this.#stack.confluences.length === 0 ? [] : this.#stack.confluence.view.inView;
  }

  /** What lies under a point of the pane, CSS pixels from its top left. */
  under(x: number, y: number, size: Omit<PaneSize, 'ratio'>, price: number | null): Under {
    const rows: LevelRow[] = [];
    const priceAt = (at: number) => this.#series.coordinateToPrice(at);
    const atBand = pointerReach(priceAt, y, bandTolerance);
    if (atBand === null) return { rows, confluences: [] };
    for (const { levels, codes, hasBands, profile, view } of this.#stack.layers) {
      const { offset, width } = profile.state;
      const right = size.width - offset;
      if (!hasBands && (x < right - width || x > right)) continue;
      const band = bandUnder(levels, codes, atBand);
      if (band !== null) rows.push(clusterRow(view.map, band, price));
    }
    const atLine = pointerReach(priceAt, y, lineTolerance);
    if (this.#profile !== null && this.#gexShown && atLine !== null) {
      const onProfile = x >= size.width - profileWidth(size.width);
      const hit = gexUnder(gexLevels(this.#profile), atLine, onProfile);
      if (hit?.kind === 'strike') rows.push(strikeRow(this.#profile, hit.index, price));
      else if (hit?.kind === 'flip') {
        if (this.#profile.flipLevel !== null) rows.push(flipRow(this.#profile, this.#profile.flipLevel, price));
      } else if (hit !== null) rows.push(wallRow(this.#profile, hit.wall, price));
    }
    return { rows, confluences: confluencesUnder(this.#stack.confluences, atBand) };
  }

  get #gexShown(): boolean {
    return this.#options.gex && this.#profile !== null;
  }

  #showGex(): void {
    this.#gex.show({ levels: this.#profile === null || !this.#options.gex ? null : gexLevels(this.#profile) });
    this.#stack.setPane(this.#paneWidth, this.#gexShown);
  }

  /** The library draws what is attached in that order, so a change of it takes all off and puts all on again. */
  #attach(): void {
    const wanted = this.#stack.primitives([this.#gex]);
    const { length } = wanted;
    if (length === this.#attached.length && wanted.every((each, i) => each === this.#attached[i])) return;
    this.detach();
    for (const primitive of wanted) this.#series.attachPrimitive(primitive);
    this.#attached = wanted;
  }
}
