// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import type { StartState } from '../../../src-main/contract/channels.ts';
import { failure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { Snapshot } from '../../../src-main/contract/snapshot.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import LevelsPanel from '../../../src-renderer/panels/levels/LevelsPanel.svelte';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { planOf, rowOf } from './budget-samples.ts';
import { FakeBridge } from './fake-bridge.ts';
import { gexOf, mapOf, quoteOf, sampleNow, startOf, statusOf } from './samples.ts';

let close: (() => void) | null = null;
afterEach(() => {
  close?.();
  close = null;
});

let bridge = new FakeBridge();

function open(
  snapshots: Snapshot[] = [mapWith([66_000, 66_500.5, 68_000])],
  more: Partial<StartState> = {},
  readNow: () => number = () => sampleNow,
): Terminal {
  const start = startOf({ snapshots, quotes: [quoteOf('BTC', { price: 67_000 })], ...more });
  bridge = new FakeBridge();
  const terminal = new Terminal(connect(bridge), start, readNow);
  const panel = mount(LevelsPanel, { target: document.body, props: { terminal } });
  close = () => void unmount(panel);
  flushSync();
  return terminal;
}

const mapWith = (prices: readonly number[]) => ({
  ...mapOf('BTC'),
  prices: Float64Array.from(prices),
  longs: Float64Array.from(prices, (price, row) => (price < 67_000 ? 1_000_000_000.25 * (row + 1) : 0)),
  shorts: Float64Array.from(prices, (price) => (price > 67_000 ? 4_800_000_000 : 0)),
});

const firstCells = (): (string | undefined)[] =>
  [...document.querySelectorAll('tbody tr[aria-rowindex]')].map((row) => row.querySelector('td')?.textContent?.trim());
const header = (title: string): HTMLElement =>
  [...document.querySelectorAll('th')].find((each) => each.textContent?.includes(title))!;
const key = (name: string): void => {
  document.querySelector('table')!.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
  flushSync();
};

test('a header button sorts and says so to a screen reader', () => {
  open();
  expect(firstCells()).toEqual(['68,000', '66,500.5', '66,000']);
  expect(header('Price').getAttribute('aria-sort')).toBe('descending');
  header('Long').querySelector('button')!.click();
  flushSync();
  expect(firstCells()).toEqual(['66,500.5', '66,000', '68,000']);
  expect(header('Long').getAttribute('aria-sort')).toBe('descending');
  expect(header('Price').getAttribute('aria-sort')).toBe('none');
});

test('the arrow keys choose a row, the chart shows it, and the strip has every digit', () => {
  const terminal = open();
  key('ArrowDown');
  expect(terminal.highlight).toBe(66_500.5);
  const detail = document.querySelector('.detail')?.textContent ?? '';
  expect(detail).toContain('66,500.5');
  expect(detail).toContain('$2,000,000,000.5');
  expect(detail).toContain('Kingfisher · SIMULATED');
  expect(detail).toContain('2025-11-21 00:00:00 UTC');
});

test('pointing at a row points at its level, leaving the table takes it away', () => {
  const terminal = open();
  document.querySelector('tbody tr[aria-rowindex="2"]')!.dispatchEvent(new MouseEvent('mouseenter'));
  expect(terminal.highlight).toBe(68_000);
  document.querySelector('table')!.dispatchEvent(new MouseEvent('mouseleave'));
  expect(terminal.highlight).toBeNull();
});

test('of five thousand levels a few dozen rows are drawn, and the count is told', () => {
  open([mapWith(Array.from({ length: 5000 }, (_, row) => 60_000 + row))]);
  expect(document.querySelector('table')?.getAttribute('aria-rowcount')).toBe('5001');
  expect(document.querySelectorAll('tbody tr[aria-rowindex]').length).toBeLessThan(60);
});

const press = (name: string): void => {
  const found = [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === name);
  if (found === undefined) throw new Error(`There is no button ${name}.`);
  found.click();
  flushSync();
};
const shown = (): string => document.body.textContent ?? '';
const times = (text: string): number => shown().split(text).length - 1;
const cellsOf = (rowIndex: number): Element[] => [
  ...document.querySelectorAll(`tbody tr[aria-rowindex="${rowIndex}"] td`),
];

test('prices have every digit, and amounts are read aloud with every digit', () => {
  open([mapWith([66_000.55, 66_000.57])]);
  expect(firstCells()).toEqual(['66,000.57', '66,000.55']);
  expect(cellsOf(2)[2]?.textContent?.trim()).toBe('$2.00B');
  expect(cellsOf(2)[2]?.getAttribute('aria-label')).toBe('$2.00B, exactly $2,000,000,000.5');
});

test('each level has the age of its own time', () => {
  const map = { ...mapWith([66_000, 66_500]), levelTimes: Float64Array.of(sampleNow - 7_200_000, NaN) };
  open([map]);
  expect([cellsOf(2), cellsOf(3)].map((cells) => cells.at(-1)?.textContent)).toEqual(['0 s', '2 h']);
});

test('origin and age are those of what is listed, and each row fades with its own source', () => {
  const map = { ...mapWith([66_000]), confirmedAt: unixMs(sampleNow - 86_400_000), takenAtBasis: 'received' as const };
  open([
    map,
    { ...gexOf('BTC'), strikes: Float64Array.of(67_500), gammaExposure: Float64Array.of(1), flipLevel: null },
  ]);
  const origins = (): string[] =>
    [...document.querySelectorAll('.provenance')].map((each) => each.textContent?.replace(/\s+/g, ' ').trim() ?? '');
  const mapOrigin = 'Map Kingfisher · SIMULATED USD estimated received stale 0 s';
  const gexOrigin = 'GEX Kingfisher · SIMULATED USD per 1 % inferred 0 s';
  expect(origins()).toEqual([mapOrigin, gexOrigin]);
  expect([2, 3].map((row) => cellsOf(row)[0]?.parentElement?.classList.contains('stale'))).toEqual([false, true]);
  press('GEX');
  expect(origins()).toEqual([gexOrigin]);
  press('Clusters');
  expect(origins()).toEqual([mapOrigin]);
});

test('another order or filter starts at the top, the ladder at the price', () => {
  open([mapWith(Array.from({ length: 500 }, (_, row) => 66_750.5 + row)), gexOf('BTC')]);
  const scroller = document.querySelector('.scroller')!;
  const ladderTop = scroller.scrollTop;
  expect(ladderTop).toBeGreaterThan(2_000);
  header('Long').querySelector('button')!.click();
  flushSync();
  expect(scroller.scrollTop).toBe(0);
  scroller.scrollTop = 3_000;
  header('Short').querySelector('button')!.click();
  flushSync();
  expect(scroller.scrollTop).toBe(0);
  scroller.scrollTop = 3_000;
  press('Clusters');
  expect(scroller.scrollTop).toBe(0);
  press('All');
  header('Price').querySelector('button')!.click();
  flushSync();
  expect(scroller.scrollTop).toBe(ladderTop);
});

test('without a key the panel says so once and leads to Settings', () => {
  const terminal = open([], {
    statuses: [statusOf('kingfisher', { state: 'no-key', text: 'No key.' }), statusOf('binance')],
  });
  const end = terminal.run();
  const noKey = failure('auth', 'Kingfisher has no key yet. Add one in Settings → Providers.');
  bridge.send('snapshot/trouble', {
    provider: 'kingfisher',
    asset: 'BTC',
    kind: 'liquidation-map',
    failure: noKey,
    missedSince: null,
    at: sampleNow,
  });
  flushSync();
  end();
  expect(times('key')).toBe(2);
  expect(shown()).toContain('Kingfisher needs a key. Add one in Settings.');
  expect(shown()).not.toContain('Retry');
  press('Add a key');
  expect(terminal.layout.isSettingsOpen).toBe(true);
});

test('with levels of former days and no key, the way to a key stands above them', () => {
  open(undefined, { statuses: [statusOf('kingfisher', { state: 'no-key', text: 'No key.' }), statusOf('binance')] });
  expect(firstCells()).toHaveLength(3);
  expect(times('Kingfisher needs a key. Add one in Settings.')).toBe(1);
  expect(shown()).toContain('Add a key');
});

test('a failure without any level is said once', () => {
  const refused = failure('auth', 'Kingfisher refused the key.');
  const terminal = open([], {
    statuses: [statusOf('kingfisher', { state: 'refused', text: refused.message }), statusOf('binance')],
  });
  const end = terminal.run();
  bridge.send('snapshot/trouble', {
    provider: 'kingfisher',
    asset: 'BTC',
    kind: 'liquidation-map',
    failure: refused,
    missedSince: null,
    at: sampleNow,
  });
  flushSync();
  end();
  expect(times('Kingfisher refused the key.')).toBe(1);
  expect(shown()).toContain('No levels of BTC have been kept.');
  expect(shown()).toContain('Retry');
});

test('only the choice of another row is announced, not what changes in it every second', () => {
  let now: number = sampleNow;
  const terminal = open(undefined, {}, () => now);
  const live = document.querySelector('[aria-live]')!;
  expect(live.textContent).toBe('');
  key('ArrowDown');
  expect(live.textContent).toBe('Long cluster, 66,500.5');
  const said = live.firstChild;
  now += 5_000;
  terminal.clock.tick();
  flushSync();
  expect(document.querySelector('.detail dl')?.textContent).toContain('5 s');
  expect(live.firstChild).toBe(said);
  expect(document.querySelectorAll('.detail [aria-live]')).toHaveLength(1);
  expect(document.querySelector('.detail')?.hasAttribute('aria-live')).toBe(false);
});

test('Ctrl+C copies the row as it is now, like the button', () => {
  const terminal = open();
  const end = terminal.run();
  key('ArrowDown');
  bridge.send('snapshot/changed', { ...mapWith([66_500.5]), longs: Float64Array.of(42) });
  flushSync();
  let copied = '';
  document.execCommand = () => {
    const event = new Event('copy', { bubbles: true, cancelable: true });
    Object.defineProperty(event, 'clipboardData', { value: { setData: (_: string, text: string) => (copied = text) } });
    return document.dispatchEvent(event);
  };
  document
    .querySelector('table')!
    .dispatchEvent(new KeyboardEvent('keydown', { key: 'c', ctrlKey: true, bubbles: true }));
  end();
  expect(copied.split('\n')[1]?.split('\t').slice(0, 4)).toEqual(['BTC', 'Long cluster', '66500.5', '42']);
});

test('a strike says that its unit is inferred only where it is', () => {
  const gex = { ...gexOf('BTC'), strikes: Float64Array.of(66_000), gammaExposure: Float64Array.of(1), flipLevel: null };
  const terminal = open([gex]);
  const end = terminal.run();
  key('ArrowDown');
  const title = (): string => document.querySelector('.detail h3')?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
  expect(title()).toBe('GEX strike inferred');
  bridge.send('snapshot/changed', { ...gex, unitBasis: 'documented' });
  flushSync();
  end();
  expect(title()).toBe('GEX strike');
});

test('a map that the budget slows down says how often it comes, and why; of another kind or provider it says nothing', async () => {
  const terminal = open();
  bridge.handlers['plan/forecast'] = () => [
    planOf([rowOf('BTC', 25), rowOf('ETH', 30), rowOf('BTC', 40, { kind: 'gex' })], 90, 134),
    planOf([rowOf('BTC', 50)], 90, 134, { provider: 'kiyotaka' }),
  ];
  await terminal.plans.refresh(terminal.settings.plan);
  flushSync();
  const slow = [...document.querySelectorAll<HTMLElement>('.origins .slow')];
  expect(slow.map((each) => [each.textContent, each.title])).toEqual([
    ['every 25 min', 'Kingfisher’s budget affords this every 25 min; wanted: every 15 min.'],
  ]);
});
