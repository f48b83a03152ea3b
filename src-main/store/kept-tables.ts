import type Database from 'better-sqlite3';
import type { KeptThing } from '../contract/keeping.ts';
import { timeframeMs, type Asset, type Timeframe } from '../contract/market.ts';
import { hourMs, type Stretch } from './stretches.ts';

export interface Tally {
  /** Snapshots, where a row packs an hour of them. */
  readonly rows: number;
  /** Estimated: lengths of what varies, and what a row of its table needs besides. */
  readonly bytes: number;
  readonly oldest: number | null;
}

/** Rows of one table that belong together: an index gives them by time. */
export interface KeptPart {
  readonly thing: KeptThing;
  readonly asset: Asset | null;
  /** See `stretchesOf`. */
  readonly spanMs: number;
  /** Of what may be deleted: the newest snapshot of a series is not counted. */
  tally(stretch: Stretch): Tally;
  /** Of all there is. */
  total(): Tally;
  /** Deletes some of what is tallied, for a few milliseconds; `rows` 0 and `more` false: there was nothing. */
  remove(stretch: Stretch): { readonly rows: number; readonly more: boolean };
}

type Key = readonly (number | string)[];

interface Definition {
  readonly table: string;
  readonly time: string;
  readonly bytes: string;
  /** Of the key, with `?` for each of its values. */
  readonly where: string;
  readonly rows?: string;
  /** Spared from deletion. */
  readonly but?: string;
  readonly removedAtOnce: number;
  /** Milliseconds in a unit of `time`. */
  readonly unitMs?: number;
}

type MakePart = (thing: KeptThing, asset: Asset | null, spanMs: number, key: Key) => KeptPart;

/** Gives the parts as they are now; what is added to a table later is in its part, a new series in none. */
export function createKeptTables(db: Database.Database): () => KeptPart[] {
  const bySeries = 'series_id = ?';
  const snapshots = maker(db, {
    table: 'snapshots',
    time: 'taken_at',
    bytes: 'length(data) + length(meta) + length(layout) + 110',
    where: bySeries,
    but: 'id IS NOT (SELECT newest_id FROM series WHERE id = ?)',
    removedAtOnce: 100,
  });
  const blocks = maker(db, {
    table: 'blocks',
    time: 'hour',
    rows: 'count',
    bytes: 'length(data) + length(times) + 70',
    where: bySeries,
    removedAtOnce: 10,
    unitMs: hourMs,
  });
  const candles = maker(db, {
    table: 'candles',
    time: 'open_time',
    bytes: '88',
    where: 'instrument_id = ? AND timeframe = ?',
    removedAtOnce: 1_000,
  });
  const volumes = maker(db, {
    table: 'liquidation_volumes',
    time: 'time',
    bytes: '64 + length(exchange)',
    where: bySeries,
    removedAtOnce: 1_000,
  });
  const realised = maker(db, {
    table: 'realised_liquidations',
    time: 'time',
    bytes: '60',
    where: 'feed_id = ?',
    removedAtOnce: 1_000,
  });
  const rejected = maker(db, {
    table: 'rejected',
    time: 'last_at',
    bytes: 'bytes + length(endpoint) + length(path) + length(message) + 110',
    where: 'TRUE',
    removedAtOnce: 50,
  });
  const requests = maker(db, {
    table: 'requests',
    time: 'at',
    bytes: 'length(endpoint) + 130',
    where: 'TRUE',
    removedAtOnce: 500,
  });

  const allSeries = db.prepare<[], { id: number; asset: Asset }>('SELECT id, asset FROM series');
  const allInstruments = db.prepare<[], { id: number; asset: Asset }>('SELECT id, asset FROM instruments');
  const allVolumes = db.prepare<[], { id: number; asset: Asset; intervalMs: number }>(
    'SELECT id, asset, interval_ms AS intervalMs FROM volume_series',
  );
  const allFeeds = db.prepare<[], { id: number; asset: Asset }>('SELECT id, asset FROM liquidation_feeds');
  const timeframes = Object.entries(timeframeMs) as [Timeframe, number][];

  // Rows before blocks: what is packed while a deletion goes on is still found.
  return () => [
    ...allSeries
      .all()
      .flatMap(({ id, asset }) => [snapshots('snapshots', asset, 0, [id]), blocks('snapshots', asset, 0, [id])]),
    ...allInstruments
      .all()
      .flatMap(({ id, asset }) => timeframes.map(([name, spanMs]) => candles('candles', asset, spanMs, [id, name]))),
    ...allVolumes.all().map(({ id, asset, intervalMs }) => volumes('volumes', asset, intervalMs, [id])),
    ...allFeeds.all().map(({ id, asset }) => realised('liquidations', asset, 0, [id])),
    rejected('rejected', null, 0, []),
    requests('requests', null, 0, []),
  ];
}

const always: Stretch = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

function maker(db: Database.Database, definition: Definition): MakePart {
  const { table, time, bytes, where, rows, but, removedAtOnce, unitMs = 1 } = definition;
  const within = `${where} AND ${time} >= ? AND ${time} < ?`;
  const spared = but === undefined ? within : `${within} AND ${but}`;
  const counted = rows === undefined ? 'count(*)' : `coalesce(sum(${rows}), 0)`;
  const sums = `SELECT ${counted} AS rows, coalesce(sum(${bytes}), 0) AS bytes, min(${time}) AS oldest FROM ${table}`;
  const all = db.prepare<unknown[], Tally>(`${sums} WHERE ${within}`);
  const some = db.prepare<unknown[], Tally>(`${sums} WHERE ${spared}`);
  const remove = db
    .prepare<unknown[], number>(`DELETE FROM ${table} WHERE ${spared} RETURNING ${rows ?? 1} LIMIT ?`)
    .pluck();
  const inUnits = ({ from, to }: Stretch): [number, number] => [from / unitMs, to / unitMs];
  const oldestOf = (tally: Tally): Tally => ({
    ...tally,
    oldest: tally.oldest === null ? null : tally.oldest * unitMs,
  });

  return (thing, asset, spanMs, key) => {
    const bound = (stretch: Stretch): unknown[] => [...key, ...inUnits(stretch), ...(but === undefined ? [] : key)];
    return {
      thing,
      asset,
      spanMs,
      tally: (stretch) => oldestOf(some.get(...bound(stretch)) as Tally),
      total: () => oldestOf(all.get(...key, ...inUnits(always)) as Tally),
      remove(stretch) {
        const removed = remove.all(...bound(stretch), removedAtOnce) as number[];
        return { rows: removed.reduce((sum, each) => sum + each, 0), more: removed.length === removedAtOnce };
      },
    };
  };
}
