import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { SnapshotTrouble } from '../../src-main/contract/channels.ts';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { Asset, UnixMs } from '../../src-main/contract/market.ts';
import type { Snapshot, SnapshotKind, SnapshotOf } from '../../src-main/contract/snapshot.ts';
import { providerIds } from '../../src-main/contract/source.ts';
import type { ProviderId, Source } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';

const keyOf = (asset: Asset, kind: SnapshotKind, provider: ProviderId): string => `${provider}/${kind}/${asset}`;

/**
 * The newest snapshot of each asset, kind and provider, and why there is no newer one. A failure never takes data away.
 * What two providers say of one thing stands side by side; neither replaces the other.
 */
export class Snapshots {
  readonly #client: Client;
  readonly #isInUse: (source: Source) => boolean;
  readonly #newest = new SvelteMap<string, Snapshot>();
  readonly #troubles = new SvelteMap<string, Failure>();
  /** Since when a stream was away whose levels nothing has put right yet. */
  readonly #missed = new SvelteMap<string, UnixMs>();
  readonly #refreshing = new SvelteSet<string>();
  /** Counts the changes of sources: what was asked before one says nothing about what is shown after it. */
  #turn = 0;

  /** `isInUse` tells whether numbers of a source may be shown now. */
  constructor(client: Client, isInUse: (source: Source) => boolean) {
    this.#client = client;
    this.#isInUse = isInUse;
  }

  of<Kind extends SnapshotKind>(asset: Asset, kind: Kind, provider: ProviderId): SnapshotOf<Kind> | null {
    const snapshot = this.#newest.get(keyOf(asset, kind, provider));
    return snapshot !== undefined && isOfKind(snapshot, kind) ? snapshot : null;
  }

  /** What every provider says, in the order of the registry. */
  allOf<Kind extends SnapshotKind>(asset: Asset, kind: Kind): readonly SnapshotOf<Kind>[] {
    return providerIds.map((provider) => this.of(asset, kind, provider)).filter((snapshot) => snapshot !== null);
  }

  troubleOf(asset: Asset, kind: SnapshotKind, provider: ProviderId): Failure | null {
    return this.#troubles.get(keyOf(asset, kind, provider)) ?? null;
  }

  /** Levels that came since then may be missing from what is shown; null: it is complete. */
  missedSince(asset: Asset, kind: SnapshotKind, provider: ProviderId): UnixMs | null {
    return this.#missed.get(keyOf(asset, kind, provider)) ?? null;
  }

  isRefreshing(asset: Asset, kind: SnapshotKind, provider: ProviderId): boolean {
    return this.#refreshing.has(keyOf(asset, kind, provider));
  }

  /** What comes last is shown, whatever clock it was dated by: main sends in the order in which it learns. */
  accept(snapshot: Snapshot): void {
    if (!this.#isInUse(snapshot.source)) return;
    this.#newest.set(keyOf(snapshot.asset, snapshot.kind, snapshot.source.provider), snapshot);
  }

  acceptTrouble(trouble: SnapshotTrouble): void {
    const key = keyOf(trouble.asset, trouble.kind, trouble.provider);
    if (trouble.failure === null) this.#troubles.delete(key);
    else this.#setTrouble(key, trouble.failure);
    if (trouble.missedSince === null) this.#missed.delete(key);
    else this.#missed.set(key, trouble.missedSince);
  }

  /** The user asked for it now. A failure becomes the trouble of what was asked for; nothing is thrown. */
  async refresh(asset: Asset, kind: SnapshotKind, provider: ProviderId): Promise<void> {
    const key = keyOf(asset, kind, provider);
    if (this.#refreshing.has(key)) return;
    const turn = this.#turn;
    this.#refreshing.add(key);
    try {
      const snapshot = await this.#client.request('snapshot/refresh', { provider, asset, kind });
      if (turn !== this.#turn) return;
      this.#troubles.delete(key);
      if (snapshot !== null) this.accept(snapshot);
    } catch (thrown) {
      if (turn === this.#turn) this.#setTrouble(key, toFailure(thrown));
    } finally {
      if (turn === this.#turn) this.#refreshing.delete(key);
    }
  }

  /** Other sources are in use from now on. */
  clear(): void {
    this.#turn += 1;
    this.#newest.clear();
    this.#troubles.clear();
    this.#missed.clear();
    this.#refreshing.clear();
  }

  /** This provider is asked for something else from now on. */
  drop(provider: ProviderId): void {
    this.#turn += 1;
    for (const kept of [this.#newest, this.#troubles, this.#missed, this.#refreshing]) {
      for (const key of [...kept.keys()]) if (key.startsWith(`${provider}/`)) kept.delete(key);
    }
  }

  /** A call that was called off is no trouble: nobody waits for it any more. */
  #setTrouble(key: string, failure: Failure): void {
    if (failure.kind !== 'cancelled') this.#troubles.set(key, failure);
  }
}

function isOfKind<Kind extends SnapshotKind>(snapshot: Snapshot, kind: Kind): snapshot is SnapshotOf<Kind> {
  return snapshot.kind === kind;
}
