import { unixMs, type UnixMs } from '../../contract/market.ts';
import type { RateLimits } from '../../contract/provider-status.ts';
import { isSameReset } from './windows.ts';

/** What must outlast a restart, beside the spends; plain `RateLimits` (of an older version) are understood too. */
export interface Remembered extends RateLimits {
  /** A good answer came without a word on limits. */
  readonly isSilent?: boolean;
  /** A 429 named it; null: none is in force. */
  readonly pausedUntil?: UnixMs | null;
  /** Spends up to this id are taken off `remaining`. */
  readonly upTo?: number;
}

/** The provider's word that is in force. */
export class Told {
  readonly #windowMs: number;
  limit: number | null;
  remaining: number | null;
  resetAt: number | null;
  /** Careful time at which it was told. */
  at: number;
  isSilent: boolean;
  /** Step of the book after which a request knows more than this. */
  #step = 0;

  constructor(remembered: Remembered | null, windowMs: number) {
    this.#windowMs = windowMs;
    this.limit = remembered?.limit ?? null;
    this.remaining = remembered?.remaining ?? null;
    this.resetAt = remembered?.resetAt ?? null;
    this.at = remembered?.seenAt ?? 0;
    this.isSilent = remembered?.isSilent ?? false;
  }

  /** The key's plan has no limit, as far as it says. */
  get isUnlimited(): boolean {
    return this.isSilent || (this.limit === null && this.remaining === null && this.resetAt !== null);
  }

  /**
   * Whether the answer's word is newer than what is known: its request was sent (`sentAt`, a step) after that had come,
   * or it is of a later window, or of the same one with no more left. Answers come out of order.
   */
  isNews({ remaining, resetAt }: RateLimits, sentAt: number, now: number): boolean {
    if (this.isSilent || sentAt > this.#step || this.#isOver(now)) return true;
    if (!isSameReset(resetAt, this.resetAt, this.#windowMs)) {
      return resetAt !== null && (this.resetAt === null || resetAt > this.resetAt);
    }
    return this.remaining === null || (remaining !== null && remaining <= this.remaining);
  }

  set({ limit, remaining, resetAt }: RateLimits, now: number, step: number): void {
    this.isSilent = false;
    this.limit = limit;
    this.remaining = remaining;
    this.resetAt = resetAt;
    this.at = now;
    this.#step = step;
  }

  silence(): void {
    this.isSilent = true;
    this.limit = this.remaining = this.resetAt = null;
  }

  /** Null: nothing was told that is worth keeping. */
  remembered(remaining: number | null, pausedUntil: number | null, upTo: number): Remembered | null {
    const { limit, resetAt, at, isSilent } = this;
    if (!isSilent && pausedUntil === null && (limit ?? remaining ?? resetAt) === null) return null;
    const moment = (value: number | null): UnixMs | null => (value === null ? null : unixMs(value));
    return {
      limit,
      remaining,
      resetAt: moment(resetAt),
      seenAt: unixMs(at),
      isSilent,
      pausedUntil: moment(pausedUntil),
      upTo,
    };
  }

  #isOver(now: number): boolean {
    return now >= (this.resetAt ?? this.at + this.#windowMs);
  }
}
