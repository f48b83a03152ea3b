import type Database from 'better-sqlite3';
import { failure, FailureError } from '../contract/failure.ts';
import { unixMs, type Asset, type UnixMs } from '../contract/market.ts';
import type { Snapshot, SnapshotKind, SnapshotOf } from '../contract/snapshot.ts';
import type { SourceKey } from '../contract/source.ts';
import { hourOf, type Blocks } from './blocks.ts';
import type { SeriesTable } from './series.ts';
import { confirmed, contentOf, pack, snapshotFrom, unpack, type Packed, type SeriesHead } from './snapshot-codec.ts';
import { createSnapshotRows, type SnapshotRow } from './snapshot-rows.ts';
import type { Sources } from './sources.ts';

/** Answers cross one another by less. */
const skewMs = 60_000;

export interface Saved<S extends Snapshot = Snapshot> {
  /** `confirmed`: the source repeated what is stored; nothing was added but the time of confirmation. */
  readonly outcome: 'new' | 'confirmed';
  /** The snapshot as it is stored. */
  readonly snapshot: S;
}

export interface Snapshots {
  /**
   * Returns when it is committed; what is saved is the newest of its series from then on, whatever its `takenAt`. The same
   * values again are stored once: compared with the newest of the series where `takenAt` is only the time of arrival,
   * else with the last one of the same `takenAt`, which becomes the newest again. The same values under another moment of
   * the provider are a snapshot of their own, so that this moment is known; packed, one costs a few dozen bytes.
   */
  save<S extends Snapshot>(snapshot: S): Saved<S>;
  /** All of them in one transaction. */
  saveMany(snapshots: readonly Snapshot[]): Saved[];
  /**
   * Keeps snapshots of the past, all in one transaction: they can be read by `range`, but what is the newest of their
   * series stays so. The same values of the same moment again are stored once.
   */
  archive(snapshots: readonly Snapshot[]): void;
  /** The one of a series that was saved last; without `variant` the one confirmed last among all variants. */
  latest<Kind extends SnapshotKind>(
    source: SourceKey,
    kind: Kind,
    asset: Asset,
    variant?: string,
  ): SnapshotOf<Kind> | null;
  /** `latest` of every kind, for each source and asset that has one. */
  latestOfAll(sources: readonly SourceKey[], assets: readonly Asset[]): Snapshot[];
  /** Those with `from` ≤ takenAt < `to`, ascending. */
  range<Kind extends SnapshotKind>(
    source: SourceKey,
    kind: Kind,
    asset: Asset,
    variant: string,
    from: UnixMs,
    to: UnixMs,
  ): SnapshotOf<Kind>[];
  /** The `takenAt` of what `range` would give, without reading it. */
  marks(source: SourceKey, kind: SnapshotKind, asset: Asset, variant: string, from: UnixMs, to: UnixMs): Float64Array;
  count(): number;
  /**
   * Packs hours that are over into blocks, for about 20 ms; a unit that was begun is finished. The hour of the newest
   * snapshot of a series stays as it is. Call again while `more` is true.
   */
  compact(now: UnixMs): { readonly compacted: number; readonly more: boolean };
}

