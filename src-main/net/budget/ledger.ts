import type { LimitRule, PlanOverride, RuleState } from '../../contract/limits.ts';
import { unixMs, type UnixMs } from '../../contract/market.ts';
import type { RateLimits } from '../../contract/provider-status.ts';
import type { PlanWindow } from './plan.ts';
import { reasonFor } from './reasons.ts';
import { planWindow, type Count } from './plan-window.ts';
import { lastBefore, Spends } from './spends.ts';
import { Told, type Remembered } from './told.ts';
import { fixedBounds, isLong, type Bounds } from './windows.ts';

/** Units by rule id; absent: 0. */
export type Weights = Readonly<Record<string, number>>;

/** One request that was charged, or may have been. */
export interface Spend {
  /** Rises with every spend of a source, over restarts too. */
  readonly id: number;
  /** Careful time: of the taking while it is open; afterwards the latest at which the provider can have counted it. */
  readonly at: UnixMs;
  readonly weights: Weights;
  /** No answer has told yet when the provider counted it; absent: false. */
  readonly isOpen?: boolean;
}

export type Permission =
  | { readonly ok: true }
  /** `waitUntil`: careful time. */
  | { readonly ok: false; readonly waitUntil: UnixMs; readonly rule: LimitRule; readonly reason: string };

export interface LedgerOptions {
  readonly rules: readonly LimitRule[];
  readonly override: PlanOverride;
  /** Careful time. */
  readonly time: () => UnixMs;
  readonly spent: readonly Spend[];
  /** As `remembered()` gave it last. */
  readonly told: Remembered | null;
}

/** Where nothing tells when a rolling window has room again. */
const blindWaitMs = 15 * 60_000;

/**
 * What one source's limits have left. All times are careful time. Of a request: `look`, persist the spend as open, `take`,
 * send; then `told` (or `silent`, or `spentUntil`), and `answered`, `lost` or `giveBack`.
 */
export class Ledger {
  override: PlanOverride;
  readonly #rules: readonly LimitRule[];
  readonly #time: () => UnixMs;
  readonly #spends: Spends;
  readonly #toldRule: LimitRule | null;
  readonly #told: Told;
  #pause: { readonly rule: LimitRule; readonly until: number } | null = null;

  constructor({ rules, override, time, spent, told }: LedgerOptions) {
    this.#rules = rules;
    this.override = override;
    this.#time = time;
    this.#toldRule = rules.find((rule) => rule.told) ?? null;
    this.#told = new Told(told, this.#toldRule?.windowMs ?? 0);
    const upTo = told?.upTo ?? lastBefore(spent, told?.seenAt ?? null);
    const longest = rules.reduce((most, rule) => Math.max(most, rule.windowMs), 0);
    this.#spends = new Spends(spent, time(), longest, upTo);
    if (told?.pausedUntil) this.spentUntil(told.pausedUntil);
  }

  /** Background requests keep out of the reserve of windows of an hour or more; the user's may use all that is left. */
  look(weights: Weights, purpose: 'user' | 'background'): Permission {
    const now = this.#time();
    let refused: Permission = { ok: true };
    for (const rule of this.#rules) {
      const units = weights[rule.id] ?? 0;
      if (units === 0) continue;
      const wait = this.#wait(rule, units, purpose, now);
      if (wait === null || (!refused.ok && refused.waitUntil >= wait.until)) continue;
      refused = { ok: false, waitUntil: unixMs(wait.until), rule, reason: reasonFor(rule, wait.left, units) };
    }
    return refused;
  }

  /** Counts; the caller has persisted it before. */
  take(spend: Spend): void {
    this.#spends.take(spend);
  }

  /** It never left this machine. */
  giveBack(id: number): void {
    this.#spends.giveBack(id);
  }

  /**
   * An answer came, of whatever status: the provider has counted the request by then. `serverTime`: its `Date`; null where
   * it has none. Gives the spends that changed, this one and lost ones of before: to be written over the kept ones.
   */
  answered(id: number, serverTime: UnixMs | null): readonly Spend[] {
    return this.#spends.answered(id, serverTime, this.#time());
  }

  /** No answer came, and none will: it may have been counted until the next answer to another. */
  lost(id: number): void {
    this.#spends.lost(id);
  }

  /**
   * `X-RateLimit-*` of the answer to the spend `id`; null: not known whose, which costs exactness while several are in
   * flight. What is left is the provider's count less what it cannot have counted yet.
   */
  told(limits: RateLimits, id: number | null = null): void {
    const now = this.#time();
    const resetAt = limits.resetAt ?? this.#knownReset(now);
    const sentAt = this.#spends.counted(id);
    const news = { ...limits, resetAt };
    if (this.#told.isNews(news, sentAt, now)) this.#told.set(news, now, this.#spends.mark());
  }

  /**
   * A good answer without a word on limits: a told quota has none until it is told again, unless settings say one. Of
   * short windows silence says nothing.
   */
  silent(): void {
    if (this.#toldRule && isLong(this.#toldRule)) this.#told.silence();
  }

  /**
   * A 429: nothing is left before `retryAt`, of the told rule; where none is told, of the one with the shortest window
   * that explains the wait. It renews no window: what was counted stays counted.
   */
  spentUntil(retryAt: UnixMs): void {
    const wait = retryAt - this.#time();
    const byLength = this.#rules.toSorted((a, b) => a.windowMs - b.windowMs);
    const rule = this.#toldRule ?? byLength.find(({ windowMs }) => windowMs >= wait) ?? byLength.at(-1);
    if (rule && wait > 0) this.#pause = { rule, until: retryAt };
  }

  states(): readonly RuleState[] {
    const now = this.#time();
    return this.#rules.map((rule): RuleState => {
      const { amount, basis, used, left, bounds } = this.#count(rule, now);
      const oldest = bounds ? null : this.#spends.inWindow(rule.id, now, rule.windowMs)[0];
      const resetAt = bounds ? bounds.end : oldest ? oldest.at + rule.windowMs : null;
      const pausedUntil = this.#pausedUntil(rule, now);
      return {
        rule,
        amount,
        amountBasis: basis,
        used,
        left: pausedUntil === null ? left : 0,
        resetAt: pausedUntil !== null ? unixMs(pausedUntil) : resetAt === null ? null : unixMs(resetAt),
        resetBasis: pausedUntil !== null || bounds?.isTold ? 'told' : 'assumed',
      };
    });
  }

