import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeptThing, PinnedRange, Retention, RetentionPreview } from '../../../src-main/contract/keeping.ts';
import { keepEverything } from '../../../src-main/contract/keeping.ts';
import { unixMs, type UnixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { openStore, type Store } from '../../../src-main/store/database.ts';
import type { LoggedRequest } from '../../../src-main/store/requests.ts';
import { after, binance, btcusdt, candles, kaiko, kingfisher, map, noon, realised, volumes } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const hour = 60;
const day = 24 * hour;
/** `openTemporary` lives at noon. */
const olderThan = (days: number, more: Partial<Retention> = {}): Retention => ({
  ...keepEverything,
  maxAgeDays: days,
  ...more,
});
const pin = (from: number, to: number, asset: string | null = null): PinnedRange => ({
  asset,
  from: after(from),
  to: after(to),
  label: '',
});
const request = (at: UnixMs): LoggedRequest => ({
  source: kaiko,
  at,
  method: 'GET',
  endpoint: '/v2',
  status: 200,
  tookMs: 1,
  failureKind: null,
  bytes: 1,
  charged: 1,
  purpose: 'background',
});
const refused = (at: UnixMs) => ({ source: kaiko, endpoint: `/${at}`, at, path: '$', message: 'no', text: '{}' });

function compact(store: Store): void {
  while (store.snapshots.compact(noon).more);
}

/** Rows deleted. */
function prune(store: Store, retention: Retention): number {
  const pruning = store.keeping.prune(retention);
  let rows = 0;
  for (let more = pruning !== null; more && pruning !== null;) {
    const slice = pruning.slice();
    rows += slice.rows;
    more = slice.more;
    if (!more) expect(slice.done).toBe(1);
  }
  return rows;
}

const rowsOf = (preview: RetentionPreview): Partial<Record<KeptThing, number>> =>
  Object.fromEntries(preview.gone.map(({ thing, rows }) => [thing, rows]));
const kept = (store: Store): Partial<Record<KeptThing, number>> =>
  Object.fromEntries(store.keeping.state().kept.map(({ thing, rows }) => [thing, rows]));
const sum = (rows: Partial<Record<KeptThing, number>>): number => Object.values(rows).reduce((a, b) => a + b, 0);

const mapTimes = (store: Store, asset = 'BTC'): number[] =>
  [...store.snapshots.marks(sourceKey(kingfisher), 'liquidation-map', asset, 'all/1D', unixMs(0), after(1e7))].map(
    (time) => (time - noon) / 60_000,
  );

/** Of everything one row an hour for four days, packed where it can be. */
function fourDays(): { store: Store; file: string } {
  const file = temporaryFile();
  const store = openTemporary(file);
  const hours = Array.from({ length: 96 }, (_, i) => -4 * day + i * hour);
  store.snapshots.saveMany(hours.flatMap((at) => [map(after(at), [at]), map(after(at), [at], { asset: 'ETH' })]));
  compact(store);
  store.candles.write(
    candles(after(-4 * day), hours, { timeframe: '1h', openTimes: Float64Array.from(hours, (at) => after(at)) }),
  );
  store.volumes.write(volumes(-96, hours));
  store.realised.add(realised(hours));
  for (const at of hours) {
    store.rejected.add(refused(after(at)));
    store.requests.add(request(after(at)));
  }
  return { store, file };
}

describe('a preview of a retention', () => {
  it('that keeps everything deletes nothing', () => {
    const { store } = fourDays();
    const preview = store.keeping.preview(keepEverything);
    expect(preview).toMatchObject({ gone: [], before: null, keptByPins: 0 });
    expect(preview.bytesAfter).toBe(preview.bytesBefore);
    expect(store.keeping.prune(keepEverything)).toBeNull();
  });

  it('by age names every row that goes, and deleting takes exactly these', () => {
    const { store } = fourDays();
    const before = kept(store);
    expect(before).toEqual({
      snapshots: 192,
      candles: 96,
      volumes: 96,
      liquidations: 96,
      rejected: 96,
      requests: 96,
    });
    const preview = store.keeping.preview(olderThan(3));
    expect(preview.before).toBe(after(-3 * day));
    expect(rowsOf(preview)).toEqual({
      snapshots: 48,
      candles: 24,
      volumes: 24,
      liquidations: 24,
      rejected: 24,
      requests: 24,
    });
    expect(preview.gone.every(({ oldest }) => oldest === after(-4 * day))).toBe(true);
    expect(prune(store, olderThan(3))).toBe(168);
    expect(kept(store)).toEqual(
      Object.fromEntries(Object.entries(before).map(([thing, rows]) => [thing, (rows * 3) / 4])),
    );
    expect(store.keeping.state().kept.every(({ oldest }) => oldest === after(-3 * day))).toBe(true);
    expect(mapTimes(store)[0]).toBe(-3 * day);
    expect(store.rejected.count()).toBe(72);
    expect(store.keeping.preview(olderThan(3)).before).toBeNull();
  });

  it('keeps pinned ranges by whole hours, of one asset or of all', () => {
    const { store } = fourDays();
    const pinned = [pin(-4 * day + 90, -4 * day + 150, 'BTC'), pin(-4 * day + 5 * hour, -4 * day + 6 * hour)];
    const preview = store.keeping.preview(olderThan(3, { pinned }));
    // BTC: hours 1, 2 and 5 of snapshots, candles, volumes and liquidations; ETH: 5; the logs, which have no asset: 5.
    expect(rowsOf(preview)).toEqual({
      snapshots: 48 - 4,
      candles: 21,
      volumes: 21,
      liquidations: 21,
      rejected: 23,
      requests: 23,
    });
    expect(preview.keptByPins).toBe(4 + 3 * 3 + 2);
    expect(prune(store, olderThan(3, { pinned }))).toBe(sum(rowsOf(preview)));
    expect(mapTimes(store).slice(0, 4)).toEqual([-4 * day + 60, -4 * day + 120, -4 * day + 300, -3 * day]);
    expect(mapTimes(store, 'ETH').slice(0, 2)).toEqual([-4 * day + 300, -3 * day]);
  });

  it('keeps a candle that goes on into what is kept', () => {
    const store = openTemporary();
    const days = [-3.5 * day, -2.5 * day, -1.5 * day];
    store.candles.write(
      candles(after(0), days, { timeframe: '1D', openTimes: Float64Array.from(days, (at) => after(at)) }),
    );
    expect(rowsOf(store.keeping.preview(olderThan(2.5)))).toEqual({ candles: 1 });
    expect(rowsOf(store.keeping.preview(olderThan(2)))).toEqual({ candles: 1 });
    expect(rowsOf(store.keeping.preview(olderThan(1.5)))).toEqual({ candles: 2 });
    // The pin begins in the last hour of the first candle.
    const pinned = [pin(-2.5 * day - 30, -2.5 * day)];
    expect(store.keeping.preview(olderThan(1.5, { pinned }))).toMatchObject({ keptByPins: 1 });
    prune(store, olderThan(1.5, { pinned }));
    const left = store.candles.read(sourceKey(binance), btcusdt.asset, '1D', null, 9);
    expect([...(left?.openTimes ?? [])]).toEqual([after(-3.5 * day), after(-1.5 * day)]);
  });

  it('never names the newest snapshot of a series, however old', () => {
    const store = openTemporary();
    const newest = map(after(-300 * day), [2]);
    store.snapshots.saveMany([map(after(-200 * day), [1]), newest]);
    expect(rowsOf(store.keeping.preview(olderThan(1)))).toEqual({ snapshots: 1 });
    expect(prune(store, olderThan(1))).toBe(1);
    expect(store.snapshots.latest(sourceKey(kingfisher), 'liquidation-map', 'BTC')).toEqual(newest);
    expect(store.snapshots.save({ ...newest, confirmedAt: noon }).outcome).toBe('confirmed');
    expect(kept(store)['snapshots']).toBe(1);
  });

  it('by size takes the oldest hours of every table until what is used fits', () => {
    const { store } = fourDays();
    const { bytesBefore } = store.keeping.preview(keepEverything);
    const wanted = { ...keepEverything, maxBytes: bytesBefore - 20_000 };
    const preview = store.keeping.preview(wanted);
    const bytes = preview.gone.reduce((total, gone) => total + gone.bytes, 0);
    expect(bytes).toBeGreaterThanOrEqual(20_000);
    expect(preview.bytesAfter).toBe(bytesBefore - bytes);
    // One hour less would not have been enough.
    const bound = preview.before ?? noon;
    const shorter = store.keeping.preview(olderThan((noon - bound + 3_600_000) / 86_400_000));
    expect(shorter.before).toBe(bound - 3_600_000);
    expect(shorter.bytesAfter).toBeGreaterThan(wanted.maxBytes);
    expect(prune(store, wanted)).toBe(sum(rowsOf(preview)));
    expect(mapTimes(store)[0]).toBe((bound - noon) / 60_000);
  });

  it('that can never fit keeps the hour that is not over, and what is newest', () => {
    const { store } = fourDays();
    store.snapshots.saveMany([map(after(1), [1]), map(after(2), [2])]);
    const preview = store.keeping.preview({ ...keepEverything, maxBytes: 1 });
    expect(preview.before).toBe(noon);
    prune(store, { ...keepEverything, maxBytes: 1 });
    expect(mapTimes(store)).toEqual([1, 2]);
    expect(mapTimes(store, 'ETH')).toEqual([-hour]);
  });
});

describe('what is deleted', () => {
  it('goes in slices between which others write, and gives its pages back to the disk', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    const wide = (at: number): number[] => Array.from({ length: 1_500 }, (_, level) => Math.sin(at * level) * 1e9);
    store.snapshots.saveMany(Array.from({ length: 900 }, (_, i) => map(after(-4 * day + i), wide(i))));
    store.checkpoint();
    const size = statSync(file).size;
    const preview = store.keeping.preview(olderThan(1));
    const pruning = store.keeping.prune(olderThan(1));
    let slices = 0;
    let done = 0;
    for (let more = true; more && pruning !== null; slices++) {
      const slice = pruning.slice();
      expect(slice.done).toBeGreaterThanOrEqual(done);
      ({ more, done } = slice);
      store.requests.add(request(after(slices)));
    }
    store.checkpoint();
    expect(slices).toBeGreaterThan(3);
    expect(kept(store)).toMatchObject({ snapshots: 1, requests: slices });
    expect(statSync(file).size).toBeLessThan(size * 0.1);
    // The estimate is near what came back.
    const gone = preview.gone.reduce((total, { bytes }) => total + bytes, 0);
    expect((size - statSync(file).size) / gone).toBeGreaterThan(0.9);
    expect((size - statSync(file).size) / gone).toBeLessThan(1.3);
  });

  it('from a file that an earlier version made comes back to the disk as well, while the file is small', () => {
    const file = temporaryFile();
    const former = new Database(file);
    former.pragma('application_id = 1214344291');
    former.exec(
      'CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID; DROP TABLE state',
    );
    former.exec('VACUUM');
    former.close();
    const store = openTemporary(file);
    const autoVacuum = (): unknown => {
      const reader = new Database(file, { readonly: true });
      const mode = reader.pragma('auto_vacuum', { simple: true });
      reader.close();
      return mode;
    };
    store.snapshots.saveMany(
      Array.from({ length: 200 }, (_, i) =>
        map(
          after(-4 * day + i),
          Array.from({ length: 999 }, () => i / 7),
        ),
      ),
    );
    store.checkpoint();
    expect(autoVacuum()).toBe(0);
    const size = statSync(file).size;
    prune(store, olderThan(1));
    store.checkpoint();
    expect(autoVacuum()).toBe(2);
    expect(statSync(file).size).toBeLessThan(size);
    expect(store.snapshots.save(map(noon)).outcome).toBe('new');
  });

  it('is nothing of a slice that fails, and the next slice takes it', () => {
    const { store, file } = fourDays();
    const expected = sum(rowsOf(store.keeping.preview(olderThan(3))));
    store.close();
    const { store: again } = openStore(file, { now: () => noon, busyTimeoutMs: 20 });
    const pruning = again.keeping.prune(olderThan(3));
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    expect(() => pruning?.slice()).toThrow('Another program holds the database');
    other.exec('ROLLBACK');
    other.close();
    let rows = 0;
    for (let more = true; more && pruning !== null;) {
      const slice = pruning.slice();
      rows += slice.rows;
      more = slice.more;
    }
    expect(rows).toBe(expected);
    again.close();
  });
});

