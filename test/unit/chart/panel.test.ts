// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import ChartPanel from '../../../src-renderer/panels/chart/ChartPanel.svelte';
import { leastCut, mostCut } from '../../../src-renderer/panels/chart/header-fit.ts';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { FakeBridge } from '../renderer/fake-bridge.ts';
import type { Handlers } from '../renderer/fake-bridge.ts';
import { gexOf, instrumentOf, mapOf, quoteOf, sampleNow, seriesOf, settingsOf } from '../renderer/samples.ts';
import { sourceOf, startOf, statusOf } from '../renderer/samples.ts';
import { fakeChart } from './fake-library.ts';

vi.mock('lightweight-charts', async () => (await import('./fake-library.ts')).fakeModule);

let end: (() => void) | null = null;
afterEach(() => {
  end?.();
  end = null;
});

const settled = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  flushSync();
};

async function open(handlers: Handlers, more: Parameters<typeof startOf>[0] = {}) {
  fakeChart.reset();
  let now: number = sampleNow;
  const start = startOf(more);
  let { settings } = start;
  const bridge = new FakeBridge({
    'workspace/want': () => null,
    'settings/change': (patch) => (settings = { ...settings, ...patch }),
    ...handlers,
  });
  const terminal = new Terminal(connect(bridge), start, () => now);
  const stop = terminal.run();
  const panel = mount(ChartPanel, { target: document.body, props: { terminal } });
  end = () => {
    stop();
    void unmount(panel);
  };
  await settled();
  const wait = (ms: number) => {
    now += ms;
    terminal.clock.tick();
    flushSync();
  };
  return { bridge, terminal, wait };
}

const text = () => (document.body.textContent ?? '').replace(/\s+/g, ' ').trim();
const headerText = () => (document.querySelector('header')?.textContent ?? '').replace(/\s+/g, ' ').trim();
const button = (name: string) =>
  [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === name);
const reading: Handlers = { 'candles/read': ({ asset, timeframe }) => seriesOf(asset, timeframe, 50) };
const live = { settings: settingsOf({ market: 'live' }) };

describe('the header', () => {
  it('dates the candles by their own last change, and the price by its own', async () => {
    const { bridge, wait } = await open(reading);
    wait(25_000);
    bridge.send('quote/changed', quoteOf('BTC', { receivedAt: unixMs(sampleNow + 25_000) }));
    flushSync();
    expect(headerText()).toContain('Candles Binance · SIMULATED USDT delayed 25 s');
    expect(document.querySelector('.price')?.getAttribute('title')).toContain('2025-11-21 00:00:25 UTC, 0 s old');
    const series = seriesOf('BTC', '15m', 1);
    bridge.send('candles/tick', {
      instrument: instrumentOf('BTC'),
      timeframe: '15m',
      receivedAt: unixMs(sampleNow + 25_000),
      candle: {
        openTime: unixMs(series.openTimes[0]!),
        open: 1,
        high: 1,
        low: 1,
        close: 1,
        volume: 1,
        takerBuyVolume: 1,
        closed: false,
      },
    });
    wait(2_000);
    expect(headerText()).toContain('Candles Binance · SIMULATED USDT 2 s');
  });

  it('shows the age of a price that is stale beside it', async () => {
    const { wait } = await open(reading);
    expect(document.querySelector('.price + .age')).toBeNull();
    wait(31_000);
    expect(document.querySelector('.price + .age')?.textContent).toBe('31 s');
  });

  it('says why the change in 24 hours is missing', async () => {
    await open(reading, { quotes: [quoteOf('BTC', { price24hAgo: null })] });
    const change = document.querySelector('.change');
    expect(change?.textContent).toBe('—');
    expect(change?.getAttribute('title')).toMatch(/not known: the candle of that time has not come yet/);
  });

  it('leaves out as little as makes it fit', () => {
    const tried: number[] = [];
    const fitsFrom = (least: number) => (cut: number) => (tried.push(cut), cut >= least);
    expect([leastCut(fitsFrom(0)), leastCut(fitsFrom(2)), leastCut(fitsFrom(9))]).toEqual([0, 2, mostCut]);
    expect(tried).toEqual([0, 0, 1, 2, 0, 1, 2, 3]);
  });

  it('is cut to its width when that changes', async () => {
    const width = vi.spyOn(HTMLElement.prototype, 'scrollWidth', 'get').mockImplementation(function (
      this: HTMLElement,
    ) {
      return 900 - 100 * Number(this.dataset['cut'] ?? 0);
    });
    const own = vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(750);
    const { wait } = await open(reading);
    expect(document.querySelector('header')?.dataset['cut']).toBe('2');
    own.mockReturnValue(900);
    wait(1_000);
    expect(document.querySelector('header')?.dataset['cut']).toBe('0');
    width.mockRestore();
  });
});

