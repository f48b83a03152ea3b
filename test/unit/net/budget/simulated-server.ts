/** A limit as the server keeps it, by the true time. */
export interface ServerRule {
  readonly id: string;
  readonly amount: number;
  readonly windowMs: number;
  readonly window: 'fixed' | 'rolling';
  /** Where fixed windows begin, milliseconds after multiples of their length. */
  readonly phaseMs: number;
}

export interface ServerLimits {
  readonly limit: number;
  readonly remaining: number;
  /** Epoch milliseconds, cut to seconds as the header is; null: rolling. */
  readonly resetAt: number | null;
}

/** Counts one rule truly. */
export class SimulatedCount {
  readonly rule: ServerRule;
  #window = -1;
  #used = 0;
  #arrived: number[] = [];

  constructor(rule: ServerRule) {
    this.rule = rule;
  }

  window(trueTime: number): number {
    return Math.floor((trueTime - this.rule.phaseMs) / this.rule.windowMs);
  }

  windowEnd(trueTime: number): number {
    return (this.window(trueTime) + 1) * this.rule.windowMs + this.rule.phaseMs;
  }

  used(trueTime: number): number {
    if (this.rule.window === 'rolling') {
      const since = trueTime - this.rule.windowMs;
      while (this.#arrived.length > 0 && (this.#arrived[0] ?? 0) <= since) this.#arrived.shift();
      return this.#arrived.length;
    }
    const window = this.window(trueTime);
    if (window !== this.#window) [this.#window, this.#used] = [window, 0];
    return this.#used;
  }

  /** Counts one request; false: it was one over, and is not counted. */
  count(trueTime: number): boolean {
    if (this.used(trueTime) + 1 > this.rule.amount) return false;
    if (this.rule.window === 'rolling') this.#arrived.push(trueTime);
    else this.#used++;
    return true;
  }

  limits(trueTime: number): ServerLimits {
    const { amount, window } = this.rule;
    return {
      limit: amount,
      remaining: amount - this.used(trueTime),
      resetAt: window === 'fixed' ? Math.floor(this.windowEnd(trueTime) / 1000) * 1000 : null,
    };
  }

  /** When a refused request may be tried again. */
  retryAt(trueTime: number): number {
    if (this.rule.window === 'fixed') return this.windowEnd(trueTime);
    this.used(trueTime);
    return (this.#arrived[0] ?? trueTime) + this.rule.windowMs;
  }
}
