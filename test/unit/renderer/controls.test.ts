// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import { exchangeName } from '../../../src-renderer/format/exchange.ts';
import { fromMomentInput, toMomentInput } from '../../../src-renderer/format/moment-input.ts';
import { shortProviderName } from '../../../src-renderer/format/source.ts';
import { providerIds } from '../../../src-main/contract/source.ts';
import {
  orderText,
  priceChoice,
  standsInFor,
  withPriceChoice,
} from '../../../src-renderer/panels/chart/price-source.ts';
import LiquidationCalculator from '../../../src-renderer/panels/levels/LiquidationCalculator.svelte';
import ModeMenu from '../../../src-renderer/panels/ModeMenu.svelte';
import MapsMenu from '../../../src-renderer/panels/overlays/MapsMenu.svelte';
import OverlayBar from '../../../src-renderer/panels/overlays/OverlayBar.svelte';
import { capabilitiesText } from '../../../src-renderer/panels/settings/capabilities.ts';
import {
  optionProblem,
  optionValue,
  readBounded,
  withOption,
} from '../../../src-renderer/panels/settings/option-values.ts';
import ProvidersTab from '../../../src-renderer/panels/settings/ProvidersTab.svelte';
import { allInfos } from './all-infos.ts';
import { mountPanel } from './mounted.ts';
import type { Mounted } from './mounted.ts';
import { profileOf, sampleNow, settingsOf, sourceOf, statusOf } from './samples.ts';

let shown: Mounted | null = null;
beforeEach(() => {
  // happy-dom has no popovers; whether one is open is the component's own state.
  HTMLElement.prototype.showPopover = vi.fn();
});
afterEach(() => {
  shown?.close();
  shown = null;
  document.body.replaceChildren();
});
const text = (element: Element | null | undefined): string => element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
  flushSync();
};
const info = (id: string) => allInfos.find((each) => each.id === id)!;
const field = (provider: string, name: string) => info(provider).options.find((each) => each.name === name)!;
const at = defaultSettings.providers.kiyotaka;

describe('an option', () => {
  const depth = field('kiyotaka', 'maxDepth');

  test('has its fallback while none is set, which is not kept when it is chosen', () => {
    expect(optionValue(depth, at)).toBe('1500');
    expect(withOption(at, depth, ' 3000 ').options).toEqual({ maxDepth: '3000' });
    expect(withOption(withOption(at, depth, '3000'), depth, '1500').options).toEqual({});
  });

  test('is told from nonsense', () => {
    expect(optionProblem(depth, '1500')).toBeNull();
    expect(optionProblem(depth, '0')).toMatch(/^This must be between 1 and /);
    expect(optionProblem(depth, 'many')).toBe('This must be a number.');
    expect(optionProblem(depth, '')).toBe('This must be a number.');
    expect(optionProblem(field('kiyotaka', 'unit'), 'euro')).toBe('“euro” is not one of the choices.');
    expect(optionProblem(field('kingfisher-legacy', 'type'), 'my_own')).toBeNull();
    expect(optionProblem(field('kingfisher-legacy', 'type'), '  ')).toBe('This must not be empty.');
    expect(optionProblem(field('kingfisher-legacy', 'pair'), 'x'.repeat(60))).toBeNull();
    expect(optionProblem(field('kingfisher-legacy', 'pair'), 'x'.repeat(61))).toBe(
      'This must be at most 60 characters long.',
    );
    expect(readBounded('7', 1, Infinity)).toBe(7);
    expect(readBounded('0', 1, Infinity)).toEqual({ problem: 'This must be at least 1.' });
  });
});

describe('the source of the candles', () => {
  test('is the chosen venue, or another one that stands in for it', () => {
    const settings = settingsOf({ prices: { byAsset: { BTC: 'okx' } } });
    expect([priceChoice(settings, 'BTC'), priceChoice(settings, 'ETH')]).toEqual(['okx', 'auto']);
    expect(standsInFor(sourceOf('binance'), 'auto')).toBeNull();
    expect(standsInFor(sourceOf('bybit'), 'auto')).toBe('binance');
    expect(standsInFor(sourceOf('binance'), 'okx')).toBe('okx');
    expect(orderText('auto')).toBe('Binance → Bybit → OKX → Hyperliquid');
    expect(orderText('okx')).toBe('OKX → Binance → Bybit → Hyperliquid');
  });

  test('is chosen asset by asset', () => {
    const prices = withPriceChoice({ byAsset: { ETH: 'bybit' } }, 'BTC', 'okx');
    expect(prices).toEqual({ byAsset: { ETH: 'bybit', BTC: 'okx' } });
    expect(withPriceChoice(prices, 'ETH', 'auto')).toEqual({ byAsset: { BTC: 'okx' } });
  });
});

