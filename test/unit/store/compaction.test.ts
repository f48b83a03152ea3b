import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiquidationMap } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import type { Snapshots } from '../../../src-main/store/snapshots.ts';
import { after, arrived, gex, kingfisher, map, noon } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const key = sourceKey(kingfisher);
const read = (snapshots: Snapshots, from = unixMs(0), to = after(1e6)): LiquidationMap[] =>
  snapshots.range(key, 'liquidation-map', 'BTC', 'all/1D', from, to);
const everyTenMinutes = Array.from({ length: 24 }, (_, i) => map(after(i * 10), [i, 0.1 * i, 1e9 + i, Number.NaN]));

const last = everyTenMinutes[23] as LiquidationMap;

function compactAll(snapshots: Snapshots, now: number): void {
  while (snapshots.compact(unixMs(now)).more);
}

const rowsIn = (file: string, table: string): number => {
  const db = new Database(file, { readonly: true });
  const count = db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  db.close();
  return count;
};

describe('compaction', () => {
  it('packs whole hours before the current one and changes nothing that is read', () => {
    const file = temporaryFile();
    const { snapshots } = openTemporary(file);
    snapshots.saveMany(everyTenMinutes);
    compactAll(snapshots, after(239));
    expect(rowsIn(file, 'blocks')).toBe(3);
    expect(rowsIn(file, 'snapshots')).toBe(6);
    expect(read(snapshots)).toEqual(everyTenMinutes);
    expect(snapshots.count()).toBe(24);
    expect([...snapshots.marks(key, 'liquidation-map', 'BTC', 'all/1D', unixMs(0), after(1e6))]).toEqual(
      everyTenMinutes.map((snapshot) => snapshot.takenAt),
    );
  });

  it('gives ranges from the first moment on and up to, without, the last', () => {
    const { snapshots } = openTemporary();
    snapshots.saveMany(everyTenMinutes);
    compactAll(snapshots, after(239));
    const times = (from: number, to: number): number[] =>
      read(snapshots, after(from), after(to)).map((snapshot) => (snapshot.takenAt - noon) / 60_000);
    expect(times(50, 70)).toEqual([50, 60]);
    expect(times(170, 200)).toEqual([170, 180, 190]);
    expect(times(60, 60)).toEqual([]);
    expect([...snapshots.marks(key, 'liquidation-map', 'BTC', 'all/1D', after(170), after(200))]).toHaveLength(3);
  });

  it('leaves the hour of the newest snapshot, which is read and confirmed as before', () => {
    const file = temporaryFile();
    const { snapshots } = openTemporary(file);
    snapshots.saveMany([arrived(after(0), [1]), arrived(after(70), [2])]);
    compactAll(snapshots, after(6000));
    expect(rowsIn(file, 'blocks')).toBe(1);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')?.longs[0]).toBe(2);
    expect(snapshots.save(arrived(after(6001), [2])).outcome).toBe('confirmed');
    expect(snapshots.save(arrived(after(6002), [1])).outcome).toBe('new');
    expect(read(snapshots).map((snapshot) => snapshot.longs[0])).toEqual([1, 2, 1]);
  });

  it('leaves the hour of the last one received, though its own time is older, and packs it when another is newest', () => {
    const file = temporaryFile();
    const { snapshots } = openTemporary(file);
    const answer = map(after(-720), [1]);
    const push = map(after(30), [2]);
    snapshots.saveMany([push, answer]);
    compactAll(snapshots, after(6000));
    expect([rowsIn(file, 'blocks'), rowsIn(file, 'snapshots')]).toEqual([1, 1]);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(answer);
    // Confirmed in its block: it is newest again, and the other one is packed.
    expect(snapshots.save({ ...push, confirmedAt: after(6001) }).outcome).toBe('confirmed');
    compactAll(snapshots, after(6000));
    expect([rowsIn(file, 'blocks'), rowsIn(file, 'snapshots')]).toEqual([1, 1]);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')?.takenAt).toBe(after(30));
    expect(read(snapshots).map(({ takenAt }) => takenAt)).toEqual([after(-720), after(30)]);
  });

  it('keeps the same values under another time of the provider in a few dozen bytes', () => {
    const file = temporaryFile();
    const { snapshots } = openTemporary(file);
    const levels = Array.from({ length: 1_000 }, (_, i) => Math.sin(i) * 1e9);
    snapshots.saveMany([...Array.from({ length: 61 }, (_, i) => map(after(i * 0.5), levels)), map(after(90), levels)]);
    compactAll(snapshots, after(120));
    const db = new Database(file, { readonly: true });
    const bytes = db.prepare('SELECT length(data) FROM blocks').pluck().get() as number;
    db.close();
    const { snapshots: single } = openTemporary(`${file}-single`);
    single.saveMany([map(after(0), levels), map(after(90), levels)]);
    compactAll(single, after(120));
    const alone = new Database(`${file}-single`, { readonly: true });
    const least = alone.prepare('SELECT length(data) FROM blocks').pluck().get() as number;
    alone.close();
    expect((bytes - least) / 60).toBeLessThan(50);
  });

  it('lets a packed snapshot be confirmed and packs it again', () => {
    const file = temporaryFile();
    const { snapshots } = openTemporary(file);
    snapshots.saveMany(everyTenMinutes);
    compactAll(snapshots, after(239));
    const again = { ...(everyTenMinutes[2] as LiquidationMap), confirmedAt: after(500) };
    expect(snapshots.save(again)).toEqual({ outcome: 'confirmed', snapshot: again });
    expect(rowsIn(file, 'blocks')).toBe(2);
    snapshots.save(last);
    compactAll(snapshots, after(239));
    expect(rowsIn(file, 'blocks')).toBe(3);
    expect(read(snapshots)).toEqual(everyTenMinutes.map((snapshot, i) => (i === 2 ? again : snapshot)));
  });

  it('takes what arrives late for a packed hour as another part, in order', () => {
    const file = temporaryFile();
    const { snapshots } = openTemporary(file);
    snapshots.saveMany(everyTenMinutes);
    compactAll(snapshots, after(239));
    const late = map(after(15), [99]);
    expect(snapshots.save(late).outcome).toBe('new');
    expect(read(snapshots)[2]).toEqual(late);
    snapshots.save(last);
    compactAll(snapshots, after(239));
    expect(rowsIn(file, 'blocks')).toBe(4);
    expect(read(snapshots)[2]).toEqual(late);
    expect(snapshots.save(late).outcome).toBe('confirmed');
    expect(snapshots.count()).toBe(25);
  });

  it('works in slices', () => {
    const { snapshots } = openTemporary();
    const wide = Array.from({ length: 60 * 6 }, (_, i) =>
      map(
        after(i),
        Array.from({ length: 1_500 }, (_, level) => Math.sin(i * level) * 1e9),
      ),
    );
    snapshots.saveMany(wide);
    const first = snapshots.compact(after(60 * 6));
    expect(first.more).toBe(true);
    expect(first.compacted).toBeLessThan(300);
    compactAll(snapshots, after(60 * 6));
    expect(read(snapshots)).toEqual(wide);
  });

  it('packs each series by itself', () => {
    const { snapshots } = openTemporary();
    snapshots.saveMany([...everyTenMinutes, ...everyTenMinutes.map(({ takenAt }) => gex(takenAt))]);
    compactAll(snapshots, after(239));
    expect(snapshots.range(key, 'gex', 'BTC', '', unixMs(0), after(1e6))).toEqual(
      everyTenMinutes.map(({ takenAt }) => gex(takenAt)),
    );
  });

  it('refuses a block of a codec that is not known, in a sentence, and reads the rest', () => {
    const file = temporaryFile();
    const { snapshots } = openTemporary(file);
    snapshots.saveMany(everyTenMinutes);
    compactAll(snapshots, after(239));
    const writer = new Database(file);
    writer.exec("UPDATE blocks SET codec = 'later' WHERE part = 0 AND id = 1");
    writer.close();
    expect(() => read(snapshots)).toThrow('Older history was stored by a newer Halcyon');
    expect(read(snapshots, after(60))).toHaveLength(18);
    expect(snapshots.save(everyTenMinutes[0] as LiquidationMap).outcome).toBe('new');
  });

  it('gives back any columns bit by bit', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(Number.NaN, -0, 0, Infinity, -Infinity, 1e308, 5e-324, 2 ** 24 + 1, 0.1),
    );
    const columns = fc.integer({ min: 0, max: 9 }).chain((length) => {
      const column = fc
        .array(value, { minLength: length, maxLength: length })
        .map((values) => Float64Array.from(values));
      return fc.record({ prices: column, longs: column, shorts: column, levelTimes: column });
    });
    fc.assert(
      fc.property(fc.array(columns, { minLength: 1, maxLength: 8 }), (all) => {
        const { snapshots, close } = openTemporary();
        const saved = all.map((own, i) => map(after(i), [], own));
        snapshots.saveMany([...saved, map(after(90), [1])]);
        compactAll(snapshots, after(120));
        const stored = read(snapshots, unixMs(0), after(60));
        close();
        expect(stored).toStrictEqual(saved);
      }),
      { numRuns: 60 },
    );
  });
});
