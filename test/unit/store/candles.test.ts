import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { after, binance, btcusdt, candles, noon } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const key = sourceKey(binance);

describe('candles', () => {
  it('come back exactly as they were written, also from the file', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    const series = candles(noon, [67_012.3, 0.1 + 0.2, 5e-324, 1e308], { lastIsForming: true });
    store.candles.write(series);
    expect(store.candles.read(key, 'BTC', '1m', null, 10)).toEqual(series);
    store.close();
    const again = openTemporary(file);
    expect(again.candles.read(key, 'BTC', '1m', null, 10)).toEqual(series);
    expect(again.candles.newestOpenTime(key, 'BTC', '1m')).toBe(after(3));
    expect(again.candles.newestInstrument(key, 'BTC')).toEqual(btcusdt);
  });

  it('are null where nothing is known', () => {
    const { candles: table } = openTemporary();
    expect(table.read(key, 'BTC', '1m', null, 10)).toBeNull();
    expect(table.newestOpenTime(key, 'BTC', '1m')).toBeNull();
    expect(table.newestInstrument(key, 'BTC')).toBeNull();
    table.write(candles(noon, [1]));
    expect(table.read(key, 'BTC', '5m', null, 10)).toBeNull();
    expect(table.read(key, 'ETH', '1m', null, 10)).toBeNull();
    expect(table.read(key, 'BTC', '1m', noon, 10)).toBeNull();
  });

  it('are paged from the newest back, ascending', () => {
    const { candles: table } = openTemporary();
    table.write(candles(noon, [1, 2, 3, 4, 5]));
    expect([...(table.read(key, 'BTC', '1m', null, 2)?.close ?? [])]).toEqual([4, 5]);
    expect([...(table.read(key, 'BTC', '1m', after(3), 2)?.close ?? [])]).toEqual([2, 3]);
    expect([...(table.read(key, 'BTC', '1m', after(1), 9)?.close ?? [])]).toEqual([1]);
  });

  it('that are closed stay when a forming one of the same time comes', () => {
    const { candles: table } = openTemporary();
    table.write(candles(noon, [100]));
    table.write(candles(noon, [99], { lastIsForming: true }));
    const read = table.read(key, 'BTC', '1m', null, 10);
    expect([...(read?.close ?? [])]).toEqual([100]);
    expect(read?.lastIsForming).toBe(false);
  });

  it('that close replace the forming one, and a corrected close replaces a close', () => {
    const { candles: table } = openTemporary();
    table.write(candles(noon, [99], { lastIsForming: true }));
    table.write(candles(noon, [98], { lastIsForming: true }));
    expect(table.read(key, 'BTC', '1m', null, 1)?.close[0]).toBe(98);
    table.write(candles(noon, [100]));
    table.write(candles(noon, [101]));
    expect(table.read(key, 'BTC', '1m', null, 1)?.close[0]).toBe(101);
  });

  it('that are closed and come again unchanged are not written', () => {
    const { candles: table } = openTemporary();
    table.write(candles(noon, [100], { receivedAt: after(1) }));
    table.write(candles(noon, [100], { receivedAt: after(9) }));
    expect(table.read(key, 'BTC', '1m', null, 1)?.receivedAt).toBe(after(1));
    table.write(candles(noon, [101], { receivedAt: after(10) }));
    expect(table.read(key, 'BTC', '1m', null, 1)?.receivedAt).toBe(after(10));
  });

  it('that never closed here are a gap once later ones are known', () => {
    const { candles: table } = openTemporary();
    table.write(candles(noon, [1, 2], { lastIsForming: true }));
    expect(table.read(key, 'BTC', '1m', null, 9)?.lastIsForming).toBe(true);
    table.write(candles(after(5), [6]));
    const read = table.read(key, 'BTC', '1m', null, 9);
    expect([...(read?.close ?? [])]).toEqual([1, 6]);
    expect(read?.lastIsForming).toBe(false);
    expect([...(table.read(key, 'BTC', '1m', after(5), 9)?.close ?? [])]).toEqual([1]);
  });

  it('of the instrument written last stand for the asset, with its newest tick size', () => {
    const { candles: table } = openTemporary();
    const busd = { ...btcusdt, symbol: 'BTCBUSD', quote: 'BUSD' };
    table.write(candles(noon, [1], { receivedAt: after(3) }));
    table.write(candles(noon, [2], { instrument: busd, receivedAt: after(2) }));
    expect(table.newestInstrument(key, 'BTC')).toEqual(busd);
    table.write(candles(noon, [1], { instrument: { ...btcusdt, tickSize: 0.01 } }));
    expect(table.read(key, 'BTC', '1m', null, 1)?.instrument).toEqual({ ...btcusdt, tickSize: 0.01 });
  });

  it('are as if each time kept its last close, else its last forming state', () => {
    const write = fc.record({
      start: fc.integer({ min: 0, max: 6 }),
      close: fc.array(fc.double({ noNaN: true, min: 1, max: 1e9 }), { minLength: 1, maxLength: 5 }),
      lastIsForming: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(write, { minLength: 1, maxLength: 12 }), (writes) => {
        const { candles: table, close } = openTemporary();
        const expected = new Map<number, { close: number; closed: boolean }>();
        for (const { start, close: values, lastIsForming } of writes) {
          table.write(candles(after(start), values, { lastIsForming }));
          values.forEach((value, i) => {
            const closed = i < values.length - 1 || !lastIsForming;
            if (closed || expected.get(start + i)?.closed !== true) expected.set(start + i, { close: value, closed });
          });
        }
        const newest = Math.max(...expected.keys());
        const shown = [...expected].filter(([at, { closed }]) => closed || at === newest).sort(([a], [b]) => a - b);
        const read = table.read(key, 'BTC', '1m', null, 99);
        expect([...(read?.openTimes ?? [])]).toEqual(shown.map(([at]) => after(at)));
        expect([...(read?.close ?? [])]).toEqual(shown.map(([, value]) => value.close));
        expect(read?.lastIsForming ?? false).toBe(expected.get(newest)?.closed === false);
        close();
      }),
      { numRuns: 40 },
    );
  });

  it('written with a broken value are refused whole', () => {
    const store = openTemporary();
    const bad = candles(noon, [1, 2]);
    bad.openTimes[1] = Number.NaN;
    expect(() => store.candles.write(bad)).toThrow(expect.objectContaining({ name: 'FailureError' }));
    expect(store.candles.read(key, 'BTC', '1m', null, 9)).toBeNull();
    store.candles.write(candles(noon, [1], { receivedAt: unixMs(noon) }));
    expect(store.candles.read(key, 'BTC', '1m', null, 9)?.close[0]).toBe(1);
  });
});
