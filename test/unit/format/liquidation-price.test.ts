import { describe, expect, test } from 'vitest';
import { liquidationPrice, type IsolatedPosition } from '../../../src-renderer/format/liquidation-price.ts';

const position = (more: Partial<IsolatedPosition>): IsolatedPosition => ({
  ...{ model: 'entry', side: 'long', entry: 20_000, leverage: 50, maintenance: 0.005 },
  ...more,
});

describe('the price at which an isolated position is liquidated', () => {
  test.each([
    ['a long, margin of the value at entry', {}, 19_700],
    ['a short, margin of the value at entry', { side: 'short' }, 20_300],
    [
      'a long, margin of the value there',
      { model: 'liquidation', entry: 67_000, leverage: 10, maintenance: 0.004 },
      60_542.17,
    ],
    [
      'a short, margin of the value there',
      { model: 'liquidation', side: 'short', entry: 67_000, leverage: 10, maintenance: 0.004 },
      73_406.37,
    ],
  ] as const)('%s', (_, more, price) => expect(liquidationPrice(position(more))).toBeCloseTo(price, 2));

  test.each([
    ['no entry', { entry: NaN }],
    ['an entry of zero', { entry: 0 }],
    ['an endless entry', { entry: Infinity }],
    ['no leverage', { leverage: NaN }],
    ['a leverage of zero', { leverage: 0 }],
    ['a negative margin', { maintenance: -0.01 }],
    ['a margin of all', { maintenance: 1 }],
    ['no margin rate', { maintenance: NaN }],
    ['a margin no larger than what must be kept', { leverage: 200 }],
    ['a long that would be liquidated above its entry', { leverage: 500 }],
    ['a short that would be liquidated below its entry', { side: 'short', leverage: 500 }],
    ['a margin below what must be kept there', { model: 'liquidation', leverage: 500 }],
    ['the same of a short', { model: 'liquidation', side: 'short', leverage: 500 }],
    ['a long that is fully paid for', { model: 'liquidation', leverage: 1 }],
  ] as const)('%s: none', (_, more) => expect(liquidationPrice(position(more))).toBeNull());
});
