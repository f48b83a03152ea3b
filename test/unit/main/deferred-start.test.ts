import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeferredStart } from '../../../src-main/deferred-start.ts';

let starts: number;
const count = () => void starts++;

beforeEach(() => {
  vi.useFakeTimers();
  starts = 0;
});
afterEach(() => vi.useRealTimers());

describe('a deferred start', () => {
  it('is none at all when there is nothing to show', () => {
    new DeferredStart(count, false);
    expect(starts).toBe(1);
  });

  it('waits for the first paint of what the cache has, and starts once', () => {
    const deferred = new DeferredStart(count, true);
    vi.advanceTimersByTime(1_000);
    deferred.painted();
    vi.advanceTimersByTime(299);
    expect(starts).toBe(0);
    vi.advanceTimersByTime(1);
    expect(starts).toBe(1);
    deferred.painted();
    deferred.now();
    vi.advanceTimersByTime(10_000);
    expect(starts).toBe(1);
  });

  it('does not wait for ever for a window that asks for nothing', () => {
    new DeferredStart(count, true);
    vi.advanceTimersByTime(1_500);
    expect(starts).toBe(1);
  });

  it('never starts after it was cancelled', () => {
    const deferred = new DeferredStart(count, true);
    deferred.painted();
    deferred.cancel();
    deferred.now();
    vi.advanceTimersByTime(10_000);
    expect(starts).toBe(0);
  });
});
