import { describe, expect, it } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { RateLimits } from '../../../src-main/contract/provider-status.ts';
import type { SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import { pollIntervalMs } from '../../../src-main/feeds/poll-plan.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const now = unixMs(1_800_000_000_000);
const limits = (remaining: number, limit = 100): RateLimits => ({
  limit,
  remaining,
  resetAt: unixMs(now + day),
  seenAt: now,
});

/** Calls that the intervals lead to until the reset, all kinds and assets together. */
const callsUntilReset = (wanted: readonly SnapshotKind[], state: RateLimits): number =>
  wanted.reduce((sum, kind) => sum + Math.floor(day / pollIntervalMs(kind, wanted, state, now, false)), 0);

describe('the poll plan', () => {
  const watchlist: SnapshotKind[] = ['liquidation-map', 'gex', 'liquidation-map', 'gex', 'liquidation-map'];

  it('asks at the pace of the data where nothing is limited', () => {
    expect(pollIntervalMs('liquidation-map', watchlist, null, now, false)).toBe(minute);
    expect(pollIntervalMs('gex', watchlist, null, now, false)).toBe(2 * minute);
  });

  it('only puts right from time to time what the stream brings', () => {
    expect(pollIntervalMs('liquidation-map', watchlist, null, now, true)).toBe(15 * minute);
  });

  it.each([100, 60, 20])('spreads %i remaining calls so that the reserve of 10 is left at the reset', (remaining) => {
    expect(callsUntilReset(watchlist, limits(remaining))).toBeLessThanOrEqual(remaining - 10);
  });

  it('uses most of what may be used', () => {
    expect(callsUntilReset(watchlist, limits(100))).toBeGreaterThan(70);
  });

  it('stretches all kinds alike', () => {
    const map = pollIntervalMs('liquidation-map', watchlist, limits(50), now, false);
    expect(pollIntervalMs('gex', watchlist, limits(50), now, false)).toBeCloseTo(2 * map);
  });

  it('is never faster than the data, however much is left', () => {
    expect(pollIntervalMs('liquidation-map', watchlist, limits(1e9, 1e9), now, false)).toBe(minute);
  });
});
