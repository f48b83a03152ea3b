import type { Failure } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';
import type { ProviderStatus } from '../contract/provider-status.ts';
import type { StreamState } from '../providers/provider.ts';

/** A stream that is connected and has sent nothing for so long is behind. */
const quietMs = 60_000;

/** A provider's streams as one: what they said last, and what they brought. It neither lifts nor causes a pause of REST. */
export class StreamSide {
  readonly #elapsed: () => number;
  #state: ProviderStatus['stream'] = 'off';
  #down: { readonly failure: Failure; readonly retryAt: UnixMs | null } | null = null;
  /** The network took the stream, and REST was not heard since: the newest word on the network is the stream's. */
  #isCutOff = false;
  #heardAt = Number.NEGATIVE_INFINITY;
  messages = 0;
  /** States that a newer one replaced before they were shown. */
  superseded = 0;
  connects = 0;
  lastMessageAt: UnixMs | null = null;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  get state(): ProviderStatus['stream'] {
    return this.#state;
  }

  get down(): { readonly failure: Failure; readonly retryAt: UnixMs | null } | null {
    return this.#down;
  }

  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  /** Connected and live, but behind. */
  get isQuiet(): boolean {
    return this.#state === 'live' && this.#elapsed() - this.#heardAt > quietMs;
  }

  enter(state: StreamState): void {
    if (state.kind === 'live') {
      this.#state = 'live';
      this.#heardAt = this.#elapsed();
      this.#down = null;
      this.#isCutOff = false;
    } else if (state.kind !== 'down') {
      if (state.kind === 'open') this.connects++;
      this.#state = 'connecting';
    } else if (state.failure.kind === 'plan') {
      // A plan without the stream is no fault: REST goes on.
      this.#state = 'not-included';
    } else {
      this.#state = state.retryAt === null ? 'off' : 'connecting';
      this.#down = state;
      this.#isCutOff = state.failure.kind === 'offline';
    }
  }

  heard(now: UnixMs): void {
    this.messages++;
    this.lastMessageAt = now;
    this.#heardAt = this.#elapsed();
  }

  restAnswered(): void {
    this.#isCutOff = false;
  }

  forgive(): void {
    this.#down = null;
    this.#isCutOff = false;
  }

  /** Closed from here. */
  closed(): void {
    this.#state = 'off';
    this.forgive();
  }
}
