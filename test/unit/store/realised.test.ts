import { describe, expect, it } from 'vitest';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey, type Source } from '../../../src-main/contract/source.ts';
import type { Realised } from '../../../src-main/store/realised.ts';
import { after, binance, realised as of } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const key = sourceKey(binance);
const bybit: Source = { provider: 'bybit', environment: 'production', host: 'api.example.com' };
const all = (realised: Realised, limit = 1_000, keys = [key]): RealisedLiquidations[] =>
  realised.read(keys, 'BTC', unixMs(0), after(1e6), limit);

describe('realised liquidations', () => {
  it('come back as they were added, after another start, too', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    store.realised.add(of([0, 1]));
    store.realised.add(of([2]));
    expect(all(store.realised)).toEqual([of([0, 1, 2])]);
    store.close();
    expect(all(openTemporary(file).realised)).toEqual([of([0, 1, 2])]);
  });

  it('of one moment are all kept, in the order in which they came', () => {
    const { realised } = openTemporary();
    const three = of([5, 5, 5], { coins: Float64Array.of(1, 2, 3) });
    realised.add(three);
    realised.add(of([4, 5], { coins: Float64Array.of(9, 4) }));
    expect([...(all(realised)[0]?.coins ?? [])]).toEqual([9, 1, 2, 3, 4]);
    expect([...(all(realised, 2)[0]?.coins ?? [])]).toEqual([3, 4]);
  });

  it('are the newest ones, ascending, from the first moment on and up to, without, the last', () => {
    const { realised } = openTemporary();
    realised.add(of([0, 1, 2, 3, 4]));
    expect(realised.read([key], 'BTC', after(1), after(4), 2)).toEqual([of([2, 3])]);
    expect(realised.read([key], 'BTC', after(5), after(6), 2)).toEqual([]);
    expect(realised.read([key], 'ETH', unixMs(0), after(6), 2)).toEqual([]);
    expect(realised.read([], 'BTC', unixMs(0), after(6), 2)).toEqual([]);
    expect(realised.read(['okx@production:'], 'BTC', unixMs(0), after(6), 2)).toEqual([]);
  });

  it('are one table a source and symbol, each with a limit of its own', () => {
    const { realised } = openTemporary();
    const inDollars = of([2, 3], { symbol: 'BTCUSD' });
    const elsewhere = of([1, 4], { source: bybit, isSample: false, priceBasis: 'bankruptcy' });
    for (const some of [of([0, 1]), inDollars, elsewhere, of([7], { asset: 'ETH' })]) realised.add(some);
    expect(all(realised, 2, [sourceKey(bybit), key])).toEqual([elsewhere, inDollars, of([0, 1])]);
    expect(all(realised, 1, [key])).toEqual([of([3], { symbol: 'BTCUSD' }), of([1])]);
  });

  it('that a venue tells in another way from some day on stay apart', () => {
    const { realised } = openTemporary();
    realised.add(of([0]));
    realised.add(of([1], { isSample: false }));
    expect(all(realised)).toEqual([of([1], { isSample: false }), of([0])]);
  });

  it('with a number that is unknown keep the others', () => {
    const { realised } = openTemporary();
    const some = of([1], { usd: Float64Array.of(Number.NaN) });
    realised.add(some);
    expect(all(realised)).toEqual([some]);
  });

  it('are kept whole or not at all', () => {
    const { realised } = openTemporary();
    expect(() => realised.add(of([1, Number.NaN]))).toThrow();
    expect(all(realised)).toEqual([]);
    realised.add(of([]));
    expect(all(realised)).toEqual([]);
    realised.add(of([1]));
    expect(all(realised)).toEqual([of([1])]);
  });
});
