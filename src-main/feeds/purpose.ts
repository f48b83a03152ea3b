import { AsyncLocalStorage } from 'node:async_hooks';

/** Who wants a request: the user by a click, a panel that is open, or the filling in of the past. */
export type Purpose = 'user' | 'background' | 'archive';

export interface Asking {
  readonly purpose: Purpose;
  /** An answer told its limits. */
  wasTold: boolean;
  /** Requests that left. */
  sent: number;
  /** The spend of the request that was answered last. */
  spend: number | null;
  /** A request was held back by our own count of the limits; the provider knows nothing of it. */
  wasHeldBack: boolean;
}

/** Follows a question through the provider's code down to each request it makes. */
export const asking = new AsyncLocalStorage<Asking>();

export const question = (purpose: Purpose): Asking => ({
  purpose,
  wasTold: false,
  sent: 0,
  spend: null,
  wasHeldBack: false,
});