describe('for any rows, pins and ages', () => {
  const minutes = fc.integer({ min: -day, max: 0 });
  const pins = fc.array(
    fc.record({
      from: minutes,
      length: fc.integer({ min: 1, max: 4 * hour }),
      asset: fc.constantFrom('BTC', 'ETH', null),
    }),
    { maxLength: 4, size: 'max' },
  );
  const rows = fc.array(minutes, { maxLength: 40, size: 'max' });

  it('the preview is what goes: all that is older and not pinned, and nothing else', () => {
    fc.assert(
      fc.property(
        rows,
        rows,
        pins,
        fc.integer({ min: 1, max: 24 }),
        fc.boolean(),
        (btc, eth, ranges, hours, packed) => {
          const store = openTemporary();
          store.snapshots.saveMany(btc.map((at) => map(after(at), [at])));
          store.realised.add(realised(eth, { asset: 'ETH' }));
          store.candles.write(
            candles(after(0), [...new Set(btc)], {
              timeframe: '4h',
              openTimes: Float64Array.from([...new Set(btc)], (at) => after(at)),
            }),
          );
          for (const at of eth) store.rejected.add(refused(after(at)));
          if (packed) compact(store);
          const newest = store.snapshots.latest(sourceKey(kingfisher), 'liquidation-map', 'BTC')?.takenAt;
          const pinned = ranges.map(({ from, length, asset }) => pin(from, from + length, asset));
          const retention = olderThan(hours / 24, { pinned });
          const bound = -hours * hour;
          const isPinned = (asset: string | null, from: number, to: number): boolean =>
            pinned.some(
              (range) =>
                (range.asset === null || range.asset === asset) &&
                to > Math.floor(range.from / 3_600_000) * 3_600_000 &&
                from < Math.ceil(range.to / 3_600_000) * 3_600_000,
            );
          const stays = (asset: string | null, at: number, span = 0): boolean =>
            (span === 0 ? at >= bound : at + span > bound) ||
            isPinned(asset, after(at), span === 0 ? after(at) + 0.5 : after(at + span));
          const left = {
            maps: [...new Set(btc)].filter((at) => stays('BTC', at) || after(at) === newest),
            candles: [...new Set(btc)].filter((at) => stays('BTC', at, 4 * hour)),
            liquidations: eth.filter((at) => stays('ETH', at)),
            rejected: [...new Set(eth)].filter((at) => stays(null, at)),
          };
          const before = kept(store);
          const preview = store.keeping.preview(retention);
          expect(prune(store, retention)).toBe(sum(rowsOf(preview)));
          const now = kept(store);
          for (const [thing, count] of Object.entries(before) as [KeptThing, number][]) {
            expect(count - (now[thing] ?? 0)).toBe(rowsOf(preview)[thing] ?? 0);
          }
          const numeric = (a: number, b: number): number => a - b;
          expect([...new Set(mapTimes(store))]).toEqual(left.maps.sort(numeric));
          expect(now).toMatchObject({
            candles: left.candles.length,
            liquidations: left.liquidations.length,
            rejected: left.rejected.length,
          });
          expect(preview.keptByPins).toBe(
            new Set(left.maps.filter((at) => at < bound && after(at) !== newest)).size +
              left.candles.filter((at) => at + 4 * hour <= bound).length +
              left.liquidations.filter((at) => at < bound).length +
              left.rejected.filter((at) => at < bound).length,
          );
          store.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});
