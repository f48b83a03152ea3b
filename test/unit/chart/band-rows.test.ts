import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandLevels, colourCodes } from '../../../src-renderer/chart/band-levels.ts';
import { axisKey, rowEdges } from '../../../src-renderer/chart/coordinates.ts';
import { bandRows } from '../../../src-renderer/chart/primitives/bands/rows.ts';
import { emptyAxis, fakeAxis, mapOf } from './fakes.ts';

const size = { width: 300, height: 100, ratio: 1 };
const all = { low: 0, high: 1 };

function lay(map: ReturnType<typeof mapOf>, kind: { log?: boolean; inverted?: boolean } = {}, ratio = 1, minRows = 2) {
  const axis = fakeAxis({ low: 100, high: 200, height: 100, ...kind });
  const levels = bandLevels(map, null);
  return bandRows(levels, colourCodes(levels, all), rowEdges(axis, { ...size, ratio })!, minRows);
}

describe('bands on device rows', () => {
  it('cover the rows between their edges', () => {
    const { runs } = lay(mapOf([120, 8, 0], [124, 8, 0], [190, 0, 8]), {}, 1, 2);
    // 118 to 122 and 122 to 126 touch and share a colour; 188 to 192 is thick enough for a hairline.
    expect(runs).toEqual([
      { code: 16, top: 74, height: 8 },
      { code: 32, top: 8, height: 4 },
    ]);
  });

  it('stay in place on an inverted scale, upside down', () => {
    const { runs } = lay(mapOf([120, 8, 0], [124, 8, 0], [190, 0, 8]), { inverted: true });
    expect(runs).toEqual([
      { code: 16, top: 18, height: 8 },
      { code: 32, top: 88, height: 4 },
    ]);
  });

  it('follow a logarithmic scale', () => {
    const { runs } = lay(mapOf([140, 8, 0], [142, 8, 0]), { log: true });
    const y = (price: number) => 100 * (1 - Math.log(price / 100) / Math.log(2));
    expect(runs).toHaveLength(1);
    expect(Math.abs(runs[0]!.top - y(143))).toBeLessThanOrEqual(1);
    expect(Math.abs(runs[0]!.top + runs[0]!.height - y(139))).toBeLessThanOrEqual(1);
  });

  it('are never thinner than asked, in device pixels', () => {
    expect(lay(mapOf([150, 8, 0])).runs).toEqual([{ code: 16, top: 49, height: 2 }]);
    expect(lay(mapOf([150, 8, 0]), {}, 2, 4).runs).toEqual([{ code: 16, top: 98, height: 4 }]);
  });

  it('part thick neighbours by a hairline', () => {
    const { levelOfRow } = lay(mapOf([120, 8, 0], [140, 8, 0]));
    expect([49, 50, 68, 69, 70, 88, 89, 90].map((row) => levelOfRow[row])).toEqual([-1, 1, 1, -1, 0, 0, -1, -1]);
  });

  it('leave out what lies outside the pane', () => {
    expect(lay(mapOf([50, 8, 0], [51, 8, 0], [300, 0, 8], [301, 0, 8])).runs).toEqual([]);
  });

  it('are none on an empty scale', () => {
    expect(rowEdges(emptyAxis, size)).toBeNull();
  });

  it('show the largest of the levels that share a row, whatever their order and scale', () => {
    const scale = fc.record({ log: fc.boolean(), inverted: fc.boolean() });
    const amounts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 300, maxLength: 1_500 });
    fc.assert(
      fc.property(amounts, scale, (list, kind) => {
        const rows = list.map((amount, i) => [101 + (98 * i) / list.length, amount, 0] as const);
        const { levelOfRow } = lay(mapOf(...rows), kind);
        const peak = list.indexOf(Math.max(...list));
        const shown = new Set([...levelOfRow].filter((level) => level >= 0).map((level) => list[level]));
        expect(shown.has(list[peak])).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('draw 100,000 levels as no more rectangles than there are rows', () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => [100 + i / 1_000, 1 + ((i * 7919) % 1000), 0] as const);
    const { runs, levelOfRow } = lay(mapOf(...rows));
    expect(runs.length).toBeLessThanOrEqual(100);
    expect([...levelOfRow].every((level) => level >= 0)).toBe(true);
  });
});

describe('the key of a price scale', () => {
  const key = (kind: Partial<Parameters<typeof fakeAxis>[0]>) =>
    axisKey(fakeAxis({ low: 100, high: 200, height: 100, ...kind }), size);

  it('changes with range, kind and direction, and else not', () => {
    const keys = [key({}), key({ high: 201 }), key({ log: true }), key({ inverted: true })];
    expect(new Set(keys).size).toBe(4);
    expect(key({})).toBe(keys[0]);
  });
});