export function createSnapshots(
  db: Database.Database,
  sources: Sources,
  series: SeriesTable,
  blocks: Blocks,
): Snapshots {
  const rows = createSnapshotRows(db);

  function keep<S extends Snapshot>(snapshot: S): Saved<S> {
    refuseTimeless(snapshot);
    const { id } = series.of(snapshot);
    const content = contentOf(snapshot);
    const packed = pack(content.columns);
    if (snapshot.takenAtBasis === 'provider') blocks.thaw(id, snapshot.takenAt);
    const former = snapshot.takenAtBasis === 'provider' ? rows.lastAt(id, snapshot.takenAt) : rows.newest(id);
    if (former?.basis === snapshot.takenAtBasis && former.meta === content.meta && samePacked(former, packed)) {
      const confirmedAt = laterOf(former.confirmedAt, snapshot);
      rows.confirm(id, former.id, confirmedAt);
      return { outcome: 'confirmed', snapshot: confirmed(snapshot, former, confirmedAt) };
    }
    rows.insert(id, snapshot, content.meta, packed);
    return { outcome: 'new', snapshot };
  }

  function keepOld(snapshot: Snapshot): void {
    refuseTimeless(snapshot);
    const { id } = series.of(snapshot);
    const content = contentOf(snapshot);
    const packed = pack(content.columns);
    blocks.thaw(id, snapshot.takenAt);
    const former = rows.lastAt(id, snapshot.takenAt);
    if (former?.meta === content.meta && samePacked(former, packed)) return;
    rows.insertOld(id, snapshot, content.meta, packed);
  }

  const archive = db.transaction((snapshots: readonly Snapshot[]) => snapshots.forEach(keepOld));
  const save = db.transaction(keep);
  const saveMany = db.transaction((snapshots: readonly Snapshot[]) => snapshots.map((snapshot) => keep(snapshot)));

  return {
    save: <S extends Snapshot>(snapshot: S) => save.immediate(snapshot) as Saved<S>,
    saveMany: (snapshots) => saveMany.immediate(snapshots),
    archive: (snapshots) => archive.immediate(snapshots),
    latest<Kind extends SnapshotKind>(source: SourceKey, kind: Kind, asset: Asset, variant?: string) {
      let best: Snapshot | null = null;
      for (const head of series.find(source, kind, asset, variant)) {
        const row = rows.newest(head.id);
        if (row !== undefined && row.confirmedAt > (best?.confirmedAt ?? Number.NEGATIVE_INFINITY))
          best = read(head, row);
      }
      return best as SnapshotOf<Kind> | null;
    },
    latestOfAll(keys, assets) {
      const best = new Map<string, Snapshot>();
      for (const key of keys) {
        const sourceId = sources.find(key);
        if (sourceId === null) continue;
        for (const asset of assets) {
          for (const row of rows.newestOfAsset(sourceId, asset)) {
            const place = `${key} ${asset} ${row.kind}`;
            if (row.confirmedAt <= (best.get(place)?.confirmedAt ?? Number.NEGATIVE_INFINITY)) continue;
            best.set(place, read({ source: sources.read(sourceId), asset, kind: row.kind, variant: row.variant }, row));
          }
        }
      }
      return [...best.values()];
    },
    range<Kind extends SnapshotKind>(
      source: SourceKey,
      kind: Kind,
      asset: Asset,
      variant: string,
      from: UnixMs,
      to: UnixMs,
    ) {
      const [head] = series.find(source, kind, asset, variant);
      if (head === undefined) return [];
      const packedHours = blocks.read(head.id, from, to);
      const live = rows.range(head.id, from, to);
      const found = packedHours.map((entry) => ({ ...entry, snapshot: snapshotFrom(head, entry, entry.content) }));
      const later = live.map((row) => ({ takenAt: row.takenAt, seq: row.seq, snapshot: read(head, row) }));
      return inOrder([...found, ...later]).map((entry) => entry.snapshot as SnapshotOf<Kind>);
    },
    marks(source, kind, asset, variant, from, to) {
      const [head] = series.find(source, kind, asset, variant);
      if (head === undefined) return new Float64Array();
      return Float64Array.from([...blocks.times(head.id, from, to), ...rows.times(head.id, from, to)]).sort();
    },
    count: () => rows.count() + blocks.count(),
    compact: (now) => blocks.compact(series.all(), hourOf(now)),
  };
}

function read(head: SeriesHead, row: SnapshotRow): Snapshot {
  return snapshotFrom(head, row, { meta: row.meta, columns: unpack(row) });
}

const samePacked = (a: Packed, b: Packed): boolean => a.layout === b.layout && Buffer.compare(a.data, b.data) === 0;

function inOrder<Item extends { readonly takenAt: number; readonly seq: number }>(items: Item[]): Item[] {
  return items.sort((a, b) => a.takenAt - b.takenAt || a.seq - b.seq);
}

/** What was confirmed well after this arrived was so by a clock that was ahead: it must not pass for fresh until then. */
function laterOf(formerly: number, { confirmedAt, receivedAt }: Snapshot): UnixMs {
  return formerly > receivedAt + skewMs ? confirmedAt : unixMs(Math.max(formerly, confirmedAt));
}

function refuseTimeless({ kind, takenAt, receivedAt, confirmedAt }: Snapshot): void {
  if ([takenAt, receivedAt, confirmedAt].every(Number.isFinite)) return;
  throw new FailureError(
    failure('bug', 'A snapshot without a valid time was not kept.', {
      detail: `${kind}: takenAt ${takenAt}, receivedAt ${receivedAt}, confirmedAt ${confirmedAt}`,
    }),
  );
}