test('exchanges are called as their users call them, and short names differ', () => {
  expect(['bbit', 'okex', 'binc', 'BNCE', 'hyperliquid', 'nobody'].map(exchangeName)).toEqual([
    'Bybit',
    'OKX',
    'Binance',
    'Binance',
    'Hyperliquid',
    'nobody',
  ]);
  const short = providerIds.map(shortProviderName);
  expect(new Set(short).size).toBe(short.length);
  expect(Math.max(...short.map((each) => each.length))).toBeLessThanOrEqual(10);
});

test('a moment goes into an input and comes back in the same zone', () => {
  expect(toMomentInput(sampleNow, 'UTC')).toBe('2025-11-21T00:00');
  expect(fromMomentInput('2025-11-21T00:00', 'UTC')).toBe(sampleNow);
  expect(fromMomentInput(toMomentInput(sampleNow, 'local'), 'local')).toBe(sampleNow);
  expect(['', '2025-11-21', '2025-13-01T00:00', 'now'].map((each) => fromMomentInput(each, 'UTC'))).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('what a provider serves is told in words, with its limits', () => {
  expect(capabilitiesText(info('deribit'))).toBe('Gamma exposure (BTC and ETH only)');
  expect(capabilitiesText(info('bybit'))).toContain('Candles · Gamma exposure (BTC, ETH and SOL only) · Open interest');
  const binance = { ...info('binance'), capabilities: ['candles', 'candle-stream', 'liquidation-stream'] as const };
  expect(capabilitiesText(binance)).toBe('Candles · Liquidations as they happen (sample)');
});

describe('the providers in Settings', () => {
  const openTab = (): Mounted =>
    (shown = mountPanel(ProvidersTab, { providers: allInfos, statuses: providerIds.map((id) => statusOf(id)) }));

  test('are nine in two groups, of which one is open; the arrow keys go through all of them', () => {
    openTab();
    expect([...document.querySelectorAll('nav h3')].map(text)).toEqual(['Your feeds', 'Public markets, no key']);
    const names = [...document.querySelectorAll<HTMLElement>('nav button')];
    expect(names).toHaveLength(9);
    expect(names.filter((each) => each.tabIndex === 0)).toHaveLength(1);
    names[3]!.click();
    flushSync();
    expect(text(document.querySelector('.card h3'))).toBe('Kiyotaka');
    names[3]!.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }));
    flushSync();
    expect(text(document.querySelector('.card h3'))).toBe('Binance');
    expect(document.activeElement).toBe(names[4]);
  });

  test('a login takes both of its fields, and is called a login', () => {
    const { terminal } = openTab();
    terminal.layout.settingsProvider = 'kingfisher-legacy';
    flushSync();
    const [login, password] = document.querySelectorAll<HTMLInputElement>('.card .key input');
    expect([login?.type, password?.type]).toEqual(['text', 'password']);
    const save = [...document.querySelectorAll('button')].find((each) => text(each) === 'Save login')!;
    const type = (input: HTMLInputElement, value: string): void => {
      input.value = value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      flushSync();
    };
    type(login!, 'me');
    expect(save.disabled).toBe(true);
    type(password!, 'secret');
    expect(save.disabled).toBe(false);
  });

  test('an option is saved when it is settled, and what main refuses is said at its field', async () => {
    const { bridge, terminal } = openTab();
    terminal.layout.settingsProvider = 'kiyotaka';
    flushSync();
    const depth = (): HTMLInputElement =>
      [...document.querySelectorAll('label')]
        .find((each) => text(each) === 'Levels of a column')!
        .parentElement!.querySelector('input')!;
    const settle = async (value: string): Promise<void> => {
      depth().value = value;
      depth().dispatchEvent(new Event('input', { bubbles: true }));
      depth().dispatchEvent(new Event('change', { bubbles: true }));
      await settled();
    };
    await settle('0');
    expect(depth().getAttribute('aria-invalid')).toBe('true');
    expect(bridge.argsOf('provider/configure')).toEqual([]);
    bridge.handlers['provider/configure'] = () => {
      throw new FailureError(failure('bad-request', 'Your plan has 3,000 levels at the most.'));
    };
    await settle('4500');
    expect(text(document.querySelector('[role=alert]'))).toBe('Your plan has 3,000 levels at the most.');
    bridge.handlers['provider/configure'] = ({ settings }) => ({
      ...terminal.settings,
      providers: { ...terminal.settings.providers, kiyotaka: settings },
    });
    await settle('3000');
    expect(terminal.settings.providers.kiyotaka.options).toEqual({ maxDepth: '3000' });
    expect(document.querySelector('[role=alert]')).toBeNull();
  });
});

