import { unixMs } from '../../src-main/contract/market.ts';
import type { UnixMs } from '../../src-main/contract/market.ts';

/** The one clock of the window, in whole steps of a second. Every age on screen is measured against it. */
export class Clock {
  readonly #read: () => number;
  #now: UnixMs;

  constructor(read: () => number = Date.now) {
    this.#read = read;
    this.#now = $state(unixMs(read()));
  }

  get now(): UnixMs {
    return this.#now;
  }

  tick(): void {
    this.#now = unixMs(this.#read());
  }

  /** Returns the ending. */
  run(): () => void {
    const timer = setInterval(() => this.tick(), 1000);
    return () => clearInterval(timer);
  }
}
