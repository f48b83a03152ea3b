import type { Failure } from '../contract/failure.ts';
import { unixMs, type Asset } from '../contract/market.ts';
import type { SnapshotKind } from '../contract/snapshot.ts';
import type { ProviderId } from '../contract/source.ts';
import type { FeedTools } from './feed-tools.ts';
import type { Target } from './snapshot-targets.ts';

/** Tells the screen what keeps a snapshot from being fresh and whole; null: nothing does. That all is well is told once. */
export class SnapshotTrouble {
  readonly #provider: ProviderId;
  readonly #tools: FeedTools;

  constructor(provider: ProviderId, tools: FeedTools) {
    this.#provider = provider;
    this.#tools = tools;
  }

  /** `target`: null where nobody waits for it. */
  tell(
    target: Target | null,
    { kind, asset }: { readonly kind: SnapshotKind; readonly asset: Asset },
    reason: Failure | null,
  ): void {
    const missedSince = target?.missedSince ?? null;
    if (target && target.told === null && reason === null && missedSince === null) return;
    if (target) [target.told, target.reason] = [missedSince === null ? reason : undefined, reason];
    const { now, elapsed, publish } = this.#tools;
    const since = missedSince === null ? null : unixMs(now() - (elapsed() - missedSince));
    publish('snapshot/trouble', {
      ...{ provider: this.#provider, asset, kind },
      failure: reason,
      missedSince: since,
      at: now(),
    });
  }
}
