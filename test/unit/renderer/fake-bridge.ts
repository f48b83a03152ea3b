import type { Bridge, EventName, Events, RequestName, Requests } from '../../../src-main/contract/channels.ts';
import { failure, toFailure } from '../../../src-main/contract/failure.ts';

export type Handlers = {
  [Name in RequestName]?: (args: Requests[Name]['args']) => Requests[Name]['value'] | Promise<Requests[Name]['value']>;
};

/** A main process of plain functions: answers requests, remembers them, and sends events when told to. */
export class FakeBridge implements Bridge {
  readonly handlers: Handlers;
  /** Every request so far, in order. */
  readonly asked: { name: RequestName; args: unknown }[] = [];
  readonly #listeners = new Map<EventName, Set<(event: never) => void>>();

  constructor(handlers: Handlers = {}) {
    this.handlers = handlers;
  }

  async request<Name extends RequestName>(name: Name, args: Requests[Name]['args']) {
    this.asked.push({ name, args });
    const handler = this.handlers[name];
    if (handler === undefined) return { ok: false as const, failure: failure('bug', `Nobody answers ${name}.`) };
    try {
      return { ok: true as const, value: await handler(args) };
    } catch (thrown) {
      return { ok: false as const, failure: toFailure(thrown) };
    }
  }

  on<Name extends EventName>(name: Name, callback: (event: Events[Name]) => void): () => void {
    const known = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, known);
    known.add(callback);
    return () => known.delete(callback);
  }

  send<Name extends EventName>(name: Name, event: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (event: Events[Name]) => void)(event);
  }

  /** Arguments of every request of one name, in order. */
  argsOf<Name extends RequestName>(name: Name): Requests[Name]['args'][] {
    return this.asked.filter((each) => each.name === name).map((each) => each.args as Requests[Name]['args']);
  }

  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, each) => sum + each.size, 0);
  }
}
