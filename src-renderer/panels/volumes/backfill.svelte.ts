import { toFailure } from '../../../src-main/contract/failure.ts';
import type { Failure } from '../../../src-main/contract/failure.ts';
import type { HistoryKind, HistoryPlan, HistoryQuery } from '../../../src-main/contract/history.ts';
import type { UnixMs } from '../../../src-main/contract/market.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { fromMomentInput, toMomentInput } from '../../format/moment-input.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';
import { presets, rangeProblem } from './ranges.ts';

type End = 'from' | 'to';

/** A range that the user is about to fill in, and what it would cost. Nothing is sent before Start. */
export class BackfillForm {
  readonly #terminal: Terminal;
  readonly #provider: ProviderId;
  kind: HistoryKind = $state('liquidation-volumes');
  #range: Readonly<Record<End, UnixMs>> = $state.raw({ from: 0 as UnixMs, to: 0 as UnixMs });
  /** As typed; null: as the range is. */
  #typed: Record<End, string | null> = $state({ from: null, to: null });
  #plan: HistoryPlan | null = $state.raw(null);
  #failure: Failure | null = $state.raw(null);
  #isStarting = $state(false);
  /** Counts the plans asked for; an answer to an older count is dropped. */
  #turn = 0;

  constructor(terminal: Terminal, provider: ProviderId) {
    this.#terminal = terminal;
    this.#provider = provider;
    this.preset(1);
  }

  get plan(): HistoryPlan | null {
    return this.#plan;
  }

  /** Why there is no plan, or why it did not start. */
  get failure(): Failure | null {
    return this.#failure;
  }

  get isStarting(): boolean {
    return this.#isStarting;
  }

  text(end: End): string {
    return this.#typed[end] ?? toMomentInput(this.#range[end], this.#terminal.settings.timeZone);
  }

  type(end: End, text: string): void {
    this.#typed[end] = text;
  }

  preset(index: number): void {
    const { now } = this.#terminal.clock;
    this.#range = { from: presets[index]?.from(now) ?? now, to: now };
    this.#typed = { from: null, to: null };
  }

  get problem(): string | null {
    return rangeProblem(this.#end('from'), this.#end('to'), this.#range.to);
  }

  /** Null while the range is none. */
  get query(): HistoryQuery | null {
    const [from, to] = [this.#end('from'), this.#end('to')];
    if (from === null || to === null || this.problem !== null) return null;
    return { provider: this.#provider, kind: this.kind, asset: this.#terminal.asset, from, to };
  }

  #end(end: End): UnixMs | null {
    const typed = this.#typed[end];
    return typed === null ? this.#range[end] : fromMomentInput(typed, this.#terminal.settings.timeZone);
  }

  /** Asks main what the query would cost. */
  async calculate(query: HistoryQuery | null): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#plan = null;
    this.#failure = null;
    if (query === null) return;
    try {
      const plan = await this.#terminal.history.plan(query);
      if (turn === this.#turn) this.#plan = plan;
    } catch (thrown) {
      if (turn === this.#turn) this.#failure = toFailure(thrown);
    }
  }

  async start(query: HistoryQuery): Promise<void> {
    if (this.#isStarting) return;
    this.#isStarting = true;
    this.#failure = null;
    try {
      await this.#terminal.history.start(query);
    } catch (thrown) {
      this.#failure = toFailure(thrown);
    }
    this.#isStarting = false;
  }
}
