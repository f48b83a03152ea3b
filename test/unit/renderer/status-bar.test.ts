// @vitest-environment happy-dom
import { flushSync } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { ProviderStatus } from '../../../src-main/contract/provider-status.ts';
import StatusBar from '../../../src-renderer/panels/StatusBar.svelte';
import { callsLeftText } from '../../../src-renderer/panels/calls-left.ts';
import { mountPanel } from './mounted.ts';
import type { Mounted } from './mounted.ts';
import { sampleNow, settingsOf, startOf, statusOf } from './samples.ts';

let shown: Mounted | null = null;
afterEach(() => {
  shown?.close();
  shown = null;
});

const limits = { limit: 100, remaining: 87, resetAt: unixMs(sampleNow + 43_200_000), seenAt: sampleNow };
const kingfisher = (): HTMLElement => document.querySelector<HTMLElement>('button.provider')!;
const words = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

test('each provider is told by source, shape, word, calls left and age', () => {
  shown = mountPanel(StatusBar);
  expect([...document.querySelectorAll('button.provider')].map(words)).toEqual([
    'Kingfisher · SIMULATED polling 87 calls left 4 s',
    'Binance · SIMULATED live 4 s',
  ]);
  expect(kingfisher().querySelectorAll('svg').length).toBe(2);
  expect(kingfisher().querySelector('[title^="87"]')?.getAttribute('title')).toBe(
    '87 of 100 calls left until 2025-11-21 12:00 UTC',
  );
});

test('the calls left name only what the provider named, and nothing once the limit was reset', () => {
  const textOf = (more: Partial<ProviderStatus['limits']>): string | null =>
    callsLeftText(statusOf('kingfisher', { limits: { ...limits, ...more } }), sampleNow, 'UTC');
  expect(textOf({ resetAt: null })).toBe('87 of 100 calls left');
  expect(textOf({ limit: null, remaining: 1, resetAt: null })).toBe('1 call left');
  expect(textOf({ remaining: null })).toBeNull();
  expect(textOf({ resetAt: sampleNow })).toBeNull();
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
