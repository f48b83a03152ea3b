import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { Budgets, nearestRule, ruleAt } from '../../../src-renderer/state/budgets.svelte.ts';
import { meterOf } from '../../../src-renderer/panels/plan/meters.ts';
import { budgetOf, noonReset, ruleOf, stateOf, weightRule } from './budget-samples.ts';
import { sampleNow, sourceOf } from './samples.ts';

describe('budgets', () => {
  test('are kept newest last, and an answer that was overtaken changes nothing', () => {
    const budgets = new Budgets(() => true);
    const newer = budgetOf([stateOf(ruleOf(), 39)], { at: unixMs(sampleNow + 1) });
    budgets.accept(newer);
    budgets.accept(budgetOf([stateOf(ruleOf(), 38)]));
    expect(budgets.of('kingfisher')).toBe(newer);
    expect(budgets.of('kaiko')).toBeNull();
  });

  test('of another source replace it whatever its clock says, those not in use are left out', () => {
    const budgets = new Budgets(({ environment }) => environment !== 'sandbox');
    budgets.accept(budgetOf([], { at: unixMs(sampleNow + 1) }));
    const elsewhere = budgetOf([], { source: sourceOf('kingfisher', 'production') });
    budgets.accept(elsewhere);
    budgets.accept(budgetOf([], { source: sourceOf('kingfisher', 'sandbox'), at: unixMs(sampleNow + 2) }));
    expect(budgets.list).toEqual([elsewhere]);
    budgets.clear();
    expect(budgets.list).toEqual([]);
  });
});

describe('a rule', () => {
  test('of a fixed window has nothing used from the very moment of its reset', () => {
    const state = stateOf(ruleOf(), 38);
    expect(ruleAt(state, unixMs(noonReset - 1))).toBe(state);
    expect(ruleAt(state, noonReset)).toEqual({ ...state, used: 0, left: 100, resetAt: null });
  });

  test('of a rolling window has nothing used once its newest call must have left it', () => {
    const rolling = stateOf(weightRule, 31);
    expect(ruleAt(rolling, noonReset)).toBe(rolling);
    expect(ruleAt(rolling, unixMs(noonReset + 59_999))).toBe(rolling);
    expect(ruleAt(rolling, unixMs(noonReset + 60_000))).toMatchObject({ used: 0, left: 2_400, resetAt: null });
  });

  test('is the nearest to its end where no other has a larger share used', () => {
    const day = stateOf(ruleOf(), 38);
    const minute = stateOf(weightRule, 1_200);
    expect(nearestRule([day, minute])).toBe(minute);
    expect(nearestRule([stateOf(ruleOf({ amount: null }), 12)])).toBeNull();
    const amounts = fc.option(fc.integer({ min: 1, max: 1000 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(amounts, fc.integer({ min: 0, max: 2000 }))), (pairs) => {
        const states = pairs.map(([amount, used]) => stateOf(ruleOf({ amount }), used));
        const limited = states.filter(({ amount }) => amount !== null);
        const share = (each: { amount: number | null; used: number }): number =>
          Math.min(1, each.used / (each.amount ?? 1));
        const nearest = nearestRule(states);
        if (nearest === null) return limited.length === 0;
        return limited.every((each) => share(each) <= share(nearest));
      }),
    );
  });
});

describe('a meter', () => {
  test('shows the rule nearest to its end, the others after it', () => {
    const view = meterOf(budgetOf([stateOf(weightRule, 1_500), stateOf(ruleOf(), 38)]), sampleNow);
    expect(view?.states.map(({ rule }) => rule.id)).toEqual(['minute', 'day']);
  });

  test('is left out where nothing is limited, and where only a short window is little used', () => {
    expect(meterOf(budgetOf([stateOf(ruleOf({ amount: null }), 12)]), sampleNow)).toBeNull();
    expect(meterOf(budgetOf([stateOf(weightRule, 1_199)]), sampleNow)).toBeNull();
    expect(meterOf(budgetOf([stateOf(weightRule, 1_200)]), sampleNow)?.nearest.used).toBe(1_200);
  });

  test('does not change to a window of seconds, however full that is', () => {
    const burst = stateOf(ruleOf({ id: 'burst', window: 'rolling', windowMs: 1000, amount: 5 }), 5);
    expect(meterOf(budgetOf([stateOf(ruleOf(), 38), burst]), sampleNow)?.nearest.rule.id).toBe('day');
    expect(meterOf(budgetOf([burst]), sampleNow)).toBeNull();
  });

  test('is there while the provider is paused, and until then only', () => {
    const budget = budgetOf([stateOf(weightRule, 31)], { pausedUntil: unixMs(sampleNow + 1000) });
    expect(meterOf(budget, sampleNow)?.pausedUntil).toBe(sampleNow + 1000);
    expect(meterOf(budget, unixMs(sampleNow + 1000))).toBeNull();
  });
});
