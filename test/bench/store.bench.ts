import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { LiquidationMap } from '../../src-main/contract/liquidation.ts';
import { unixMs, type UnixMs } from '../../src-main/contract/market.ts';
import { sourceKey, type Source } from '../../src-main/contract/source.ts';
import { openStore, type Store } from '../../src-main/store/database.ts';
import { median } from './row.ts';
import type { BenchRow } from './row.ts';

const minutes = 1_440;
const levels = 1_500;
const rounds = 7;
const source: Source = { provider: 'kingfisher', environment: 'production', host: 'api.example.com' };
const start = unixMs(Date.UTC(2026, 0, 5));
const end = unixMs(start + 86_400_000);

/** S1 to S4: a day of maps of 1,500 levels, every level with an amount, one map a minute. */
export async function rows(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'halcyon-bench-'));
  try {
    return measure(folder, denseDay());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(folder: string, day: readonly LiquidationMap[]): BenchRow[] {
  const ours = openOurs(join(folder, 'ours.sqlite'), day);
  const json = openJson(join(folder, 'json.sqlite'), day);
  const plain = writePlain(join(folder, 'day.bin'), day);
  const packedFile = join(folder, 'packed.bin');
  writeFileSync(packedFile, new Uint8Array(ours.bytes).fill(1));
  const reads = { ours: [] as number[], json: [] as number[], plain: [] as number[], packed: [] as number[] };
  const inserts = { ours: [] as number[], rows: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    reads.ours.push(time(() => sumOurs(ours.store)));
    reads.json.push(time(() => sumJson(json.db)));
    reads.plain.push(time(() => sumPlain(plain.file)));
    reads.packed.push(time(() => readFileSync(packedFile)));
    inserts.ours.push(insertOurs(join(folder, `ours-${round}.sqlite`), day.slice(0, 800)));
    inserts.rows.push(insertRows(join(folder, `rows-${round}.sqlite`), day.slice(0, 60)));
  }
  ours.store.close();
  json.db.close();
  const ms = (values: readonly number[]): string => `${median(values).toFixed(1)} ms`;
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    {
      id: 'S1',
      what: 'JSON rows / ours, 24 h read',
      ratio: median(reads.json) / median(reads.ours),
      bar: '≥ 4',
      detail: `${ms(reads.json)} / ${ms(reads.ours)}`,
    },
    {
      id: 'S2',
      what: 'JSON rows / ours, bytes, dense data',
      ratio: json.bytes / ours.bytes,
      bar: '≥ 8',
      detail: `${mb(json.bytes)} / ${mb(ours.bytes)}, ${ours.codec}`,
    },
    {
      id: 'S3',
      what: 'ours / one row per level, inserts per second',
      ratio: median(inserts.ours) / median(inserts.rows),
      bar: '≥ 12',
      detail: `${Math.round(median(inserts.ours))} / ${Math.round(median(inserts.rows))}`,
    },
    {
      id: 'S4',
      what: '24 h read and decode / reading the same bytes from a file',
      ratio: median(reads.ours) / median(reads.plain),
      bar: '≤ 8',
      detail: `${ms(reads.ours)} / ${ms(reads.plain)} for ${mb(plain.bytes)} of plain columns; the packed bytes alone ${ms(reads.packed)}`,
    },
  ];
}

/** Dense: the source estimates every level anew each minute, in whole dollars; a level is consumed when the price reaches it. */
function denseDay(): LiquidationMap[] {
  const random = createRandom(7);
  const base = 60_000;
  const step = 10;
  let middle = levels / 2;
  const prices = Float64Array.from({ length: levels }, (_, i) => base + i * step);
  const amounts = Float64Array.from({ length: levels }, () => Math.round(random() ** 3 * 4e9));
  return Array.from({ length: minutes }, (_, minute) => {
    middle = Math.min(levels - 10, Math.max(10, middle + Math.round((random() - 0.5) * 6)));
    for (let i = 0; i < levels; i++) {
      amounts[i] = Math.round((amounts[i] as number) * (0.998 + random() * 0.004));
      if (Math.abs(i - middle) < 3) amounts[i] = Math.round(random() * 1e6);
    }
    const takenAt = unixMs(start + minute * 60_000);
    return {
      kind: 'liquidation-map',
      source,
      asset: 'BTC',
      variant: 'all/1D',
      takenAt,
      takenAtBasis: 'provider',
      receivedAt: unixMs(takenAt + 850),
      confirmedAt: unixMs(takenAt + 850),
      transport: 'rest',
      extra: null,
      exchange: 'all',
      timeframe: '1D',
      unit: 'usd',
      referencePrice: base + middle * step,
      prices: prices.slice(),
      longs: amounts.map((amount, i) => (i < middle ? amount : 0)),
      shorts: amounts.map((amount, i) => (i < middle ? 0 : amount)),
      levelTimes: new Float64Array(levels).fill(takenAt),
    };
  });
}

