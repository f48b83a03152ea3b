// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import { flushSync } from 'svelte';
import { failure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import GexPanel from '../../../src-renderer/panels/gex/GexPanel.svelte';
import { viewOf } from '../../../src-renderer/panels/parts/snapshot-view.ts';
import { mountPanel } from './mounted.ts';
import type { Mounted } from './mounted.ts';
import { allInfos } from './all-infos.ts';
import { gexOf, sampleNow, statusOf } from './samples.ts';

let shown: Mounted | null = null;
afterEach(() => {
  shown?.close();
  shown = null;
});

const provenance = (): string => (document.querySelector('.provenance')?.textContent ?? '').replace(/\s+/g, ' ').trim();
const hover = (): string | null => document.querySelector('.provenance .age')?.getAttribute('title') ?? null;
const missed = (missedSince: number | null, failed = false) =>
  ({
    provider: 'kingfisher',
    asset: 'BTC',
    kind: 'gex',
    failure: failed ? failure('server', 'Down.') : null,
    missedSince: missedSince === null ? null : unixMs(missedSince),
    at: sampleNow,
  }) as const;

test('what a stream missed is marked until it is put right, whatever else fails or comes', () => {
  shown = mountPanel(GexPanel);
  const { terminal } = shown;
  expect(provenance()).not.toContain('incomplete');
  terminal.snapshots.acceptTrouble(missed(sampleNow - 3_480_000));
  flushSync();
  expect(provenance()).toContain('incomplete since 2025-11-20 23:02 UTC');
  terminal.snapshots.accept(gexOf('BTC'));
  terminal.snapshots.acceptTrouble(missed(sampleNow + 120_000, true));
  flushSync();
  expect(provenance()).toContain('incomplete since 00:02 UTC');
  expect(terminal.snapshots.troubleOf('BTC', 'gex', 'kingfisher')?.message).toBe('Down.');
  terminal.snapshots.acceptTrouble(missed(null));
  flushSync();
  expect(provenance()).not.toContain('incomplete');
});

test('other sources or other options forget what was missed of the former ones', () => {
  shown = mountPanel(GexPanel);
  const { snapshots } = shown.terminal;
  snapshots.acceptTrouble(missed(sampleNow));
  snapshots.drop('kaiko');
  expect(snapshots.missedSince('BTC', 'gex', 'kingfisher')).toBe(sampleNow);
  snapshots.drop('kingfisher');
  expect(snapshots.missedSince('BTC', 'gex', 'kingfisher')).toBeNull();
  snapshots.acceptTrouble(missed(sampleNow));
  snapshots.clear();
  expect(snapshots.missedSince('BTC', 'gex', 'kingfisher')).toBeNull();
});

test('a number is told as live, delayed, limited and stale by word and shape, with its age', () => {
  const aged = (minutes: number, more: Parameters<typeof statusOf>[1] = {}): [string, string | null] => {
    shown?.close();
    shown = mountPanel(GexPanel, {
      statuses: [statusOf('kingfisher', more)],
      snapshots: [gexOf('BTC', { at: sampleNow - minutes * 60_000 })],
    });
    const text = provenance();
    return [text.slice(text.indexOf('inferred') + 9), hover()];
  };
  const until = unixMs(sampleNow + 7_200_000);
  expect(aged(10)).toEqual(['10 min', '2025-11-20 23:50:00 UTC. Answers come over REST, on schedule.']);
  expect(aged(31)).toEqual(['delayed 31 min', '2025-11-20 23:29:00 UTC. Delayed: an update is missing.']);
  expect(aged(31, { state: 'limited', until })).toEqual([
    'limited until 02:00 UTC 31 min',
    '2025-11-20 23:29:00 UTC. Delayed: the source’s limit is used up.',
  ]);
  expect(aged(46)).toEqual(['stale 46 min', '2025-11-20 23:14:00 UTC. Stale: nothing newer has come.']);
  expect(aged(10, { state: 'offline' })).toEqual([
    'stale · offline 10 min',
    '2025-11-20 23:50:00 UTC. Stale: the source cannot be reached.',
  ]);
  expect(document.querySelectorAll('.provenance .age svg').length).toBe(1);
});

test('a login that is refused is not called a key', () => {
  shown = mountPanel(GexPanel, {
    providers: allInfos,
    statuses: [statusOf('kingfisher-legacy', { state: 'refused' })],
  });
  const { terminal } = shown;
  const profile = { ...gexOf('BTC'), source: { ...gexOf('BTC').source, provider: 'kingfisher-legacy' as const } };
  terminal.snapshots.accept(profile);
  expect(viewOf(terminal, 'gex', 'kingfisher-legacy').freshness.reason).toBe('the source refuses the login');
});

test('what comes as often as the plan affords is not late', async () => {
  shown = mountPanel(GexPanel, { snapshots: [gexOf('BTC', { at: sampleNow - 46 * 60_000 })] });
  const { bridge, terminal } = shown;
  expect(provenance()).toContain('stale 46 min');
  const row = { kind: 'gex', asset: 'BTC', tier: 'visible', weight: 1, wantedMs: 900_000, isStreamed: false } as const;
  const plan =
    (intervalMs: number | null, isStreamed = false) =>
    () => [
      {
        provider: 'kingfisher' as const,
        rows: [{ ...row, intervalMs, isStreamed }],
        limitedBy: 'day',
        forecast: null,
      },
    ];
  const planned = async (intervalMs: number | null, isStreamed = false): Promise<string> => {
    bridge.handlers['plan/forecast'] = plan(intervalMs, isStreamed);
    await terminal.plans.refresh(terminal.settings.plan);
    flushSync();
    return provenance().slice(provenance().indexOf('inferred') + 9);
  };
  expect(await planned(40 * 60_000)).toBe('46 min');
  expect(await planned(20 * 60_000)).toBe('delayed 46 min');
  expect(await planned(null)).toBe('stale 46 min');
  expect(await planned(40 * 60_000, true)).toBe('stale 46 min');
});
