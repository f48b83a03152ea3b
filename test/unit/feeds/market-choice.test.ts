import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { MarketState } from '../../../src-main/contract/channels.ts';
import type { MarketMode } from '../../../src-main/contract/settings.ts';
import { MarketChoice } from '../../../src-main/feeds/market-choice.ts';

let cached: boolean;
/** What asking the public markets comes to; `silence`: nothing for as long as the test lasts. */
let network: 'answers' | 'fails' | 'silence';
let asked: number;
let told: MarketState[];
let choice: MarketChoice;

const choiceOf = (mode: MarketMode): MarketChoice => {
  const tools = {
    hasLiveCache: () => cached,
    reach: () => {
      asked += 1;
      if (network === 'silence') return new Promise<void>(() => undefined);
      return network === 'answers' ? Promise.resolve() : Promise.reject(new Error('no network'));
    },
    changed: (state: MarketState) => told.push(state),
  };
  return new MarketChoice(tools, mode);
};

beforeEach(() => {
  vi.useFakeTimers();
  cached = false;
  network = 'answers';
  asked = 0;
  told = [];
  choice = choiceOf('auto');
});
afterEach(() => {
  choice.close();
  vi.useRealTimers();
});

it('takes an explicit choice at once, without asking anybody', () => {
  expect(choice.choose('simulated')).toBe(true);
  expect(choice.effective).toBe('simulated');
  expect(choice.choose('live')).toBe(true);
  expect(choice.state).toEqual({ effective: 'live', reason: null });
  expect(asked).toBe(0);
});

it('is live at once where anything real is in the cache, network or not', () => {
  cached = true;
  network = 'fails';
  expect(choice.choose('auto')).toBe(true);
  expect(choice.state).toEqual({ effective: 'live', reason: null });
});

it('is live as soon as a public market answers', async () => {
  expect(choice.choose('auto')).toBe(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual([{ effective: 'live', reason: null }]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toHaveLength(1);
  expect(asked).toBe(1);
});

it('is simulated when none can be reached, says why, and goes live when one answers later', async () => {
  network = 'fails';
  choice.choose('auto');
  await vi.advanceTimersByTimeAsync(0);
  expect(choice.effective).toBe('simulated');
  expect(choice.state.reason).toBe(
    'No public market can be reached, so this is the simulated market. Live data takes over as soon as one answers.',
  );
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toBe(2);
  expect(told).toHaveLength(1);
  network = 'answers';
  await vi.advanceTimersByTimeAsync(30_000);
  expect(told.map(({ effective }) => effective)).toEqual(['simulated', 'live']);
});

it('does not keep the user waiting for a network that swallows everything', async () => {
  network = 'silence';
  choice.choose('auto');
  await vi.advanceTimersByTimeAsync(2_499);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(choice.effective).toBe('simulated');
});

it('tells nothing more of a choice that was replaced', async () => {
  network = 'fails';
  choice.choose('auto');
  choice.choose('live');
  await vi.advanceTimersByTimeAsync(120_000);
  expect(told).toEqual([]);
  expect(choice.effective).toBe('live');
});

it('is the market that will be chosen before it is, so that the first paint is of that market’s cache', () => {
  expect(choiceOf('simulated').state).toEqual({ effective: 'simulated', reason: null });
  expect(choiceOf('live').effective).toBe('live');
  expect(choiceOf('auto').effective).toBe('live');
});

it('says whether it is settled: while it asks around nothing is to be connected', async () => {
  expect(choice.isSettled).toBe(false);
  network = 'fails';
  choice.choose('auto');
  expect(choice.isSettled).toBe(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(choice.isSettled).toBe(true);
  cached = true;
  choice.choose('auto');
  expect(choice.isSettled).toBe(true);
  cached = false;
  choice.choose('auto');
  expect(choice.isSettled).toBe(false);
  choice.choose('live');
  expect(choice.isSettled).toBe(true);
});
