// @vitest-environment happy-dom
import { flushSync } from 'svelte';
import { afterEach, describe, expect, test } from 'vitest';
import type { StartState } from '../../../src-main/contract/channels.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import VolumesPanel from '../../../src-renderer/panels/volumes/VolumesPanel.svelte';
import { breachesOf, flaggedRows, intervalAt, rowAt } from '../../../src-renderer/panels/volumes/intervals.ts';
import { costText, jobText, progressOf } from '../../../src-renderer/panels/volumes/job-text.ts';
import { historyStart, presets, rangeProblem } from '../../../src-renderer/panels/volumes/ranges.ts';
import { newestRealised, sumsSince } from '../../../src-renderer/panels/volumes/realised-rows.ts';
import { allInfos } from './all-infos.ts';
import { mountPanel } from './mounted.ts';
import type { Mounted } from './mounted.ts';
import { scenePlan, sceneJobs } from './preview/scene-history.ts';
import { realisedOf, sampleNow, settingsOf, sourceOf, statusOf, volumesOf } from './samples.ts';

let shown: Mounted | null = null;
afterEach(() => {
  shown?.close();
  shown = null;
});
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  flushSync();
};
const text = (element: Element | null | undefined): string => element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
const button = (name: string): HTMLButtonElement =>
  [...document.querySelectorAll('button')].find((each) => text(each).startsWith(name))!;

async function open(more: Partial<StartState> = {}): Promise<Mounted> {
  shown = mountPanel(VolumesPanel, { providers: allInfos, ...more });
  const { bridge, terminal } = shown;
  Object.assign(bridge.handlers, {
    'workspace/want': () => null,
    'candles/read': () => null,
    'volumes/read': ({ provider, asset }: { provider: 'kaiko' | 'kiyotaka'; asset: string }) =>
      volumesOf(asset, provider),
    'liquidations/read': () => [realisedOf('BTC', 'binance'), realisedOf('BTC', 'bybit')],
    'history/plan': scenePlan,
    'history/start': (query: object) => ({ ...sceneJobs(sampleNow)[0], id: 9, query }),
    'history/stop': () => ({ ...sceneJobs(sampleNow)[0], state: 'stopped', changedAt: unixMs(sampleNow + 1) }),
  });
  const end = terminal.run();
  const { close } = shown;
  shown = { ...shown, close: () => (end(), close()) };
  flushSync();
  await settled();
  return shown;
}

describe('an interval', () => {
  const volumes = volumesOf('BTC', 'kaiko');

  test('holds its sides, its exchanges by size, and what is wrong with it', () => {
    const interval = intervalAt(volumes, volumes.times.length - 3)!;
    expect(interval.exchanges.map(({ name }) => name)).toEqual(['Bybit', 'Binance', 'OKX']);
    expect(interval.long.volume).toBe(volumes.longs[volumes.times.length - 3]);
    expect(interval.breaches).toEqual(['The exchanges do not add up to the provider’s totals.']);
    expect(breachesOf(3)).toHaveLength(2);
    expect(flaggedRows(volumes)).toEqual([165]);
    expect(intervalAt(volumes, -1)).toBeNull();
  });

  test('leaves out an exchange that has no row here', () => {
    const [first, ...others] = volumes.exchanges;
    const silent = { ...first!, longs: volumes.longs.map(() => NaN), shorts: volumes.longs.map(() => NaN) };
    expect(intervalAt({ ...volumes, exchanges: [silent, ...others] }, 0)?.exchanges.map(({ name }) => name)).toEqual([
      'Binance',
      'OKX',
    ]);
  });

  test('is found by a moment in it; a gap is nobody’s', () => {
    const start = volumes.times[5]!;
    expect([rowAt(volumes, start), rowAt(volumes, start + 3_599_999), rowAt(volumes, start - 1)]).toEqual([5, 5, 4]);
    expect(rowAt(volumes, volumes.times.at(-1)! + 3_600_000)).toBeNull();
    expect(rowAt(volumes, volumes.times[0]! - 1)).toBeNull();
    const gap = { ...volumes, times: Float64Array.of(start, start + 7_200_000) };
    expect(rowAt(gap, start + 3_600_000)).toBeNull();
  });
});

describe('realised liquidations', () => {
  const tables = [realisedOf('BTC', 'binance'), realisedOf('BTC', 'okx')];

  test('are listed newest first over all venues', () => {
    const rows = newestRealised(tables, 3);
    expect(rows.map(({ table, time }) => [table.source.provider, sampleNow - time])).toEqual([
      ['binance', 0],
      ['okx', 6_000],
      ['binance', 20_000],
    ]);
    expect(newestRealised([], 50)).toEqual([]);
  });

  test('are summed venue by venue, by the side that was liquidated', () => {
    const one = {
      ...tables[0]!,
      times: Float64Array.of(1, 2, 3),
      sides: Float64Array.of(1, -1, 1),
      usd: Float64Array.of(5, 7, 11),
    };
    expect(sumsSince([one], 2)).toEqual([{ table: one, longUsd: 11, shortUsd: 7, longCount: 1, shortCount: 1 }]);
  });
});

