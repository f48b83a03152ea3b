// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import GexPanel from '../../../src-renderer/panels/gex/GexPanel.svelte';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { FakeBridge } from './fake-bridge.ts';
import { gexOf, sampleNow, startOf, statusOf } from './samples.ts';

let close: (() => void) | null = null;
afterEach(() => {
  close?.();
  close = null;
});

function open(more: Partial<GexProfile>, state: 'polling' | 'no-key' = 'polling'): Terminal {
  const start = startOf({
    snapshots: [{ ...gexOf('BTC'), ...more }],
    quotes: [],
    statuses: [statusOf('kingfisher', { state }), statusOf('binance')],
  });
  const terminal = new Terminal(connect(new FakeBridge()), start, () => sampleNow);
  const panel = mount(GexPanel, { target: document.body, props: { terminal } });
  close = () => void unmount(panel);
  flushSync();
  return terminal;
}

test('strikes have every digit, also two of one price', () => {
  open({
    strikes: Float64Array.of(64_000.5, 64_000.5, 65_000),
    gammaExposure: Float64Array.of(1, 2, 3),
    totalGamma: Float64Array.of(1, 2, 3),
    flipLevel: null,
  });
  const strikes = [...document.querySelectorAll('tbody tr td:first-child')].map((cell) => cell.textContent);
  expect(strikes).toEqual(['65,000', '64,000.5', '64,000.5']);
});

test('a profile without any price shows its flip, and says that the distance is not known', () => {
  open({ currentPrice: null, flipLevel: 68_200 });
  expect(document.querySelector('.summary')?.textContent).toContain('68,200');
  expect(document.querySelector('.summary [title="The price is not known."]')?.textContent).toBe('—');
  expect(document.body.textContent).not.toContain('NaN');
});

test('a time that is only of arrival is called received', () => {
  open({ takenAtBasis: 'received' });
  expect(document.querySelector('.provenance')?.textContent).toContain('received');
});

test('a kept profile without a key leads to Settings', () => {
  const terminal = open({}, 'no-key');
  const button = [...document.querySelectorAll('button')].find((each) => each.textContent === 'Add a key');
  button?.click();
  expect(terminal.layout.isSettingsOpen).toBe(true);
});
