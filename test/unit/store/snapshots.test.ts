import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { after, arrived, gex, kingfisher, map, noon, openInterest, simulated } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const key = sourceKey(kingfisher);
const all = [unixMs(0), after(1e6)] as const;

describe('a snapshot', () => {
  it('of any kind comes back exactly as it was saved, also from the file', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    const exact = map(noon, [0.1 + 0.2, -0, Number.NaN, Infinity, -Infinity, 1e308, 5e-324, 0, 0], {
      extra: '{"a":1}',
    });
    store.snapshots.saveMany([exact, gex(noon), openInterest(noon)]);
    store.close();
    const { snapshots } = openTemporary(file);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(exact);
    expect(Object.is(snapshots.latest(key, 'liquidation-map', 'BTC')?.longs[1], -0)).toBe(true);
    expect(snapshots.latest(key, 'gex', 'BTC', '')).toEqual(gex(noon));
    expect(snapshots.latest(key, 'open-interest', 'BTC')).toEqual(openInterest(noon));
  });

  it('is null or empty where there is none', () => {
    const { snapshots } = openTemporary();
    expect(snapshots.latest(key, 'gex', 'BTC')).toBeNull();
    expect(snapshots.latestOfAll([key], ['BTC'])).toEqual([]);
    expect(snapshots.range(key, 'gex', 'BTC', '', ...all)).toEqual([]);
    expect(snapshots.marks(key, 'gex', 'BTC', '', ...all)).toEqual(new Float64Array());
    expect(snapshots.count()).toBe(0);
    expect(snapshots.compact(noon)).toEqual({ compacted: 0, more: false });
  });

  it('is on disk when save returns', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    store.snapshots.save(map(noon));
    const reader = new Database(file, { readonly: true });
    expect(reader.prepare('SELECT count(*) FROM snapshots').pluck().get()).toBe(1);
    reader.close();
  });

  it('without a valid time is refused as a bug', () => {
    const { snapshots } = openTemporary();
    const timeless = map(unixMs(Number.NaN));
    expect(() => snapshots.save(timeless)).toThrow('A snapshot without a valid time was not kept.');
    expect(snapshots.count()).toBe(0);
  });
});