test('a range is told from what is none, and begins at most where the history does', () => {
  const at = (value: number) => unixMs(value);
  expect(rangeProblem(at(1), at(2), at(3))).toBeNull();
  expect(rangeProblem(null, at(2), at(3))).toBe('Both ends must be moments.');
  expect(rangeProblem(at(2), at(2), at(3))).toBe('The range must begin before it ends.');
  expect(rangeProblem(at(4), at(5), at(3))).toBe('The range has not begun yet.');
  expect(presets.map(({ from }) => from(sampleNow))).toEqual([
    sampleNow - 86_400_000,
    sampleNow - 604_800_000,
    sampleNow - 2_592_000_000,
    historyStart,
  ]);
});

test('cost and progress are told in words', () => {
  expect(costText({ cost: 31, costUnit: 'calls' })).toBe('31 calls');
  expect(costText({ cost: 1, costUnit: 'calls' })).toBe('1 call');
  expect(costText({ cost: 25, costUnit: 'weight' })).toBe('weight 25');
  const [running, stopped, , done] = sceneJobs(sampleNow);
  expect(jobText(running!)).toBe('Filling in at 43 %: 312 intervals, 2 flagged, 4 requests');
  expect(jobText(stopped!)).toBe('Stopped at 6 %: 48 intervals, 1 request');
  expect(jobText(done!)).toBe('Done: 720 intervals, 1 request');
  expect(progressOf({ ...running!, reached: unixMs(0) })).toBe(0);
});

test('the newest interval is shown with trades per exchange, then the one that the chart points at', async () => {
  const { terminal } = await open();
  const kaiko = document.querySelector('section')!;
  expect(text(kaiko.querySelector('.when'))).toBe('Newest: 2025-11-20 23:00 UTC, 1 h');
  expect([...kaiko.querySelectorAll('tbody th')].map(text)).toEqual(['All', 'Bybit', 'Binance', 'OKX']);
  expect(text(kaiko)).toContain('1 of 168 intervals shown here breaks an invariant');
  terminal.pointedTime = unixMs(sampleNow - 3 * 3_600_000 + 1);
  flushSync();
  expect(text(kaiko.querySelector('.when'))).toBe('Pointed at: 2025-11-20 21:00 UTC, 1 h');
  expect(text(kaiko.querySelector('.breach'))).toContain('The exchanges do not add up');
});

test('filling in says its cost before it starts; nothing is sent before', async () => {
  const { bridge } = await open();
  const details = [...document.querySelectorAll('details')].find((each) => text(each).startsWith('Fill in a range'))!;
  details.open = true;
  details.dispatchEvent(new Event('toggle'));
  flushSync();
  await settled();
  button('30 d').click();
  flushSync();
  await settled();
  expect(text(document.querySelector('.plan'))).toBe('720 intervals of 1 h in 1 page of 1,000: 1 calls.');
  expect(bridge.argsOf('history/start')).toEqual([]);
  button('Fill in: 1 call').click();
  await settled();
  expect(bridge.argsOf('history/start')).toEqual([
    {
      provider: 'kaiko',
      kind: 'liquidation-volumes',
      asset: 'BTC',
      from: sampleNow - 2_592_000_000,
      to: sampleNow,
    },
  ]);
  expect(document.querySelector('progress')).not.toBeNull();
  button('Stop').click();
  await settled();
  expect(bridge.argsOf('history/stop')).toEqual([{ id: 9 }]);
});

test('a stopped range goes on with its own query, a failed one says why', async () => {
  const jobs = sceneJobs(sampleNow);
  const { bridge } = await open({ history: jobs });
  expect(text(document.body)).toContain('Kiyotaka limits requests: the weight of this minute is used up.');
  button('Resume').click();
  await settled();
  expect(bridge.argsOf('history/start')).toEqual([jobs[1]!.query]);
});

test('without a key the way to one is shown instead of a form, and a plan that lacks the data is a sentence', async () => {
  const statuses = [
    statusOf('kaiko', { state: 'no-key', source: sourceOf('kaiko', 'production') }),
    statusOf('kiyotaka', {
      state: 'plan',
      text: 'Your plan does not include this.',
      source: sourceOf('kiyotaka', 'production'),
      credential: { kept: 'keychain', keychainProblem: null },
    }),
  ];
  const { terminal } = await open({
    settings: settingsOf({ market: 'live' }),
    market: { effective: 'live', reason: null },
    statuses,
  });
  const [kaiko, kiyotaka] = document.querySelectorAll('section');
  expect(text(kaiko)).toContain('Kaiko needs a key. Add one in Settings.');
  expect(kaiko?.querySelector('details')).toBeNull();
  expect(text(kiyotaka)).toContain('Your plan does not include this.');
  button('Add a key').click();
  expect([terminal.layout.isSettingsOpen, terminal.layout.settingsProvider]).toEqual([true, 'kaiko']);
});

test('the liquidations as they happen say which venue tells a sample', async () => {
  await open();
  const section = [...document.querySelectorAll('section')].at(-1)!;
  const named = (cell: Element) => [text(cell), cell.getAttribute('aria-label')];
  expect([...section.querySelectorAll('tbody th')].map(named)).toEqual([
    ['Binance*', 'Binance, sample'],
    ['Bybit', null],
  ]);
  const venues = [...section.querySelectorAll('table')[1]!.querySelectorAll('tbody td:nth-child(2)')];
  expect(new Set(venues.map((cell) => named(cell).join(' ')))).toEqual(new Set(['Binance* Binance, sample', 'Bybit ']));
  expect(section.querySelectorAll('table')[1]?.querySelectorAll('tbody tr').length).toBe(50);
});
