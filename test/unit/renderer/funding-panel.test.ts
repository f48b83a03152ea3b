// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { failure } from '../../../src-main/contract/failure.ts';
import type { Snapshot } from '../../../src-main/contract/snapshot.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import FlowPanel from '../../../src-renderer/panels/flow/FlowPanel.svelte';
import { lineOf } from '../../../src-renderer/panels/flow/line.ts';
import { groupRepeats } from '../../../src-renderer/panels/flow/repeats.ts';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { FakeBridge } from './fake-bridge.ts';
import type { Handlers } from './fake-bridge.ts';
import { depthOf, fundingOf, interestOf, orderFlowOf, sampleNow, settingsOf, startOf, statusOf } from './samples.ts';

let close: (() => void) | null = null;
afterEach(() => {
  close?.();
  close = null;
});

const all = [interestOf('BTC'), fundingOf('BTC'), depthOf('BTC'), orderFlowOf('BTC')];
const kinds = ['open-interest', 'funding-rates', 'market-depth', 'order-flow'] as const;

function open(snapshots: readonly Snapshot[] = all, state: 'polling' | 'no-key' = 'polling', handlers: Handlers = {}) {
  const start = startOf({
    snapshots,
    settings: settingsOf(),
    statuses: [statusOf('kingfisher', { state }), statusOf('binance')],
  });
  const bridge = new FakeBridge({ 'workspace/want': () => null, 'candles/read': () => null, ...handlers });
  const terminal = new Terminal(connect(bridge), start, () => sampleNow);
  const end = terminal.run();
  const panel = mount(FlowPanel, { target: document.body, props: { terminal } });
  close = () => {
    end();
    void unmount(panel);
  };
  flushSync();
  return { bridge, terminal };
}

const text = (element: Element | null | undefined): string => element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
const section = (title: string): Element =>
  [...document.querySelectorAll('section')].find((each) => text(each.querySelector('h3')) === title)!;
const rowsOf = (title: string): string[] =>
  [...section(title).querySelectorAll('tbody tr')].map((row) => text(row.querySelector('th')));
const times = (words: string): number => text(document.body).split(words).length - 1;

describe('a venue that is sent twice', () => {
  test('has two rows, side by side and numbered, in every section', () => {
    const interest = interestOf('BTC');
    const funding = fundingOf('BTC');
    const depth = depthOf('BTC');
    open([
      { ...interest, exchanges: [...interest.exchanges, interest.exchanges[0]!] },
      { ...funding, exchanges: [...funding.exchanges, funding.exchanges[0]!] },
      { ...depth, bands: [...depth.bands, depth.bands[0]!] },
    ]);
    expect(rowsOf('Open interest')).toEqual(['All', 'Binance 1/2', 'Binance 2/2', 'Bybit', 'OKX']);
    expect(rowsOf('Funding')).toEqual(['Binance 1/2', 'Binance 2/2', 'Bybit', 'OKX']);
    expect(rowsOf('Depth')).toEqual(['±0.1 %', '±0.1 %', '±0.5 %', '±1 %']);
    expect(text(section('Depth'))).toContain('all 2/2');
  });

  test('is grouped without being added up', () => {
    expect(groupRepeats(['b', 'a', 'b'], (name) => name)).toEqual([
      { item: 'b', part: 1, parts: 2 },
      { item: 'b', part: 2, parts: 2 },
      { item: 'a', part: 1, parts: 1 },
    ]);
  });
});

test('a funding rate says for how many hours it is', () => {
  open();
  const rates = [...section('Funding').querySelectorAll('tbody tr td:nth-child(2)')];
  expect(rates.map(text)).toEqual([
    '+0.0100 % / 8 h predicted +0.0120 %',
    'extreme +0.0640 % / 8 h predicted +0.0600 %',
    '-0.0021 %',
  ]);
  expect(rates[0]?.getAttribute('title')).toBe('0.0001 as a fraction per 8 h');
  expect(rates[2]?.getAttribute('title')).toBe(
    '-0.000021 as a fraction per funding interval, whose length was not sent',
  );
});

test('order flow: the score has no unit, and the line has its span and its scale', () => {
  const flow = { ...orderFlowOf('BTC'), cvdSeries: Float64Array.from({ length: 60 }, (_, at) => (at - 20) * 1e6) };
  open([flow]);
  expect(text(section('Order flow').querySelector('header'))).toBe('Order flow Kingfisher · SIMULATED inferred 0 s');
  expect(text(section('Order flow').querySelector('dt'))).toBe('TOF score');
  expect(text(section('Order flow').querySelector('figure'))).toBe('+$39.0M -$20.0M 23:01:00 UTC 59 min 00:00:00 UTC');
});

test('the line is drawn by time, and leaves out what was not sent', () => {
  expect(lineOf(Float64Array.of(0, 10, 40, 50), Float64Array.of(-1, NaN, 3, 1))).toEqual({
    points: '0.00,29.00 80.00,1.00 100.00,15.00',
    low: -1,
    high: 3,
    from: 0,
    to: 50,
    zero: 22,
  });
  expect(lineOf(Float64Array.of(0, 1), Float64Array.of(NaN, 1))).toBeNull();
});

test('without a key the panel says so once and leads to Settings', () => {
  const { bridge, terminal } = open([], 'no-key');
  const noKey = failure('auth', 'Kingfisher has no key yet. Add one in Settings → Providers.');
  for (const kind of kinds)
    bridge.send('snapshot/trouble', {
      provider: 'kingfisher',
      asset: 'BTC',
      kind,
      failure: noKey,
      missedSince: null,
      at: sampleNow,
    });
  flushSync();
  expect(times('Kingfisher needs a key. Add one in Settings.')).toBe(1);
  expect(times('has no key yet')).toBe(0);
  expect([...document.querySelectorAll('button')].map(text)).toEqual(['Add a key']);
  document.querySelector('button')!.click();
  expect(terminal.layout.isSettingsOpen).toBe(true);
});

test('one failure of several sections is one line; its Retry stops at the first that fails again', async () => {
  const { bridge } = open(all, 'polling', {});
  const refused = failure('auth', 'Kingfisher refused the key.');
  for (const kind of kinds.slice(0, 3))
    bridge.send('snapshot/trouble', {
      provider: 'kingfisher',
      asset: 'BTC',
      kind,
      failure: refused,
      missedSince: null,
      at: sampleNow,
    });
  const plan = failure('plan', 'Your plan does not include order flow.');
  bridge.send('snapshot/trouble', {
    provider: 'kingfisher',
    asset: 'BTC',
    kind: 'order-flow',
    failure: plan,
    missedSince: null,
    at: sampleNow,
  });
  flushSync();
  expect(times('Kingfisher refused the key.')).toBe(1);
  expect(text(document.querySelector('[role=status]'))).toContain('Open interest, Funding, Depth:');
  expect(text(section('Order flow'))).toContain('Your plan does not include order flow.');
  document.querySelector<HTMLButtonElement>('[role=status] button')!.click();
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  expect(bridge.argsOf('snapshot/refresh').map(({ kind }) => kind)).toEqual(['open-interest']);
});
