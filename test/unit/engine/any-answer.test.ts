import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';

import type { SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import { toFailure } from '../../../src-main/contract/failure.ts';
import { eliteKey } from '../../e2e/servers.ts';
import { noOverride } from '../../../src-main/contract/limits.ts';
import { nothing, startEngine, stillServers } from './engine.ts';

const endpoints = {
  'liquidation-map': 'liquidations',
  gex: 'gex',
  'open-interest': 'open-interest',
  'funding-rates': 'funding-rates',
  'market-depth': 'depth',
  'order-flow': 'tof',
} as const satisfies Partial<Record<SnapshotKind, string>>;
type Kind = keyof typeof endpoints;
const kinds = Object.keys(endpoints) as Kind[];
const runs = 2_000;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** One thing wrong in the value at a place that `at` (0 … 1) names among all places. */
function spoil(root: Json, at: number, change: Change, other: Json): Json {
  const places: (() => void)[] = [];
  const walk = (holder: Json[] | { [name: string]: Json }): void => {
    for (const key of Object.keys(holder)) {
      const fields = holder as Record<string, Json>;
      const value = fields[key]!;
      places.push(() => {
        if (change === 'remove') delete fields[key];
        else if (change === 'rename') {
          delete fields[key];
          fields[`${key}_v2`] = value;
        } else if (change === 'text') fields[key] = String(value);
        else if (change === 'negate') fields[key] = -Number(value);
        else if (change === 'wrap') fields[key] = [value];
        else fields[key] = other;
      });
      if (typeof value === 'object' && value !== null) walk(value);
    }
  };
  const copy = { root: structuredClone(root) };
  walk(copy);
  places[Math.min(places.length - 1, Math.floor(at * places.length))]!();
  return copy.root ?? null;
}

const changes = ['remove', 'rename', 'text', 'negate', 'wrap', 'replace'] as const;
type Change = (typeof changes)[number];

const mutation = fc.record({
  kind: fc.constantFrom(...kinds),
  spoils: fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      change: fc.constantFrom(...changes),
      other: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
    }),
    { maxLength: 3 },
  ),
  /** What happens to the text afterwards. */
  text: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.record({ cut: fc.double({ min: 0, max: 1, noNaN: true }) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        insert: fc.string({ unit: 'binary', maxLength: 8 }),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        number: fc.constantFrom('1e999', '-0', 'NaN', 'Infinity', '1e-400', '0x10', '9'.repeat(400)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        whole: fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant('[['.repeat(20_000))),
      }),
    },
  ),
});

test(
  `${runs} spoilt answers: each is a committed snapshot or exactly one rejected payload, and nothing else happens`,
  { timeout: 120_000 },
  async () => {
    const servers = await stillServers();
    const good = new Map<SnapshotKind, string>();
    for (const kind of kinds) {
      const response = await fetch(`${servers.kingfisher.restUrl}/${endpoints[kind]}/BTC`, {
        headers: { authorization: `Bearer ${eliteKey}` },
      });
      good.set(kind, await response.text());
    }
    // As many a second as come.
    const plans = { kingfisher: { ...noOverride, amounts: { day: null, burst: null } } };
    const engine = startEngine(servers, { wanted: nothing, plans });
    const reader = new Database(engine.file, { readonly: true });
    onTestFinished(() => void reader.close());
    const countRejected = reader.prepare<[], number>('SELECT coalesce(sum(times), 0) FROM rejected').pluck();
    const rejected = (): number => countRejected.get() ?? 0;
    const seen = { saved: 0, rejected: 0 };

    await fc.assert(
      fc.asyncProperty(mutation, async ({ kind, spoils, text }) => {
        let value = JSON.parse(good.get(kind)!) as Json;
        for (const { at, change, other } of spoils) value = spoil(value, at, change, other);
        let body = JSON.stringify(value);
        if (text && 'cut' in text) body = body.slice(0, Math.floor(text.cut * body.length));
        if (text && 'insert' in text) {
          const at = Math.floor(text.at * body.length);
          body = body.slice(0, at) + text.insert + body.slice(at);
        }
        if (text && 'number' in text) body = body.replace(/-?\d+(\.\d+)?(?=[,}\]])/, text.number);
        if (text && 'whole' in text) body = text.whole;

        servers.kingfisher.override(endpoints[kind], { body });
        const before = { rejected: rejected(), latest: engine.hub.cache.latest('kingfisher', 'BTC', kind) };
        try {
          const snapshot = await engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind });
          seen.saved += 1;
          expect(rejected()).toBe(before.rejected);
          const kept = engine.hub.cache.latest('kingfisher', 'BTC', kind)!;
          // A payload may carry an older time of its own; what is newest by its own time is what is shown.
          if (kept.takenAt === snapshot!.takenAt)
            expect(kept.confirmedAt).toBeGreaterThanOrEqual(snapshot!.confirmedAt);
          else expect(kept.takenAt).toBeGreaterThan(snapshot!.takenAt);
        } catch (thrown) {
          const failure = toFailure(thrown);
          if (failure.kind !== 'bad-response') throw thrown;
          seen.rejected += 1;
          expect(rejected()).toBe(before.rejected + 1);
          expect(failure.path).toMatch(/^\$/);
          expect(engine.hub.cache.latest('kingfisher', 'BTC', kind)).toEqual(before.latest);
        }
      }),
      { numRuns: runs, seed: 20_260_201, endOnFailure: true },
    );
    expect(seen.saved + seen.rejected).toBe(runs);
    expect(seen.saved).toBeGreaterThan(runs / 20);
    expect(seen.rejected).toBeGreaterThan(runs / 4);
    const charged = engine.rows<{ n: number }>(`SELECT count(*) AS n FROM requests WHERE endpoint LIKE '/v1/%'`);
    expect(charged).toEqual([{ n: runs }]);
    const times = engine.rows<{ n: number }>('SELECT sum(times) AS n FROM rejected');
    expect(times).toEqual([{ n: seen.rejected }]);
  },
);
