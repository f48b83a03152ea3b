import type { Events } from '../contract/channels.ts';
import type { UnixMs } from '../contract/market.ts';
import type { Store } from '../store/database.ts';
import type { StoreGuard } from './store-guard.ts';

export interface FeedTools {
  readonly store: Store;
  readonly guard: StoreGuard;
  readonly now: () => UnixMs;
  /** Milliseconds that only go forward, whatever is done to the clock on the wall. */
  readonly elapsed: () => number;
  readonly random: () => number;
  publish<Name extends keyof Events>(name: Name, event: Events[Name]): void;
}
