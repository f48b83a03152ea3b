import { FailureError, isRetried } from '../../contract/failure.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import type { ProviderContext } from '../provider.ts';
import type { Contract, Contracts } from './contracts.ts';

/** Between two attempts to learn the contracts that pushes are waiting for. */
const askAgainMs = 5_000;
/** More than this waiting, and the oldest is let go. */
const mostWaiting = 1_000;

/** Holds back what came of contracts that are not known yet, and asks for them. */
export class ContractWait<Item> {
  readonly #now: () => UnixMs;
  readonly #contracts: Contracts;
  readonly #deliver: (item: Item, contract: Contract) => void;
  readonly #waiting = new Map<unknown, { readonly asset: Asset; readonly item: Item }>();
  readonly #abort = new AbortController();
  #askedAt: UnixMs | null = null;

  constructor(
    context: Pick<ProviderContext, 'now'>,
    contracts: Contracts,
    deliver: (item: Item, contract: Contract) => void,
  ) {
    this.#now = context.now;
    this.#contracts = contracts;
    this.#deliver = deliver;
  }

  /** Delivers at once where the contract is known. While it waits, the same `key` replaces the former item. */
  take(key: unknown, asset: Asset, item: Item): void {
    const contract = this.#contracts.known(asset);
    if (contract !== null) {
      this.#deliver(item, contract);
      return;
    }
    this.#waiting.set(key, { asset, item });
    if (this.#waiting.size > mostWaiting) this.#waiting.delete(this.#waiting.keys().next().value);
    void this.#learn(asset);
  }

  /** What waits is not delivered any more. */
  clear(): void {
    this.#waiting.clear();
  }

  close(): void {
    this.#abort.abort();
    this.clear();
  }

  async #learn(asset: Asset): Promise<void> {
    const now = this.#now();
    if (this.#askedAt !== null && now - this.#askedAt < askAgainMs && now >= this.#askedAt) return;
    this.#askedAt = now;
    try {
      await this.#contracts.of(asset, this.#abort.signal);
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      // Asked again with a later push; the REST side of the provider tells the user what is wrong.
      if (!isRetried(thrown.failure)) this.clear();
      return;
    }
    const ready = [...this.#waiting.values()];
    this.clear();
    for (const one of ready) {
      const contract = this.#contracts.known(one.asset);
      if (contract !== null) this.#deliver(one.item, contract);
    }
  }
}
