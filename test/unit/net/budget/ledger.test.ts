import { describe, expect, test } from 'vitest';
import { noOverride, type LimitRule, type PlanOverride } from '../../../../src-main/contract/limits.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';
import type { RateLimits } from '../../../../src-main/contract/provider-status.ts';
import { Ledger, type Spend } from '../../../../src-main/net/budget/ledger.ts';
import type { Remembered } from '../../../../src-main/net/budget/told.ts';

const hour = 3_600_000;
const midnight = Date.UTC(2026, 0, 6);
const start = midnight - 12 * hour;
const day: LimitRule = {
  id: 'day',
  label: 'calls a day',
  unit: 'calls',
  amount: 100,
  windowMs: 24 * hour,
  window: 'fixed',
  told: true,
  basis: '',
};
const burst: LimitRule = {
  id: 'burst',
  label: 'weight a minute',
  unit: 'weight',
  amount: 5,
  windowMs: 60_000,
  window: 'rolling',
  told: false,
  basis: '',
};
const one = { day: 1, burst: 1 };

function open(rules: readonly LimitRule[] = [day], override: PlanOverride = noOverride) {
  const clock = { now: start };
  let last = 0;
  const begin = (spent: readonly Spend[], told: Remembered | null) =>
    new Ledger({ rules, override, time: () => unixMs(clock.now), spent, told });
  const ledger = begin([], null);
  const take = (count = 1, weights = one): number => {
    for (let n = 0; n < count; n++) ledger.take({ id: ++last, at: unixMs(clock.now), weights });
    return last;
  };
  const spend = (count: number): void => {
    for (let n = 0; n < count; n++) ledger.answered(take(), unixMs(clock.now));
  };
  const limits = (remaining: number, resetAt: number | null = midnight): RateLimits => ({
    limit: 100,
    remaining,
    resetAt: resetAt === null ? null : unixMs(resetAt),
    seenAt: unixMs(clock.now),
  });
  const left = (of = ledger) => of.states()[0]?.left;
  return { clock, begin, ledger, take, spend, limits, left };
}

describe('a fixed window', () => {
  test('keeps the reserve for the user, who may use all of it and no more', () => {
    const { ledger, spend } = open();
    spend(90);
    expect(ledger.look(one, 'background')).toMatchObject({
      ok: false,
      waitUntil: midnight,
      reason: 'Only 10 calls are left until the limit resets; they are kept for your own requests.',
    });
    expect(ledger.look(one, 'user')).toEqual({ ok: true });
    spend(10);
    expect(ledger.look(one, 'user')).toMatchObject({
      ok: false,
      reason: 'No calls are left until the limit resets.',
    });
  });

  test('renews at midnight UTC; what is under way then counts in both', () => {
    const { ledger, clock, spend, take, left } = open();
    spend(50);
    const late = take();
    clock.now = midnight;
    expect(left()).toBe(99);
    ledger.answered(late, unixMs(midnight - 1_000));
    expect(left()).toBe(100);
  });

  test('what was given back does not count; what was lost does, until the next answer', () => {
    const { ledger, take, left } = open();
    ledger.giveBack(take());
    expect(left()).toBe(100);
    ledger.lost(take());
    expect(left()).toBe(99);
  });
});

describe('what the provider tells', () => {
  test('fewer and more left than counted are both its truth, less what is under way', () => {
    const { ledger, spend, take, limits, left } = open();
    spend(10);
    ledger.told(limits(40), take());
    expect(left()).toBe(40);
    take(2);
    expect(left()).toBe(38);
  });

  test('answers out of order do not give back what a later one took', () => {
    const { ledger, take, limits, left } = open();
    const [first, second] = [take(), take()];
    ledger.told(limits(98), second);
    ledger.answered(second, null);
    expect(left()).toBe(97);
    ledger.told(limits(99), first);
    expect(left()).toBe(98);
  });

  test('its reset is obeyed, and assumed to come again', () => {
    const { ledger, clock, take, limits } = open();
    ledger.told(limits(0, start + hour), take());
    clock.now = start + hour;
    expect(ledger.look(one, 'user')).toMatchObject({ ok: false, waitUntil: start + hour + 1000 });
    clock.now = start + hour + 1000;
    ledger.answered(1, unixMs(start));
    expect(ledger.states()[0]).toMatchObject({ left: 100, resetAt: start + 25 * hour, resetBasis: 'assumed' });
  });

  test('its silence is no limit, over a restart too; an amount of the user’s stays', () => {
    const { ledger, begin, take, left } = open();
    take(100);
    ledger.silent();
    expect(ledger.states()[0]).toMatchObject({ amount: null, amountBasis: 'told', left: null });
    expect(left(begin([], ledger.remembered()))).toBeNull();
    ledger.override = { ...noOverride, amounts: { day: 120 } };
    expect(ledger.states()[0]).toMatchObject({ amount: 120, amountBasis: 'settings', left: 20 });
  });
});

describe('a 429', () => {
  test('leaves nothing until the moment it names, over a restart too, and renews nothing', () => {
    const { ledger, begin, clock, spend, left } = open();
    spend(30);
    const spent: Spend[] = Array.from({ length: 30 }, (_, id) => ({ id: id + 1, at: unixMs(start), weights: one }));
    ledger.spentUntil(unixMs(start + 60_000));
    const again = begin(spent, ledger.remembered());
    expect([left(), left(again)]).toEqual([0, 0]);
    clock.now = start + 60_000;
    expect([left(), left(again)]).toEqual([70, 70]);
  });
});

describe('a restart', () => {
  test('takes off what was spent since the provider’s last word', () => {
    const { ledger, begin, take, limits, left } = open();
    ledger.told(limits(40), take());
    const told = ledger.remembered();
    const spent = [1, 2, 3].map((id): Spend => ({ id, at: unixMs(start), weights: one, isOpen: id === 3 }));
    expect(left(begin(spent, told))).toBe(38);
  });

  test('an open spend of before midnight counts after it until an answer comes', () => {
    const { begin, clock, left } = open();
    clock.now = midnight + hour;
    const spent: Spend[] = [
      { id: 1, at: unixMs(start), weights: one },
      { id: 2, at: unixMs(start), weights: one, isOpen: true },
    ];
    expect(left(begin(spent, null))).toBe(99);
  });
});

test('a rolling window has room again when the oldest leaves it', () => {
  const { ledger, clock, spend } = open([day, burst]);
  spend(5);
  expect(ledger.look(one, 'user')).toMatchObject({
    ok: false,
    reason: 'The limit of weight a minute is reached for a moment.',
  });
  clock.now += 62_000;
  expect(ledger.look(one, 'background')).toEqual({ ok: true });
  expect(ledger.windows()[1]).toMatchObject({ left: 5, horizonMs: 60_000, used: 0 });
});
