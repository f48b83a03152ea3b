import { timeframes, type Asset, type Timeframe } from '../contract/market.ts';
import type { CandleSubscription } from '../providers/provider.ts';
import { quoteTimeframe } from './cached-quotes.ts';

const keyOf = ({ asset, timeframe }: CandleSubscription): string => `${asset} ${timeframe}`;

/** Which series is to be brought up to now next: the focused one first, then each asset's price, then the rest. */
export class CandleQueue {
  readonly #filled = new Set<string>();
  readonly #brokenUntil = new Map<string, number>();
  #assets: readonly Asset[] = [];
  #focus: CandleSubscription | null = null;

  want(assets: readonly Asset[], focus: CandleSubscription | null): void {
    this.#assets = assets;
    this.#focus = focus;
  }

  /** Null: nothing can be asked for now. `now`: on the clock that only goes forward. */
  next(now: number): CandleSubscription | null {
    return this.#open().find((series) => (this.#brokenUntil.get(keyOf(series)) ?? 0) <= now) ?? null;
  }

  /** Whether anything is left that has to wait. */
  get hasOpen(): boolean {
    return this.#open().length > 0;
  }

  filled(asset: Asset, timeframe: Timeframe): void {
    this.#filled.add(keyOf({ asset, timeframe }));
  }

  /** It waits until then, the others go on. */
  broken(series: CandleSubscription, until: number): void {
    this.#brokenUntil.set(keyOf(series), until);
  }

  /** What is on screen is to be brought up to now again. */
  reopenShown(): void {
    for (const asset of this.#assets) this.#filled.delete(keyOf({ asset, timeframe: quoteTimeframe }));
    if (this.#focus) this.#filled.delete(keyOf(this.#focus));
  }

  reopenAll(): void {
    this.#filled.clear();
    this.#brokenUntil.clear();
  }

  #open(): CandleSubscription[] {
    return this.#order().filter((series) => !this.#filled.has(keyOf(series)));
  }

  #order(): CandleSubscription[] {
    const focus = this.#focus === null ? [] : [this.#focus];
    const first = [...focus, ...this.#assets.map((asset) => ({ asset, timeframe: quoteTimeframe }))];
    const shown = focus.flatMap(({ timeframe }) => this.#assets.map((asset) => ({ asset, timeframe })));
    const rest = timeframes.flatMap((timeframe) => this.#assets.map((asset) => ({ asset, timeframe })));
    return [...first, ...shown, ...rest];
  }
}
