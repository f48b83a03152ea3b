import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { freshness, snapshotFreshness } from '../../../src-renderer/state/freshness.ts';
import { modeOf } from '../../../src-renderer/state/sources.ts';
import { mapOf, sampleNow, settingsOf, sourceOf, statusOf } from './samples.ts';

describe('stale', () => {
  test('is what is older than three times its expected interval; past two of them it is delayed', () => {
    expect(freshness(20_000, 10_000, null)).toEqual({ stale: false, reason: null, state: 'live' });
    expect(freshness(20_001, 10_000, null)).toEqual({ stale: false, reason: 'an update is missing', state: 'delayed' });
    expect(freshness(30_000, 10_000, null).state).toBe('delayed');
    expect(freshness(30_001, 10_000, null)).toEqual({ stale: true, reason: 'nothing newer has come', state: 'stale' });
  });

  test('is called by the state of its source as soon as it is late, not before', () => {
    const until = unixMs(sampleNow + 60_000);
    const limited = { state: 'limited', until } as const;
    const reason = 'the source’s limit is used up';
    expect(freshness(20_000, 10_000, limited)).toEqual({ stale: false, reason: null, state: 'live' });
    const late = { reason, state: 'limited', until, credential: 'key' };
    expect(freshness(20_001, 10_000, limited)).toEqual({ stale: false, ...late });
    expect(freshness(30_001, 10_000, limited)).toEqual({ stale: true, ...late });
    expect(freshness(30_001, 10_000, { state: 'connecting', until: null }).state).toBe('stale');
  });

  test('an interval that the plan affords is not late, however long it is', () => {
    const map = mapOf('BTC');
    const quarter = unixMs(sampleNow + 15 * 60_000);
    const gex = { ...map, source: sourceOf('deribit') };
    expect(snapshotFreshness(gex, null, quarter).state).toBe('delayed');
    expect(snapshotFreshness(gex, null, quarter, { expectedMs: 16 * 60_000 }).state).toBe('polling');
    expect(snapshotFreshness(map, null, unixMs(sampleNow + 46 * 60_000)).state).toBe('stale');
    expect(snapshotFreshness(map, null, unixMs(sampleNow + 46 * 60_000), { expectedMs: 16 * 60_000 }).state).toBe(
      'delayed',
    );
    const streamed = { ...map, transport: 'stream' as const };
    expect(snapshotFreshness(streamed, null, quarter, { expectedMs: 16 * 60_000 }).state).toBe('stale');
  });

  test('is at once what comes from a source that cannot be reached or refuses the key', () => {
    expect(freshness(0, 10_000, { state: 'offline', until: null })).toEqual({
      stale: true,
      reason: 'the source cannot be reached',
      state: 'offline',
      until: null,
      credential: 'key',
    });
    expect(freshness(0, 10_000, { state: 'refused', until: null }).stale).toBe(true);
    expect(freshness(0, 10_000, { state: 'limited', until: null }).stale).toBe(false);
  });

  test('counts from the last time the provider said the same again', () => {
    const map = { ...mapOf('BTC'), takenAt: unixMs(sampleNow - 86_400_000), confirmedAt: sampleNow };
    expect(snapshotFreshness(map, null, unixMs(sampleNow + 1000)).stale).toBe(false);
  });

  test('a stream is expected more often than a poll', () => {
    const map = mapOf('BTC');
    const later = unixMs(sampleNow + 181_000);
    expect(snapshotFreshness(map, null, later).stale).toBe(false);
    expect(snapshotFreshness({ ...map, transport: 'stream' }, null, later).stale).toBe(true);
  });

  test('the state of another source of the same provider says nothing about this one', () => {
    const down = statusOf('kingfisher', { source: sourceOf('kingfisher', 'production'), state: 'offline' });
    expect(snapshotFreshness(mapOf('BTC'), down, sampleNow).stale).toBe(false);
  });
});

test('the mode is simulated, live, offline or connecting', () => {
  const at = (state: 'live' | 'offline' | 'connecting') =>
    statusOf('binance', { source: sourceOf('binance', 'production'), state });
  const live = settingsOf({ market: 'live' });
  expect(modeOf(settingsOf(), 'simulated', [at('live')])).toBe('simulated');
  expect(
    modeOf(live, 'live', [
      at('live'),
      statusOf('kingfisher', { source: sourceOf('kingfisher', 'production'), state: 'no-key' }),
    ]),
  ).toBe('live');
  expect(modeOf(live, 'live', [at('offline')])).toBe('offline');
  expect(modeOf(live, 'live', [at('connecting')])).toBe('connecting');
  expect(modeOf(live, 'live', [statusOf('binance')])).toBe('connecting');
});
