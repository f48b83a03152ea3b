import type { UnixMs } from '../contract/market.ts';

/** Read at each look: they may change while the connection lives. */
export interface WatchLimits {
  /** Nothing heard for so long: a ping is due. */
  readonly silenceMs: number;
  /** No answer to the ping for so long: the connection is silent. */
  readonly pongMs: number;
  /** No message for so long, although pongs come: the connection is stalled. */
  readonly stallMs: number;
}

/** What is to be done now, and else when to look again. */
export type Verdict = 'stalled' | 'silent' | { readonly ping: boolean; readonly againInMs: number };

/** Tells a quiet connection from a dead one. Messages only note the time; one timer looks at it as rarely as it can. */
export class SocketWatch {
  readonly #limits: WatchLimits;
  #heardAt: number;
  #messageAt: number;
  #pingedAt: number | null = null;
  #needsPong = false;

  constructor(limits: WatchLimits, openedAt: UnixMs) {
    this.#limits = limits;
    this.#heardAt = this.#messageAt = openedAt;
  }

  /** Something came: a message, a ping. Where an answer was asked for it is none: it may have been on its way for long. */
  heard(now: UnixMs): void {
    this.#heardAt = now;
    if (!this.#needsPong) this.#pingedAt = null;
  }

  ponged(now: UnixMs): void {
    this.#needsPong = false;
    this.heard(now);
  }

  message(now: UnixMs): void {
    this.heard(now);
    this.#messageAt = now;
  }

  /** An answer is wanted now; true: a ping is to be sent for it. One that is still awaited is not asked for again. */
  ask(now: UnixMs): boolean {
    this.#needsPong = true;
    if (this.#pingedAt !== null && now >= this.#pingedAt && now - this.#pingedAt < this.#limits.pongMs) return false;
    this.#pingedAt = now;
    return true;
  }

  look(now: UnixMs): Verdict {
    const { silenceMs, pongMs, stallMs } = this.#limits;
    if (now - this.#messageAt >= stallMs) return 'stalled';
    if (this.#pingedAt !== null && now - this.#pingedAt >= pongMs) return 'silent';
    const ping = this.#pingedAt === null && now - this.#heardAt >= silenceMs;
    if (ping) this.#pingedAt = now;
    const silentAt = this.#pingedAt === null ? this.#heardAt + silenceMs : this.#pingedAt + pongMs;
    return { ping, againInMs: Math.max(1, Math.min(silentAt, this.#messageAt + stallMs) - now) };
  }
}
