import type { UnixMs } from '../contract/market.ts';
import type { RateLimits } from '../contract/provider-status.ts';
import { sourceKey, type Source } from '../contract/source.ts';
import type { LogTools } from './logged-http.ts';

/** The limits that a source's answers told for the kept key, remembered over restarts. */
export class KnownLimits {
  readonly #source: Source;
  readonly #tools: LogTools;
  readonly #remembers: boolean;
  #value: RateLimits | null;
  #wasTold = false;

  constructor(source: Source, tools: LogTools, remembers: boolean) {
    this.#source = source;
    this.#tools = tools;
    this.#remembers = remembers;
    this.#value = remembers ? orNull(tools.store.limits.read(sourceKey(source))) : null;
  }

  get value(): RateLimits | null {
    return this.#value;
  }

  told(limits: RateLimits): void {
    this.#wasTold = true;
    this.#set(limits);
  }

  /** A question is about to be asked; see `answered`. */
  expect(): void {
    this.#wasTold = false;
  }

  /** A good answer without a word about limits: there are none (any more). */
  answered(): void {
    if (!this.#wasTold && this.#value !== null) this.#set({ ...noLimits, seenAt: this.#tools.now() });
  }

  /** The provider said when it will answer again: until then nothing is left, also after a restart. */
  spentUntil(retryAt: UnixMs): void {
    if (this.#value === null || this.#value.limit === null) return;
    this.#set({ ...this.#value, remaining: 0, resetAt: retryAt, seenAt: this.#tools.now() });
  }

  #set(limits: RateLimits): void {
    this.#value = orNull(limits);
    if (!this.#remembers) return;
    this.#tools.guard.attempt(() => this.#tools.store.limits.write(this.#source, limits));
  }
}

function orNull(limits: RateLimits | null): RateLimits | null {
  return limits && (limits.limit ?? limits.remaining ?? limits.resetAt) !== null ? limits : null;
}

/** Written over what was known when another key is used: limits belong to a key's plan. */
export const noLimits: Omit<RateLimits, 'seenAt'> = { limit: null, remaining: null, resetAt: null };
