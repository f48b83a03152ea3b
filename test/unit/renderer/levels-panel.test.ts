// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { connect } from '../../../src-renderer/bridge.ts';
import LevelsPanel from '../../../src-renderer/panels/levels/LevelsPanel.svelte';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { FakeBridge } from './fake-bridge.ts';
import { mapOf, quoteOf, sampleNow, startOf } from './samples.ts';

let close: (() => void) | null = null;
afterEach(() => {
  close?.();
  close = null;
});

function open(snapshots = [mapWith([66_000, 66_500.5, 68_000])]): Terminal {
  const start = startOf({ snapshots, quotes: [quoteOf('BTC', { price: 67_000 })] });
  const terminal = new Terminal(connect(new FakeBridge()), start, () => sampleNow);
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
  expect(firstCells()).toEqual(['68,000.0', '66,500.5', '66,000.0']);
  expect(header('Price').getAttribute('aria-sort')).toBe('descending');
  header('Long').querySelector('button')!.click();
  flushSync();
  expect(firstCells()).toEqual(['66,500.5', '66,000.0', '68,000.0']);
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
