import { failure, type Failure } from '../contract/failure.ts';
import type { LiquidationMap } from '../contract/liquidation.ts';
import type { Asset } from '../contract/market.ts';
import type { Snapshot, SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey } from '../contract/source.ts';
import type { SnapshotSubscription, SnapshotUpdate, Stream, StreamState } from '../providers/provider.ts';
import type { Connection } from './connection.ts';
import { LevelBook, PushLog } from './level-book.ts';
import { mergeRows } from './merge-rows.ts';
import { nothingPending, type Pending } from './pending.ts';
import type { FeedTools } from './feed-tools.ts';

/** Pushes within this span reach the screen as one state. */
const showEveryMs = 100;
/** A streamed state is committed at most this often: the last state of each span is kept, states between are not. */
const commitEveryMs = 1_000;
/** Simulated states can be made again: they need not fill the disk. */
const commitSimulatedEveryMs = 10_000;

/** A cached state older than this is not merged into: its levels would pass for as new as the push. */
const oldestBaseMs = 3_600_000;

export interface StreamedListener {
  /** The stream is back after it was away. */
  gap(): void;
  /** The stream was live and is not any more. */
  lost(): void;
  /** The first of this since the stream was connected. */
  brought(kind: SnapshotKind, asset: Asset): void;
  /** What it sends of this cannot be used: REST is to be asked. */
  unusable(kind: SnapshotKind, asset: Asset, reason: Failure): void;
}

