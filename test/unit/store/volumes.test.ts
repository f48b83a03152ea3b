import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { toFailure } from '../../../src-main/contract/failure.ts';
import type { LiquidationVolumes } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import type { Volumes } from '../../../src-main/store/volumes.ts';
import { after, kaiko, noon, volumes as of } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const key = sourceKey(kaiko);
const all = (volumes: Volumes, variant = '1h/usd/all'): LiquidationVolumes | null =>
  volumes.read(key, 'BTC', variant, unixMs(0), after(1e6));

const binc = (longs: readonly number[]) => ({
  exchange: 'binc',
  longs: Float64Array.from(longs),
  shorts: Float64Array.from(longs, (long) => long + 1),
  longTrades: Float64Array.from(longs, (long) => long + 2),
  shortTrades: Float64Array.from(longs, () => Number.NaN),
});

describe('volumes', () => {
  it('come back as they were written, by another start, too', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    const written = of(0, [10, 20, 30], {
      breaches: Float64Array.of(0, 3, 1),
      exchanges: [binc([1, 2, 3]), { ...binc([4, 5, 6]), exchange: 'okex' }],
    });
    store.volumes.write(written);
    expect(all(store.volumes)).toEqual(written);
    store.close();
    expect(all(openTemporary(file).volumes)).toEqual(written);
  });

  it('are null where there is nothing', () => {
    const { volumes } = openTemporary();
    expect(all(volumes)).toBeNull();
    expect(volumes.newestTime(key, 'BTC', '1h/usd/all')).toBeNull();
    volumes.write(of(0, []));
    expect(all(volumes)).toBeNull();
    expect(volumes.newestTime(key, 'BTC', '1h/usd/all')).toBeNull();
    volumes.write(of(0, [1]));
    expect(all(volumes, '1d/usd/all')).toBeNull();
    expect(volumes.read(key, 'ETH', '1h/usd/all', unixMs(0), after(1e6))).toBeNull();
    expect(volumes.read(key, 'BTC', '1h/usd/all', after(60), after(1e6))).toBeNull();
    expect(volumes.read('kaiko@production:', 'BTC', '1h/usd/all', unixMs(0), after(1e6))).toBeNull();
  });

  it('are read from the first moment on and up to, without, the last', () => {
    const { volumes } = openTemporary();
    volumes.write(of(0, [10, 20, 30, 40]));
    expect([...(volumes.read(key, 'BTC', '1h/usd/all', after(60), after(180))?.longs ?? [])]).toEqual([20, 30]);
    expect(volumes.newestTime(key, 'BTC', '1h/usd/all')).toBe(after(180));
  });

  it('are ascending however they came, and say when the newest arrived', () => {
    const { volumes } = openTemporary();
    volumes.write(of(4, [50], { receivedAt: after(601) }));
    volumes.write(of(0, [10, 20], { receivedAt: after(700) }));
    const read = all(volumes);
    expect([...(read?.times ?? [])]).toEqual([noon, after(60), after(240)]);
    expect(read?.receivedAt).toBe(after(601));
  });

  it('told again replace the former ones, exchanges and all', () => {
    const { volumes } = openTemporary();
    volumes.write(of(0, [10, 20], { exchanges: [binc([1, 2]), { ...binc([3, 4]), exchange: 'okex' }] }));
    volumes.write(of(1, [21], { exchanges: [binc([2.5])], breaches: Float64Array.of(2), receivedAt: after(601) }));
    const nan = Number.NaN;
    expect(all(volumes)).toEqual(
      of(0, [10, 21], {
        breaches: Float64Array.of(0, 2),
        exchanges: [
          binc([1, 2.5]),
          {
            exchange: 'okex',
            longs: Float64Array.of(3, nan),
            shorts: Float64Array.of(4, nan),
            longTrades: Float64Array.of(5, nan),
            shortTrades: Float64Array.of(nan, nan),
          },
        ],
        receivedAt: after(601),
      }),
    );
  });

  it('of an exchange that has no row stay unknown, of a total without a number, too', () => {
    const file = temporaryFile();
    const { volumes } = openTemporary(file);
    const nan = Number.NaN;
    const written = of(0, [nan, 20], { shorts: Float64Array.of(1, nan), exchanges: [binc([nan, 2])] });
    volumes.write(written);
    expect(all(volumes)).toEqual(written);
    const db = new Database(file, { readonly: true });
    expect(db.prepare("SELECT count(*) FROM liquidation_volumes WHERE exchange = 'binc'").pluck().get()).toBe(1);
    db.close();
  });

  it('of different sources, assets and variants do not mix', () => {
    const { volumes } = openTemporary();
    const coins = of(0, [3], { variant: '1h/coin/all', unit: 'coin' });
    const elsewhere = of(0, [4], { source: { ...kaiko, environment: 'simulated', host: '' } });
    for (const some of [of(0, [1]), of(0, [2], { asset: 'ETH' }), coins, elsewhere]) volumes.write(some);
    expect(all(volumes)).toEqual(of(0, [1]));
    expect(all(volumes, '1h/coin/all')).toEqual(coins);
    expect(volumes.read(sourceKey(elsewhere.source), 'BTC', '1h/usd/all', unixMs(0), after(1))).toEqual(elsewhere);
  });

  it.each([
    ['another unit', { unit: 'coin' }],
    ['another interval', { intervalMs: 60_000 }],
  ] as const)('of %s under the same variant are refused', (_what, more) => {
    const { volumes } = openTemporary();
    volumes.write(of(0, [1]));
    expect(() => volumes.write(of(1, [2], more))).toThrow('Volumes of another unit or interval');
    expect(all(volumes)).toEqual(of(0, [1]));
  });

  it('are kept whole or not at all', () => {
    const { volumes } = openTemporary();
    const broken = of(0, [1, 2, 3]);
    broken.times[2] = Number.NaN;
    let failure = toFailure(null);
    try {
      volumes.write(broken);
    } catch (thrown) {
      failure = toFailure(thrown);
    }
    expect(failure.kind).toBe('store');
    expect(all(volumes)).toBeNull();
    volumes.write(of(0, [1]));
    expect(all(volumes)).toEqual(of(0, [1]));
  });

  it('of 30 days, hour by hour, at 10 exchanges, take less than a megabyte', () => {
    const store = openTemporary();
    const empty = store.sizeBytes();
    const longs = Array.from({ length: 720 }, (_, i) => Math.abs(Math.sin(i)) * 1e7);
    const exchanges = Array.from({ length: 10 }, (_, i) => ({ ...binc(longs), exchange: `ex${i}` }));
    store.volumes.write(of(0, longs, { exchanges }));
    store.checkpoint();
    const read = all(store.volumes);
    expect(read?.exchanges[9]?.longs).toEqual(Float64Array.from(longs));
    expect(store.sizeBytes() - empty).toBeLessThan(1_048_576);
  });
});
