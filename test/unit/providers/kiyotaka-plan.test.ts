import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { kiyotaka } from '../../../src-main/providers/kiyotaka.ts';
import { columnsAtOnce, intervalStart, partsOf } from '../../../src-main/providers/kiyotaka/plan.ts';
import { intervals } from '../../../src-main/providers/kiyotaka/choices.ts';
import { weightOf, type Weighed } from '../../../src-main/providers/kiyotaka/weight.ts';
import { fakeContext, noSignal } from './context.ts';

const heatmap: Weighed = {
  type: 'HYPERLIQUID_LIQUIDATION_AGG',
  points: 1,
  exchanges: 0,
  grouped: false,
  maxDepth: 1500,
};
const volumes: Weighed = { type: 'LIQUIDATION_AGG', points: 1, exchanges: 1, grouped: false, maxDepth: 1 };
const start = Date.UTC(2026, 2, 29, 16);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** After every range that is asked for here. */
const later = unixMs(start + 100 * dayMs);
const defaults = Object.fromEntries(kiyotaka.info.options.map(({ name, fallback }) => [name, fallback]));

const query = (kind: 'liquidation-volumes' | 'liquidation-profile', lastsMs: number, from = start) =>
  ({ provider: 'kiyotaka', kind, asset: 'BTC', from: unixMs(from), to: unixMs(from + lastsMs) }) as const;

function plan(
  kind: 'liquidation-volumes' | 'liquidation-profile',
  lastsMs: number,
  options = {},
  from = start,
  now: number = later,
) {
  const { context, setNow } = fakeContext('kiyotaka');
  setNow(now);
  const client = kiyotaka.connect({ ...context, options: { ...defaults, ...options } });
  return client.history![kind]!.plan(query(kind, lastsMs, from));
}

describe('the weight of a request, by their formula', () => {
  test.each([
    ['heatmap, 1 h at HOUR', heatmap, 5],
    ['heatmap, 5,000 minutes', { ...heatmap, points: 5000 }, 25],
    ['heatmap, 1,440 minutes', { ...heatmap, points: 1440 }, 10],
    ['heatmap, more than one request can bring', { ...heatmap, points: 9000 }, 25],
    ['heatmap, one level', { ...heatmap, maxDepth: 1 }, 5],
    ['heatmap, 1,501 levels: × 1.2', { ...heatmap, maxDepth: 1501 }, 6],
    ['heatmap, 3,000 levels: × 1.2', { ...heatmap, maxDepth: 3000 }, 6],
    ['heatmap, 3,001 levels: × 1.4', { ...heatmap, maxDepth: 3001 }, 7],
    ['heatmap, 4,500 levels: × 1.4', { ...heatmap, maxDepth: 4500 }, 7],
    ['heatmap, 45,000 levels: × 6.8', { ...heatmap, maxDepth: 45_000 }, 34],
    ['volumes of one exchange, 1 h', volumes, 1],
    ['volumes of three exchanges summed, 1 h: 1.6 is rounded up', { ...volumes, exchanges: 3, grouped: true }, 2],
    [
      'three exchanges summed, 10,000 points: exactly 16',
      { ...volumes, exchanges: 3, grouped: true, points: 10_000 },
      16,
    ],
    ['volumes, 250,000 points', { ...volumes, points: 250_000 }, 100],
    ['nothing', { ...volumes, points: 0 }, 1],
  ])('%s', (_, request, weight) => {
    expect(weightOf(request)).toBe(weight);
  });
});