describe('the same values again', () => {
  it('are stored once and move the confirmation on', () => {
    const { snapshots } = openTemporary();
    const first = arrived(after(0));
    expect(snapshots.save(first)).toEqual({ outcome: 'new', snapshot: first });
    const second = snapshots.save(arrived(after(1), undefined, { transport: 'stream' }));
    expect(second).toEqual({ outcome: 'confirmed', snapshot: { ...first, confirmedAt: after(1) } });
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual({ ...first, confirmedAt: after(1) });
    expect(snapshots.count()).toBe(1);
  });

  it('A, A, B, A are three rows', () => {
    const { snapshots } = openTemporary();
    const values = [[1], [1], [2], [1]];
    const outcomes = values.map((longs, i) => snapshots.save(arrived(after(i), longs)).outcome);
    expect(outcomes).toEqual(['new', 'confirmed', 'new', 'new']);
    expect(snapshots.count()).toBe(3);
  });

  it('of another kind, asset, variant or source in between are still the same', () => {
    const { snapshots } = openTemporary();
    snapshots.save(arrived(after(0)));
    const others = [
      gex(after(1)),
      arrived(after(1), undefined, { asset: 'ETH' }),
      arrived(after(1), undefined, { variant: 'all/1H' }),
      arrived(after(1), undefined, { source: simulated }),
    ];
    expect(snapshots.saveMany(others).map((saved) => saved.outcome)).toEqual(['new', 'new', 'new', 'new']);
    expect(snapshots.save(arrived(after(2))).outcome).toBe('confirmed');
    expect(snapshots.count()).toBe(5);
  });

  it('with a newer time of the provider are a snapshot of their own', () => {
    const { snapshots } = openTemporary();
    expect(snapshots.save(map(after(0))).outcome).toBe('new');
    expect(snapshots.save(map(after(0), undefined, { confirmedAt: after(2) })).outcome).toBe('confirmed');
    expect(snapshots.save(map(after(1))).outcome).toBe('new');
    expect(snapshots.count()).toBe(2);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')?.takenAt).toBe(after(1));
  });

  it('of an older time of the provider confirm that one, not the one that came after it', () => {
    const { snapshots } = openTemporary();
    snapshots.saveMany([map(after(0), [1]), map(after(1), [2])]);
    expect(snapshots.save(map(after(0), [1], { confirmedAt: after(5) })).outcome).toBe('confirmed');
    const stored = snapshots.range(key, 'liquidation-map', 'BTC', 'all/1D', ...all);
    expect(stored.map((snapshot) => snapshot.confirmedAt)).toEqual([after(5), map(after(1)).confirmedAt]);
  });

  it('in one moment of the provider are kept in order of arrival', () => {
    const { snapshots } = openTemporary();
    snapshots.saveMany([map(noon, [1]), map(noon, [2]), map(noon, [1])]);
    const stored = snapshots.range(key, 'liquidation-map', 'BTC', 'all/1D', ...all);
    expect(stored.map((snapshot) => snapshot.longs[0])).toEqual([1, 2, 1]);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')?.longs[0]).toBe(1);
  });

  it('are told from values that differ in a sign of zero or in an unknown field', () => {
    const { snapshots } = openTemporary();
    snapshots.save(arrived(after(0), [0, 1]));
    expect(snapshots.save(arrived(after(1), [-0, 1])).outcome).toBe('new');
    expect(snapshots.save(arrived(after(2), [-0, 1], { extra: '{}' })).outcome).toBe('new');
    expect(snapshots.save(arrived(after(3), [-0, 1], { extra: '{}', referencePrice: -0 })).outcome).toBe('new');
  });
});

describe('the newest snapshot', () => {
  it('is the last arrival where the clock here is all there is and was set back', () => {
    const { snapshots } = openTemporary();
    snapshots.save(arrived(after(600), [1]));
    snapshots.save(arrived(after(0), [2]));
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')?.longs[0]).toBe(2);
    expect(snapshots.save(arrived(after(1), [2])).outcome).toBe('confirmed');
    snapshots.save(arrived(after(601), [3]));
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')?.longs[0]).toBe(3);
  });

  it('is the last one received, whatever moments the provider names, also from the file', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    // A push stamped half past noon, then the answer of that evening, whose levels are stamped midnight.
    const push = map(after(30), [1], { transport: 'stream' });
    const answer = map(after(-720), [2], { receivedAt: after(480), confirmedAt: after(480) });
    store.snapshots.saveMany([push, answer]);
    expect(store.snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(answer);
    store.close();
    const { snapshots } = openTemporary(file);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(answer);
    expect(snapshots.latestOfAll([key], ['BTC'])).toEqual([answer]);
    expect(snapshots.range(key, 'liquidation-map', 'BTC', 'all/1D', ...all)).toEqual([answer, push]);
  });

  it('is not held for ever by one stamp of a far future', () => {
    const { snapshots } = openTemporary();
    snapshots.saveMany([map(unixMs(Date.UTC(2099, 0, 1)), [1]), map(after(1), [2])]);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')?.longs[0]).toBe(2);
  });

  it('confirmed by a clock that was ahead is confirmed anew by the right one', () => {
    const { snapshots } = openTemporary();
    const ahead = { receivedAt: after(300), confirmedAt: after(300) };
    snapshots.save(map(after(0), [1], ahead));
    snapshots.save(map(after(0), [1], { receivedAt: after(2), confirmedAt: after(2) }));
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')?.confirmedAt).toBe(after(2));
  });

  it('is an earlier one again when that is what was confirmed last', () => {
    const { snapshots } = openTemporary();
    const answer = map(after(0), [1]);
    snapshots.saveMany([answer, map(after(30), [2])]);
    const again = { ...answer, confirmedAt: after(60) };
    expect(snapshots.save(again)).toEqual({ outcome: 'confirmed', snapshot: again });
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(again);
    expect(snapshots.latestOfAll([key], ['BTC'])).toEqual([again]);
    expect(snapshots.count()).toBe(2);
  });

  it('among variants is the one confirmed last', () => {
    const { snapshots } = openTemporary();
    snapshots.save(map(after(2), [1], { variant: 'all/1H' }));
    snapshots.save(map(after(1), [2]));
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')?.variant).toBe('all/1H');
    expect(snapshots.latest(key, 'liquidation-map', 'BTC', 'all/1D')?.variant).toBe('all/1D');
    expect(snapshots.latestOfAll([key], ['BTC']).map((snapshot) => snapshot.variant)).toEqual(['all/1H']);
  });

  it('of every kind, asset and source is there at once', () => {
    const { snapshots } = openTemporary();
    const eth = map(after(1), [4], { asset: 'ETH' });
    const other = map(after(1), [5], { source: simulated });
    snapshots.saveMany([map(after(0)), map(after(1)), gex(after(1)), openInterest(after(0)), eth, other]);
    expect(snapshots.latestOfAll([key], ['BTC', 'ETH', 'SOL'])).toEqual(
      expect.arrayContaining([map(after(1)), gex(after(1)), openInterest(after(0)), eth]),
    );
    expect(snapshots.latestOfAll([key], ['BTC', 'ETH', 'SOL'])).toHaveLength(4);
    expect(snapshots.latestOfAll([sourceKey(simulated)], ['BTC'])).toEqual([other]);
  });
});

