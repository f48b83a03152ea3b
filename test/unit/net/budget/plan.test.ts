import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../../src-main/contract/market.ts';
import { noOverride, type LimitRule } from '../../../../src-main/contract/limits.ts';
import { Ledger } from '../../../../src-main/net/budget/ledger.ts';
import { plan, type Demand, type PlanWindow } from '../../../../src-main/net/budget/plan.ts';

const hour = 3_600_000;
const minute = 60_000;
const start = Date.UTC(2026, 0, 5, 8);
const rule: LimitRule = {
  id: 'day',
  label: 'calls a day',
  unit: 'calls',
  amount: 100,
  windowMs: 24 * hour,
  window: 'fixed',
  told: true,
  basis: '',
};
const demand = (tier: Demand['tier'], wantedMs = minute): Demand => ({ weights: { day: 1 }, wantedMs, tier });
const window = (left: number, horizonMs: number): PlanWindow => ({
  rule,
  amount: 100,
  left,
  reserve: 0,
  horizonMs,
  used: 100 - left,
  resetAt: unixMs(start + horizonMs),
});
const three = [demand('visible'), demand('visible'), demand('visible')];

/** Polls for eight hours, as the plan says at each minute. */
function pollFor8Hours(reserve: number): { readonly sent: number; readonly refused: number } {
  let now = start;
  const override = { ...noOverride, reserve, hours: 8 };
  const ledger = new Ledger({ rules: [rule], override, time: () => unixMs(now), spent: [], told: null });
  const asked: number[] = [];
  let [sent, refused] = [0, 0];
  for (; now <= start + 8 * hour; now += 1000) {
    const { intervals } = plan(three, ledger.windows());
    intervals.forEach((interval, index) => {
      if (interval === null || now < (asked[index] ?? -Infinity) + interval) return;
      if (!ledger.look({ day: 1 }, 'background').ok) return void refused++;
      ledger.take({ id: ++sent, at: unixMs(now), weights: { day: 1 } });
      ledger.answered(sent, null);
      asked[index] = now;
    });
  }
  return { sent, refused };
}

describe('the plan', () => {
  test('3 assets each 15 minutes for 8 hours are 96 calls', () => {
    expect(plan(three, [window(96, 8 * hour)]).intervals).toEqual([15 * minute, 15 * minute, 15 * minute]);
    expect(pollFor8Hours(4)).toEqual({ sent: 96, refused: 0 });
  });

  test('with ten kept back they are stretched to what 90 calls afford', () => {
    expect(plan(three, [window(90, 8 * hour)]).intervals).toEqual([16 * minute, 16 * minute, 16 * minute]);
    expect(pollFor8Hours(10)).toEqual({ sent: 90, refused: 0 });
  });

  test('of 4 calls for 3 equals the first has 2, the others one', () => {
    expect(plan(three, [window(4, 12 * hour)]).intervals).toEqual([6 * hour, 9 * hour, 9 * hour]);
  });

  test('visible is served before background, and nothing left is never', () => {
    const planned = plan([demand('background'), demand('visible', hour)], [window(10, 10 * hour)]);
    expect(planned.intervals).toEqual([null, hour]);
    expect(planned.limitedBy).toBe('day');
    expect(planned.usedAtReset.get('day')).toBe(100);
    expect(planned.wantedAtReset.get('day')).toBe(90 + 600 + 10);
  });

  test('a pinned one leaves one request to each visible one', () => {
    const planned = plan([demand('pinned', hour), demand('visible'), demand('visible')], [window(7, 10 * hour)]);
    expect(planned.intervals).toEqual([2 * hour, 10 * hour, 10 * hour]);
  });
});
