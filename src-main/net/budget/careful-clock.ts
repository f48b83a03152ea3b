import { unixMs, type UnixMs } from '../../contract/market.ts';

export interface ClockParts {
  /** The wall's time: it may be wrong, and jump both ways. */
  readonly now: () => UnixMs;
  /** Milliseconds, only forward; may stand still while the machine sleeps. */
  readonly elapsed: () => number;
}

/** An answer that was long under way names an older moment: less than this is not worth going back for. */
const noiseMs = 2_000;

/**
 * A lower bound of a provider's own time, as far as that can be known, so that no window is taken for renewed before the
 * provider renews it. One a source. It goes on by what both the wall and the monotonic clock have moved since the last
 * look, whichever is less: a wall that is put forward renews nothing. After a sleep it is late until the next answer.
 *
 * Of every answer: `heard(Date)` first, then the ledger's `told` and `answered`. Until the first `Date` only the wall's
 * word is known: while `hasHeard` is false, let one request at a time go out. Keep `time()` with the spends, and hand it
 * back as `remembered` after a restart.
 */
export class CarefulClock {
  readonly #parts: ClockParts;
  #time: number;
  #wall: number;
  #elapsed: number;
  #hasHeard = false;

  constructor(parts: ClockParts, remembered: UnixMs | null) {
    this.#parts = parts;
    this.#wall = parts.now();
    this.#elapsed = parts.elapsed();
    this.#time = Math.max(this.#wall, remembered ?? this.#wall);
  }

  /** Whether the provider has named its time in this run. */
  get hasHeard(): boolean {
    return this.#hasHeard;
  }

  time(): UnixMs {
    const wall = this.#parts.now();
    const elapsed = this.#parts.elapsed();
    this.#time += Math.max(0, Math.min(wall - this.#wall, elapsed - this.#elapsed));
    this.#wall = wall;
    this.#elapsed = elapsed;
    return unixMs(this.#time);
  }

  /**
   * The `Date` of one of the provider's answers: it was at least that late when the answer was sent. The first one puts
   * the clock right both ways, since all before it was the wall's word; later ones forward always, and back when the
   * clock is ahead by more than noise.
   */
  heard(serverTime: UnixMs): void {
    const ahead = this.time() - serverTime;
    if (!this.#hasHeard || ahead < 0 || ahead > noiseMs) this.#time = serverTime;
    this.#hasHeard = true;
  }

  /**
   * Another server's word (its `Date`, less what two servers may differ by): it is at least that late. For the time after
   * a sleep, when this source cannot be asked because its budget was spent before. Never back.
   */
  isAtLeast(moment: UnixMs): void {
    this.#time = Math.max(this.time(), moment);
  }

  /** The moment on the wall that lies as far from its now as `careful` lies from `time()`: for what is shown, and timers. */
  inWallTime(careful: UnixMs): UnixMs {
    return unixMs(this.#parts.now() + careful - this.time());
  }
}
