import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import * as limit from '../../../src-renderer/panels/plan/limit-text.ts';
import { forecastText, limitedText } from '../../../src-renderer/panels/plan/forecast-text.ts';
import { affordedText, chargeText, everyText, rowName } from '../../../src-renderer/panels/plan/row-text.ts';
import { intervalText, spanText } from '../../../src-renderer/panels/plan/spans.ts';
import { slowedText, whySlow } from '../../../src-renderer/panels/plan/slowed-text.ts';
import { budgetOf, planOf, rowOf, ruleOf, stateOf, weightRule } from './budget-samples.ts';
import { sampleNow } from './samples.ts';

const before = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'America/New_York';
});
afterAll(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});
const minute = 60_000;
const hour = 60 * minute;

test('a span has its two largest units', () => {
  expect([0, 45_000, 12 * minute, 11 * hour + 20 * minute, 12 * hour, 51 * hour].map(spanText)).toEqual([
    '0 s',
    '45 s',
    '12 min',
    '11 h 20 min',
    '12 h',
    '2 d 3 h',
  ]);
});

test('an interval is rounded to what a reader wants to know', () => {
  const said = [10_000, 60_000, 90_000, 16.2 * minute, 90 * minute, hour, 2.5 * hour, 24 * hour].map(intervalText);
  expect(said).toEqual(['10 s', '1 min', '90 s', '16 min', '90 min', '1 h', '2.5 h', '24 h']);
});

describe('a rule says', () => {
  const of = (...given: Parameters<typeof stateOf>): string =>
    limit.ruleText(stateOf(...given), budgetOf([]), sampleNow, 'UTC');

  test('what is used, what is left, its reset, whose word the amount is, and the reserve', () => {
    expect(of(ruleOf(), 38)).toBe(
      '38 of 100 calls a day used, 62 left. Resets at 2025-11-21 12:00 UTC, in 12 h, as the provider says. The amount is the documented one. The last 10 are kept for your own clicks.',
    );
    expect(of(ruleOf(), 38, { amount: 500, left: 462, amountBasis: 'settings', resetBasis: 'assumed' })).toBe(
      '38 of 500 calls a day used, 462 left. Resets at 2025-11-21 12:00 UTC, in 12 h, as Halcyon assumes. The amount is your own setting. The last 10 are kept for your own clicks.',
    );
    expect(of(ruleOf(), 0, { resetAt: null, amountBasis: 'told' })).toBe(
      '0 of 100 calls a day used, 100 left. Nothing is used yet, so nothing has to be reset. The amount is what Kingfisher’s answers say. The last 10 are kept for your own clicks.',
    );
  });

  test('that no limit is told, documented or wished, and still what was used', () => {
    const unlimited = { amount: null, left: null };
    expect(of(ruleOf(), 38, { ...unlimited, amountBasis: 'told' })).toBe(
      '38 calls a day used. No limit told: Kingfisher’s answers name none.',
    );
    expect(of(ruleOf({ amount: null }), 38)).toBe('38 calls a day used. No limit is documented.');
    expect(of(ruleOf(), 38, { ...unlimited, amountBasis: 'settings' })).toBe(
      '38 calls a day used. No limit, by your own setting.',
    );
  });

  test('weight by name, and when the oldest of a rolling window leaves it', () => {
    expect(of(weightRule, 31, { resetAt: unixMs(sampleNow + 41_000) })).toBe(
      '31 of 2,400 weight a minute used, 2,369 left. The oldest of it leaves the window at 2025-11-21 00:00 UTC, in 41 s. The amount is the documented one.',
    );
    expect(limit.resetText(stateOf(weightRule, 31, { resetAt: sampleNow }), sampleNow, 'UTC')).toBe(
      'The oldest of it leaves the window now.',
    );
    expect(limit.unitText('weight')).toBe('Weight: a request is charged by what it asks for, not one each.');
    expect(limit.unitText('calls')).toBeNull();
  });

  test('one unit in the singular, and no reserve where none is kept or the window is short', () => {
    expect(limit.reserveText(stateOf(ruleOf(), 0), budgetOf([], { reserve: 1 }))).toBe(
      'The last one is kept for your own clicks.',
    );
    expect(limit.reserveText(stateOf(ruleOf(), 0), budgetOf([], { reserve: 0 }))).toBeNull();
    expect(limit.reserveText(stateOf(weightRule, 0), budgetOf([]))).toBeNull();
    expect(limit.reserveText(stateOf(ruleOf({ amount: 4 }), 0), budgetOf([]))).toBe(
      'The last 4 are kept for your own clicks.',
    );
  });

  test('what it declares', () => {
    expect(limit.declaredText(ruleOf())).toBe('Documented: 100 calls a day. The Pro plan has 100 calls a day.');
    expect(limit.declaredText(ruleOf({ amount: null, basis: 'Elite names none.' }))).toBe(
      'Documented: no limit. Elite names none.',
    );
  });
});

