// @vitest-environment happy-dom
import { flushSync } from 'svelte';
import { afterEach, describe, expect, test } from 'vitest';
import type { Component } from 'svelte';
import type { StartState } from '../../../src-main/contract/channels.ts';
import { failure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import type { Settings } from '../../../src-main/contract/settings.ts';
import type { MapProvider, ProviderId } from '../../../src-main/contract/source.ts';
import { confluencesOf } from '../../../src-renderer/chart/confluence.ts';
import { layerRows } from '../../../src-renderer/chart/levels.ts';
import FlowPanel from '../../../src-renderer/panels/flow/FlowPanel.svelte';
import GexPanel from '../../../src-renderer/panels/gex/GexPanel.svelte';
import { modelSentences, whyNoFlip } from '../../../src-renderer/panels/gex/model-text.ts';
import LevelsPanel from '../../../src-renderer/panels/levels/LevelsPanel.svelte';
import { copyOf, exactFacts, kindText, labelsOfRow } from '../../../src-renderer/panels/levels/level-text.ts';
import { agreedRows, hasSeveralUnits, rowKey, scalesOf, shareOf } from '../../../src-renderer/panels/levels/rows.ts';
import { matches, sortRows } from '../../../src-renderer/panels/levels/sort.ts';
import StatusBar from '../../../src-renderer/panels/StatusBar.svelte';
import type { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { allInfos } from './all-infos.ts';
import { mountPanel } from './mounted.ts';
import type { Mounted } from './mounted.ts';
import * as sample from './samples.ts';

let shown: Mounted | null = null;
afterEach(() => {
  shown?.close();
  shown = null;
});
const open = (panel: Component<{ terminal: Terminal }>, more: Partial<StartState>): Mounted =>
  (shown = mountPanel(panel, { providers: allInfos, ...more }));
const text = (element: Element | null | undefined): string => element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
const showing = (...providers: MapProvider[]): Settings['maps'] =>
  Object.fromEntries(
    Object.entries(defaultSettings.maps).map(([id, layer]) => [
      id,
      { ...layer, shown: providers.some((each) => each === id) },
    ]),
  ) as Settings['maps'];

const profile = (amounts: readonly number[], prices = [90, 95, 105, 110]) => ({
  ...sample.profileOf('BTC', 'kingfisher-legacy'),
  prices: Float64Array.from(prices),
  amounts: Float64Array.from(amounts),
});
const map = {
  ...sample.mapOf('BTC'),
  prices: Float64Array.of(90.05, 110),
  longs: Float64Array.of(4e9, 0),
  shorts: Float64Array.of(0, 1e9),
  levelTimes: Float64Array.of(NaN, NaN),
};

describe('levels of maps of different units', () => {
  const maps = [map, profile([3, 1, 0.5, 2])];
  const rows = layerRows(maps, null, 100);
  const scales = scalesOf(maps);

  test('are compared by their place on their own map’s scale, never by amount', () => {
    expect(hasSeveralUnits(maps)).toBe(true);
    expect(hasSeveralUnits([map])).toBe(false);
    const order = { column: 'long', direction: 'descending' } as const;
    const sorted = sortRows(rows, order, scales).slice(0, 3);
    expect(sorted.map(({ price, source }) => [price, source.provider])).toEqual([
      [90.05, 'kingfisher'],
      [90, 'kingfisher-legacy'],
      [95, 'kingfisher-legacy'],
    ]);
    expect(shareOf(sorted[1]!, 'long', scales)).toBe(1);
    expect(shareOf(sorted[1]!, 'short', scales)).toBeNaN();
    // By amount the dollars would all come before the relative ones.
    const short = { column: 'short', direction: 'descending' } as const;
    expect(
      sortRows(rows, short, scales)
        .map(({ price }) => price)
        .slice(0, 2),
    ).toEqual([110, 110]);
  });

  test('say a side that was read off the price with a star and with words', () => {
    const row = rows.find(({ price }) => price === 90)!;
    expect(kindText(row)).toBe('long*');
    expect(labelsOfRow(row)).toEqual(['estimated', 'inferred side']);
    expect(exactFacts(row, 'BTC', 'UTC').slice(0, 3)).toEqual([
      ['Price', '90'],
      ['Long', '3 rel'],
      ['Distance', '-10.0000 %'],
    ]);
    const unknown = layerRows([profile([1, 1, 1, 1])], null, null)[0]!;
    expect(kindText(unknown)).toBe('?');
    expect(exactFacts(unknown, 'BTC', 'UTC')[1]).toEqual(['Amount', '1 rel']);
  });

  test('agree with both sources and both amounts, which are never added', () => {
    const layers = [
      { provider: 'kingfisher' as const, map, intensity: { low: 0, high: 1 } },
      { provider: 'kingfisher-legacy' as const, map: maps[1]!, intensity: { low: 0, high: 1 } },
    ];
    const agreed = agreedRows(confluencesOf(layers, { price: 100, tolerancePercent: 0.1 }), maps, 100);
    const long = agreed.find(({ side }) => side === 'long')!;
    expect(long.price).toBe(90.025);
    expect(exactFacts(long, 'BTC', 'UTC').slice(1, 3)).toEqual([
      ['Kingfisher · SIMULATED', '$4,000,000,000 at 90.05'],
      ['Kingfisher legacy · SIMULATED', '3 rel at 90'],
    ]);
    expect(labelsOfRow(long)).toEqual(['estimated', 'inferred side']);
    expect(copyOf(long, 'BTC').split('\t')).toContain(
      'Kingfisher · SIMULATED $4.00B at 90.05; Kingfisher legacy · SIMULATED 3 rel at 90',
    );
    expect(matches(long, 'confluence', 'kingfisher-legacy')).toBe(true);
    expect(matches(long, 'clusters')).toBe(false);
    expect(matches(long, 'all', 'kiyotaka')).toBe(false);
    expect(new Set([...rows, ...agreed].map(rowKey)).size).toBe(rows.length + agreed.length);
  });

  test('are listed with their sources, and can be listed by one', () => {
    const legacy = sample.profileOf('BTC', 'kingfisher-legacy');
    open(LevelsPanel, {
      settings: sample.settingsOf({ maps: showing('kingfisher', 'kingfisher-legacy') }),
      snapshots: [sample.mapOf('BTC'), legacy],
    });
    const sources = (): Set<string> =>
      new Set([...document.querySelectorAll('tbody tr[aria-rowindex] .source')].map((cell) => text(cell)));
    expect([...document.querySelectorAll('.provenance')].map(text)).toEqual([
      'Map Kingfisher · SIMULATED USD estimated 0 s',
      'Map Kingfisher legacy · SIMULATED relative estimated inferred side 0 s',
    ]);
    expect(sources()).toContain('KF legacy');
    const select = document.querySelector('select')!;
    select.value = 'kingfisher-legacy';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    flushSync();
    expect([...sources()].every((each) => each.includes('KF legacy'))).toBe(true);
    expect([...document.querySelectorAll('.provenance')]).toHaveLength(1);
  });

  test('without any map switched on the panel says where one is', () => {
    open(LevelsPanel, { settings: sample.settingsOf({ maps: showing() }), snapshots: [] });
    expect(text(document.body)).toContain('No map is switched on. Choose one under Maps');
  });
});

describe('a computed gamma exposure', () => {
  const gex = sample.computedGexOf('BTC');

  test('names every assumption and input', () => {
    const sentences = modelSentences(gex).join(' ');
    for (const words of [
      'dealers are taken to be long every call and short every put',
      'Black-76',
      'mark_iv, percent',
      'underlying_price of each option',
      '742 options of 11 expiries with 312,408.6 BTC of open interest. 58 options expired or without open interest or volatility left out.',
    ]) {
      expect(sentences).toContain(words);
    }
    expect(modelSentences(sample.gexOf('BTC'))).toEqual([]);
    expect(modelSentences(sample.computedGexOf('BTC', {}, 'bybit')).join(' ')).toContain('Gamma is Bybit’s own.');
    expect(whyNoFlip(gex)).toBe('The total does not change its sign within ±20 % of the spot.');
  });

  test('shows calls and puts of each strike, total, walls, and a flip only where there is one', () => {
    const settings = sample.settingsOf({ gex: { provider: 'deribit' } });
    open(GexPanel, { settings, snapshots: [sample.gexOf('BTC'), { ...gex, flipLevel: null }], quotes: [] });
    expect([...document.querySelectorAll('th')].map(text)).toEqual(['Strike', 'Puts', 'Bars', 'Calls', 'Net']);
    expect(document.querySelectorAll('tbody tr')).toHaveLength(41);
    expect(text(document.querySelector('.provenance'))).toContain('Deribit · SIMULATED USD per 1 % computed');
    const facts = [...document.querySelectorAll('.summary p')].map(text);
    expect(facts.slice(1, 5)).toEqual([
      'Total -$31.1M',
      'Flip level —',
      'Call wall 70,000.00 +4.46 %',
      'Put wall 64,000.00 -4.50 %',
    ]);
    expect(document.querySelector('.summary [title^="The total does not change"]')?.textContent).toBe('—');
  });

  test('of another provider is one press away', () => {
    const { terminal } = open(GexPanel, { snapshots: [sample.gexOf('BTC'), gex] });
    expect(text(document.querySelector('.provenance'))).toContain('Kingfisher');
    [...document.querySelectorAll('button')].find((each) => text(each) === 'Deribit')!.click();
    flushSync();
    expect(terminal.settings.gex.provider).toBe('deribit');
    expect(text(document.querySelector('.provenance'))).toContain('Deribit');
  });
});

describe('open interest and funding of several sources', () => {
  const venues = ['binance', 'bybit'] as const;
  const all = [
    sample.interestOf('BTC'),
    sample.fundingOf('BTC'),
    ...venues.flatMap((venue) => [sample.venueInterestOf('BTC', venue), sample.venueFundingOf('BTC', venue)]),
  ];
  const rowsOf = (title: string): string[] => {
    const section = [...document.querySelectorAll('section')].find((each) => text(each.querySelector('h3')) === title)!;
    return [...section.querySelectorAll('tbody tr')].map(
      (row) => `${text(row.querySelector('th'))} ${text(row.querySelector('.origin'))}`,
    );
  };

  test('stand side by side, each with its source and age, and only a source’s own total is shown', () => {
    open(FlowPanel, { snapshots: all });
    expect(rowsOf('Open interest')).toEqual([
      'All Kingfisher',
      'Binance Kingfisher',
      'Binance Binance',
      'Bybit Kingfisher',
      'Bybit Bybit',
      'OKX Kingfisher',
      'OKX OKX',
      'Hyperliquid Hyperliq.',
    ]);
    expect(rowsOf('Funding')[0]).toBe('Binance Kingfisher*');
    expect(document.querySelector('[aria-label="Kingfisher, inferred"]')?.className).toContain('origin');
    expect(text(document.querySelector('.age'))).toBe('0 s');
  });

  test('without a key the venues are there, and the key is asked for once', () => {
    const live = sample.settingsOf({ market: 'live' });
    const environment = 'production' as const;
    open(FlowPanel, {
      settings: live,
      market: { effective: 'live', reason: null },
      statuses: [sample.statusOf('kingfisher', { state: 'no-key' })],
      snapshots: venues.map((venue) => sample.venueInterestOf('BTC', venue, { environment })),
    });
    expect(rowsOf('Open interest').slice(0, 2)).toEqual(['Binance Binance', 'Bybit Bybit']);
    expect(text(document.body).split('Kingfisher needs a key').length - 1).toBe(1);
  });

  test('a source that fails is named, and the others stay', () => {
    const { terminal } = open(FlowPanel, { snapshots: all });
    const down = failure('server', 'OKX had an error of its own (500).');
    terminal.snapshots.acceptTrouble({
      provider: 'okx',
      asset: 'BTC',
      kind: 'open-interest',
      failure: down,
      missedSince: null,
      at: sample.sampleNow,
    });
    flushSync();
    expect(text(document.querySelector('[role=status]'))).toContain(
      'Open interest of OKX: OKX had an error of its own',
    );
    expect(rowsOf('Open interest')).toHaveLength(8);
  });

  test('an old answer of one source is stale, the others are not', () => {
    const old = sample.venueInterestOf('BTC', 'bybit', { at: unixMs(sample.sampleNow - 3_600_000) });
    open(FlowPanel, { snapshots: [sample.venueInterestOf('BTC', 'binance'), old] });
    const rows = [...document.querySelectorAll('section tbody tr')].slice(0, 2);
    expect(rows.map((row) => row.classList.contains('stale'))).toEqual([false, true]);
    expect(text(rows[1]?.querySelector('.age'))).toBe('stale 1 h');
  });
});

test('the bottom bar shows who is asked, has a key or fails, and counts the others', () => {
  const idle = (id: ProviderId) => sample.statusOf(id, { state: 'idle', text: 'Nothing is asked of it now.' });
  const { terminal } = open(StatusBar, {
    statuses: [
      sample.statusOf('kingfisher', { state: 'no-key' }),
      sample.statusOf('kingfisher-legacy', { state: 'no-key' }),
      sample.statusOf('kaiko', { state: 'idle', credential: { kept: 'keychain', keychainProblem: null } }),
      sample.statusOf('binance'),
      sample.statusOf('bybit', { state: 'offline' }),
      idle('okx'),
      idle('hyperliquid'),
    ],
  });
  const buttons = [...document.querySelectorAll<HTMLElement>('button.provider')];
  expect(buttons.map((each) => text(each).split(' ')[0])).toEqual(['Kingfisher', 'Kaiko', 'Binance', 'Bybit', '3']);
  expect(text(buttons.at(-1))).toBe('3 not used');
  buttons.at(-1)!.click();
  expect([terminal.layout.isSettingsOpen, terminal.layout.settingsProvider]).toEqual([true, 'kingfisher-legacy']);
});
