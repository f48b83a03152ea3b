/** After the first candles have gone to the window: the time it takes to draw them. */
const paintMs = 300;
/** A window that asks for no candles holds nothing up for longer. */
const patienceMs = 1_500;

/**
 * Runs `start` once: at once, or, when there is something in the cache to show, after the window has had the processor for
 * its first paint. Connecting and filling compete with it for the same cores.
 */
export class DeferredStart {
  #start: (() => void) | null;
  #timer: NodeJS.Timeout | undefined;

  constructor(start: () => void, hasCache: boolean) {
    this.#start = start;
    if (hasCache) this.#timer = setTimeout(() => this.now(), patienceMs);
    else this.now();
  }

  /** The first candles are on their way to the window. */
  painted(): void {
    if (!this.#start) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), paintMs);
  }

  now(): void {
    clearTimeout(this.#timer);
    const start = this.#start;
    this.#start = null;
    start?.();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#start = null;
  }
}
