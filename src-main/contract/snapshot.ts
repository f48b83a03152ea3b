import type { LiquidationMap, LiquidationProfile } from './liquidation.ts';
import type { GexProfile } from './gamma.ts';
import type { FundingRates, MarketDepth, OpenInterest, OrderFlow } from './positioning.ts';
import type { Asset, UnixMs } from './market.ts';
import type { Source } from './source.ts';

export const snapshotKinds = [
  'liquidation-map',
  'liquidation-profile',
  'gex',
  'open-interest',
  'funding-rates',
  'market-depth',
  'order-flow',
] as const;
export type SnapshotKind = (typeof snapshotKinds)[number];

/** What every snapshot carries, whatever it holds. A number without these is not shown. */
export interface SnapshotHead {
  readonly kind: SnapshotKind;
  readonly source: Source;
  readonly asset: Asset;
  /** Tells apart series of one kind and asset, made of the request's parameters: `all/1D`. Empty when there are none. */
  readonly variant: string;
  /** The moment the values are of. */
  readonly takenAt: UnixMs;
  /** Whether `takenAt` is the provider's own timestamp, or (where it sends none) the time of arrival. */
  readonly takenAtBasis: 'provider' | 'received';
  /** When these values first arrived here. */
  readonly receivedAt: UnixMs;
  /** When the provider last sent exactly these values; equal to `receivedAt` until it repeats itself. */
  readonly confirmedAt: UnixMs;
  readonly transport: 'rest' | 'stream';
  /** Fields of the answer that we do not know, as JSON text; null when there were none. Nothing fetched is lost. */
  readonly extra: string | null;
}

export type Snapshot =
  LiquidationMap | LiquidationProfile | GexProfile | OpenInterest | FundingRates | MarketDepth | OrderFlow;
export type SnapshotOf<Kind extends SnapshotKind> = Extract<Snapshot, { kind: Kind }>;

/** Unit of an amount. Amounts of different units are never added and never share a scale. */
export type AmountUnit = 'usd' | 'coin' | 'relative';