describe('a failed batch', () => {
  it('leaves nothing behind, and the next one works', () => {
    const { snapshots } = openTemporary();
    expect(() => snapshots.saveMany([map(noon), map(unixMs(Number.NaN))])).toThrow();
    expect(snapshots.count()).toBe(0);
    snapshots.saveMany([map(noon)]);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(map(noon));
  });
});

describe('snapshots of the past', () => {
  it('are read in their place, and the newest stays the newest', () => {
    const { snapshots } = openTemporary();
    snapshots.save(map(after(60), [2]));
    snapshots.archive([map(after(0), [1]), map(after(120), [3])]);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(map(after(60), [2]));
    expect(snapshots.latestOfAll([key], ['BTC'])).toEqual([map(after(60), [2])]);
    const past = snapshots.range(key, 'liquidation-map', 'BTC', 'all/1D', ...all);
    expect(past).toEqual([map(after(0), [1]), map(after(60), [2]), map(after(120), [3])]);
  });

  it('make no newest where there was none', () => {
    const { snapshots } = openTemporary();
    snapshots.archive([map(noon, [1])]);
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')).toBeNull();
    expect(snapshots.range(key, 'liquidation-map', 'BTC', 'all/1D', ...all)).toEqual([map(noon, [1])]);
    snapshots.save(map(noon, [1]));
    expect(snapshots.latest(key, 'liquidation-map', 'BTC')).toEqual(map(noon, [1]));
    expect(snapshots.count()).toBe(1);
  });

  it('that are told again are kept once, packed or not; other values of the same moment are kept beside them', () => {
    const { snapshots } = openTemporary();
    snapshots.archive([map(noon, [1]), map(noon, [1])]);
    expect(snapshots.count()).toBe(1);
    while (snapshots.compact(after(600)).more);
    snapshots.archive([map(noon, [1])]);
    expect(snapshots.count()).toBe(1);
    snapshots.archive([map(noon, [2])]);
    while (snapshots.compact(after(600)).more);
    const past = snapshots.range(key, 'liquidation-map', 'BTC', 'all/1D', ...all);
    expect(past.map(({ longs }) => longs[0])).toEqual([1, 2]);
  });

  it('are kept all or none', () => {
    const { snapshots } = openTemporary();
    expect(() => snapshots.archive([map(noon, [1]), map(unixMs(Number.NaN), [2])])).toThrow('without a valid time');
    expect(snapshots.count()).toBe(0);
  });
});
