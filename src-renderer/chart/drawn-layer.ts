import type { MapProvider } from '../../src-main/contract/source.ts';
import { shortProviderName } from '../format/source.ts';
import { bandLevels, colourCodes, seenFrom } from './band-levels.ts';
import type { BandLevels } from './band-levels.ts';
import { coloursOf } from './layer-colours.ts';
import type { LayerColours } from './layer-colours.ts';
import { LevelLayout } from './level-layout.ts';
import { BandsPrimitive } from './primitives/bands/primitive.ts';
import { curvesOf } from './primitives/profile/curves.ts';
import { ProfilePrimitive } from './primitives/profile/primitive.ts';
import type { MapLayerView } from './props.ts';
import type { ChartTheme } from './theme.ts';

interface Place {
  readonly offset: number;
  readonly width: number;
}

/** One provider's map as it is drawn: its levels, colours and scale are its own. */
export class DrawnLayer {
  readonly layout = new LevelLayout();
  readonly bands: BandsPrimitive;
  readonly profile: ProfilePrimitive;
  #view: MapLayerView;
  #levels: BandLevels;
  #codes: Uint8Array;
  #colours: LayerColours;

  constructor(
    view: MapLayerView,
    { theme, fitLevels, price }: { theme: ChartTheme; fitLevels: boolean; price: number | null },
  ) {
    this.#view = view;
    this.#levels = bandLevels(view.map, price);
    this.#codes = colourCodes(this.#levels, view.intensity);
    this.#colours = coloursOf(theme.families, view.provider);
    const bands = {
      levels: this.#levels,
      codes: this.#codes,
      fitLevels,
      stale: view.stale !== null,
      colours: this.#colours,
    };
    this.bands = new BandsPrimitive(bands, this.layout);
    const { map, provider } = view;
    const named = { unit: map.unit, coin: map.asset, name: shortProviderName(provider), curves: curvesOf(map) };
    this.profile = new ProfilePrimitive({ ...bands, ...named, offset: 0, width: 0, topInset: 0, theme }, this.layout);
  }

  get provider(): MapProvider {
    return this.#view.provider;
  }

  get view(): MapLayerView {
    return this.#view;
  }

  get levels(): BandLevels {
    return this.#levels;
  }

  get codes(): Uint8Array {
    return this.#codes;
  }

  get colours(): LayerColours {
    return this.#colours;
  }

  get hasBands(): boolean {
    return this.#view.form !== 'profile';
  }

  get hasProfile(): boolean {
    return this.#view.form !== 'bands';
  }

  show(view: MapLayerView, price: number | null): void {
    const before = this.#view;
    if (view === before) return;
    this.#view = view;
    const { map, intensity, stale } = view;
    if (map !== before.map) {
      this.#levels = bandLevels(map, price);
      this.profile.show({ unit: map.unit, coin: map.asset, curves: curvesOf(map) });
    }
    const { low, high } = before.intensity;
    if (map !== before.map || low !== intensity.low || high !== intensity.high) this.#paint();
    this.bands.show({ stale: stale !== null });
    this.profile.show({ stale: stale !== null });
  }

  /** Whether the price has crossed a level whose side is read off it. */
  setPrice(price: number | null): boolean {
    const before = this.#levels;
    const levels = seenFrom(before, price);
    if (levels === before) return false;
    this.#levels = levels;
    const hasCrossed = levels.sides !== before.sides;
    if (hasCrossed) this.#paint();
    else {
      this.bands.show({ levels });
      this.profile.show({ levels });
    }
    return hasCrossed;
  }

  setTheme(theme: ChartTheme): void {
    this.#colours = coloursOf(theme.families, this.provider);
    this.bands.show({ colours: this.#colours });
    this.profile.show({ colours: this.#colours, theme });
  }

  setFitLevels(fitLevels: boolean): void {
    this.bands.show({ fitLevels });
    this.profile.show({ fitLevels });
  }

  setPlace(place: Place): void {
    this.profile.show(place);
  }

  /** How many different levels are in view. */
  get visibleCount(): number {
    let count = 0;
    let previous = -1;
    for (const level of this.layout.rows.levelOfRow) {
      if (level >= 0 && level !== previous) count++;
      previous = level;
    }
    return count;
  }

  #paint(): void {
    this.#codes = colourCodes(this.#levels, this.#view.intensity);
    const change = { levels: this.#levels, codes: this.#codes };
    this.bands.show(change);
    this.profile.show(change);
  }
}
