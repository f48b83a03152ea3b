import { failure } from '../contract/failure.ts';
import type { LiquidationMap } from '../contract/liquidation.ts';
import type { Asset } from '../contract/market.ts';
import type { Snapshot, SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey } from '../contract/source.ts';
import type { SnapshotSubscription, SnapshotUpdate, Stream } from '../providers/provider.ts';
import type { Connection } from './connection.ts';
import { LevelBook } from './level-book.ts';
import { mergeRows } from './merge-rows.ts';
import type { FeedTools } from './snapshot-feed.ts';

/** Pushes within this span reach the screen as one state. */
const showEveryMs = 100;
/** A streamed state is committed at most this often: the last state of each span is kept, states between are not. */
const commitEveryMs = 1_000;
/** Simulated states can be made again: they need not fill the disk. */
const commitSimulatedEveryMs = 10_000;

/** Pushes kept while REST is asked; a stream that sends more in that time says it all again soon. */
const mostKeptPushes = 5_000;

/** What the stream changed and where it stands: shown soon, committed at a bounded rate. */
interface Pending {
  book: LevelBook | null;
  latest: Snapshot | null;
  unshown: boolean;
  uncommitted: boolean;
  committedAt: number;
  /** Pushes since REST was asked; null while it is not being asked. */
  duringAsk: LiquidationMap[] | null;
}

export interface StreamedListener {
  /** The stream is back after it was away. */
  gap(): void;
  /** The stream was live and is not any more. */
  lost(): void;
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
  #showTimer: NodeJS.Timeout | undefined;
  #commitTimer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, tools: FeedTools, listener: StreamedListener) {
    this.#connection = connection;
    this.#tools = tools;
    this.#listener = listener;
    const { environment } = connection.place.source;
    this.#commitEveryMs = environment === 'simulated' ? commitSimulatedEveryMs : commitEveryMs;
  }

  /** Whether the stream brings this kind now. */
  brings(kind: SnapshotKind): boolean {
    return this.#live && this.covers(kind);
  }

  /** Whether the stream is to bring this kind, be it connected or not. */
  covers(kind: SnapshotKind): boolean {
    return this.#wanted.some((wanted) => wanted.kind === kind);
  }

  want(wanted: readonly SnapshotSubscription[]): void {
    this.#wanted = wanted.filter(({ kind }) => streamedKinds.has(kind));
    if (!this.#stream) this.#open();
    this.#stream?.want(this.#wanted);
  }

  /** After a refusal was lifted: a stream that gave up is opened again. */
  reopen(): void {
    if (this.#live) return;
    this.#stream?.close();
    this.#stream = null;
    this.want(this.#wanted);
  }

  /** REST is being asked for a whole snapshot: what the stream says meanwhile is kept apart, too. */
  asking(kind: SnapshotKind, asset: Asset): void {
    this.#of(kind, asset).duringAsk = [];
  }

  /** REST's answer is about to be committed (or there is none): what the stream brought before goes first. */
  answered(kind: SnapshotKind, asset: Asset): void {
    const pending = this.#of(kind, asset);
    if (pending.uncommitted) this.#commit(pending);
  }

  /** A whole snapshot from REST: the truth that later pushes are merged into, those that overtook the answer included. */
  base(snapshot: Snapshot): void {
    const pending = this.#of(snapshot.kind, snapshot.asset);
    const overtaking = (pending.duringAsk ?? []).filter(({ takenAt }) => takenAt > snapshot.takenAt);
    pending.duringAsk = null;
    pending.latest = snapshot;
    pending.unshown = false;
    pending.uncommitted = false;
    if (snapshot.kind !== 'liquidation-map') return;
    pending.book = new LevelBook();
    pending.book.replace(snapshot);
    for (const push of overtaking) this.#take({ mode: 'merge', snapshot: push });
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
        state: (state) => {
          const wasLive = this.#live;
          this.#live = state.kind === 'live';
          this.#connection.streamState(state);
          if (wasLive && !this.#live) this.#listener.lost();
        },
        update: (update) => this.#take(update),
        gap: () => this.#listener.gap(),
      }) ?? null;
  }

  #take({ mode, snapshot }: SnapshotUpdate): void {
    const pending = this.#of(snapshot.kind, snapshot.asset);
    if (snapshot.kind === 'liquidation-map') this.#takeMap(pending, mode, snapshot);
    else pending.latest = mode === 'merge' && pending.latest ? mergeRows(pending.latest, snapshot) : snapshot;
    pending.unshown = true;
    pending.uncommitted = true;
    this.#showTimer ??= setTimeout(() => this.#show(), showEveryMs);
  }

  #takeMap(pending: Pending, mode: SnapshotUpdate['mode'], map: LiquidationMap): void {
    pending.book ??= this.#cachedBook(map);
    if (pending.duringAsk && pending.duringAsk.length < mostKeptPushes) pending.duringAsk.push(map);
    if (mode === 'replace') {
      pending.book.replace(map);
    } else if (!pending.book.merge(map)) {
      const reason = failure('bad-response', 'The stream sends more levels than a market has; REST is asked instead.');
      const { asset, kind } = map;
      this.#tools.publish('snapshot/trouble', { asset, kind, failure: reason, at: this.#tools.now() });
    }
  }

  /** A push before the first REST answer of this session goes on top of what the cache knows. */
  #cachedBook(map: LiquidationMap): LevelBook {
    const book = new LevelBook();
    const cached = this.#tools.store.snapshots.latest(sourceKey(map.source), map.kind, map.asset);
    if (cached?.kind === 'liquidation-map') book.replace(cached);
    return book;
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
    const now = this.#tools.now();
    for (const pending of this.#pending.values()) {
      const due = now - pending.committedAt >= this.#commitEveryMs || now < pending.committedAt;
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
    pending.committedAt = this.#tools.now();
    pending.uncommitted = snapshot !== null && !this.#save(snapshot);
  }

  #save(snapshot: Snapshot): boolean {
    return this.#tools.guard.attempt(() => this.#tools.store.snapshots.save(snapshot));
  }

  #of(kind: SnapshotKind, asset: Asset): Pending {
    const key = `${kind} ${asset}`;
    const known = this.#pending.get(key);
    if (known) return known;
    const made: Pending = {
      book: null,
      latest: null,
      unshown: false,
      uncommitted: false,
      committedAt: 0,
      duringAsk: null,
    };
    this.#pending.set(key, made);
    return made;
  }
}

const streamedKinds: ReadonlySet<SnapshotKind> = new Set(['liquidation-map', 'gex', 'open-interest', 'funding-rates']);