/** The stream side of a snapshot feed: merges pushes into whole snapshots, shows and commits them in bounded steps. */
export class StreamedSnapshots {
  readonly #connection: Connection;
  readonly #tools: FeedTools;
  readonly #listener: StreamedListener;
  readonly #commitEveryMs: number;
  readonly #pending = new Map<string, Pending>();
  #stream: Stream<SnapshotSubscription> | null = null;
  #wanted: readonly SnapshotSubscription[] = [];
  #live = false;
  #lostAt = Number.NEGATIVE_INFINITY;
  #showTimer: NodeJS.Timeout | undefined;
  #commitTimer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, tools: FeedTools, listener: StreamedListener) {
    this.#connection = connection;
    this.#tools = tools;
    this.#listener = listener;
    const { environment } = connection.place.source;
    this.#commitEveryMs = environment === 'simulated' ? commitSimulatedEveryMs : commitEveryMs;
  }

  /** Whether the stream brings this now: it is connected and has brought it before. */
  brings(kind: SnapshotKind, asset: Asset): boolean {
    return this.#live && (this.#pending.get(keyOf(kind, asset))?.isBrought ?? false);
  }

  /** Whether the stream is to bring this, be it connected or not. */
  covers(kind: SnapshotKind, asset: Asset): boolean {
    return this.#wanted.some((wanted) => wanted.kind === kind && wanted.asset === asset);
  }

  /** When the stream was lost last, on the clock that only goes forward. */
  get lostAt(): number {
    return this.#lostAt;
  }

  want(wanted: readonly SnapshotSubscription[]): void {
    this.#wanted = wanted.filter(({ kind }) => streamedKinds.has(kind));
    if (!this.#stream) this.#open();
    this.#stream?.want(this.#wanted);
  }

  /** After a refusal was lifted: a stream that gave up is opened again. */
  reopen(): void {
    if (this.#live) return;
    this.giveUp();
    this.want(this.#wanted);
  }

  /** The key was refused: it is not shown to the stream again until `reopen`. */
  giveUp(): void {
    if (!this.#stream) return;
    this.#stream.close();
    this.#stream = null;
    this.#live = false;
    this.#connection.streamClosed();
  }

  /** REST is being asked for a whole snapshot: what the stream says meanwhile is kept apart, too. */
  asking(kind: SnapshotKind, asset: Asset): void {
    this.#of(kind, asset).duringAsk = new PushLog();
  }

  /** REST has answered, or will not. */
  asked(kind: SnapshotKind, asset: Asset): void {
    this.#of(kind, asset).duringAsk = null;
  }

  /** REST's answer is about to be committed: what the stream brought before goes first. */
  commitNow(kind: SnapshotKind, asset: Asset): void {
    const pending = this.#of(kind, asset);
    if (pending.uncommitted) this.#commit(pending);
  }

  /** A whole snapshot from REST: the truth that later pushes are merged into, those that overtook the answer included. */
  base(snapshot: Snapshot): void {
    const pending = this.#of(snapshot.kind, snapshot.asset);
    pending.latest = snapshot;
    pending.unshown = false;
    pending.uncommitted = false;
    if (snapshot.kind !== 'liquidation-map') return;
    pending.book = new LevelBook();
    pending.book.replace(snapshot);
    const overtaking = pending.duringAsk?.newerThan(snapshot.takenAt);
    pending.duringAsk = null;
    if (overtaking) this.#take({ mode: 'merge', snapshot: overtaking });
  }

  close(): void {
    this.#stream?.close();
    this.#stream = null;
    clearTimeout(this.#showTimer);
    clearTimeout(this.#commitTimer);
    for (const pending of this.#pending.values()) if (pending.uncommitted) this.#commit(pending);
  }

  #open(): void {
    if (this.#wanted.length === 0 || !this.#connection.mayStream) return;
    this.#stream =
      this.#connection.client.openSnapshotStream?.({
        state: (state) => this.#enter(state),
        update: (update) => this.#take(update),
        gap: () => this.#listener.gap(),
      }) ?? null;
  }

  #enter(state: StreamState): void {
    const wasLive = this.#live;
    this.#live = state.kind === 'live';
    if (!this.#live) for (const pending of this.#pending.values()) pending.isBrought = false;
    this.#connection.streamState(state);
    if (!wasLive || this.#live) return;
    this.#lostAt = this.#tools.elapsed();
    this.#listener.lost();
  }

  #take({ mode, snapshot }: SnapshotUpdate): void {
    const { kind, asset } = snapshot;
    const pending = this.#of(kind, asset);
    this.#connection.heard();
    const isFirst = !pending.isBrought;
    pending.isBrought = true;
    if (isFirst) this.#listener.brought(kind, asset);
    if (snapshot.kind === 'liquidation-map') {
      if (!this.#takeMap(pending, mode, snapshot)) return;
    } else {
      pending.latest ??= this.#youngCached(snapshot);
      pending.latest = mode === 'merge' && pending.latest ? mergeRows(pending.latest, snapshot) : snapshot;
    }
    if (pending.unshown) this.#connection.stream.superseded++;
    pending.unshown = true;
    pending.uncommitted = true;
    this.#showTimer ??= setTimeout(() => this.#show(), showEveryMs);
  }

  /** False when the push was not taken. */
  #takeMap(pending: Pending, mode: SnapshotUpdate['mode'], map: LiquidationMap): boolean {
    pending.duringAsk?.add(map);
    pending.book ??= this.#cachedBook(map);
    if (mode === 'replace') pending.book.replace(map);
    else if (!pending.book.merge(map)) {
      const text = 'The stream sends more levels than a market has; REST is asked instead.';
      this.#listener.unusable(map.kind, map.asset, failure('bad-response', text));
      return false;
    }
    return true;
  }

  /** Pushes before the first REST answer of this session go on top of what the cache knows, unless that is old. */
  #cachedBook(map: LiquidationMap): LevelBook {
    const book = new LevelBook();
    const cached = this.#youngCached(map);
    if (cached?.kind === 'liquidation-map') book.replace(cached);
    return book;
  }

  #youngCached({ source, kind, asset }: Snapshot): Snapshot | null {
    const cached = this.#tools.store.snapshots.latest(
      sourceKey(source),
      kind,
      asset,
      this.#connection.variant(kind, asset),
    );
    return cached && Math.abs(this.#tools.now() - cached.confirmedAt) <= oldestBaseMs ? cached : null;
  }

  #show(): void {
    this.#showTimer = undefined;
    for (const pending of this.#pending.values()) {
      if (!pending.unshown) continue;
      pending.unshown = false;
      pending.latest = pending.book?.toMap() ?? pending.latest;
      if (pending.latest) this.#tools.publish('snapshot/changed', pending.latest);
    }
    this.#commitDue();
  }

  #commitDue(): void {
    const now = this.#tools.elapsed();
    for (const pending of this.#pending.values()) {
      const due = now - pending.committedAt >= this.#commitEveryMs;
      if (pending.uncommitted && due) this.#commit(pending);
    }
    if (this.#commitTimer || ![...this.#pending.values()].some(({ uncommitted }) => uncommitted)) return;
    this.#commitTimer = setTimeout(() => {
      this.#commitTimer = undefined;
      this.#commitDue();
    }, this.#commitEveryMs);
  }

  #commit(pending: Pending): void {
    const snapshot = pending.unshown ? (pending.book?.toMap() ?? pending.latest) : pending.latest;
    pending.committedAt = this.#tools.elapsed();
    pending.uncommitted = snapshot !== null && !this.#save(snapshot);
  }

  #save(snapshot: Snapshot): boolean {
    return this.#tools.guard.attempt(() => this.#tools.store.snapshots.save(snapshot));
  }

  #of(kind: SnapshotKind, asset: Asset): Pending {
    const key = keyOf(kind, asset);
    const pending = this.#pending.get(key) ?? nothingPending();
    this.#pending.set(key, pending);
    return pending;
  }
}

const keyOf = (kind: SnapshotKind, asset: Asset): string => `${kind} ${asset}`;
const streamedKinds: ReadonlySet<SnapshotKind> = new Set(['liquidation-map', 'gex', 'open-interest', 'funding-rates']);
