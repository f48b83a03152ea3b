import { FailureError, isRetried, toFailure, type Failure } from '../../contract/failure.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import type { ByAsset } from './by-asset.ts';

/** Between two attempts to learn the instruments that pushes are waiting for. */
const askAgainMs = 5_000;
/** More than this waiting, and the oldest is let go. */
const mostWaiting = 1_000;

export interface InstrumentWaitOptions<Item, Instrument> {
  readonly now: () => UnixMs;
  readonly instruments: ByAsset<Instrument>;
  /** Whether one answer tells all instruments: then it is asked for once for all who wait. */
  readonly isOneAnswer: boolean;
  readonly deliver: (item: Item, instrument: Instrument) => void;
  /** What nobody foresaw went wrong: the connection is to be given up for it, and opened again by its own back-off. */
  readonly giveUp: (failure: Failure) => void;
}

/** Holds back what a stream tells of instruments that are not known yet, and asks for them. */
export class InstrumentWait<Item, Instrument> {
  readonly #options: InstrumentWaitOptions<Item, Instrument>;
  readonly #waiting = new Map<unknown, { readonly asset: Asset; readonly item: Item }>();
  readonly #askedAt = new Map<Asset | null, UnixMs>();
  readonly #abort = new AbortController();

  constructor(options: InstrumentWaitOptions<Item, Instrument>) {
    this.#options = options;
  }

  /** Delivers at once where the instrument is known. While it waits, the same `key` replaces the former item. */
  take(key: unknown, asset: Asset, item: Item): void {
    const { instruments, deliver, giveUp } = this.#options;
    const instrument = instruments.known(asset);
    if (instrument !== null) {
      deliver(item, instrument);
      return;
    }
    this.#waiting.set(key, { asset, item });
    if (this.#waiting.size > mostWaiting) this.#waiting.delete(this.#waiting.keys().next().value);
    this.#learn(asset).catch((thrown: unknown) => {
      // As a socket takes a mistake in one of its handlers: told, and tried again.
      if (!this.#abort.signal.aborted) giveUp({ ...toFailure(thrown), kind: 'server' });
    });
  }

  /** Of what waits, this is not delivered any more. */
  drop(isGone: (item: Item, asset: Asset) => boolean): void {
    for (const [key, { asset, item }] of this.#waiting) if (isGone(item, asset)) this.#waiting.delete(key);
  }

  /** Nothing that waits is delivered any more. */
  clear(): void {
    this.#waiting.clear();
  }

  close(): void {
    this.#abort.abort();
    this.clear();
  }

  async #learn(asset: Asset): Promise<void> {
    const { instruments, now, isOneAnswer } = this.#options;
    const question = isOneAnswer ? null : asset;
    const askedAt = this.#askedAt.get(question);
    const moment = now();
    if (askedAt !== undefined && moment - askedAt < askAgainMs && moment >= askedAt) return;
    this.#askedAt.set(question, moment);
    try {
      await instruments.of(asset, this.#abort.signal);
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      // Asked again with a later push; the REST side of the provider tells the user what is wrong.
      if (!isRetried(thrown.failure)) this.drop((_, waiting) => waiting === asset);
    }
    this.#deliverKnown();
  }

  #deliverKnown(): void {
    const { instruments, deliver } = this.#options;
    for (const [key, { asset, item }] of this.#waiting) {
      const instrument = instruments.known(asset);
      if (instrument === null) continue;
      this.#waiting.delete(key);
      deliver(item, instrument);
    }
  }
}
