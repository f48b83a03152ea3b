// @vitest-environment happy-dom
import { flushSync } from 'svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import StatusBar from '../../../src-renderer/panels/StatusBar.svelte';
import { budgetOf, planOf, rowOf, ruleOf, stateOf, weightRule } from './budget-samples.ts';
import { mountPanel } from './mounted.ts';
import type { Mounted } from './mounted.ts';
import { sampleNow, settingsOf, startOf, statusOf } from './samples.ts';

let shown: Mounted | null = null;
afterEach(() => {
  shown?.close();
  shown = null;
});

const kingfisher = (): HTMLElement => document.querySelector<HTMLElement>('button.provider')!;
const words = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

test('each provider is told by source, shape, word and age', () => {
  shown = mountPanel(StatusBar);
  expect([...document.querySelectorAll('button.provider')].map(words)).toEqual([
    'Kingfisher · SIMULATED polling 4 s',
    'Binance · SIMULATED live 4 s',
  ]);
  expect(kingfisher().querySelectorAll('svg').length).toBe(2);
});

describe('a meter', () => {
  const day = stateOf(ruleOf(), 38);
  const meter = (): HTMLElement => document.querySelector<HTMLElement>('.meter')!;
  const openPlan = (): HTMLButtonElement =>
    document.querySelector<HTMLButtonElement>('[aria-label="Plan of Kingfisher"]')!;

  test('says what is used, what is left and when it is reset, and has a full name', () => {
    shown = mountPanel(StatusBar, { budgets: [budgetOf([day])] });
    expect(words(meter())).toBe('38 of 100 used, 62 left · resets 12:00 UTC, in 12 h');
    const bar = meter().querySelector('[role=meter]')!;
    const said = (name: string): string | null => bar.getAttribute(name);
    expect([said('aria-valuemin'), said('aria-valuemax'), said('aria-valuenow')]).toEqual(['0', '100', '38']);
    expect(said('aria-label')).toBe('Budget of Kingfisher: calls a day');
    expect(said('aria-valuetext')).toBe(
      '38 of 100 calls a day used, 62 left. Resets at 2025-11-21 12:00 UTC, in 12 h, as the provider says. The amount is the documented one. The last 10 are kept for your own clicks.',
    );
    expect(bar.querySelector<HTMLElement>('.used')?.style.width).toBe('38%');
    expect(bar.querySelector<HTMLElement>('.kept')?.style.width).toBe('10%');
  });

  test('shows the rule nearest to its end, names weight, and has the others on hover', () => {
    shown = mountPanel(StatusBar, { budgets: [budgetOf([day, stateOf(weightRule, 1_800)])] });
    expect(words(meter())).toBe('weight 1,800 of 2,400 used, 600 left');
    expect(
      openPlan()
        .title.split('\n')
        .map((line) => line.slice(0, 30)),
    ).toEqual([
      'Kingfisher',
      '1,800 of 2,400 weight a minute',
      '38 of 100 calls a day used, 62',
      'Click to open the plan.',
    ]);
  });

  test('follows the counts, and says how long the provider is paused', () => {
    shown = mountPanel(StatusBar, { budgets: [budgetOf([day])] });
    shown.terminal.budgets.accept(budgetOf([stateOf(ruleOf(), 39)], { pausedUntil: unixMs(sampleNow + 45_000) }));
    flushSync();
    expect(words(meter())).toBe('paused, 45 s 39 of 100 used, 61 left · resets 12:00 UTC, in 12 h');
  });

  test('is left out where no limit is told', () => {
    const told = stateOf(ruleOf(), 38, { amount: null, left: null, amountBasis: 'told' });
    shown = mountPanel(StatusBar, { budgets: [budgetOf([told])] });
    expect(meter()).toBeNull();
  });
});

test('a budget that is short says what slows down, in one line that opens the plan', async () => {
  shown = mountPanel(StatusBar);
  shown.bridge.handlers['plan/forecast'] = () => [planOf([rowOf('BTC', 25), rowOf('ETH', null)], 90, 134)];
  await shown.terminal.plans.refresh(shown.terminal.settings.plan);
  flushSync();
  const line = [...document.querySelectorAll('footer button')].find((each) => words(each).includes('slower'))!;
  expect(words(line)).toBe('2 slower: ETH liquidation map of Kingfisher not before the reset, and 1 more');
  expect((line as HTMLElement).title).toBe(
    'Kingfisher, ETH liquidation map: not before the reset, wanted every 15 min\nKingfisher, BTC liquidation map: every 25 min, wanted every 15 min\nThe budget is short. Click to open the plan.',
  );
  (line as HTMLElement).click();
  flushSync();
  expect(shown.terminal.plans.isOpen).toBe(true);
});

test('a stream that is live while REST is spent says both on hover', () => {
  const text = 'Kingfisher is streaming. Daily limit exceeded. Upgrade to Elite for unlimited requests.';
  shown = mountPanel(StatusBar, { statuses: [statusOf('kingfisher', { state: 'live', text })] });
  expect(kingfisher().title).toBe(`Kingfisher: ${text}`);
});

test('the list of notices gives the focus back to its button, and does not come back by itself', () => {
  const notice = { id: 'a', level: 'error' as const, text: 'One.', at: sampleNow, resolved: false };
  shown = mountPanel(StatusBar, startOf({ settings: settingsOf(), notices: [notice] }));
  const { terminal } = shown;
  const button = document.getElementById('toggle-notices')!;
  button.click();
  flushSync();
  document.querySelector<HTMLElement>('[aria-label="Close notices"]')!.click();
  flushSync();
  expect(document.activeElement).toBe(button);

  button.click();
  flushSync();
  terminal.notices.accept({ ...notice, resolved: true });
  flushSync();
  terminal.notices.accept({ ...notice, id: 'b' });
  flushSync();
  expect(document.querySelector('[aria-label="Notices"]')).toBeNull();
});
