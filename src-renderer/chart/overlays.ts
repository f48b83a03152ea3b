import type { ISeriesApi } from 'lightweight-charts';
import type { GexProfile } from '../../src-main/contract/gamma.ts';
import type { LiquidationMap } from '../../src-main/contract/liquidation.ts';
import { bandLevels, colourCodes } from './band-levels.ts';
import type { PaneSize } from './coordinates.ts';
import { gexLevels, profileWidth } from './gex-levels.ts';
import { bandUnder, gexUnder, pointerReach } from './hover.ts';
import { clusterRow, flipRow, strikeRow } from './levels.ts';
import type { LevelRow } from './levels.ts';
import { BandsPrimitive } from './primitives/bands/primitive.ts';
import { noCodes } from './primitives/bands/options.ts';
import { GexPrimitive } from './primitives/gex/primitive.ts';
import type { ChartOptions } from './props.ts';
import { chartThemes } from './theme.ts';
import type { ChartTheme } from './theme.ts';

/** CSS pixels that the pointer may miss a band or a line by. */
const bandTolerance = 2;
const lineTolerance = 4;
/** A move of the price by less than this fraction leaves the chips as they are. */
const chipStep = 0.0002;

type OverlayOptions = Pick<ChartOptions, 'bands' | 'gex' | 'fitLevels' | 'intensity' | 'theme'>;

/** What is drawn over the candles: bands and GEX, their data, options and hit-testing. */
export class Overlays {
  readonly #series: ISeriesApi<'Candlestick'>;
  readonly #bands: BandsPrimitive;
  readonly #gex: GexPrimitive;
  #map: LiquidationMap | null = null;
  #profile: GexProfile | null = null;
  #options: OverlayOptions;

  constructor(series: ISeriesApi<'Candlestick'>, options: OverlayOptions) {
    const theme = chartThemes[options.theme];
    this.#series = series;
    this.#options = options;
    this.#bands = new BandsPrimitive({
      levels: null,
      codes: noCodes,
      unit: 'usd',
      coin: '',
      tickSize: NaN,
      price: null,
      highlightPrice: null,
      fitLevels: options.fitLevels,
      rightInset: 0,
      topInset: 0,
      stale: false,
      theme,
    });
    this.#gex = new GexPrimitive({ levels: null, tickSize: NaN, stale: false, theme });
    series.attachPrimitive(this.#bands);
    series.attachPrimitive(this.#gex);
  }

  detach(): void {
    this.#series.detachPrimitive(this.#bands);
    this.#series.detachPrimitive(this.#gex);
  }

  setMap(map: LiquidationMap | null): void {
    if (map === this.#map) return;
    this.#map = map;
    this.#showBands(map === null ? null : bandLevels(map));
  }

  setGex(profile: GexProfile | null): void {
    if (profile === this.#profile) return;
    this.#profile = profile;
    this.#showGex();
  }

  setOptions(options: OverlayOptions): void {
    const before = this.#options;
    this.#options = options;
    const theme: ChartTheme = chartThemes[options.theme];
    this.#bands.show({ theme, fitLevels: options.fitLevels });
    this.#gex.show({ theme });
    const { low, high } = options.intensity;
    const moved = low !== before.intensity.low || high !== before.intensity.high;
    if (moved || options.bands !== before.bands) this.#showBands(this.#bands.state.levels);
    if (options.gex !== before.gex) this.#showGex();
  }

  setTick(tickSize: number): void {
    this.#bands.show({ tickSize });
    this.#gex.show({ tickSize });
  }

  setPrice(price: number | null): void {
    const before = this.#bands.state.price;
    if (price !== null && before !== null && Math.abs(price - before) <= before * chipStep) return;
    this.#bands.show({ price });
  }

  setStale({ map, gex }: { map: boolean; gex: boolean }): void {
    this.#bands.show({ stale: map });
    this.#gex.show({ stale: gex });
  }

  setTopInset(topInset: number): void {
    this.#bands.show({ topInset });
  }

  setHighlight(highlightPrice: number | null): void {
    this.#bands.show({ highlightPrice });
  }

  setPane({ width }: { width: number }): void {
    this.#bands.show({ rightInset: this.#gexShown ? profileWidth(width) + 6 : 0 });
  }

  get visibleBands(): number {
    return this.#bands.view.visibleCount;
  }

  get visibleStrikes(): number {
    return this.#gex.view.drawing.bars.length;
  }

  /** The levels under a point of the pane, CSS pixels from its top left. */
  under(x: number, y: number, size: Omit<PaneSize, 'ratio'>, price: number | null): LevelRow[] {
    const rows: LevelRow[] = [];
    const priceAt = (at: number) => this.#series.coordinateToPrice(at);
    const { levels, codes } = this.#bands.state;
    const atBand = pointerReach(priceAt, y, bandTolerance);
    if (this.#map !== null && levels !== null && atBand !== null) {
      const band = bandUnder(levels, codes, atBand);
      if (band !== null) rows.push(clusterRow(this.#map, band, price));
    }
    const atLine = pointerReach(priceAt, y, lineTolerance);
    if (this.#profile !== null && this.#gexShown && atLine !== null) {
      const onProfile = x >= size.width - profileWidth(size.width);
      const hit = gexUnder(gexLevels(this.#profile), atLine, onProfile);
      if (hit?.kind === 'strike') rows.push(strikeRow(this.#profile, hit.index, price));
      if (hit?.kind === 'flip' && this.#profile.flipLevel !== null) {
        rows.push(flipRow(this.#profile, this.#profile.flipLevel, price));
      }
    }
    return rows;
  }

  get #gexShown(): boolean {
    return this.#options.gex && this.#profile !== null;
  }

  #showBands(levels: BandsPrimitive['state']['levels']): void {
    const { bands, intensity } = this.#options;
    this.#bands.show({
      levels,
      codes: levels === null || !bands ? noCodes : colourCodes(levels, intensity),
      unit: this.#map?.unit ?? 'usd',
      coin: this.#map?.asset ?? '',
    });
  }

  #showGex(): void {
    this.#gex.show({ levels: this.#profile === null || !this.#options.gex ? null : gexLevels(this.#profile) });
  }
}
