// @vitest-environment happy-dom
import { flushSync } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import { PlanDraft } from '../../../src-renderer/panels/plan/draft.svelte.ts';
import { focusAfter } from '../../../src-renderer/state/demand.svelte.ts';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { budgetOf, planOf, rowOf, ruleOf, stateOf } from './budget-samples.ts';
import { FakeBridge } from './fake-bridge.ts';
import type { Handlers } from './fake-bridge.ts';
import { sampleNow, seriesOf, sourceOf, startOf } from './samples.ts';

let end: (() => void) | null = null;
let now: number = sampleNow;
afterEach(() => {
  end?.();
  end = null;
  now = sampleNow;
});

function open(handlers: Handlers = {}, start = startOf()): { bridge: FakeBridge; terminal: Terminal } {
  let { settings } = start;
  const bridge = new FakeBridge({
    'app/start': () => ({ ...start, settings }),
    'settings/change': (patch) => (settings = { ...settings, ...patch }),
    'market/choose': (market) => (settings = { ...settings, market }),
    'workspace/want': () => null,
    'candles/read': ({ asset, timeframe, limit }) => seriesOf(asset, timeframe, limit),
    'liquidations/read': () => [],
    'plan/forecast': () => [planOf([rowOf('BTC', 25)], 90, 134)],
    ...handlers,
  });
  const terminal = new Terminal(connect(bridge), start, () => now);
  end = terminal.run();
  flushSync();
  return { bridge, terminal };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
  flushSync();
};

test('budgets come with the start and with every event, and go with their market', async () => {
  const { bridge, terminal } = open({}, startOf({ budgets: [budgetOf([stateOf(ruleOf(), 38)])] }));
  expect(terminal.budgets.of('kingfisher')?.rules[0]?.used).toBe(38);
  bridge.send('budget/changed', budgetOf([stateOf(ruleOf(), 39)]));
  bridge.send('budget/changed', budgetOf([stateOf(ruleOf(), 70)], { source: sourceOf('kingfisher', 'production') }));
  expect(terminal.budgets.of('kingfisher')?.rules[0]?.used).toBe(39);
  await settled();
  expect(terminal.plans.list.length).toBe(1);
  bridge.handlers['app/start'] = () => startOf();
  bridge.handlers['plan/forecast'] = () => [];
  await terminal.chooseMarket('live');
  await settled();
  expect(terminal.budgets.list).toEqual([]);
  expect(terminal.plans.list).toEqual([]);
});

test('the plan is asked after main was told what is wanted, again every 15 s, and when something in it changed', async () => {
  const { bridge, terminal } = open();
  await settled();
  const names = bridge.asked.map(({ name }) => name);
  expect(names.indexOf('plan/forecast')).toBeGreaterThan(names.indexOf('workspace/want'));
  expect(bridge.argsOf('plan/forecast')).toEqual([{ wanted: null, plan: defaultSettings.plan }]);
  expect(terminal.plans.slowedOf('BTC').map(({ row }) => row.intervalMs)).toEqual([1_500_000]);

  const count = (): number => bridge.argsOf('plan/forecast').length;
  now += 14_999;
  terminal.clock.tick();
  flushSync();
  expect(count()).toBe(1);
  now += 1;
  terminal.clock.tick();
  flushSync();
  expect(count()).toBe(2);
  terminal.change({ plan: { ...defaultSettings.plan, intervals: { gex: 60_000 } } });
  await settled();
  expect(bridge.argsOf('plan/forecast').at(-1)?.plan?.intervals).toEqual({ gex: 60_000 });
  expect(count()).toBe(3);
  bridge.send('budget/changed', budgetOf([stateOf(ruleOf(), 38)]));
  await settled();
  expect(count()).toBe(4);
  bridge.send('budget/changed', budgetOf([stateOf(ruleOf(), 39)]));
  await settled();
  expect(count()).toBe(4);
});

test('a plan that main cannot tell leaves the last one, and makes no notice', async () => {
  const { bridge, terminal } = open();
  await settled();
  bridge.handlers['plan/forecast'] = () => {
    throw new FailureError(failure('bug', 'The engine does not answer.'));
  };
  await terminal.plans.refresh(defaultSettings.plan);
  expect(terminal.plans.list.length).toBe(1);
  expect(terminal.plans.failure?.message).toBe('The engine does not answer.');
  expect(terminal.notices.list).toEqual([]);
});

test('of two answers about the plan the newer question’s counts, in whatever order they come', async () => {
  const { bridge, terminal } = open();
  await settled();
  const answers: (() => void)[] = [];
  let used = 0;
  bridge.handlers['plan/forecast'] = () => {
    used += 1;
    const plan = planOf([], used, used);
    return new Promise((resolve) => answers.push(() => resolve([plan])));
  };
  const both = [terminal.plans.refresh(defaultSettings.plan), terminal.plans.refresh(defaultSettings.plan)];
  answers[1]?.();
  answers[0]?.();
  await Promise.all(both);
  expect(terminal.plans.of('kingfisher')?.forecast?.usedAtReset).toBe(2);
});

test('main is told which rows can be seen: all while it is not known, the focus alone with the watchlist closed', async () => {
  const { bridge, terminal } = open();
  const visible = (): readonly string[] | undefined => bridge.argsOf('workspace/want').at(-1)?.visible;
  expect(visible()).toEqual(['BTC', 'ETH', 'SOL']);
  terminal.visible.report(['SOL']);
  await settled();
  expect(visible()).toEqual(['BTC', 'SOL']);
  terminal.layout.toggle('watchlist');
  await settled();
  expect(visible()).toEqual(['BTC']);
  expect(terminal.wantedWith(['BTC', 'ETH', 'SOL', 'DOGE']).visible).toEqual(['BTC']);
  terminal.layout.toggle('watchlist');
  await settled();
  expect(terminal.wantedWith(['BTC', 'ETH', 'SOL', 'DOGE']).visible).toEqual(['BTC', 'SOL', 'DOGE']);
});

test('what is taken off the watchlist is out of focus, too', async () => {
  const { terminal } = open();
  const { timeframe } = terminal;
  expect(focusAfter(terminal.settings, ['ETH', 'SOL'])).toBe('ETH');
  expect(focusAfter(terminal.settings, ['ETH', 'BTC'])).toBe('BTC');
  expect(terminal.wantedWith(['ETH', 'SOL'])).toMatchObject({
    assets: ['ETH', 'SOL'],
    visible: ['ETH', 'SOL'],
    focus: { asset: 'ETH', timeframe },
  });
  const draft = new PlanDraft(terminal);
  draft.remove('BTC');
  draft.apply();
  await settled();
  expect(terminal.settings.watchlist).not.toContain('BTC');
  expect(terminal.settings.focus).toEqual({ asset: 'ETH', timeframe });
});
