// @vitest-environment happy-dom
import { flushSync } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import type { PlanQuestion, ProviderPlan } from '../../../src-main/contract/plan.ts';
import StatusBar from '../../../src-renderer/panels/StatusBar.svelte';
import { budgetOf, planOf, rowOf, ruleOf, stateOf } from './budget-samples.ts';
import { mountPanel } from './mounted.ts';
import type { Mounted } from './mounted.ts';

let shown: Mounted | null = null;
afterEach(() => {
  shown?.close();
  shown = null;
});

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
  flushSync();
};
const words = (element: Element | null): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
const button = (name: string): HTMLButtonElement => {
  const found = [...document.querySelectorAll('button')].find(
    (each) => each.getAttribute('aria-label') === name || words(each) === name,
  );
  if (found === undefined) throw new Error(`There is no button ${name}.`);
  return found;
};
const field = (label: string): HTMLInputElement | HTMLSelectElement => {
  const found = [...document.querySelectorAll('label')].find((each) => words(each) === label);
  return document.getElementById(found?.htmlFor ?? '') as HTMLInputElement;
};
function set(input: HTMLInputElement | HTMLSelectElement, value: string): void {
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
  flushSync();
}
const effect = (): string => {
  const told = [...document.querySelectorAll('dialog [role=status] :is(h3, h4, p, li)')];
  return told.map(words).join(' ');
};

/** Each asset more makes every row 5 minutes slower. */
function forecast({ wanted, plan }: PlanQuestion): ProviderPlan[] {
  const assets = wanted?.assets ?? ['BTC', 'ETH', 'SOL'];
  const every = 15 + 5 * (assets.length - 3) + (plan?.intervals['liquidation-map'] === 60_000 ? 10 : 0);
  return [
    planOf(
      assets.map((asset) => rowOf(asset, asset === 'SOL' ? null : every)),
      84 + assets.length,
      40 * assets.length,
    ),
  ];
}

async function open(answer: (question: PlanQuestion) => ProviderPlan[] = forecast): Promise<Mounted> {
  shown = mountPanel(StatusBar, { budgets: [budgetOf([stateOf(ruleOf(), 38)])] });
  shown.bridge.handlers['plan/forecast'] = answer;
  await shown.terminal.plans.refresh(shown.terminal.settings.plan);
  button('Plan of Kingfisher').click();
  flushSync();
  return shown;
}

test('the plan lists each row with what it costs, what is wanted and what is afforded', async () => {
  await open();
  expect(words(document.querySelector('dialog h2'))).toBe('Plan');
  const rows = [...document.querySelectorAll('dialog tbody tr')].map((row) => [...row.children].map(words));
  expect(rows).toEqual([
    ['BTC', 'Liquidation map', 'in view', '1 call', 'every 15 min', 'every 15 min', ''],
    ['ETH', 'Liquidation map', 'in view', '1 call', 'every 15 min', 'every 15 min', ''],
    ['SOL', 'Liquidation map', 'in view', '1 call', 'every 15 min', 'not before the reset, slower', ''],
  ]);
  expect(words(document.querySelector('article > .said'))).toBe(
    '38 of 100 calls a day are used now, and 87 will be at the reset, 2025-11-21 12:00 UTC. At the wanted intervals it would be 120, more than there are. Streams, retries and your own clicks are not counted. The limit of calls a day slows down what is asked.',
  );
});

test('what adding an asset costs is shown before it is added, and applied as one change', async () => {
  const { bridge, terminal } = await open();
  set(field('Add an asset'), ' doge ');
  button('See what it costs').click();
  await settled();
  const [, before, after] = bridge.argsOf('plan/forecast');
  expect(before).toEqual({ wanted: terminal.wanted, plan: terminal.settings.plan });
  expect(after?.wanted?.assets).toEqual(['BTC', 'ETH', 'SOL', 'DOGE']);
  expect(after?.wanted?.visible).toContain('BTC');
  expect(effect()).toBe(
    'What this changes Kingfisher Used by the reset: 87 → 88 of 100 calls a day. At the wanted intervals: 120 → 160. BTC liquidation map: every 15 min → every 20 min, slower ETH liquidation map: every 15 min → every 20 min, slower DOGE liquidation map: new, every 20 min',
  );
  expect(bridge.argsOf('settings/change')).toEqual([]);
  expect(terminal.settings.watchlist).toEqual(['BTC', 'ETH', 'SOL']);

  button('Apply').click();
  await settled();
  expect(bridge.argsOf('settings/change')).toEqual([{ watchlist: ['BTC', 'ETH', 'SOL', 'DOGE'] }]);
  expect(document.querySelector('dialog [role=status]')).toBeNull();
});

