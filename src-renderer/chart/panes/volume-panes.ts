import type { IChartApi } from 'lightweight-charts';
import type { AmountUnit } from '../../../src-main/contract/snapshot.ts';
import type { ThemeName } from '../theme.ts';
import type { BarTimes } from './bar-times.ts';
import { lowerHeights, usualHeight } from './pane-heights.ts';
import { legendOf, sameLegends } from './pane-legend.ts';
import type { PaneLegend } from './pane-legend.ts';
import { VolumePane } from './volume-pane.ts';
import type { VolumeGroup } from './volume-sources.ts';

/** Of the library's lines between panes, CSS pixels. */
const separatorHeight = 1;
/** So much, the library's whole pixels may differ from what was asked for. */
const rounding = 3;

interface Place {
  readonly group: VolumeGroup;
  /** CSS pixels; `top` from the chart's top. */
  readonly top: number;
  readonly height: number;
}

/** The panes below the price, one a unit, in the order of their units. */
export class VolumePanes {
  readonly #chart: IChartApi;
  readonly #bars: BarTimes;
  readonly #onLegends: (legends: readonly PaneLegend[]) => void;
  #legends: readonly PaneLegend[] = [];
  #theme: ThemeName;
  #panes: readonly VolumePane[] = [];
  /** Heights that the user gave the panes, also of those taken away, for when they come back. */
  readonly #dragged = new Map<AmountUnit, number>();
  /** Heights that we gave them last, as parts of the whole. */
  readonly #given = new Map<AmountUnit, number>();

  /** `onLegends`: what the legends of the panes say, or where they stand, changed. */
  constructor(chart: IChartApi, bars: BarTimes, theme: ThemeName, onLegends: (legends: readonly PaneLegend[]) => void) {
    this.#chart = chart;
    this.#onLegends = onLegends;
    this.#bars = bars;
    this.#theme = theme;
  }

  get legends(): readonly PaneLegend[] {
    return this.#legends;
  }

  get groups(): readonly VolumeGroup[] {
    return this.#panes.map(({ group }) => group);
  }

  /** Panes come and go with their units; whether any did. */
  show(groups: readonly VolumeGroup[]): boolean {
    const units = groups.map(({ unit }) => unit);
    const isSame = units.length === this.#panes.length && this.#panes.every(({ group }, i) => group.unit === units[i]);
    if (isSame) {
      for (const [i, pane] of this.#panes.entries()) pane.show(groups[i] ?? pane.group);
      this.#tell();
      return false;
    }
    const total = this.#measure();
    const former = this.#panes;
    // What is taken away is not measured any more: the library redraws at once, and a removed series has no pane.
    this.#panes = [];
    for (const pane of former) pane.remove();
    this.#panes = groups.map((group) => new VolumePane(this.#chart, group, this.#bars, this.#theme, this.#tell));
    this.#layOut(total);
    if (groups.length === 0) this.#tell();
    return true;
  }

  paint(theme: ThemeName): void {
    this.#theme = theme;
    for (const pane of this.#panes) pane.paint(theme);
  }

  anchor(): void {
    for (const pane of this.#panes) pane.anchor();
  }

  fit(): void {
    for (const pane of this.#panes) pane.fit();
  }

  /** Before the chart is made higher by so many CSS pixels: that is the price's, as long as it has enough. */
  grow(by: number): void {
    if (this.#panes.length > 0) this.#layOut(this.#measure() + by);
  }

  /** After the chart was made higher or lower: a pane that keeps its height has moved all the same. */
  place(): void {
    this.#tell();
  }

  readonly #tell = (): void => {
    const legends = this.#places().map(({ group, top, height }) => legendOf(group, top, height));
    if (sameLegends(legends, this.#legends)) return;
    this.#legends = legends;
    this.#onLegends(legends);
  };

  #places(): Place[] {
    let top = this.#priceHeight;
    return this.#panes.map(({ group, height }) => {
      const place = { group, top: top + separatorHeight, height };
      top += separatorHeight + height;
      return place;
    });
  }

  /** The height of all panes together; keeps what the user dragged. */
  #measure(): number {
    const places = this.#places();
    const total = places.reduce((sum, { height }) => sum + height, this.#priceHeight);
    for (const { group, height } of places) {
      const given = total * (this.#given.get(group.unit) ?? NaN);
      if (height > 0 && Math.abs(height - given) > rounding) this.#dragged.set(group.unit, height);
    }
    return total;
  }

  /** The whole chart's until it was drawn. */
  get #priceHeight(): number {
    return this.#chart.panes()[0]?.getHeight() || this.#chart.options().height;
  }

  #layOut(total: number): void {
    const wanted = this.#panes.map(({ group }) => this.#dragged.get(group.unit) ?? usualHeight);
    const heights = lowerHeights(wanted, total);
    for (const [i, pane] of this.#panes.entries()) {
      const height = heights[i] ?? usualHeight;
      this.#given.set(pane.group.unit, height / total);
      pane.setHeight(height);
    }
    const rest = total - heights.reduce((sum, height) => sum + height, 0);
    this.#chart.panes()[0]?.setStretchFactor(Math.max(1, rest));
  }
}
