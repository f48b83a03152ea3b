import type { Wanted } from './channels.ts';
import type { PlanOverride } from './limits.ts';
import type { Asset, UnixMs } from './market.ts';
import type { SnapshotKind } from './snapshot.ts';
import type { ProviderId } from './source.ts';

/** What is asked for again and again. */
export type DemandKind = SnapshotKind | 'candles' | 'overview' | 'liquidation-volumes';

/** From the first to slow down to the last; `pinned` is not slowed down while anything else can be. */
export const tiers = ['archive', 'background', 'visible', 'pinned'] as const;
export type Tier = (typeof tiers)[number];

/** What must not slow down when the budget is short. */
export interface Pin {
  readonly provider: ProviderId;
  readonly kind: SnapshotKind;
  readonly asset: Asset;
}

/** How calls are spent; part of the settings. */
export interface PlanSettings {
  readonly providers: Partial<Readonly<Record<ProviderId, PlanOverride>>>;
  /** Wanted milliseconds between two answers of a kind; an absent kind has the usual interval. */
  readonly intervals: Partial<Readonly<Record<SnapshotKind, number>>>;
  readonly pins: readonly Pin[];
}

/** One line of the plan. */
export interface PlanRow {
  readonly kind: DemandKind;
  /** Null: one request tells of all assets. */
  readonly asset: Asset | null;
  readonly tier: Tier;
  /** What one request is charged. */
  readonly weight: number;
  /** The interval that was asked for, milliseconds. */
  readonly wantedMs: number;
  /** What the budget affords; null: not once before the reset. */
  readonly intervalMs: number | null;
  /** The stream brings it, so REST only puts it right from time to time. */
  readonly isStreamed: boolean;
}

/** What a provider's budget affords, until its reset. */
export interface ProviderPlan {
  readonly provider: ProviderId;
  readonly rows: readonly PlanRow[];
  /** Which rule stretches the intervals; null: none does. */
  readonly limitedBy: string | null;
  /** Of the rule that is nearest to its end; null: the provider limits nothing that is asked. */
  readonly forecast: {
    readonly rule: string;
    readonly resetAt: UnixMs;
    readonly amount: number;
    readonly usedNow: number;
    /** By the reset, if all goes on as planned; streams, retries and clicks not counted. */
    readonly usedAtReset: number;
    /** What wanted intervals would have cost in all; more than `amount`: something slows down. */
    readonly wantedAtReset: number;
  } | null;
}

/** A question that costs nothing: what would be planned with this on screen, and these settings; null: as they are. */
export interface PlanQuestion {
  readonly wanted: Wanted | null;
  readonly plan: PlanSettings | null;
}

/** Bounds of an interval that the user may ask for, milliseconds. */
export const shortestIntervalMs = 10_000;
export const longestIntervalMs = 24 * 3_600_000;
/** Pins are for what matters most; beyond these nothing could be slowed down any more. */
export const mostPins = 200;
