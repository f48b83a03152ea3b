import type { EventMessage, EventName, Events } from './contract/channels.ts';
import { sourceKey } from './contract/source.ts';

/** What makes two events the same fact, so that the newer one replaces the older while both wait. */
const identity: { readonly [Name in EventName]: (event: Events[Name]) => string } = {
  'candles/tick': (tick) =>
    `${sourceKey(tick.instrument.source)} ${tick.instrument.asset} ${tick.timeframe} ${tick.candle.openTime}`,
  'candles/refilled': (event) => `${event.asset} ${event.timeframe}`,
  'quote/changed': (quote) => `${sourceKey(quote.instrument.source)} ${quote.instrument.asset}`,
  'snapshot/changed': (snapshot) =>
    `${sourceKey(snapshot.source)} ${snapshot.kind} ${snapshot.asset} ${snapshot.variant}`,
  'snapshot/trouble': (trouble) => `${trouble.provider} ${trouble.kind} ${trouble.asset}`,
  'volumes/changed': ({ source, asset, variant }) => `${sourceKey(source)} ${asset} ${variant}`,
  'liquidations/arrived': ({ source, asset }) => `${sourceKey(source)} ${asset}`,
  'history/changed': ({ id }) => String(id),
  'market/changed': () => '',
  'provider/changed': (status) => status.id,
  'settings/changed': () => '',
  'notice/changed': (notice) => notice.id,
  'budget/changed': ({ provider }) => provider,
  'requests/changed': () => '',
  'store/job': ({ name }) => name,
};

/**
 * Holds events until the window takes them: none before it says that it listens, then at most one batch a frame, and none
 * while the last one is not yet taken. A newer state of the same thing replaces the older one, so the memory is bounded by the number of things on screen,
 * however fast a stream sends and however slow (or hidden) the window is.
 */
export class Outbox {
  readonly #send: (batch: readonly EventMessage[]) => void;
  readonly #schedule: (run: () => void) => void;
  readonly #waiting = new Map<string, EventMessage>();
  #scheduled = false;
  #maySend = false;
  #replaced = 0;

  /** `schedule` runs its argument about a frame later. */
  constructor(send: (batch: readonly EventMessage[]) => void, schedule: (run: () => void) => void) {
    this.#send = send;
    this.#schedule = schedule;
  }

  publish<Name extends EventName>(name: Name, event: Events[Name]): void {
    const key = `${name}|${identity[name](event)}`;
    // Deleting first moves the event to the end: batches stay in the order of what happened last.
    if (this.#waiting.delete(key)) this.#replaced++;
    this.#waiting.set(key, [name, event] as unknown as EventMessage);
    this.#plan();
  }

  /** The window listens and has taken all that was sent: the next batch may go. */
  taken(): void {
    this.#maySend = true;
    if (this.#waiting.size > 0) this.#plan();
  }

  /** The window is gone or loads anew: everything waits until it listens again. */
  hold(): void {
    this.#maySend = false;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Events that a newer state of the same thing replaced while they waited, since the start. */
  get replaced(): number {
    return this.#replaced;
  }

  #plan(): void {
    if (this.#scheduled || !this.#maySend) return;
    this.#scheduled = true;
    this.#schedule(() => {
      this.#scheduled = false;
      if (this.#waiting.size === 0 || !this.#maySend) return;
      const batch = [...this.#waiting.values()];
      this.#waiting.clear();
      this.#maySend = false;
      this.#send(batch);
    });
  }
}
