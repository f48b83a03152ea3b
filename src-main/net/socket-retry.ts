import type { Failure } from '../contract/failure.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import { nextTryAt } from './backoff.ts';
import type { SocketEnvironment } from './socket-environment.ts';

/**
 * When a lost connection is opened again: jittered waits that grow until one is proven. A sign that the network is back
 * cuts one wait short, but never one that the other side asked for.
 */
export class SocketRetry {
  readonly #env: SocketEnvironment;
  #attempt = 0;
  #retryAt: UnixMs;
  #waitMs = 0;
  #isAskedFor = false;
  #hurriesNext = false;
  #hurriedAt: UnixMs | null = null;

  constructor(env: SocketEnvironment) {
    this.#env = env;
    this.#retryAt = env.now();
  }

  /** The connection was a good one: waits start over. */
  proven(): void {
    this.#attempt = 0;
  }

  /** A connection ended, or did not come about, for this: when the next is to be opened. */
  lost(reason: Failure): UnixMs {
    const { now, random, backoff } = this.#env;
    const at = now();
    this.#isAskedFor = reason.kind === 'rate-limited' || (reason.retryAt !== null && reason.retryAt > at);
    this.#retryAt = nextTryAt(at, this.#attempt, reason.retryAt, random, backoff);
    this.#attempt += 1;
    if (this.#hurriesNext && !this.#isAskedFor) this.#retryAt = unixMs(at + backoff.floorMs);
    this.#hurriesNext = false;
    this.#waitMs = this.#retryAt - at;
    return this.#retryAt;
  }

  /** Named while a connection is being made: if it does not come about, the next is opened without the grown wait. */
  hurryNext(): void {
    this.#hurriesNext = true;
  }

  /**
   * While waiting: milliseconds until the next connection now, 0 for at once. Never longer than the wait was: a timer may
   * have slept, and the clock may have been set.
   */
  hurried(): number {
    const now = this.#env.now();
    if (!this.#isAskedFor) {
      const last = this.#hurriedAt;
      // A network that comes and goes asks often; so much is kept between two tries all the same.
      const soonest = last !== null && last <= now ? last + this.#env.backoff.floorMs : now;
      this.#retryAt = unixMs(Math.min(this.#retryAt, Math.max(now, soonest)));
      this.#hurriedAt = now;
    }
    return Math.min(this.#waitMs, Math.max(0, this.#retryAt - now));
  }
}
