import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { SnapshotTrouble } from '../../src-main/contract/channels.ts';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { Asset } from '../../src-main/contract/market.ts';
import type { Snapshot, SnapshotKind, SnapshotOf } from '../../src-main/contract/snapshot.ts';
import { sourceKey } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';

const keyOf = (asset: Asset, kind: SnapshotKind): string => `${asset}/${kind}`;

/** The newest snapshot of each asset and kind, and why there is no newer one. A failure never takes data away. */
export class Snapshots {
  readonly #client: Client;
  readonly #newest = new SvelteMap<string, Snapshot>();
  readonly #troubles = new SvelteMap<string, Failure>();
  readonly #refreshing = new SvelteSet<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  of<Kind extends SnapshotKind>(asset: Asset, kind: Kind): SnapshotOf<Kind> | null {
    const snapshot = this.#newest.get(keyOf(asset, kind));
    return snapshot !== undefined && isOfKind(snapshot, kind) ? snapshot : null;
  }

  troubleOf(asset: Asset, kind: SnapshotKind): Failure | null {
    return this.#troubles.get(keyOf(asset, kind)) ?? null;
  }

  isRefreshing(asset: Asset, kind: SnapshotKind): boolean {
    return this.#refreshing.has(keyOf(asset, kind));
  }

  /** Keeps the newer of two from one source; from another source, the one that came last. */
  accept(snapshot: Snapshot): void {
    const key = keyOf(snapshot.asset, snapshot.kind);
    const known = this.#newest.get(key);
    const isOlder =
      known !== undefined &&
      sourceKey(known.source) === sourceKey(snapshot.source) &&
      known.variant === snapshot.variant &&
      known.confirmedAt > snapshot.confirmedAt;
    if (!isOlder) this.#newest.set(key, snapshot);
  }

  acceptTrouble(trouble: SnapshotTrouble): void {
    const key = keyOf(trouble.asset, trouble.kind);
    if (trouble.failure === null) this.#troubles.delete(key);
    else this.#troubles.set(key, trouble.failure);
  }

  /** The user asked for it now. A failure becomes the trouble of that asset and kind; nothing is thrown. */
  async refresh(asset: Asset, kind: SnapshotKind): Promise<void> {
    const key = keyOf(asset, kind);
    if (this.#refreshing.has(key)) return;
    this.#refreshing.add(key);
    try {
      const snapshot = await this.#client.request('snapshot/refresh', { asset, kind });
      this.#troubles.delete(key);
      if (snapshot !== null) this.accept(snapshot);
    } catch (thrown) {
      this.#troubles.set(key, toFailure(thrown));
    } finally {
      this.#refreshing.delete(key);
    }
  }

  clear(): void {
    this.#newest.clear();
    this.#troubles.clear();
  }
}

function isOfKind<Kind extends SnapshotKind>(snapshot: Snapshot, kind: Kind): snapshot is SnapshotOf<Kind> {
  return snapshot.kind === kind;
}
