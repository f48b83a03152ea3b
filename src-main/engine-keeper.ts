import { EngineLink, type EngineListener } from './engine-link.ts';
import type { EngineOptions } from './engine-messages.ts';

/** Deaths within this span count together; more than `restartsAllowed` and it stays down. */
const restartSpanMs = 60_000;
const restartsAllowed = 3;
const stopGraceMs = 5_000;

export interface KeeperContext {
  readonly script: URL;
  readonly options: Omit<EngineOptions, 'restoreFrom'>;
  readonly listener: Omit<EngineListener, 'died'>;
  /** A new engine runs: it knows no key yet, and the page must load anew, so that nothing on it is from before. */
  readonly started: (link: EngineLink, again: boolean) => void;
  /** It died; `isOver`: too often to start it again. */
  readonly died: (reason: string, isOver: boolean) => void;
  readonly now: () => number;
}

/** The engine that runs now: started again when it dies, and on another database when the user restores one. */
export class EngineKeeper {
  readonly #context: KeeperContext;
  #link: EngineLink;
  #deaths: number[] = [];
  #isEnding = false;

  constructor(context: KeeperContext) {
    this.#context = context;
    this.#link = this.#start(null);
    context.started(this.#link, false);
  }

  get link(): EngineLink {
    return this.#link;
  }

  /** The engine commits and closes its database, the next one begins with the back-up in its place. */
  async restore(file: string): Promise<void> {
    const former = this.#link;
    await former.stop(stopGraceMs);
    if (this.#isEnding || this.#link !== former) return;
    this.#link = this.#start(file);
    this.#context.started(this.#link, true);
  }

  /** For good. */
  stop(): Promise<void> {
    this.#isEnding = true;
    return this.#link.stop(stopGraceMs);
  }

  #start(restoreFrom: string | null): EngineLink {
    const { script, options, listener } = this.#context;
    return new EngineLink(script, { ...options, restoreFrom }, { ...listener, died: (reason) => this.#died(reason) });
  }

  #died(reason: string): void {
    const now = this.#context.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < restartSpanMs), now];
    const isOver = this.#deaths.length > restartsAllowed;
    this.#context.died(reason, isOver);
    if (isOver || this.#isEnding) return;
    this.#link = this.#start(null);
    this.#context.started(this.#link, true);
  }
}
