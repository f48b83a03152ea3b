import type { LiquidationVolumes, RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import type { Asset } from '../../../src-main/contract/market.ts';
import type { AmountUnit } from '../../../src-main/contract/snapshot.ts';
import { providerName, sourceBadge } from '../../format/source.ts';
import type { SourceBadge } from '../../format/source.ts';
import { LiveVolumes } from './live-volumes.ts';
import type { LiveVenue } from './live-volumes.ts';
import { placeVolumes } from './place-volumes.ts';
import type { VolumeColumns } from './volume-columns.ts';
import type { VolumeStyle } from './volume-colours.ts';

/** One histogram: a provider's volumes, or what the venues' public feeds told, together. */
export interface VolumeSource {
  /** The same for the same histogram, whatever it holds. */
  readonly key: string;
  readonly style: VolumeStyle;
  /** `Kaiko 1h`, `Binance (sample), Bybit, OKX live`. */
  readonly name: string;
  readonly badge: SourceBadge | null;
  readonly unit: AmountUnit;
  readonly coin: Asset;
  readonly columns: VolumeColumns;
  /** Of the live histogram its parts; else empty. */
  readonly venues: readonly LiveVenue[];
}

/** What shares a scale: histograms of one unit. */
export interface VolumeGroup {
  readonly unit: AmountUnit;
  readonly coin: Asset;
  /** Providers first, live last. */
  readonly sources: readonly VolumeSource[];
}

const units: readonly AmountUnit[] = ['usd', 'coin', 'relative'];

/** The order of panes. */
export const byUnit = (a: VolumeGroup, b: VolumeGroup): number => units.indexOf(a.unit) - units.indexOf(b.unit);

/** Makes histograms of volumes and events; each stays the same object while it holds the same. */
export class VolumeSources {
  #live: LiveVolumes | null = null;
  #placed = new Map<LiquidationVolumes, VolumeSource>();
  #events: VolumeSource | null = null;
  #stepMs = NaN;
  #groups: readonly VolumeGroup[] = [];

  /** One group a unit that there is; the same array while nothing changed. */
  take(
    volumes: readonly LiquidationVolumes[],
    realised: readonly RealisedLiquidations[],
    stepMs: number,
  ): readonly VolumeGroup[] {
    if (stepMs !== this.#stepMs) {
      this.#placed.clear();
      this.#live = null;
      this.#events = null;
      this.#stepMs = stepMs;
    }
    const placed = new Map(volumes.map((each) => [each, this.#placed.get(each) ?? sourceOf(each, stepMs)]));
    this.#placed = placed;
    const events = this.#liveSource(realised, stepMs);
    const sources = [...placed.values(), ...(events === null ? [] : [events])];
    return (this.#groups = sameGroups(this.#groups, groupsOf(sources)));
  }

  #liveSource(realised: readonly RealisedLiquidations[], stepMs: number): VolumeSource | null {
    const first = realised[0];
    if (first === undefined) {
      this.#live = null;
      return (this.#events = null);
    }
    const live = (this.#live ??= new LiveVolumes(stepMs));
    live.take(realised);
    const name = liveName(realised);
    if (this.#events?.columns === live.columns && this.#events.name === name) return this.#events;
    return (this.#events = {
      key: 'live',
      style: 'live',
      name,
      badge: realised.map(({ source }) => sourceBadge(source)).find((badge) => badge !== null) ?? null,
      unit: 'usd',
      coin: first.asset,
      columns: live.columns,
      venues: live.venues,
    });
  }
}

function sourceOf(volumes: LiquidationVolumes, stepMs: number): VolumeSource {
  const { source, variant, unit, asset, intervalMs } = volumes;
  return {
    key: `${source.provider}/${variant}`,
    style: source.provider === 'kiyotaka' ? 'striped' : 'solid',
    name: `${providerName(source.provider)} ${intervalName(intervalMs)}`,
    badge: sourceBadge(source),
    unit,
    coin: asset,
    columns: placeVolumes(volumes, stepMs),
    venues: [],
  };
}

function groupsOf(sources: readonly VolumeSource[]): VolumeGroup[] {
  return units.flatMap((unit) => {
    const of = sources.filter((source) => source.unit === unit);
    const coin = of[0]?.coin;
    return coin === undefined ? [] : [{ unit, coin, sources: of }];
  });
}

function sameGroups(before: readonly VolumeGroup[], now: readonly VolumeGroup[]): readonly VolumeGroup[] {
  const kept = now.map((group) => before.find((each) => isSameGroup(each, group)) ?? group);
  return kept.length === before.length && kept.every((each, i) => each === before[i]) ? before : kept;
}

const isSameGroup = (a: VolumeGroup, b: VolumeGroup): boolean =>
  a.unit === b.unit && a.sources.length === b.sources.length && a.sources.every((each, i) => each === b.sources[i]);

const venueName = ({ source, isSample }: RealisedLiquidations): string =>
  providerName(source.provider) + (isSample ? ' (sample)' : '');

const liveName = (realised: readonly RealisedLiquidations[]): string =>
  `${[...new Set(realised.map(venueName))].join(', ')} live`;

const lengths = [
  { name: 'w', ms: 604_800_000 },
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'm', ms: 60_000 },
] as const;

/** `15m`, `1h`, `1d`: in the largest unit that it is a whole number of. */
export function intervalName(ms: number): string {
  const length = lengths.find((each) => ms % each.ms === 0);
  return length === undefined ? `${ms / 1000}s` : `${ms / length.ms}${length.name}`;
}
