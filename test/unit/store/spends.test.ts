import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { openStore } from '../../../src-main/store/database.ts';
import { after, binance, kingfisher, noon, simulated } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const key = sourceKey(kingfisher);

describe('spends', () => {
  it('come back by time, from a moment on, of one account of one source', () => {
    const { spends } = openTemporary();
    expect(spends.since(key, 'a', noon)).toEqual([]);
    const second = spends.add(kingfisher, 'a', after(2), { day: 1, burst: 0.5 });
    const first = spends.add(kingfisher, 'a', after(1), { day: 3 });
    spends.add(kingfisher, 'b', after(1), { day: 9 });
    spends.add(simulated, 'a', after(1), { day: 9 });
    const all = [
      { id: first, at: after(1), weights: { day: 3 }, isOpen: true },
      { id: second, at: after(2), weights: { day: 1, burst: 0.5 }, isOpen: true },
    ];
    expect(spends.since(key, 'a', noon)).toEqual(all);
    expect(spends.since(key, 'a', after(1))).toEqual(all);
    expect(spends.since(key, 'a', unixMs(after(1) + 1))).toEqual(all.slice(1));
    expect(spends.since(key, 'c', noon)).toEqual([]);
    expect(spends.since(sourceKey(binance), 'a', noon)).toEqual([]);
  });

  it('that were answered are closed at the moment the answer told', () => {
    const { spends } = openTemporary();
    const ids = [1, 2].map((minute) => spends.add(kingfisher, 'a', after(minute), { day: 1 }));
    spends.close([{ id: ids[0]!, at: after(5) }]);
    expect(spends.since(key, 'a', noon)).toEqual([
      { id: ids[1], at: after(2), weights: { day: 1 }, isOpen: true },
      { id: ids[0], at: after(5), weights: { day: 1 }, isOpen: false },
    ]);
  });

  it('that were taken back are gone, and their id is never given again', () => {
    const { spends } = openTemporary();
    const first = spends.add(kingfisher, '', noon, { day: 1 });
    spends.remove(first);
    const second = spends.add(kingfisher, '', noon, { day: 1 });
    spends.remove(first);
    expect(spends.since(key, '', noon).map(({ id }) => id)).toEqual([second]);
    expect(second).not.toBe(first);
  });

  it('are there after a restart, and after a crash', () => {
    const file = temporaryFile();
    const crashed = openTemporary(file);
    crashed.spends.add(kingfisher, 'a', noon, { day: 1 });
    // Not closed.
    const { store } = openStore(file, { now: () => noon });
    expect(store.spends.since(key, 'a', noon)).toHaveLength(1);
    store.close();
  });

  it('without a countable price are refused, for JSON would make them free', () => {
    const { spends } = openTemporary();
    expect(() => spends.add(kingfisher, 'a', noon, { day: Number.NaN })).toThrow('countable price');
    expect(() => spends.add(kingfisher, 'a', unixMs(Infinity), { day: 1 })).toThrow('countable price');
    expect(spends.since(key, 'a', unixMs(0))).toEqual([]);
  });

  it('go when they are told to', () => {
    const { spends } = openTemporary();
    for (let i = 0; i < 10; i++) spends.add(kingfisher, 'a', after(i), { day: 1 });
    spends.prune(after(2));
    expect(spends.since(key, 'a', unixMs(0)).map(({ at }) => at)).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map(after));
  });

  it('in any order and number add up to what was written', () => {
    const spend = fc.record({ minute: fc.integer({ min: 0, max: 1_000 }), weight: fc.integer({ min: 0, max: 50 }) });
    fc.assert(
      fc.property(fc.array(spend, { maxLength: 60 }), fc.integer({ min: 0, max: 1_000 }), (all, from) => {
        const store = openTemporary();
        for (const { minute, weight } of all) store.spends.add(kingfisher, 'a', after(minute), { day: weight });
        const found = store.spends.since(key, 'a', after(from));
        store.close();
        const expected = all.filter(({ minute }) => minute >= from);
        expect(found.map(({ at }) => at)).toEqual(expected.map(({ minute }) => after(minute)).sort((a, b) => a - b));
        const sum = found.reduce((total, { weights }) => total + (weights['day'] ?? 0), 0);
        expect(sum).toBe(expected.reduce((total, { weight }) => total + weight, 0));
      }),
      { numRuns: 40 },
    );
  });
});

describe('rate limits', () => {
  it('are the last ones told, per source and account', () => {
    const { limits } = openTemporary();
    expect(limits.read(key, 'a')).toBeNull();
    limits.write(kingfisher, 'a', { limit: 100, remaining: 58, resetAt: after(60), seenAt: noon });
    expect(limits.read(key, 'b')).toBeNull();
    limits.write(kingfisher, 'b', { limit: 250, remaining: 1, resetAt: null, seenAt: noon });
    limits.write(kingfisher, 'a', { limit: 100, remaining: null, resetAt: null, seenAt: after(1) });
    limits.write(simulated, 'a', { limit: null, remaining: 3, resetAt: null, seenAt: noon });
    expect(limits.read(key, 'a')).toEqual({ limit: 100, remaining: null, resetAt: null, seenAt: after(1) });
    expect(limits.read(key, 'b')?.limit).toBe(250);
    expect(limits.read(sourceKey(simulated), 'a')?.remaining).toBe(3);
    const more = { isSilent: true, pausedUntil: after(2), upTo: 7 };
    limits.write(kingfisher, 'a', { limit: null, remaining: null, resetAt: null, seenAt: noon, ...more });
    expect(limits.read(key, 'a')).toMatchObject(more);
  });
});

describe('the last known time', () => {
  it('is remembered over restarts and never goes back', () => {
    const file = temporaryFile();
    const first = openTemporary(file);
    expect(first.clock.read()).toBeNull();
    first.clock.write(after(5));
    first.clock.write(after(3));
    expect(first.clock.read()).toBe(after(5));
    first.close();
    const again = openTemporary(file);
    expect(again.clock.read()).toBe(after(5));
    again.clock.write(unixMs(after(5) + 0.25));
    again.clock.write(unixMs(Number.NaN));
    expect(again.clock.read()).toBe(after(5) + 0.25);
  });

  it('is compared as a number, not as text', () => {
    const { clock } = openTemporary();
    clock.write(unixMs(9));
    clock.write(unixMs(10));
    expect(clock.read()).toBe(10);
  });
});
