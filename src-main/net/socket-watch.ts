import type { UnixMs } from '../contract/market.ts';

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

  constructor(limits: WatchLimits, openedAt: UnixMs) {
    this.#limits = limits;
    this.#heardAt = this.#messageAt = openedAt;
  }

  /** Anything at all came: a message, a ping, a pong. */
  heard(now: UnixMs): void {
    this.#heardAt = now;
    this.#pingedAt = null;
  }

  message(now: UnixMs): void {
    this.heard(now);
    this.#messageAt = now;
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
