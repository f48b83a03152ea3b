import { describe, expect, it } from 'vitest';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import type { LoggedRequest } from '../../../src-main/store/requests.ts';
import { after, binance, kingfisher, noon, simulated } from './samples.ts';
import { openTemporary } from './temporary.ts';

const request = (more: Partial<LoggedRequest> = {}): LoggedRequest => ({
  source: kingfisher,
  at: noon,
  method: 'GET',
  endpoint: '/v1/gex/BTC',
  status: 200,
  tookMs: 81.5,
  failureKind: null,
  bytes: 2_048,
  charged: 1,
  purpose: 'background',
  ...more,
});

const newest = (limit: number, provider: ProviderId | null = null, before: number | null = null) => ({
  provider,
  before,
  limit,
});

describe('the request log', () => {
  it('comes back newest first, each line with its id', () => {
    const { requests } = openTemporary();
    const failed = request({
      at: after(1),
      status: null,
      failureKind: 'timeout',
      bytes: 0,
      charged: 0.5,
      purpose: 'user',
    });
    expect(requests.newest()).toBe(0);
    expect([requests.add(request()), requests.add(failed)]).toEqual([1, 2]);
    expect(requests.newest()).toBe(2);
    expect(requests.page(newest(9))).toEqual([
      { ...failed, id: 2 },
      { ...request(), id: 1 },
    ]);
    expect(requests.page(newest(1))).toEqual([{ ...failed, id: 2 }]);
  });

  it('is read page by page, of all or of one provider in all its environments', () => {
    const { requests } = openTemporary();
    const sources = [kingfisher, binance, simulated];
    for (let i = 0; i < 12; i++) requests.add(request({ at: after(i), source: sources[i % 3] ?? kingfisher }));
    const ids = (limit: number, provider: ProviderId | null, before: number | null): number[] =>
      requests.page(newest(limit, provider, before)).map(({ id }) => id);
    expect(ids(5, null, null)).toEqual([12, 11, 10, 9, 8]);
    expect(ids(5, null, 8)).toEqual([7, 6, 5, 4, 3]);
    expect(ids(5, null, 3)).toEqual([2, 1]);
    expect(ids(3, 'kingfisher', null)).toEqual([12, 10, 9]);
    expect(ids(9, 'kingfisher', 9)).toEqual([7, 6, 4, 3, 1]);
    expect(ids(9, 'binance', null)).toEqual([11, 8, 5, 2]);
    expect(ids(9, 'okx', null)).toEqual([]);
  });

  it('counts the requests that were charged to one source, from a moment on', () => {
    const { requests } = openTemporary();
    requests.add(request());
    requests.add(request({ at: after(1), charged: 20 }));
    requests.add(request({ at: after(2), charged: 0 }));
    requests.add(request({ at: after(2), source: simulated }));
    expect(requests.chargedSince(sourceKey(kingfisher), noon)).toBe(2);
    expect(requests.chargedSince(sourceKey(kingfisher), after(1))).toBe(1);
    expect(requests.chargedSince(sourceKey(kingfisher), after(2))).toBe(0);
    expect(requests.chargedSince('nobody@production:', noon)).toBe(0);
  });

  it('is kept for 30 days', () => {
    const { requests } = openTemporary();
    const day = 24 * 60;
    requests.add(request());
    requests.add(request({ at: after(1) }));
    requests.add(request({ at: after(30 * day + 1) }));
    expect(requests.page(newest(9)).map(({ at }) => at)).toEqual([after(30 * day + 1), after(1)]);
  });
});
