import type { MarketState } from '../contract/channels.ts';
import type { EffectiveMarket, MarketMode } from '../contract/settings.ts';

export interface MarketTools {
  /** Whether anything real was ever fetched of what is shown first. */
  hasLiveCache(): boolean;
  /** Asks the public markets; resolves when the first answers, rejects when none does. */
  reach(signal: AbortSignal): Promise<void>;
  changed(state: MarketState): void;
}

/** So long nothing is shown while the public markets are asked for the first time; a network that is there answers sooner. */
const patienceMs = 2_500;
const askAgainMs = 30_000;
const nothingReached =
  'No public market can be reached, so this is the simulated market. Live data takes over as soon as one answers.';

/**
 * Comes from the user's choice to the market that is shown. `auto`: live where anything real is in the cache or a public
 * market answers; else simulated, said so, until one does. Once live it stays live: without a network the cache is shown.
 */
export class MarketChoice {
  readonly #tools: MarketTools;
  #state: MarketState;
  #isSettled = false;
  #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** `mode`: what will be chosen first; until then the cache of that market is what there is to show. */
  constructor(tools: MarketTools, mode: MarketMode) {
    this.#tools = tools;
    this.#state = expected(mode);
  }

  get state(): MarketState {
    return this.#state;
  }

  get effective(): EffectiveMarket {
    return this.#state.effective;
  }

  /** False while nobody knows yet what `auto` comes down to: nothing is connected meanwhile. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** True when it is settled at once; else `changed` tells it later. */
  choose(mode: MarketMode): boolean {
    this.close();
    this.#abort = new AbortController();
    this.#state = expected(mode);
    this.#isSettled = mode !== 'auto' || this.#tools.hasLiveCache();
    if (this.#isSettled) return true;
    const { signal } = this.#abort;
    this.#timer = setTimeout(() => this.#simulate(signal), patienceMs);
    void this.#reach(signal);
    return false;
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  async #reach(signal: AbortSignal): Promise<void> {
    try {
      await this.#tools.reach(signal);
    } catch {
      if (signal.aborted) return;
      this.#simulate(signal);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#reach(signal), askAgainMs);
      return;
    }
    if (signal.aborted) return;
    clearTimeout(this.#timer);
    this.#set({ effective: 'live', reason: null });
  }

  #simulate(signal: AbortSignal): void {
    if (signal.aborted || this.#state.effective === 'simulated') return;
    this.#set({ effective: 'simulated', reason: nothingReached });
  }

  #set(state: MarketState): void {
    this.#state = state;
    this.#isSettled = true;
    this.#tools.changed(state);
  }
}

const expected = (mode: MarketMode): MarketState => ({ effective: mode === 'auto' ? 'live' : mode, reason: null });
