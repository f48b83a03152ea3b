/** One request at a time, until the first was answered. */
export class Turns {
  #isOver = false;
  #isTaken = false;
  readonly #waiting = new Set<() => void>();

  /** Whether a request has to wait for the one under way. */
  get mustWait(): boolean {
    return this.#isTaken && !this.#isOver;
  }

  begin(): void {
    this.#isTaken = true;
  }

  ended(): void {
    this.#isTaken = false;
    for (const go of [...this.#waiting]) go();
  }

  answered(): void {
    this.#isOver = true;
    this.ended();
  }

  /** Resolves when the request under way has ended, or this one is not wanted any more. */
  next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.#waiting.delete(go);
        signal?.removeEventListener('abort', go);
        resolve();
      };
      this.#waiting.add(go);
      signal?.addEventListener('abort', go, { once: true });
    });
  }
}
