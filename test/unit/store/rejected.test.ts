import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../../src-main/store/migrate.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { createRejected, type RejectedPayload } from '../../../src-main/store/rejected.ts';
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
