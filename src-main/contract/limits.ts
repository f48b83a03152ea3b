import type { UnixMs } from './market.ts';
import type { ProviderId, Source } from './source.ts';

/**
 * One limit that a provider sets, as it declares it. Settings may put another amount in its place, and answers correct
 * what is left of it. A provider with a burst has two rules: one for the long window, one for the short one.
 */
export interface LimitRule {
  /** Unique within the provider: `day`, `minute`, `burst`. */
  readonly id: string;
  /** `calls a day`, `weight a minute`: what the amount counts. */
  readonly label: string;
  readonly unit: 'calls' | 'weight';
  /** Units per window; null: the documented plan sets none, or does not say. */
  readonly amount: number | null;
  readonly windowMs: number;
  /** `fixed`: all is left again at one moment, midnight UTC until an answer names another; `rolling`: any span of the window's length. */
  readonly window: 'fixed' | 'rolling';
  /** Whether the `X-RateLimit-*` headers and the 429s of its answers speak of this rule. */
  readonly told: boolean;
  /** Where it is documented, and the arithmetic; what is inferred says so. One sentence for the user. */
  readonly basis: string;
}

/** The user's own word on a provider's plan. */
export interface PlanOverride {
  /** Units per window by rule id, in place of the declared amount; null: no limit. */
  readonly amounts: Readonly<Record<string, number | null>>;
  /** Units kept for the user's own clicks. */
  readonly reserve: number;
  /** Hours of use a window is to last, counted from its first call; null: until the reset. */
  readonly hours: number | null;
}

export const defaultReserve = 10;
export const noOverride: PlanOverride = { amounts: {}, reserve: defaultReserve, hours: null };

/** One rule as it stands. */
export interface RuleState {
  readonly rule: LimitRule;
  /** In force; null: no limit. */
  readonly amount: number | null;
  /** Whose word the amount is. */
  readonly amountBasis: 'declared' | 'settings' | 'told';
  /** Since the window began; by the provider's count where it tells one (and what was sent since), else by our own. */
  readonly used: number;
  /** Null where there is no limit. */
  readonly left: number | null;
  /** Of a fixed window; when the oldest call leaves a rolling one. Null: nothing was used. */
  readonly resetAt: UnixMs | null;
  /** Whether the provider named the moment. */
  readonly resetBasis: 'told' | 'assumed';
}

/** What a provider's limits leave, for the meters. */
export interface BudgetState {
  readonly provider: ProviderId;
  readonly source: Source;
  readonly rules: readonly RuleState[];
  readonly reserve: number;
  /** Nothing is sent before this moment: a 429 named it; null otherwise. */
  readonly pausedUntil: UnixMs | null;
  readonly at: UnixMs;
}
