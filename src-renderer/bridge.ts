import type { Bridge, EventName, Events, RequestName, Requests } from '../src-main/contract/channels.ts';
import { failure, FailureError } from '../src-main/contract/failure.ts';

declare global {
  interface Window {
    /** Put here by the preload. Read in this file only. */
    readonly halcyon?: Bridge;
  }
}

/** The main process as the renderer sees it. */
export interface Client {
  /** Resolves to the value; throws FailureError with what main answered. */
  request<Name extends RequestName>(name: Name, args: Requests[Name]['args']): Promise<Requests[Name]['value']>;
  /** Returns the ending of the subscription. */
  on<Name extends EventName>(name: Name, callback: (event: Events[Name]) => void): () => void;
}

/** Throws FailureError when the preload is missing. */
export function connect(bridge: Bridge | undefined = window.halcyon): Client {
  if (bridge === undefined) {
    throw new FailureError(
      failure('bug', 'Halcyon could not reach its own main process.', { detail: 'window.halcyon is missing' }),
    );
  }
  return {
    async request(name, args) {
      const result = await bridge.request(name, args);
      if (result.ok) return result.value;
      throw new FailureError(result.failure);
    },
    on: (name, callback) => bridge.on(name, callback),
  };
}
