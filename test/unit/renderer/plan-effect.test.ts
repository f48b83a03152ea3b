import { describe, expect, test } from 'vitest';
import { effectsOf } from '../../../src-renderer/panels/plan/effect.ts';
import { calmText, changeText, totalsText } from '../../../src-renderer/panels/plan/effect-text.ts';
import * as edits from '../../../src-renderer/panels/plan/edits.ts';
import { intervalOptions, kindsOf } from '../../../src-renderer/panels/plan/intervals.ts';
import { slowedRows } from '../../../src-renderer/state/slowed.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import { budgetOf, planOf, rowOf, ruleOf, stateOf } from './budget-samples.ts';

const budget = budgetOf([stateOf(ruleOf(), 38)]);
const usual = defaultSettings.plan;

describe('what a change does', () => {
  const before = [planOf([rowOf('BTC', 15), rowOf('ETH', 15), rowOf('SOL', 60)], 86, 86)];
  const after = [planOf([rowOf('BTC', 20), rowOf('ETH', null), rowOf('SOL', 30), rowOf('DOGE', 20)], 90, 134)];

  test('is told row by row, what slows down first', () => {
    const [effect] = effectsOf(before, after);
    expect(effect?.rows.map(changeText)).toEqual([
      'BTC liquidation map: every 15 min → every 20 min, slower',
      'ETH liquidation map: every 15 min → not before the reset, slower',
      'DOGE liquidation map: new, every 20 min',
      'SOL liquidation map: every 60 min → every 30 min, faster'.replace('60 min', '1 h'),
    ]);
    expect(totalsText(effect!, budget)).toBe(
      'Used by the reset: 86 → 90 of 100 calls a day. At the wanted intervals: 86 → 134.',
    );
    expect(calmText([effect!])).toBeNull();
  });

  test('the other way round, what is not asked any more', () => {
    const [effect] = effectsOf(after, before);
    expect(effect?.rows.map(changeText)).toContain('DOGE liquidation map: not asked any more');
    expect(effect?.rows.map(changeText)).toContain('ETH liquidation map: not before the reset → every 15 min, faster');
  });

  test('is nothing where both plans are alike to a reader', () => {
    const close = [planOf([rowOf('BTC', 15.2), rowOf('ETH', 15), rowOf('SOL', 60)], 86, 86)];
    expect(effectsOf(before, close)).toEqual([]);
    expect(calmText([])).toBe('Nothing changes in what is asked.');
    const dearer = effectsOf(before, [planOf(before[0]!.rows, 88, 88)]);
    expect(calmText(dearer)).toBe('Nothing slows down.');
  });

  test('names both amounts where the amount changes, and no limit where there is none any more', () => {
    const larger = planOf(before[0]!.rows, 86, 86);
    const forecast = { ...larger.forecast!, amount: 1_000 };
    const [effect] = effectsOf(before, [{ ...larger, forecast }]);
    expect(totalsText(effect!, budget)).toBe(
      'Used by the reset: 86 of 100 → 86 of 1,000 calls a day. At the wanted intervals: 86 → 86.',
    );
    const [free] = effectsOf(before, [{ ...larger, forecast: null }]);
    expect(totalsText(free!, budget)).toBe('Nothing that is asked is limited any more.');
  });
});

describe('a row is slow', () => {
  test('from more than one and a half times the wanted interval, when it is on screen and not streamed', () => {
    const plan = planOf(
      [
        rowOf('A', 22.5),
        rowOf('B', 22.6),
        rowOf('C', null),
        rowOf('D', 90, { tier: 'background' }),
        rowOf('E', 90, { isStreamed: true }),
        rowOf('F', 30, { tier: 'pinned' }),
        rowOf('G', 90, { tier: 'archive' }),
      ],
      90,
      134,
    );
    expect(slowedRows([plan]).map(({ row }) => row.asset)).toEqual(['C', 'F', 'B']);
  });
});

describe('an edit of the plan', () => {
  test('keeps what it does not name, and leaves nothing behind when it is taken back', () => {
    const limited = edits.withAmount(usual, 'kingfisher', 'day', 500);
    expect(limited.providers.kingfisher).toEqual({ amounts: { day: 500 }, reserve: 10, hours: null });
    const free = edits.withAmount(limited, 'kingfisher', 'day', null);
    expect(free.providers.kingfisher?.amounts).toEqual({ day: null });
    const hours = edits.withOverride(free, 'kingfisher', { hours: 8 });
    expect(hours.providers.kingfisher).toEqual({ amounts: { day: null }, reserve: 10, hours: 8 });
    const back = edits.withAmount(
      edits.withOverride(hours, 'kingfisher', { hours: null }),
      'kingfisher',
      'day',
      undefined,
    );
    expect(back).toEqual(usual);
  });

  test('wants an interval of a kind, or the usual one again', () => {
    const wanted = edits.withInterval(usual, 'gex', 300_000);
    expect(wanted.intervals).toEqual({ gex: 300_000 });
    expect(edits.withInterval(wanted, 'gex', null)).toEqual(usual);
  });

  test('pins a row once, and takes the pin away', () => {
    const pin = { provider: 'kingfisher', kind: 'gex', asset: 'BTC' } as const;
    const pinned = edits.withPin(edits.withPin(usual, pin, true), pin, true);
    expect(pinned.pins).toEqual([pin]);
    expect(edits.isPinned(pinned, { ...pin })).toBe(true);
    expect(edits.isPinned(pinned, { ...pin, asset: 'ETH' })).toBe(false);
    expect(edits.withPin(pinned, pin, false)).toEqual(usual);
  });
});

test('numbers are read as they are typed, and what cannot be is explained', () => {
  expect(edits.readWhole(' 1,000 ', 1, 10_000)).toEqual({ ok: true, value: 1000 });
  for (const text of ['', '0', '1.5', '-3', 'ten', '10001', '1,00']) {
    expect(edits.readWhole(text, 1, 10_000)).toEqual({ ok: false, problem: 'A whole number from 1 to 10,000.' });
  }
  expect(edits.readHours('', 0.5, 24)).toEqual({ ok: true, value: null });
  expect(edits.readHours('8,5', 0.5, 24)).toEqual({ ok: true, value: 8.5 });
  expect(edits.readHours('0.4', 0.5, 24)).toEqual({
    ok: false,
    problem: 'From 0.5 to 24 hours, or empty: until the reset.',
  });
});

test('the choice of an interval goes from 10 s to 24 h, and names the usual one while it is known', () => {
  const rows = [rowOf('BTC', 20), rowOf('BTC', 20, { kind: 'overview' })];
  const options = intervalOptions(rows, usual, 'liquidation-map');
  expect(options[0]).toEqual({ value: 'usual', text: 'As usual: every 15 min' });
  expect([options[1]?.text, options.at(-1)?.text]).toEqual(['Every 10 s', 'Every 24 h']);
  const own = intervalOptions(rows, edits.withInterval(usual, 'liquidation-map', 420_000), 'liquidation-map');
  expect(own[0]).toEqual({ value: 'usual', text: 'As usual' });
  expect(own).toContainEqual({ value: '420000', text: 'Every 7 min' });
  expect(kindsOf(rows)).toEqual(['liquidation-map']);
});
