import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { migrate } from '../../../src-main/store/migrate.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { createRejected, type RejectedPayload } from '../../../src-main/store/rejected.ts';
import type { LoggedRequest } from '../../../src-main/store/requests.ts';
import { createSources } from '../../../src-main/store/sources.ts';
import { after, kingfisher, noon, simulated } from './samples.ts';
import { openTemporary } from './temporary.ts';

const payload = (text: string, more: Partial<RejectedPayload> = {}): RejectedPayload => ({
  source: kingfisher,
  endpoint: '/v1/gex/BTC',
  at: noon,
  path: '$.gex[0]',
  message: 'a number was expected',
  text,
  ...more,
});

describe('rejected payloads', () => {
  it('come back newest first', () => {
    const { rejected } = openTemporary();
    rejected.add(payload('{}'));
    rejected.add(payload('<html>', { at: after(1), path: '$', source: simulated }));
    expect(rejected.count()).toBe(2);
    expect(rejected.list(9)).toEqual([
      { ...payload('<html>', { at: after(1), path: '$', source: simulated }), lastAt: after(1), times: 1, length: 6 },
      { ...payload('{}'), lastAt: noon, times: 1, length: 2 },
    ]);
    expect(rejected.list(1)).toHaveLength(1);
  });

  it('that repeat are counted, per endpoint and in a row', () => {
    const { rejected } = openTemporary();
    rejected.add(payload('a'));
    rejected.add(payload('a', { endpoint: '/v1/gex/ETH' }));
    rejected.add(payload('a', { at: after(1) }));
    rejected.add(payload('b', { at: after(2) }));
    rejected.add(payload('a', { at: after(3) }));
    const kept = rejected.list(9).map(({ text, endpoint, times, lastAt }) => ({ text, endpoint, times, lastAt }));
    expect(kept).toEqual([
      { text: 'a', endpoint: '/v1/gex/BTC', times: 1, lastAt: after(3) },
      { text: 'b', endpoint: '/v1/gex/BTC', times: 1, lastAt: after(2) },
      { text: 'a', endpoint: '/v1/gex/ETH', times: 1, lastAt: noon },
      { text: 'a', endpoint: '/v1/gex/BTC', times: 2, lastAt: after(1) },
    ]);
  });

  it('are cut at 256 KiB, between characters, and keep their length', () => {
    const { rejected } = openTemporary();
    rejected.add(payload(`x${'€'.repeat(200_000)}`));
    const [kept] = rejected.list(1);
    expect(kept?.length).toBe(200_001);
    expect(Buffer.byteLength(kept?.text ?? '')).toBe(262_144 - ((262_144 - 1) % 3));
    expect(kept?.text.endsWith('€')).toBe(true);
    rejected.add(payload('y'.repeat(262_144), { endpoint: '/whole' }));
    expect(rejected.list(1)[0]?.text).toHaveLength(262_144);
    rejected.add(payload('\ud800'));
    expect(rejected.list(1)[0]?.text).toBe('\ufffd');
  });

  it('make room for newer ones, by number and by bytes', () => {
    const db = new Database(':memory:');
    migrate(db, migrations);
    const few = createRejected(db, createSources(db), { rows: 3, bytes: 1_000 });
    for (let i = 0; i < 5; i++) few.add(payload(`text ${i}`));
    expect(few.list(9).map(({ text }) => text)).toEqual(['text 4', 'text 3', 'text 2']);
    few.add(payload('z'.repeat(990)));
    expect(few.list(9).map(({ text }) => text.slice(0, 6))).toEqual(['zzzzzz', 'text 4']);
    expect(few.count()).toBe(2);
    const again = createRejected(db, createSources(db), { rows: 3, bytes: 1_000 });
    again.add(payload('after a restart'));
    expect(again.list(9).map(({ text }) => text)).toEqual(['after a restart', 'text 4'].slice(0, again.count()));
  });
});

const request = (more: Partial<LoggedRequest> = {}): LoggedRequest => ({
  source: kingfisher,
  at: noon,
  method: 'GET',
  endpoint: '/v1/gex/BTC',
  status: 200,
  tookMs: 81.5,
  failureKind: null,
  bytes: 2_048,
  charged: true,
  ...more,
});

describe('the request log', () => {
  it('comes back newest first', () => {
    const { requests } = openTemporary();
    const failed = request({ at: after(1), status: null, failureKind: 'timeout', bytes: 0, charged: false });
    requests.add(request());
    requests.add(failed);
    expect(requests.recent(9)).toEqual([failed, request()]);
    expect(requests.recent(1)).toEqual([failed]);
  });

  it('counts what was charged to one source, from a moment on', () => {
    const { requests } = openTemporary();
    requests.add(request());
    requests.add(request({ at: after(1) }));
    requests.add(request({ at: after(2), charged: false }));
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
    expect(requests.recent(9).map(({ at }) => at)).toEqual([after(30 * day + 1), after(1)]);
  });
});

describe('rate limits', () => {
  it('are the last ones told, per source', () => {
    const { limits } = openTemporary();
    expect(limits.read(sourceKey(kingfisher))).toBeNull();
    limits.write(kingfisher, { limit: 100, remaining: 58, resetAt: after(60), seenAt: noon });
    limits.write(kingfisher, { limit: 100, remaining: null, resetAt: null, seenAt: after(1) });
    limits.write(simulated, { limit: null, remaining: 3, resetAt: null, seenAt: noon });
    expect(limits.read(sourceKey(kingfisher))).toEqual({
      limit: 100,
      remaining: null,
      resetAt: null,
      seenAt: after(1),
    });
    expect(limits.read(sourceKey(simulated))?.remaining).toBe(3);
  });
});
