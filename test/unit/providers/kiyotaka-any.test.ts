import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FailureError } from '../../../src-main/contract/failure.ts';
import type { LiquidationProfile, LiquidationVolumes } from '../../../src-main/contract/liquidation.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { kiyotaka } from '../../../src-main/providers/kiyotaka.ts';
import type { RejectedPayload } from '../../../src-main/providers/provider.ts';
import { payloads } from '../seed.ts';
import { fakeContext, fixture, noSignal } from './context.ts';

/*
 * Whatever comes: values that keep their promises, or one `bad-response` with a path and exactly one recorded payload.
 */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Holder = Json[] | { [name: string]: Json };

const from = 1_774_800_000_000;
const to = from + 48 * 3_600_000;
const defaults = Object.fromEntries(kiyotaka.info.options.map(({ name, fallback }) => [name, fallback]));
const options = { ...defaults, heatmapInterval: 'HOUR', exchanges: 'BINANCE_FUTURES' };

interface Change {
  readonly how: 'replace' | 'remove' | 'add' | 'double';
  readonly where: number;
  readonly value: Json;
  readonly name: string;
}

const poison: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    '',
    'NaN',
    '-1',
    -1,
    0,
    -0,
    1.5,
    1e308,
    '1e999',
    [],
    {},
    [null],
    '4',
    1e15,
    '__proto__',
  ),
  fc.constantFrom<Json>('BUY', 'SELL', 4, 2, 1, 1_774_803_600, 1_774_803_600e6),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.jsonValue() as fc.Arbitrary<Json>,
);
const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    how: fc.constantFrom('replace', 'remove', 'add', 'double'),
    where: fc.nat(1000),
    value: poison,
    name: fc.constantFrom('__proto__', 'points', 'flat_points', 'side', 'ns', 'levels', 'Point', 'new'),
  }),
  { minLength: 1, maxLength: 4 },
);

function places(value: Json, found: [Holder, string | number][] = []) {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    found.push([value, key]);
    places((value as Record<string | number, Json>)[key]!, found);
  }
  return found;
}

function mutate(text: string, list: readonly Change[]): string {
  const root: Json = { root: JSON.parse(text) as Json };
  for (const { how, where, value, name } of list) {
    const all = places(root);
    const [holder, key] = all[where % all.length]!;
    const put = (at: string | number) =>
      Object.defineProperty(holder, at, {
        value: structuredClone(value),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    if (how === 'replace') put(key);
    else if (Array.isArray(holder)) {
      if (how === 'remove') holder.splice(Number(key), 1);
      else holder.push(how === 'double' ? structuredClone(holder[Number(key)]!) : structuredClone(value));
    } else if (holder !== root) {
      if (how === 'add') put(name);
      else if (how === 'remove') delete holder[key as string];
    }
  }
  return JSON.stringify(root['root']);
}

async function outcome<T>(
  rejected: readonly RejectedPayload[],
  text: string,
  ask: () => Promise<T>,
): Promise<T | null> {
  try {
    const value = await ask();
    expect(rejected).toEqual([]);
    return value;
  } catch (thrown) {
    if (!(thrown instanceof FailureError)) throw thrown;
    expect(thrown.failure.kind).toBe('bad-response');
    expect(thrown.failure.message).not.toContain('stumbled');
    expect(rejected).toMatchObject([{ text, path: thrown.failure.path }]);
    return null;
  }
}

function expectAscending(keys: Float64Array, first: number): void {
  let last = first;
  for (const key of keys) {
    expect(key).toBeGreaterThan(last);
    last = key;
  }
  expect(last).toBeLessThan(Infinity);
}

function expectProfiles(profiles: readonly LiquidationProfile[]): void {
  expectAscending(
    Float64Array.from(profiles, ({ takenAt }) => takenAt),
    from - 1,
  );
  for (const { prices, amounts, takenAt, extra } of profiles) {
    expect(takenAt).toBeLessThan(to);
    expect(Number.isInteger(takenAt)).toBe(true);
    expect(amounts.length).toBe(prices.length);
    expectAscending(prices, 0);
    expect(amounts.every((amount) => amount > 0 && amount < Infinity)).toBe(true);
    if (extra !== null) expect(Object.keys(JSON.parse(extra) as object)).not.toEqual([]);
  }
}

function expectVolumes(volumes: LiquidationVolumes): void {
  const { times, longs, shorts, longTrades, shortTrades, breaches } = volumes;
  expect(times.length).toBeGreaterThan(0);
  expectAscending(times, from - 1);
  for (const column of [longs, shorts, longTrades, shortTrades, breaches]) expect(column.length).toBe(times.length);
  for (const column of [longs, shorts]) expect(column.every((amount) => amount >= 0 && amount < Infinity)).toBe(true);
}

const kinds = {
  'liquidation-profile': [fixture('kiyotaka/heatmap-levels-btc.json'), flatSample()],
  'liquidation-volumes': [fixture('kiyotaka/liquidation-agg-btc.json')],
};

function flatSample(): string {
  const id = { type: 'HYPERLIQUID_LIQUIDATION_AGG', interval: 'HOUR', coin: 'BTC' };
  const flat_points = [2, from * 1000, 10, 1, 20, 2, 0, (from + 3_600_000) * 1000, 1, (from + 7_200_000) * 1000, 5, 5];
  return JSON.stringify({ series: [{ id, flat_points }] });
}

async function expectPromiseKept(kind: keyof typeof kinds, text: string): Promise<boolean> {
  const fake = fakeContext('kiyotaka', () => text);
  fake.setNow(to);
  const client = kiyotaka.connect({ ...fake.context, options, secret: { apiKey: 'kt_0123456789' } });
  const query = { provider: 'kiyotaka', kind, asset: 'BTC', from: unixMs(from), to: unixMs(to) } as const;
  const part = await outcome(fake.rejected, text, () => client.history![kind]!.read(query, noSignal).next());
  if (part === null || part.done) return false;
  expectProfiles(part.value.snapshots as readonly LiquidationProfile[]);
  if (part.value.volumes) expectVolumes(part.value.volumes);
  return true;
}

describe.each(['liquidation-profile', 'liquidation-volumes'] as const)('%s', (kind) => {
  test('any text at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => void (await expectPromiseKept(kind, text))),
    );
  });

  test('a valid answer with anything changed, removed, added or doubled', async () => {
    let read = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kinds[kind]), changes, async (valid, list) => {
        if (await expectPromiseKept(kind, mutate(valid, list))) read += 1;
        else refused += 1;
      }),
      { numRuns: payloads(600) },
    );
    expect(Math.min(read, refused)).toBeGreaterThan(30);
  });
});

