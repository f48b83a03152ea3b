import { SvelteMap } from 'svelte/reactivity';
import type { Asset, Quote } from '../../src-main/contract/market.ts';
import { sourceKey } from '../../src-main/contract/source.ts';

/** The last price of each asset. Quotes arrive batched, at most once a frame. */
export class Quotes {
  readonly #byAsset = new SvelteMap<Asset, Quote>();

  of(asset: Asset): Quote | null {
    return this.#byAsset.get(asset) ?? null;
  }

  accept(quote: Quote): void {
    const known = this.#byAsset.get(quote.instrument.asset);
    const isOlder =
      known !== undefined &&
      sourceKey(known.instrument.source) === sourceKey(quote.instrument.source) &&
      known.time > quote.time;
    if (!isOlder) this.#byAsset.set(quote.instrument.asset, quote);
  }

  clear(): void {
    this.#byAsset.clear();
  }
}