test('an asset that is watched, or is none, is refused with the reason, and nothing is asked', async () => {
  const { bridge } = await open();
  const asked = bridge.argsOf('plan/forecast').length;
  for (const [typed, why] of [
    ['btc', 'BTC is watched already.'],
    ['B-T', 'An asset is letters and digits, as in BTC.'],
  ] as const) {
    set(field('Add an asset'), typed);
    button('See what it costs').click();
    flushSync();
    expect(words(document.querySelector('dialog [role=alert]'))).toBe(why);
  }
  expect(bridge.argsOf('plan/forecast').length).toBe(asked);
});

test('a shorter interval is looked at first, and Cancel leaves everything as it was', async () => {
  const { bridge, terminal } = await open();
  set(field('Liquidation map'), '60000');
  await settled();
  expect(bridge.argsOf('plan/forecast').at(-1)?.plan?.intervals).toEqual({ 'liquidation-map': 60_000 });
  expect(effect()).toContain('BTC liquidation map: every 15 min → every 25 min, slower');
  button('Cancel').click();
  await settled();
  expect(field('Liquidation map').value).toBe('usual');
  expect(terminal.settings.plan.intervals).toEqual({});
  expect(bridge.argsOf('settings/change')).toEqual([]);
});

test('amounts, reserve, hours and pins become the user’s own word', async () => {
  const { bridge } = await open();
  set(field('Amount of calls a day'), 'own');
  set(field('My amount of calls a day'), '500');
  set(field('Reserve'), '20');
  set(field('Hours of use'), '8');
  document.querySelector<HTMLInputElement>('[aria-label="Pin BTC liquidation map"]')!.click();
  await settled();
  button('Apply').click();
  await settled();
  expect(bridge.argsOf('settings/change')).toEqual([
    {
      plan: {
        providers: { kingfisher: { amounts: { day: 500 }, reserve: 20, hours: 8 } },
        intervals: {},
        pins: [{ provider: 'kingfisher', kind: 'liquidation-map', asset: 'BTC' }],
      },
    },
  ]);
});

test('what cannot be an amount stays in the field with the reason', async () => {
  const { bridge } = await open();
  const asked = bridge.argsOf('plan/forecast').length;
  set(field('Reserve'), 'many');
  expect(words(document.querySelector('dialog [role=alert]'))).toBe('A whole number from 0 to 1,000,000.');
  expect(field('Reserve').value).toBe('many');
  expect(bridge.argsOf('plan/forecast').length).toBe(asked);
});

test('only the newest question is answered', async () => {
  const waiting: (() => void)[] = [];
  const { bridge } = await open();
  bridge.handlers['plan/forecast'] = (question) =>
    new Promise((resolve) => waiting.push(() => resolve(forecast(question))));
  set(field('Liquidation map'), '60000');
  await settled();
  expect(effect()).toBe('What this changes Asking what it costs…');
  bridge.handlers['plan/forecast'] = forecast;
  set(field('Liquidation map'), '300000');
  await settled();
  expect(effect()).toBe('What this changes Nothing changes in what is asked.');
  for (const answer of waiting) answer();
  await settled();
  expect(effect()).toBe('What this changes Nothing changes in what is asked.');
});

test('where the cost cannot be told, that is said, and the change can still be made', async () => {
  const { bridge } = await open();
  bridge.handlers['plan/forecast'] = () => {
    throw new FailureError(failure('bug', 'The engine does not answer.'));
  };
  set(field('Liquidation map'), '300000');
  await settled();
  expect(effect()).toBe('What this changes The engine does not answer. What it costs is not known.');
  expect(button('Apply').disabled).toBe(false);
});

test('Apply and Cancel leave the focus inside the dialog', async () => {
  await open();
  for (const end of ['Cancel', 'Apply']) {
    set(field('Liquidation map'), '300000');
    await settled();
    button(end).click();
    flushSync();
    expect(document.activeElement?.getAttribute('data-id')).toBe('kingfisher');
  }
});

test('Escape is heard by nothing under the dialog, and closing takes it away', async () => {
  const { terminal } = await open();
  const heard: string[] = [];
  const hear = (event: KeyboardEvent): void => void heard.push(event.key);
  window.addEventListener('keydown', hear);
  const dialog = document.querySelector('dialog')!;
  for (const key of ['Escape', 'a']) dialog.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  window.removeEventListener('keydown', hear);
  expect(heard).toEqual(['a']);
  button('Close').click();
  flushSync();
  expect(terminal.plans.isOpen).toBe(false);
  expect(document.querySelector('dialog')).toBeNull();
});
