import { failure, isRetried, type Failure } from '../contract/failure.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { ProviderStateKind } from '../contract/provider-status.ts';
import { backoffMs } from '../net/backoff.ts';

export interface RestClock {
  readonly now: () => UnixMs;
  /** Milliseconds that only go forward, whatever is done to the clock on the wall. */
  readonly elapsed: () => number;
  readonly random: () => number;
}

/**
 * What a provider's REST side said last, and how long it is left alone for it. A pause holds for the whole provider only
 * where the reason does: no network, no answer, a limit. What concerns one question is the asker's own affair.
 */
export class RestState {
  readonly #clock: RestClock;
  readonly #noKey: Failure | null;
  #kind: ProviderStateKind;
  #failure: Failure | null = null;
  #until: UnixMs | null = null;
  /** `#until` on the clock that only goes forward. */
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #attempt = 0;
  #hasAnswered = false;

  /** `noKey`: why nothing may be asked for want of a key; null where there is one, or none is needed. */
  constructor(clock: RestClock, noKey: Failure | null) {
    this.#clock = clock;
    this.#noKey = noKey;
    this.#kind = noKey ? 'no-key' : 'idle';
  }

  get kind(): ProviderStateKind {
    return this.#kind;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** When the pause ends, for showing. */
  get until(): UnixMs | null {
    return this.#until;
  }

  /** Whether this key was answered at this place before. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  answered(): void {
    this.#hasAnswered = true;
    this.#attempt = 0;
    this.#enter('polling', null, null);
  }

  failed(reason: Failure): void {
    const kind = stateOf(reason);
    if (kind === null) return;
    const pauses = isRetried(reason) && reason.kind !== 'server';
    const pause = backoffMs(this.#attempt, this.#clock.random);
    if (pauses) this.#attempt++;
    this.#enter(kind, reason, pauses ? (reason.retryAt ?? unixMs(this.#clock.now() + pause)) : null);
  }

  /** Pauses and a refusal are forgotten. */
  forgive(): void {
    this.#attempt = 0;
    this.#enter(this.#noKey ? 'no-key' : 'connecting', null, null);
  }

  /**
   * A pause for want of a network or an answer is over; a refusal stays. A limit ends when the wall says so: the other
   * clock may have stood still meanwhile, and the count of the limits trusts neither.
   */
  woke(): void {
    if (this.#kind === 'offline') [this.#until, this.#pausedUntil] = [null, Number.NEGATIVE_INFINITY];
    if (this.#kind !== 'limited' || this.#until === null) return;
    const { elapsed, now } = this.#clock;
    this.#pausedUntil = Math.min(this.#pausedUntil, elapsed() + Math.max(0, this.#until - now()));
  }

  /** Why nothing may be asked now; null when it may. The user's own clicks pass a pause and a refusal. */
  blocked(purpose: 'background' | 'user'): Failure | null {
    if (this.#noKey) return this.#noKey;
    if (purpose === 'user' || !this.#failure) return null;
    if (this.#kind === 'refused') return this.#failure;
    const left = this.#pausedUntil - this.#clock.elapsed();
    return left > 0 ? { ...this.#failure, retryAt: unixMs(this.#clock.now() + left) } : null;
  }

  #enter(kind: ProviderStateKind, reason: Failure | null, until: UnixMs | null): void {
    this.#kind = kind;
    this.#failure = reason;
    this.#until = until;
    const { elapsed, now } = this.#clock;
    this.#pausedUntil = until === null ? Number.NEGATIVE_INFINITY : elapsed() + (until - now());
  }
}

/** `fields`: labels of the credential, in small letters: `login`, `password`. */
export function noKeyFailure(name: string, fields: readonly string[] = []): Failure {
  const what = fields.length > 1 ? `no ${fields.join(' and ')}` : 'no key';
  const it = fields.length > 1 ? 'them' : 'one';
  return failure('auth', `${name} has ${what} yet. Add ${it} in Settings → Providers.`);
}

/** The state a failure puts the whole provider into; null where it concerns one answer only. */
export function stateOf(reason: Failure): ProviderStateKind | null {
  switch (reason.kind) {
    case 'offline':
    case 'timeout':
      return 'offline';
    case 'rate-limited':
      return 'limited';
    case 'auth':
      return 'refused';
    case 'plan':
      return 'plan';
    case 'unsupported':
    case 'cancelled':
    case 'bad-request':
      return null;
    default:
      return 'error';
  }
}