test('usage: any text is a sentence or one bad response', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.json(),
        changes.map((list) => mutate('{"limit":1,"used":2,"reset":3}', list)),
      ),
      async (text) => {
        const fake = fakeContext('kiyotaka', () => text);
        fake.setNow(to);
        const client = kiyotaka.connect({ ...fake.context, options, secret: { apiKey: 'kt_0123456789' } });
        const said = await outcome(fake.rejected, text, () => client.test(noSignal));
        if (said !== null) expect(said).toMatch(/^Asked for .+\.$/);
        for (const { limit, remaining, resetAt, seenAt } of fake.limits) {
          expect(remaining).toBeGreaterThanOrEqual(0);
          expect(limit === null || limit > 0).toBe(true);
          expect(resetAt).toBeGreaterThan(seenAt);
        }
      },
    ),
  );
});

test('flat_points: any columns written are the columns read', async () => {
  const column = fc.record({
    hour: fc.nat(47),
    levels: fc.uniqueArray(
      fc.tuple(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), fc.double({ min: 1e-9, max: 1e12, noNaN: true })),
      { selector: ([price]) => price, maxLength: 20 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(column, { selector: ({ hour }) => hour, maxLength: 12 }), async (columns) => {
      const flat_points = columns.flatMap(({ hour, levels }) => [
        levels.length,
        (from + hour * 3_600_000) * 1000,
        ...levels.flat(),
      ]);
      const text = JSON.stringify({ series: [{ id: { coin: 'BTC' }, flat_points }] });
      const fake = fakeContext('kiyotaka', () => text);
      fake.setNow(to);
      const client = kiyotaka.connect({ ...fake.context, options, secret: { apiKey: 'kt_0123456789' } });
      const query = {
        provider: 'kiyotaka',
        kind: 'liquidation-profile',
        asset: 'BTC',
        from: unixMs(from),
        to: unixMs(to),
      } as const;
      const part = await client.history!['liquidation-profile']!.read(query, noSignal).next();
      if (part.done) throw new Error('nothing was read');
      const got = (part.value.snapshots as readonly LiquidationProfile[]).map(({ takenAt, prices, amounts }) => ({
        hour: (takenAt - from) / 3_600_000,
        levels: Array.from(prices, (price, index) => [price, amounts[index]]),
      }));
      const sorted = [...columns].sort((a, b) => a.hour - b.hour);
      expect(got).toEqual(
        sorted.map(({ hour, levels }) => ({ hour, levels: [...levels].sort((a, b) => a[0] - b[0]) })),
      );
    }),
  );
});
