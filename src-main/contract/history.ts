import type { Failure } from './failure.ts';
import type { Asset, UnixMs } from './market.ts';
import type { ProviderId } from './source.ts';

/** What can be filled in for a range of the past. */
export const historyKinds = ['liquidation-volumes', 'liquidation-profile'] as const;
export type HistoryKind = (typeof historyKinds)[number];

/** A range to fill in, with the provider's options as they are set. */
export interface HistoryQuery {
  readonly provider: ProviderId;
  readonly kind: HistoryKind;
  readonly asset: Asset;
  /** First moment wanted; rounded down to the interval. */
  readonly from: UnixMs;
  /** End of the range, itself not wanted. */
  readonly to: UnixMs;
}

/** What filling in would cost, before anything is sent. */
export interface HistoryPlan {
  /** Requests at the most. */
  readonly requests: number;
  /** What the provider charges for them in its own unit. */
  readonly cost: number;
  readonly costUnit: 'calls' | 'weight';
  /** Intervals in the range. */
  readonly points: number;
  /** The arithmetic in a sentence, for the user. */
  readonly text: string;
}

/** A range that is being filled in, or was. It outlives the program: what was stopped goes on from `reached`. */
export interface HistoryJob {
  readonly id: number;
  readonly query: HistoryQuery;
  /** The series it fills, as in `LiquidationVolumes.variant`. */
  readonly variant: string;
  readonly state: 'running' | 'stopped' | 'failed' | 'done';
  /** All before this is in the cache; equals `query.from` at first and `query.to` at the end. */
  readonly reached: UnixMs;
  /** Intervals kept so far, and those among them that break an invariant. */
  readonly rows: number;
  readonly flagged: number;
  readonly requests: number;
  readonly failure: Failure | null;
  readonly changedAt: UnixMs;
}