describe('what filling in costs is said before anything is sent', () => {
  test.each([
    [
      'liquidation-profile',
      dayMs,
      {},
      { requests: 1, cost: 10, points: 1440 },
      '24 h of 1-minute columns: 1,440 points, ceil(1,440/1,000) × 5 = weight 10.',
    ],
    [
      'liquidation-profile',
      7 * dayMs,
      {},
      { requests: 10, cost: 55, points: 10_080 },
      '7 days of 1-minute columns: 10,080 points in 10 requests, 9 × ceil(1,000/1,000) × 5 + ceil(1,080/1,000) × 5 = weight 55.',
    ],
    [
      'liquidation-profile',
      dayMs,
      { maxDepth: '3000' },
      { requests: 2, cost: 12, points: 1440 },
      '24 h of 1-minute columns: 1,440 points in 2 requests, ceil(1,000/1,000) × 5 × 1.2 + ceil(440/1,000) × 5 × 1.2 = weight 12; 1.2 is for up to 3,000 levels.',
    ],
    [
      'liquidation-profile',
      hourMs,
      { heatmapInterval: 'HOUR' },
      { requests: 1, cost: 5, points: 1 },
      '1 h of 1-hour columns: 1 point, ceil(1/1,000) × 5 = weight 5.',
    ],
    [
      'liquidation-volumes',
      7 * dayMs,
      {},
      { requests: 1, cost: 2, points: 168 },
      '7 days of 1-hour volumes: 168 points, ceil(ceil(168/1,000) × 1 × 1.6) = weight 2; 1.6 is for 3 exchanges summed.',
    ],
    [
      'liquidation-volumes',
      30 * 60_000,
      { exchanges: 'BINANCE_FUTURES', interval: 'MINUTE' },
      { requests: 1, cost: 1, points: 30 },
      '30 min of 1-minute volumes: 30 points, ceil(30/1,000) × 1 = weight 1.',
    ],
    [
      'liquidation-volumes',
      30 * dayMs,
      { exchanges: 'OKEX_SWAP', interval: 'MINUTE' },
      { requests: 5, cost: 53, points: 43_200 },
      '30 days of 1-minute volumes: 43,200 points in 5 requests, 4 × ceil(10,000/1,000) × 1 × 1.2 + ceil(ceil(3,200/1,000) × 1 × 1.2) = weight 53; 1.2 is for 1 exchange summed.',
    ],
  ] as const)('%s over %d ms with %j', (kind, lastsMs, options, figures, text) => {
    expect(plan(kind, lastsMs, options)).toEqual({ ...figures, costUnit: 'weight', text });
  });

  test('a range is widened to whole intervals, and its end told in its own terms', async () => {
    expect(plan('liquidation-volumes', 2 * hourMs, {}, start + 1)).toMatchObject({ points: 3 });
    const { context, requests, setNow } = fakeContext('kiyotaka', () => '{"series":[]}');
    setNow(later);
    const { history } = kiyotaka.connect({ ...context, options: defaults, secret: { apiKey: 'kt_key_1' } });
    const reader = history!['liquidation-volumes']!.read(query('liquidation-volumes', 2 * hourMs, start + 1), noSignal);
    expect((await reader.next()).value).toMatchObject({ reached: start + 1 + 2 * hourMs });
    expect(requests[0]!.url).toContain(`from=${start / 1000}&period=10800&`);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  test('what is not there yet is neither asked for nor paid for, and the range ends with what is', async () => {
    const yearsMs = 50 * 365 * dayMs;
    const now = start + 90_000;
    expect(plan('liquidation-profile', yearsMs, {}, start, now)).toMatchObject({
      requests: 1,
      cost: 5,
      points: 2,
      text: '2 min of 1-minute columns: 2 points, ceil(2/1,000) × 5 = weight 5. What lies in the future is left out.',
    });
    expect(() => plan('liquidation-profile', hourMs, {}, now + 1, now)).toThrow('lies in the future');
    const { context, requests, setNow } = fakeContext('kiyotaka', () => '{"series":[]}');
    setNow(now);
    const { history } = kiyotaka.connect({ ...context, options: defaults, secret: { apiKey: 'kt_key_1' } });
    const reader = history!['liquidation-profile']!.read(query('liquidation-profile', yearsMs), noSignal);
    expect((await reader.next()).value).toMatchObject({ reached: start + yearsMs });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(requests).toHaveLength(1);
    expect(requests[0]!.url).toContain(`from=${start / 1000}&period=120&`);
  });

  test('weeks begin on Mondays, days at midnight UTC', () => {
    expect(intervalStart(Date.UTC(2026, 2, 29, 16), intervals.WEEK.ms)).toBe(Date.UTC(2026, 2, 23));
    expect(intervalStart(Date.UTC(2026, 2, 29, 16), intervals.DAY.ms)).toBe(Date.UTC(2026, 2, 29));
  });

  test.each([
    ['ends before it begins', start, start - 1],
    ['is empty', start, start],
    ['has no beginning', NaN, start],
    ['begins before there were markets', 0, start],
    ['ends after all time', start, Infinity],
  ])('a range that %s cannot be asked for', (_, from, to) => {
    const { context } = fakeContext('kiyotaka');
    const reader = kiyotaka.connect({ ...context, options: defaults }).history!['liquidation-profile']!;
    const odd = { ...query('liquidation-profile', 1), from: unixMs(from), to: unixMs(to) };
    expect(() => reader.plan(odd)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ kind: 'bad-request' }) }),
    );
  });
});

test.each([
  [1, 5000],
  [300, 5000],
  [1500, 1466],
  [2200, 1000],
  [3000, 1000],
  [4400, 1000],
  [4500, 977],
  [45_000, 97],
])('columns of %d levels: %d at once', (maxDepth, columns) => {
  expect(columnsAtOnce(maxDepth)).toBe(columns);
});

test('parts follow each other without gap, cover the range, and waste no weight', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 50 * dayMs }),
      fc.integer({ min: 1, max: 40 * dayMs }),
      fc.integer({ min: 1, max: 5000 }),
      fc.constantFrom('MINUTE', 'HOUR', 'WEEK' as const),
      (offset, lastsMs, maxDepth, name) => {
        const atOnce = columnsAtOnce(maxDepth);
        const asked = query('liquidation-profile', lastsMs, start + offset);
        const parts = partsOf(asked, intervals[name], atOnce, later);
        expect(parts[0]!.from).toBeLessThanOrEqual(asked.from);
        expect(asked.from - parts[0]!.from).toBeLessThan(intervals[name].ms);
        expect(parts.at(-1)!.to).toBeGreaterThanOrEqual(asked.to);
        expect(parts.at(-1)!.to - asked.to).toBeLessThan(intervals[name].ms);
        let points = 0;
        let weight = 0;
        for (const [index, part] of parts.entries()) {
          if (index > 0) expect(part.from).toBe(parts[index - 1]!.to);
          expect(part.to - part.from).toBe(part.points * intervals[name].ms);
          expect(part.points).toBeGreaterThan(0);
          expect(part.points).toBeLessThanOrEqual(atOnce);
          points += part.points;
          weight += weightOf({ ...heatmap, points: part.points });
        }
        if (atOnce >= 1000) expect(weight).toBe(Math.ceil(points / 1000) * 5);
      },
    ),
    { numRuns: 300 },
  );
});
