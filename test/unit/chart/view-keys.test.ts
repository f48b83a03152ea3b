import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newestView, viewAfterKey } from '../../../src-renderer/chart/view-keys.ts';

const bounds = { count: 1_000, room: 0.2 };
const view = { from: 400, to: 500 };
const after = (key: string, from = view) => viewAfterKey(from, key, bounds);

describe('the keys of the chart', () => {
  it('move by a tenth of the view, or by all of it', () => {
    expect([after('ArrowLeft'), after('ArrowRight')]).toEqual([
      { from: 390, to: 490 },
      { from: 410, to: 510 },
    ]);
    expect([after('PageUp'), after('PageDown')]).toEqual([
      { from: 300, to: 400 },
      { from: 500, to: 600 },
    ]);
  });

  it('go to the oldest and to the newest candle', () => {
    expect([after('Home'), after('End')]).toEqual([
      { from: -0.5, to: 99.5 },
      { from: 919.5, to: 1_019.5 },
    ]);
    expect(newestView(view, bounds)).toEqual(after('End'));
  });

  it('zoom around the newest bar seen', () => {
    const newest = { from: 919.5, to: 1_019.5 };
    const closer = after('+', newest)!;
    expect(closer.to - closer.from).toBeCloseTo(80, 9);
    expect((999.5 - closer.from) / 80).toBeCloseTo(0.8, 9);
    const back = after('-', closer)!;
    expect([back.from, back.to]).toEqual([expect.closeTo(919.5, 9), expect.closeTo(1_019.5, 9)]);
    expect(after('+', { from: 10, to: 15 })).toEqual({ from: 10, to: 15 });
  });

  it('leave other keys alone', () => {
    expect([after('Tab'), after('Enter'), after('a')]).toEqual([null, null, null]);
  });

  it('never move to where no bar is', () => {
    const keys = fc.array(fc.constantFrom('ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End'));
    fc.assert(
      fc.property(keys, (pressed) => {
        const { from, to } = pressed.reduce((at, key) => viewAfterKey(at, key, bounds) ?? at, view);
        expect(to).toBeGreaterThanOrEqual(5 - 1e-6);
        expect(from).toBeLessThanOrEqual(995 + 1e-6);
        expect(to - from).toBeCloseTo(100, 6);
      }),
    );
  });
});
