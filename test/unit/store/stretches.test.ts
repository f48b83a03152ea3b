import { describe, expect, it } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { hourMs, pinnedHours, stretchesOf } from '../../../src-main/store/stretches.ts';

const pin = (from: number, to: number, asset: string | null = null) => ({
  asset,
  from: unixMs(from * hourMs),
  to: unixMs(to * hourMs),
  label: '',
});
const inHours = (stretches: readonly { from: number; to: number }[]): number[][] =>
  stretches.map(({ from, to }) => [from / hourMs, to / hourMs]);

describe('pinned hours', () => {
  it('are whole, in order, and one where they touch or lie in each other', () => {
    expect(inHours(pinnedHours([pin(7.5, 7.6), pin(1, 4), pin(2, 3), pin(3.9, 5.1), pin(6, 7)], null))).toEqual([
      [1, 8],
    ]);
    expect(inHours(pinnedHours([pin(10, 12), pin(1, 4), pin(2, 3)], null))).toEqual([
      [1, 4],
      [10, 12],
    ]);
    expect(inHours(pinnedHours([pin(-2.5, -1.5)], null))).toEqual([[-3, -1]]);
  });

  it('are those of an asset and those of all', () => {
    const pinned = [pin(1, 2, 'BTC'), pin(4, 5, 'ETH'), pin(7, 8)];
    expect(inHours(pinnedHours(pinned, 'BTC'))).toEqual([
      [1, 2],
      [7, 8],
    ]);
    expect(inHours(pinnedHours(pinned, null))).toEqual([[7, 8]]);
  });
});

describe('the stretches between pins', () => {
  const pins = pinnedHours([pin(2, 4), pin(6, 8)], null);

  it('of moments end where a pin begins', () => {
    const whole = (from: number, to: number) => inHours(stretchesOf({ from: from * hourMs, to: to * hourMs }, 0, pins));
    expect(whole(0, 9)).toEqual([
      [0, 2],
      [4, 6],
      [8, 9],
    ]);
    expect(whole(3, 7)).toEqual([[4, 6]]);
    expect(whole(2, 4)).toEqual([]);
    expect(whole(6, 6)).toEqual([]);
    expect(whole(-Infinity, 1)).toEqual([[-Infinity, 1]]);
    expect(whole(-Infinity, -Infinity)).toEqual([]);
  });

  it('of rows that go on end where one would reach into a pin, or over the bound', () => {
    const found = stretchesOf({ from: -Infinity, to: 9 * hourMs }, hourMs, pins);
    expect(found).toEqual([
      { from: -Infinity, to: hourMs + 1 },
      { from: 4 * hourMs, to: 5 * hourMs + 1 },
      { from: 8 * hourMs, to: 8 * hourMs + 1 },
    ]);
  });
});