describe('a reset over the change from daylight-saving time', () => {
  // New York's clocks went back from 02:00 EDT to 01:00 EST on 2025-11-02, at 06:00 UTC.
  const now = unixMs(Date.UTC(2025, 10, 2, 4, 30));
  const state = stateOf(ruleOf(), 38, { resetAt: unixMs(Date.UTC(2025, 10, 2, 12)) });

  test('is named by the clock of the zone then, and counted down in hours that really pass', () => {
    expect(limit.resetText(state, now, 'UTC')).toBe(
      'Resets at 2025-11-02 12:00 UTC, in 7 h 30 min, as the provider says.',
    );
    expect(limit.resetText(state, now, 'local')).toBe(
      'Resets at 2025-11-02 07:00 EST, in 7 h 30 min, as the provider says.',
    );
    const earlier = { ...state, resetAt: unixMs(Date.UTC(2025, 10, 2, 5)) };
    expect(limit.shortResetText(earlier, 'local')).toBe('resets 01:00 EDT');
    expect(limit.shortResetText({ ...earlier, resetAt: unixMs(Date.UTC(2025, 10, 2, 6)) }, 'local')).toBe(
      'resets 01:00 EST',
    );
    expect(limit.shortResetText(state, 'UTC')).toBe('resets 12:00 UTC');
  });

  test('of a short window is left out where there is little room', () => {
    expect(limit.shortResetText(stateOf(weightRule, 31), 'UTC')).toBeNull();
  });
});

test('a hover text has a line for each rule, and the pause', () => {
  const budget = budgetOf([stateOf(ruleOf(), 38), stateOf(weightRule, 31)], {
    reserve: 0,
    pausedUntil: unixMs(sampleNow + 90_000),
  });
  expect(limit.budgetText(budget, budget.rules, sampleNow, 'UTC').split('\n')).toEqual([
    '38 of 100 calls a day used, 62 left. Resets at 2025-11-21 12:00 UTC, in 12 h, as the provider says. The amount is the documented one.',
    '31 of 2,400 weight a minute used, 2,369 left. The oldest of it leaves the window at 2025-11-21 12:00 UTC, in 12 h. The amount is the documented one.',
    'Nothing is sent before 2025-11-21 00:01:30 UTC, in 1 min.',
  ]);
});

describe('a row of the plan', () => {
  test('says how often it is asked, never a number where it is not asked', () => {
    expect(everyText(16.2 * minute)).toBe('every 16 min');
    expect(everyText(null)).toBe('not before the reset');
    expect(affordedText(rowOf('BTC', 60, { isStreamed: true }))).toBe('streamed, checked every 1 h');
    expect(affordedText(rowOf('BTC', null, { isStreamed: true }))).toBe('streamed, not checked before the reset');
    expect(affordedText(rowOf('BTC', null))).toBe('not before the reset');
  });

  test('is named by asset and kind, and its price by unit', () => {
    expect(rowName(rowOf('BTC', 15))).toBe('BTC liquidation map');
    expect(rowName(rowOf(null, 15, { kind: 'overview' }))).toBe('Overview of all assets');
    expect([chargeText(1, 'calls'), chargeText(2, 'calls'), chargeText(5, 'weight')]).toEqual([
      '1 call',
      '2 calls',
      'weight 5',
    ]);
  });

  test('that is slow says what it comes down to', () => {
    const slow = { provider: 'kingfisher', row: rowOf('BTC', 25) } as const;
    expect(slowedText(slow, 1)).toBe('BTC liquidation map of Kingfisher every 25 min');
    expect(slowedText(slow, 3)).toBe('BTC liquidation map of Kingfisher every 25 min, and 2 more');
    expect(whySlow(slow)).toBe('Kingfisher’s budget affords this every 25 min; wanted: every 15 min.');
  });
});

describe('a forecast', () => {
  const budget = budgetOf([stateOf(ruleOf(), 38)]);

  test('says what is used now, at the reset, and at the wanted intervals', () => {
    expect(forecastText(planOf([], 90, 134), budget, 'UTC')).toBe(
      '38 of 100 calls a day are used now, and 90 will be at the reset, 2025-11-21 12:00 UTC. At the wanted intervals it would be 134, more than there are. Streams, retries and your own clicks are not counted.',
    );
    expect(forecastText(planOf([], 86, 86), budget, 'local')).toBe(
      '38 of 100 calls a day are used now, and 86 will be at the reset, 2025-11-21 07:00 EST. At the wanted intervals it would be 86. Streams, retries and your own clicks are not counted.',
    );
    expect(forecastText(planOf([], 0, 0, { forecast: null }), null, 'UTC')).toBe(
      'Nothing that is asked is limited, so there is nothing to forecast.',
    );
  });

  test('names the limit that slows down', () => {
    expect(limitedText(planOf([], 90, 134), budget)).toBe('The limit of calls a day slows down what is asked.');
    expect(limitedText(planOf([], 86, 86), budget)).toBe('No limit slows anything down.');
  });
});