describe('the Maps menu', () => {
  const openMaps = (): Mounted =>
    (shown = mountPanel(MapsMenu as never, {
      providers: allInfos,
      settings: settingsOf({
        maps: { ...defaultSettings.maps, kiyotaka: { ...defaultSettings.maps.kiyotaka, shown: true } },
      }),
      snapshots: [profileOf('BTC', 'kiyotaka')],
    }));
  const section = (name: string): Element => document.querySelector(`section[aria-label="Map of ${name}"]`)!;

  test('switches a map on and chooses its form', () => {
    const { terminal } = openMaps();
    section('Kingfisher legacy').querySelector<HTMLInputElement>('[role=switch]')!.click();
    flushSync();
    expect(terminal.settings.maps['kingfisher-legacy'].shown).toBe(true);
    const both = [...section('Kingfisher legacy').querySelectorAll('button')].find((each) => text(each) === 'Bands')!;
    both.click();
    flushSync();
    expect(terminal.settings.maps['kingfisher-legacy'].form).toBe('bands');
  });

  test('tells unit, age and inferred sides, and what a refresh costs where it is weighed', async () => {
    const { bridge } = openMaps();
    expect(text(section('Kiyotaka').querySelector('.says'))).toBe(
      'USD, 0 s old, estimated, sides inferred from the price',
    );
    expect(bridge.argsOf('history/plan').map(({ provider, kind }) => [provider, kind])).toEqual([
      ['kiyotaka', 'liquidation-profile'],
    ]);
    expect([...section('Kiyotaka').querySelectorAll('label')].map(text)).not.toContain('Volume interval');
  });

  test('asks for the map of a moment, says its failure, and goes on with the latest', async () => {
    const { bridge, terminal } = openMaps();
    section('Kingfisher legacy').querySelector<HTMLInputElement>('[role=switch]')!.click();
    flushSync();
    bridge.handlers['snapshot/at'] = () => {
      throw new FailureError(failure('server', 'This is being reworked.'));
    };
    const ask = [...section('Kingfisher legacy').querySelectorAll('button')].find((each) => text(each) === 'Ask')!;
    ask.click();
    await settled();
    expect(text(section('Kingfisher legacy').querySelector('.failed'))).toBe(
      'The map of 2025-11-20 00:00 UTC did not come: This is being reworked. The latest map is shown.',
    );
    bridge.handlers['snapshot/at'] = ({ asset, at: moment }) => profileOf(asset, 'kingfisher-legacy', { at: moment });
    ask.click();
    await settled();
    expect(terminal.moments.of('BTC', 'kingfisher-legacy')?.profile?.takenAt).toBe(sampleNow - 86_400_000);
    expect(text(section('Kingfisher legacy').querySelector('.says'))).toContain('as of 2025-11-20 00:00 UTC');
  });
});

test('the badge opens the choice of the market, and says why it is simulated', async () => {
  const reason = 'No venue could be reached.';
  const { bridge, terminal } = (shown = mountPanel(ModeMenu, {
    settings: settingsOf({ market: 'auto' }),
    market: { effective: 'simulated', reason },
  }));
  bridge.handlers['market/choose'] = (market) => ({ ...terminal.settings, market });
  bridge.handlers['app/start'] = () => {
    throw new FailureError(failure('bug', 'Not now.'));
  };
  document.querySelector('button')!.click();
  flushSync();
  expect(text(document.querySelector('.reason'))).toBe(`Simulated now: ${reason}`);
  document.querySelector<HTMLInputElement>('input[value=live]')!.click();
  await settled();
  expect([terminal.settings.market, terminal.mode, terminal.marketReason]).toEqual(['live', 'connecting', null]);
});

test('in a narrow window every overlay is in one menu', () => {
  const start = { providers: allInfos };
  const made = mountPanel(ModeMenu, start);
  shown = made;
  const bar = mount(OverlayBar, { target: document.body, props: { terminal: made.terminal, isNarrow: true } });
  flushSync();
  const button = [...document.querySelectorAll('button')].find((each) => text(each) === 'Overlays')!;
  button.click();
  flushSync();
  const switches = [...document.querySelectorAll<HTMLInputElement>('.toggles [role=switch]')];
  expect(switches).toHaveLength(5);
  switches[2]!.click();
  flushSync();
  expect(made.terminal.settings.overlays.liquidations).toBe(false);
  expect(button.getAttribute('aria-expanded')).toBe('true');
  void unmount(bar);
});

test('the liquidation price is told for both sides and both models', () => {
  const calculator = mount(LiquidationCalculator, {
    target: document.body,
    props: { asset: 'BTC', price: 20_000, tick: 0.1 },
  });
  flushSync();
  const [entry, leverage, maintenance] = document.querySelectorAll<HTMLInputElement>('input');
  const type = (input: HTMLInputElement | undefined, value: string): void => {
    input!.value = value;
    input!.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
  };
  const prices = (): string[] => [...document.querySelectorAll('dd')].map(text);
  type(leverage, '50');
  expect(prices()).toEqual(['19,700.0 -1.50 %', '20,300.0 +1.50 %']);
  type(entry, '67000');
  type(leverage, '10');
  type(maintenance, '0.4');
  const select = document.querySelector('select')!;
  select.value = 'liquidation';
  select.dispatchEvent(new Event('change', { bubbles: true }));
  flushSync();
  expect(prices()[0]).toBe('60,542.2 -9.64 %');
  type(leverage, 'x');
  expect(prices()).toEqual(['—', '—']);
  expect(text(document.body)).toContain('Isolated margin, without fees');
  void unmount(calculator);
});