function openOurs(file: string, day: readonly LiquidationMap[]): { store: Store; bytes: number; codec: string } {
  const { store } = openStore(file, { now: () => end });
  for (const map of day) store.snapshots.save(map);
  store.snapshots.save({ ...(day.at(-1) as LiquidationMap), takenAt: end, receivedAt: end, confirmedAt: end });
  while (store.snapshots.compact(unixMs(end + 3_600_000)).more);
  store.checkpoint();
  const db = new Database(file, { readonly: true });
  const codec = db.prepare('SELECT codec FROM blocks LIMIT 1').pluck().get() as string;
  const bytes = usedBytes(db);
  db.close();
  return { store, bytes, codec };
}

function openJson(file: string, day: readonly LiquidationMap[]): { db: Database.Database; bytes: number } {
  const db = openPeer(file, 'CREATE TABLE maps (taken_at INTEGER PRIMARY KEY, json TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO maps (taken_at, json) VALUES (?, ?)');
  db.transaction(() => {
    for (const { prices, longs, shorts, levelTimes, ...head } of day) {
      const clusters = Array.from(prices, (price, i) => ({
        price,
        long: longs[i],
        short: shorts[i],
        time: levelTimes[i],
      }));
      insert.run(head.takenAt, JSON.stringify({ ...head, clusters }));
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  return { db, bytes: usedBytes(db) };
}

/** The columns one after another: what a file without any database or packing would be. */
function writePlain(file: string, day: readonly LiquidationMap[]): { file: string; bytes: number } {
  const parts = day.flatMap(({ prices, longs, shorts, levelTimes }) =>
    [prices, longs, shorts, levelTimes].map((column) => Buffer.from(column.buffer)),
  );
  writeFileSync(file, Buffer.concat(parts));
  return { file, bytes: statSync(file).size };
}

/** Each reader adds up the same numbers, so that nothing can be left undecoded. */
function sumOurs(store: Store): number {
  let sum = 0;
  const found = store.snapshots.range(sourceKey(source), 'liquidation-map', 'BTC', 'all/1D', start, end);
  if (found.length !== minutes) throw new Error(`${found.length} maps read`);
  for (const { prices, longs } of found) sum += (prices[9] as number) + (longs[9] as number);
  return sum;
}

function sumJson(db: Database.Database): number {
  let sum = 0;
  for (const json of db.prepare('SELECT json FROM maps ORDER BY taken_at').pluck().all() as string[]) {
    const { clusters } = JSON.parse(json) as { clusters: { price: number; long: number }[] };
    sum += (clusters[9]?.price ?? 0) + (clusters[9]?.long ?? 0);
  }
  return sum;
}

function sumPlain(file: string): number {
  const bytes = readFileSync(file);
  const values = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  let sum = 0;
  for (let i = 9; i < values.length; i += levels * 4) sum += (values[i] as number) + (values[i + levels] as number);
  return sum;
}

function insertOurs(file: string, maps: readonly LiquidationMap[]): number {
  const { store } = openStore(file, { now: (): UnixMs => end });
  const ms = time(() => {
    for (const map of maps) store.snapshots.save(map);
  });
  store.close();
  return (maps.length / ms) * 1000;
}

function insertRows(file: string, maps: readonly LiquidationMap[]): number {
  const db = openPeer(
    file,
    'CREATE TABLE levels (taken_at INTEGER, price REAL, long REAL, short REAL, time REAL, UNIQUE (taken_at, price))',
  );
  const insert = db.prepare('INSERT INTO levels VALUES (?, ?, ?, ?, ?)');
  const save = db.transaction(({ takenAt, prices, longs, shorts, levelTimes }: LiquidationMap) => {
    for (let i = 0; i < levels; i++) insert.run(takenAt, prices[i], longs[i], shorts[i], levelTimes[i]);
  });
  const ms = time(() => maps.forEach((map) => save(map)));
  db.close();
  return (maps.length / ms) * 1000;
}

/** A peer has the same settings as we have; only the layout differs. */
function openPeer(file: string, schema: string): Database.Database {
  const db = new Database(file);
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -16384');
  db.pragma('mmap_size = 268435456');
  db.exec(schema);
  return db;
}

/** Without the pages that are free again after packing. */
function usedBytes(db: Database.Database): number {
  const read = (name: string): number => db.pragma(name, { simple: true }) as number;
  return (read('page_count') - read('freelist_count')) * read('page_size');
}

function time(work: () => unknown): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
