import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { freshness, snapshotFreshness } from '../../../src-renderer/state/freshness.ts';
import { callsLeft } from '../../../src-renderer/state/providers.svelte.ts';
import { modeOf } from '../../../src-renderer/state/sources.ts';
import { mapOf, sampleNow, settingsOf, sourceOf, statusOf } from './samples.ts';

describe('stale', () => {
  test('is what is older than three times its usual interval', () => {
    expect(freshness(30_000, 10_000, 'live').stale).toBe(false);
    expect(freshness(30_001, 10_000, 'live')).toEqual({ stale: true, reason: 'nothing newer has come' });
  });

  test('is at once what comes from a source that cannot be reached or refuses the key', () => {
    expect(freshness(0, 10_000, 'offline')).toEqual({ stale: true, reason: 'the source cannot be reached' });
    expect(freshness(0, 10_000, 'refused').stale).toBe(true);
    expect(freshness(0, 10_000, 'limited').stale).toBe(false);
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

test('calls left are not shown past the reset they were counted to', () => {
  const status = statusOf('kingfisher');
  expect(callsLeft(status, sampleNow)).toBe(87);
  expect(callsLeft(status, unixMs(sampleNow + 43_200_000))).toBeNull();
  expect(callsLeft(statusOf('binance'), sampleNow)).toBeNull();
});