describe('the menu of venues', () => {
  beforeEach(() => {
    // happy-dom has no popovers; whether one is open is the component's own state.
    HTMLElement.prototype.showPopover = vi.fn();
  });
  const menuButton = () => document.querySelector<HTMLElement>('header [aria-haspopup=dialog]')!;
  const dialog = () => document.querySelector('[role=dialog]');
  const radio = (value: string) => document.querySelector<HTMLInputElement>(`[role=dialog] input[value=${value}]`)!;
  const choose = (value: string) => {
    radio(value).checked = true;
    radio(value).dispatchEvent(new Event('change', { bubbles: true }));
    flushSync();
  };

  it('stays open, with its focus, when another venue is chosen and its candles are being read', async () => {
    let answer = (): void => {};
    let turn = 0;
    await open({
      'candles/read': async ({ asset, timeframe }) => {
        turn += 1;
        if (turn > 1) await new Promise<void>((resolve) => (answer = resolve));
        return seriesOf(asset, timeframe, 50, { provider: turn > 1 ? 'bybit' : 'binance' });
      },
    });
    menuButton().click();
    flushSync();
    const opened = dialog();
    radio('bybit').focus();
    choose('bybit');
    await settled();
    expect([turn, dialog() === opened, document.activeElement]).toEqual([2, true, radio('bybit')]);
    expect(dialog()?.querySelector('[role=status]')?.textContent).toBe(
      'No candles of BTC have come yet; Bybit is asked first.',
    );
    expect(menuButton().textContent?.trim()).toBe('Bybit');
    expect(document.querySelector('header .provenance > .age')?.textContent).toBe('—');
    answer();
    await settled();
    expect([dialog() === opened, document.activeElement]).toEqual([true, radio('bybit')]);
    expect(headerText()).toContain('Candles and price of BTC are from Bybit.');
  });

  it('is there before any candle, so that another venue can be asked', async () => {
    const { terminal } = await open({ 'candles/read': () => null }, { quotes: [], snapshots: [] });
    expect(menuButton().textContent?.trim()).toBe('Automatic');
    expect(menuButton().title).toBe(
      'No candles of BTC have come yet; Binance → Bybit → OKX → Hyperliquid are asked in this order. Click to choose.',
    );
    menuButton().click();
    flushSync();
    choose('okx');
    expect(terminal.settings.prices.byAsset['BTC']).toBe('okx');
    expect(menuButton().textContent?.trim()).toBe('OKX');
  });
});

describe('without candles', () => {
  it('the chart says once why there are none, and reads them again when asked to', async () => {
    let isDown = true;
    const { bridge } = await open({
      'candles/read': ({ asset, timeframe }) => {
        if (isDown) throw new FailureError(failure('offline', 'Binance cannot be reached.'));
        return seriesOf(asset, timeframe, 50);
      },
    });
    expect(text().split('Binance cannot be reached.')).toHaveLength(2);
    isDown = false;
    button('Retry')?.click();
    await settled();
    expect(bridge.argsOf('candles/read')).toHaveLength(2);
    expect(text()).not.toContain('Binance cannot be reached.');
    expect(button('Retry')).toBeUndefined();
  });

  it('the chart says what is known of the source after an empty answer', async () => {
    const text503 = 'Binance cannot be reached: there is no network.';
    const down = statusOf('binance', { source: sourceOf('binance', 'production'), state: 'offline', text: text503 });
    await open({ 'candles/read': () => null }, { ...live, statuses: [down], quotes: [], snapshots: [] });
    expect(text()).toContain(text503);
    expect(button('Retry')).toBeDefined();
  });
});

describe('without a key', () => {
  it('the chart offers to add one, and no Retry, even when a refresh was refused for it', async () => {
    const noKey = statusOf('kingfisher', { source: sourceOf('kingfisher', 'production'), state: 'no-key' });
    const settings = settingsOf({ market: 'live', layout: { ...settingsOf().layout, inspector: false } });
    const { bridge, terminal } = await open(
      { 'candles/read': ({ asset, timeframe }) => seriesOf(asset, timeframe, 50, { environment: 'production' }) },
      { settings, statuses: [noKey], quotes: [], snapshots: [] },
    );
    const refused = failure('auth', 'Kingfisher has no key yet.');
    bridge.send('snapshot/trouble', {
      provider: 'kingfisher',
      asset: 'BTC',
      kind: 'liquidation-map',
      failure: refused,
      missedSince: null,
      at: sampleNow,
    });
    flushSync();
    expect(text()).toContain('No liquidation map: Kingfisher needs a key.');
    expect(button('Retry')).toBeUndefined();
    button('Add a key')?.click();
    expect(terminal.layout.isSettingsOpen).toBe(true);
    terminal.layout.toggle('inspector');
    flushSync();
    expect(button('Add a key')).toBeUndefined();
  });
});

it('map and profile on the chart are dated once their source is out of reach', async () => {
  const offline = statusOf('kingfisher', { source: sourceOf('kingfisher', 'production'), state: 'offline' });
  const taken = { at: sampleNow - 7_200_000, environment: 'production' } as const;
  const { bridge } = await open(
    { 'candles/read': ({ asset, timeframe }) => seriesOf(asset, timeframe, 50, { environment: 'production' }) },
    { ...live, statuses: [offline], quotes: [], snapshots: [mapOf('BTC', taken), gexOf('BTC', taken)] },
  );
  const badge = () => document.querySelector('[data-testid=regime-badge]')?.textContent;
  const legend = () => document.querySelector('[data-testid=intensity-legend]')?.textContent;
  expect([badge(), legend()]).toEqual([expect.stringContaining('stale 2 h'), expect.stringContaining('stale 2 h')]);
  const fresh = { at: sampleNow, environment: 'production' } as const;
  bridge.send('provider/changed', { ...offline, state: 'polling' });
  bridge.send('snapshot/changed', gexOf('BTC', fresh));
  flushSync();
  expect(badge()).not.toContain('stale');
  expect(legend()).toContain('stale 2 h');
});
