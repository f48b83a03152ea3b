import { expect, it } from 'vitest';
import { watchWaking } from '../../../src-main/waking.ts';

function setUp() {
  const told: string[] = [];
  const listeners = new Map<string, () => void>();
  let look = (): void => undefined;
  const state = { now: 0, isOnline: true };
  watchWaking({
    power: { on: (event, listener) => listeners.set(event, listener) },
    isOnline: () => state.isOnline,
    now: () => state.now,
    woke: (why) => told.push(why),
    setInterval: (run) => void (look = run),
  });
  const pass = (ms: number, isOnline = state.isOnline) => {
    state.now += ms;
    state.isOnline = isOnline;
    look();
  };
  return { told, state, power: (event: string) => listeners.get(event)?.(), pass };
}

it('tells that the computer woke once, although it is unlocked and connected moments later', () => {
  const { told, power, pass, state } = setUp();
  pass(5_000, false);
  power('resume');
  state.now += 900;
  power('unlock-screen');
  pass(1_000, true);
  expect(told).toEqual(['resume']);
  state.now += 60_000;
  power('unlock-screen');
  expect(told).toEqual(['resume', 'unlock']);
});

it('tells that the network is back, and nothing while it stays as it was or goes', () => {
  const { told, pass } = setUp();
  for (const isOnline of [true, false, false, true, true, false, true]) pass(5_000, isOnline);
  expect(told).toEqual(['network', 'network']);
});

it('is not silenced by a clock that was set back', () => {
  const { told, power, state } = setUp();
  state.now = 10_000_000;
  power('resume');
  state.now = 0;
  power('resume');
  expect(told).toEqual(['resume', 'resume']);
});
