import type { Wanted } from '../contract/channels.ts';
import type { LimitRule } from '../contract/limits.ts';
import type { Asset } from '../contract/market.ts';
import type { DemandKind, PlanSettings, Tier } from '../contract/plan.ts';
import type { SnapshotKind } from '../contract/snapshot.ts';
import { priceProviders, volumeProviders, type ProviderId } from '../contract/source.ts';
import type { Weights } from '../net/budget/ledger.ts';
import type { CandleSubscription, Options, Provider } from '../providers/provider.ts';

/** What of the wanted things one provider is to bring. */
export interface LineWanted {
  readonly snapshots: readonly WantedKind[];
  /** Assets whose candles come from here, and the focused series when it is one of them. */
  readonly candles: readonly Asset[];
  readonly focus: CandleSubscription | null;
  readonly overview: readonly Asset[];
  readonly liquidations: readonly Asset[];
  readonly volumes: Asset | null;
}

export interface WantedKind {
  readonly kind: SnapshotKind;
  readonly asset: Asset;
  readonly tier: Tier;
}

/** What is asked for again and again, with what it costs. */
export interface LineDemand {
  readonly kind: DemandKind;
  /** Null: one request tells of all. */
  readonly asset: Asset | null;
  readonly tier: Tier;
  readonly weights: Weights;
  readonly wantedMs: number;
}

const minuteMs = 60_000;

/** How often a kind is worth asking for when calls cost nothing: about as often as the provider's values change. */
export const usualMs: Readonly<Record<DemandKind, number>> = {
  'liquidation-map': minuteMs,
  'liquidation-profile': 5 * minuteMs,
  gex: 2 * minuteMs,
  'open-interest': 5 * minuteMs,
  'funding-rates': 5 * minuteMs,
  'market-depth': minuteMs,
  'order-flow': minuteMs,
  overview: minuteMs,
  'liquidation-volumes': 15 * minuteMs,
  candles: 10_000,
};

/** While the stream brings a kind, REST only puts it right from time to time. */
export const streamedMs = 15 * minuteMs;

/** The focused asset first, with everything; of the others only what the watchlist shows. */
export function lineWanted(
  { info }: Provider,
  wanted: Wanted,
  { pins }: PlanSettings,
  priceOf: (asset: Asset) => ProviderId,
): LineWanted {
  const { id } = info;
  const { assets, visible, focus } = wanted;
  const watched = [focus.asset, ...assets.filter((asset) => asset !== focus.asset)];
  const own = wanted.snapshots.filter(({ provider }) => provider === id);
  const tierOf = (kind: SnapshotKind, asset: Asset): Tier => {
    if (pins.some((pin) => pin.provider === id && pin.kind === kind && pin.asset === asset)) return 'pinned';
    return asset === focus.asset || visible.includes(asset) ? 'visible' : 'background';
  };
  const snapshots = watched.flatMap((asset) =>
    own
      .filter(({ scope }) => asset === focus.asset || scope === 'watchlist')
      .map(({ kind }) => ({ kind, asset, tier: tierOf(kind, asset) })),
  );
  const isPrice = priceProviders.some((one) => one === id);
  const routed = isPrice ? watched.filter((asset) => priceOf(asset) === id) : [];
  const hasVolumes = volumeProviders.some((one) => one === id && wanted.volumes.includes(one));
  return {
    snapshots,
    candles: routed,
    focus: routed.includes(focus.asset) ? focus : null,
    overview: info.capabilities.includes('overview') ? watched : [],
    liquidations: wanted.liquidations && info.capabilities.includes('liquidation-stream') ? watched : [],
    volumes: hasVolumes ? focus.asset : null,
  };
}

/** Whether a provider has a kind for an asset; where it has not, asking costs nothing and is refused on the spot. */
export const offers = ({ assets }: Provider['info'], kind: SnapshotKind, asset: Asset): boolean =>
  assets[kind]?.includes(asset) ?? true;

/** `cost` in the unit of weighted rules, one call of the others. */
export const weightsOf = (rules: readonly LimitRule[], cost: number): Weights =>
  Object.fromEntries(rules.map(({ id, unit }) => [id, unit === 'weight' ? cost : 1]));

export interface DemandParts {
  readonly provider: Provider;
  readonly options: Options;
  readonly intervals: PlanSettings['intervals'];
  isStreamed(kind: DemandKind, asset: Asset | null): boolean;
}

/** What a provider would be asked for again and again, most urgent first. */
export function demandsOf(wanted: LineWanted, { provider, options, intervals, isStreamed }: DemandParts): LineDemand[] {
  const demand = (kind: DemandKind, asset: Asset | null, tier: Tier, times = 1): LineDemand => {
    const cost = (provider.costOf?.(kind, asset, options) ?? 1) * times;
    const own = kind in intervals ? intervals[kind as SnapshotKind] : undefined;
    const calm = own ?? usualMs[kind];
    return {
      kind,
      asset,
      tier,
      weights: weightsOf(provider.info.limits, cost),
      wantedMs: isStreamed(kind, asset) ? Math.max(streamedMs, calm) : calm,
    };
  };
  const series = wanted.candles.length + (wanted.focus ? 1 : 0);
  return [
    ...wanted.snapshots
      .filter(({ kind, asset }) => offers(provider.info, kind, asset))
      .map(({ kind, asset, tier }) => demand(kind, asset, tier)),
    ...(series > 0 && !isStreamed('candles', null) ? [demand('candles', null, 'visible', series)] : []),
    ...(wanted.overview.length > 0 ? [demand('overview', null, 'visible')] : []),
    ...(wanted.volumes !== null ? [demand('liquidation-volumes', wanted.volumes, 'visible')] : []),
  ];
}
