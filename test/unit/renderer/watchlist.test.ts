// @vitest-environment happy-dom
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import type { Environment } from '../../../src-main/contract/source.ts';
import Watchlist from '../../../src-renderer/panels/watchlist/Watchlist.svelte';
import { closeDrawer, toggleId } from '../../../src-renderer/panels/focus.ts';
import { planOf, rowOf as planRowOf } from './budget-samples.ts';
import { mountPanel } from './mounted.ts';
import type { Mounted } from './mounted.ts';
import { instrumentOf, mapOf, quoteOf, settingsOf } from './samples.ts';

let shown: Mounted | null = null;
let toggle: HTMLButtonElement;
beforeEach(() => {
  toggle = document.createElement('button');
  toggle.id = toggleId('watchlist');
  document.body.append(toggle);
});
afterEach(() => {
  shown?.close();
  shown = null;
});

function openDrawer(): Mounted {
  shown = mountPanel(Watchlist);
  shown.terminal.layout.setNarrow(true);
  shown.terminal.layout.toggle('watchlist');
  rowOf('BTC').focus();
  return shown;
}
const rowOf = (asset: string): HTMLElement => document.querySelector<HTMLElement>(`[data-asset=${asset}]`)!;
const press = (key: string): void => {
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  flushSync();
};

test('the arrow keys go through the assets and leave the drawer open', () => {
  const { terminal } = openDrawer();
  press('ArrowDown');
  press('ArrowDown');
  expect(terminal.asset).toBe('SOL');
  expect(terminal.layout.drawer).toBe('watchlist');
  expect(document.activeElement).toBe(rowOf('SOL'));
});

test.each(['Enter', ' '])('%j settles on the asset, closes the drawer and gives the focus to its button', (key) => {
  const { terminal } = openDrawer();
  press('ArrowDown');
  press(key);
  expect(terminal.asset).toBe('ETH');
  expect(terminal.layout.drawer).toBeNull();
  expect(document.activeElement).toBe(toggle);
});

test('a click closes the drawer', () => {
  const { terminal } = openDrawer();
  rowOf('SOL').click();
  expect([terminal.asset, terminal.layout.drawer]).toEqual(['SOL', null]);
  expect(document.activeElement).toBe(toggle);
});

test('where nothing is a drawer, closing takes no focus', () => {
  shown = mountPanel(Watchlist);
  rowOf('BTC').focus();
  closeDrawer(shown.terminal.layout);
  expect(document.activeElement).toBe(rowOf('BTC'));
});

test.each([
  ['production', ['Binance 0 s', 'Kingfisher 0 s']],
  ['sandbox', ['Binance · SANDBOX 0 s', 'Kingfisher · SANDBOX 0 s']],
  ['custom', ['Binance · fapi.binance.example 0 s', 'Kingfisher · api.kingfisher.example 0 s']],
  ['simulated', ['Binance · SIMULATED 0 s', 'Kingfisher · SIMULATED 0 s']],
] as const)('a row names the sources of its price and its map: %s', (environment: Environment, expected) => {
  const placeAt = (host: string) => ({
    environment: environment === 'simulated' ? 'production' : environment,
    customUrl: `https://${host}/v1`,
    customStreamUrl: '',
    options: {},
  });
  shown = mountPanel(Watchlist, {
    settings: settingsOf({
      market: environment === 'simulated' ? 'simulated' : 'live',
      providers: {
        ...defaultSettings.providers,
        kingfisher: placeAt('api.kingfisher.example'),
        binance: placeAt('fapi.binance.example'),
      },
    }),
    statuses: [],
    quotes: [quoteOf('BTC', { instrument: instrumentOf('BTC', environment) })],
    snapshots: [mapOf('BTC', { environment })],
  });
  const said = [...rowOf('BTC').querySelectorAll('.last > span')].map((each) =>
    (each.textContent ?? '').replace(/\s+/g, ' ').trim(),
  );
  expect(said).toEqual(expected);
});

test('a row whose map comes noticeably later than wanted says how often, and one that is pinned says that', async () => {
  const pins = [{ provider: 'kingfisher', kind: 'liquidation-map', asset: 'SOL' }] as const;
  shown = mountPanel(Watchlist, { settings: settingsOf({ plan: { ...defaultSettings.plan, pins } }) });
  shown.bridge.handlers['plan/forecast'] = () => [
    planOf([planRowOf('BTC', 16), planRowOf('ETH', 25), planRowOf('SOL', 15, { tier: 'pinned' })], 90, 134),
  ];
  await shown.terminal.plans.refresh(shown.terminal.settings.plan);
  flushSync();
  const last = (asset: string): string | undefined =>
    [...rowOf(asset).querySelectorAll('.last > span')][2]?.textContent?.trim();
  expect([last('BTC'), last('ETH'), last('SOL')]).toEqual([undefined, 'every 25 min', 'pinned']);
  expect(rowOf('ETH').querySelector<HTMLElement>('.slow')?.title).toBe(
    'Kingfisher’s budget affords this every 25 min; wanted: every 15 min.',
  );
});