  /** What `plan` shares out; under another word of the user's: what it would. */
  windows(override = this.override): readonly PlanWindow[] {
    const now = this.#time();
    return this.#rules.map((rule): PlanWindow => {
      const count = this.#count(rule, now, override);
      const first = this.#spends.firstSince(rule.id, count.bounds?.start ?? now);
      return planWindow(rule, count, override, { now, first, pausedUntil: this.#pausedUntil(rule, now) });
    });
  }

  /** For persisting, whenever anything was told. */
  remembered(): Remembered | null {
    const now = this.#time();
    const until = this.#pause && now < this.#pause.until ? this.#pause.until : null;
    const remaining = this.#toldRule ? this.#leftAsTold(this.#toldRule) : null;
    return this.#told.remembered(remaining, until, this.#spends.lastId);
  }

  /** Null: it may go. */
  #wait(
    rule: LimitRule,
    units: number,
    purpose: 'user' | 'background',
    now: number,
  ): { readonly until: number; readonly left: number } | null {
    const pausedUntil = this.#pausedUntil(rule, now);
    if (pausedUntil !== null) return { until: pausedUntil, left: 0 };
    const { left, bounds } = this.#count(rule, now);
    if (left === null) return null;
    const needed = units + (purpose === 'background' && isLong(rule) ? this.override.reserve : 0);
    if (left >= needed) return null;
    if (bounds) return { until: Math.max(bounds.renewsAt, now + 1), left };
    let freed = left;
    for (const { at, units: held } of this.#spends.inWindow(rule.id, now, rule.windowMs)) {
      freed += held;
      if (freed >= needed) return { until: Math.max(at + rule.windowMs, now) + 1, left };
    }
    // Others use the key too, or it is more than the amount: nothing of ours tells when.
    return { until: now + Math.min(rule.windowMs, blindWaitMs), left };
  }

  #count(rule: LimitRule, now: number, override = this.override): Count {
    const { amount, basis } = this.#amount(rule, override);
    const bounds = rule.window === 'fixed' ? fixedBounds(rule, this.#resetOf(rule), now) : null;
    const start = bounds?.start ?? now - rule.windowMs + 1;
    const own = this.#spends.usedSince(rule.id, start, now, rule.windowMs);
    const ownLeft = amount === null ? null : Math.max(0, amount - own);
    const told = this.#isToldInForce(rule, bounds, now) ? this.#leftAsTold(rule) : null;
    if (told === null) return { amount, basis, used: own, left: ownLeft, bounds };
    if (!bounds) {
      const left = Math.min(told, ownLeft ?? told);
      return { amount, basis, used: Math.max(own, (amount ?? 0) - left), left, bounds };
    }
    const ceiling = this.#told.limit ?? (basis === 'settings' ? null : amount);
    const used = ceiling === null ? own : Math.max(0, ceiling - told);
    const left = amount === null ? told : Math.max(0, Math.min(told, amount - used));
    return { amount, basis, used, left, bounds };
  }

  #amount(rule: LimitRule, override: PlanOverride): Pick<Count, 'amount' | 'basis'> {
    const set = override.amounts[rule.id];
    if (set !== undefined) return { amount: set, basis: 'settings' };
    if (rule === this.#toldRule && this.#told.isUnlimited) return { amount: null, basis: 'told' };
    if (rule === this.#toldRule && this.#told.limit !== null) return { amount: this.#told.limit, basis: 'told' };
    return { amount: rule.amount, basis: 'declared' };
  }

  /** Whether what was told of `remaining` is of the present window. */
  #isToldInForce(rule: LimitRule, bounds: Bounds | null, now: number): boolean {
    if (rule !== this.#toldRule || this.#told.remaining === null) return false;
    if (bounds?.isTold) return true;
    if (bounds) return this.#told.resetAt === null && this.#told.at >= bounds.start;
    return now < (this.#told.resetAt ?? this.#told.at + rule.windowMs);
  }

  #leftAsTold(rule: LimitRule): number | null {
    if (this.#told.remaining === null) return null;
    return Math.max(0, this.#told.remaining - this.#spends.uncounted(rule.id));
  }

  #resetOf(rule: LimitRule): number | null {
    return rule === this.#toldRule ? this.#told.resetAt : null;
  }

  #knownReset(now: number): UnixMs | null {
    const { resetAt } = this.#told;
    return resetAt !== null && resetAt > now ? unixMs(resetAt) : null;
  }

  #pausedUntil(rule: LimitRule, now: number): number | null {
    return this.#pause?.rule === rule && now < this.#pause.until ? this.#pause.until : null;
  }
}
