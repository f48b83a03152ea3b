import { toFailure } from '../../../src-main/contract/failure.ts';
import type { Failure } from '../../../src-main/contract/failure.ts';
import { assetPattern } from '../../../src-main/contract/market.ts';
import type { Asset } from '../../../src-main/contract/market.ts';
import { mostPins } from '../../../src-main/contract/plan.ts';
import type { PlanSettings } from '../../../src-main/contract/plan.ts';
import { mostWatched } from '../../../src-main/contract/settings.ts';
import { focusAfter } from '../../state/demand.svelte.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';
import { effectsOf } from './effect.ts';
import type { Effect } from './effect.ts';

/** Changes of the plan and the watchlist that are looked at before they are made. Nothing is sent to a provider. */
export class PlanDraft {
  readonly #terminal: Terminal;
  #plan: PlanSettings | null = $state.raw(null);
  #watchlist: readonly Asset[] | null = $state.raw(null);
  #effects: readonly Effect[] | null = $state.raw(null);
  #failure: Failure | null = $state.raw(null);
  #turn = 0;

  readonly plan: PlanSettings = $derived.by(() => this.#plan ?? this.#terminal.settings.plan);
  readonly watchlist: readonly Asset[] = $derived.by(() => this.#watchlist ?? this.#terminal.settings.watchlist);
  readonly isChanged: boolean = $derived.by(() => {
    const { plan, watchlist } = this.#terminal.settings;
    return JSON.stringify([plan, watchlist]) !== JSON.stringify([this.plan, this.watchlist]);
  });

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Of the changes as they stand; null: not known yet. */
  get effects(): readonly Effect[] | null {
    return this.#effects;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  change(plan: PlanSettings): void {
    this.#plan = plan;
    void this.#look();
  }

  /** Why the asset cannot be added; null: it can. */
  problemOf(asset: string): string | null {
    if (!assetPattern.test(asset)) return 'An asset is letters and digits, as in BTC.';
    if (this.watchlist.includes(asset)) return `${asset} is watched already.`;
    return this.watchlist.length >= mostWatched ? `The watchlist holds at most ${mostWatched} assets.` : null;
  }

  add(asset: Asset): void {
    if (this.problemOf(asset) === null) this.#watch([...this.watchlist, asset]);
  }

  remove(asset: Asset): void {
    if (this.watchlist.length > 1) this.#watch(this.watchlist.filter((each) => each !== asset));
  }

  get canPin(): boolean {
    return this.plan.pins.length < mostPins;
  }

  apply(): void {
    const focused = focusAfter(this.#terminal.settings, this.watchlist);
    if (focused !== this.#terminal.asset) this.#terminal.focus(focused);
    this.#terminal.change({
      ...(this.#plan === null ? {} : { plan: this.#plan }),
      ...(this.#watchlist === null ? {} : { watchlist: this.#watchlist }),
    });
    this.cancel();
  }

  cancel(): void {
    this.#turn += 1;
    this.#plan = null;
    this.#watchlist = null;
    this.#effects = null;
    this.#failure = null;
  }

  #watch(watchlist: readonly Asset[]): void {
    this.#watchlist = watchlist;
    void this.#look();
  }

  /** Both answers are of one moment, so that they differ by the change alone. */
  async #look(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#effects = null;
    this.#failure = null;
    if (!this.isChanged) return;
    const { plans, settings, wanted } = this.#terminal;
    const then = { wanted: this.#terminal.wantedWith(this.watchlist), plan: this.plan };
    try {
      const [before, after] = await Promise.all([plans.ask({ wanted, plan: settings.plan }), plans.ask(then)]);
      if (turn === this.#turn) this.#effects = effectsOf(before, after);
    } catch (thrown) {
      if (turn === this.#turn) this.#failure = toFailure(thrown);
    }
  }
}
