import { untrack } from 'svelte';
import type { UnixMs } from '../../src-main/contract/market.ts';
import type { PriceProvider } from '../../src-main/contract/source.ts';
import { shownFrom } from './shown-range.ts';
import type { Terminal } from './terminal.svelte.ts';

/** Reads what is known of the past of what is on screen: candles, volumes, liquidations. */
export class Past {
  readonly #terminal: Terminal;
  readonly #priceChoice: PriceProvider | null = $derived.by(() => {
    const { asset, settings } = this.#terminal;
    return settings.prices.byAsset[asset] ?? null;
  });
  readonly #shownFrom: UnixMs = $derived.by(() => shownFrom(this.#terminal.candles.series, this.#terminal.clock.now));

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Reads volumes and liquidations now; follows what it depends on where it is called from an effect. */
  open(): void {
    const { asset, liquidations, volumes, wanted } = this.#terminal;
    const from = this.#shownFrom;
    untrack(() => {
      volumes.open(asset, from, wanted.volumes);
      if (wanted.liquidations) liquidations.open(asset, from);
      else liquidations.clear();
    });
  }

  /** Returns the ending. */
  run(): () => void {
    return $effect.root(() => {
      $effect(() => {
        const { asset, candles, timeframe } = this.#terminal;
        const choice = this.#priceChoice;
        untrack(() => void candles.open(asset, timeframe, choice));
      });
      $effect(() => this.open());
    });
  }
}
