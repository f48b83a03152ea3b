import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FailureError } from '../../../src-main/contract/failure.ts';
import { hyperliquid } from '../../../src-main/providers/hyperliquid.ts';
import type { CandleUpdate } from '../../../src-main/providers/provider.ts';
import { payloads } from '../seed.ts';
import { fakeContext, fixture, noSignal } from './context.ts';

/*
 * Whatever comes: values that keep their promises, or one `bad-response` with a path and exactly one recorded payload.
 */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const poison: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, '', 'NaN', '-1', -1, 0, -0, 1.5, 1e308, '1e999', [], {}, [null], [{}], '64000'),
  fc.constantFrom<Json>('BTC', 'ETH', '15m', '1d', 1_681_923_600_000, '__proto__'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.jsonValue() as fc.Arbitrary<Json>,
);
const changes = fc.array(
  fc.record({ where: fc.nat(1000), how: fc.constantFrom('put', 'drop', 'double'), value: poison }),
  {
    minLength: 1,
    maxLength: 3,
  },
);

function mutate(text: string, list: readonly { where: number; how: string; value: Json }[]): string {
  const root = { root: JSON.parse(text) as Json };
  for (const { where, how, value } of list) {
    const places: [Record<string, Json>, string][] = [];
    const walk = (holder: Json): void => {
      if (typeof holder !== 'object' || holder === null) return;
      for (const key of Object.keys(holder)) {
        places.push([holder as Record<string, Json>, key]);
        walk((holder as Record<string, Json>)[key]!);
      }
    };
    walk(root);
    const [holder, key] = places[where % places.length]!;
    if (how === 'put') holder[key] = structuredClone(value);
    else if (Array.isArray(holder) && how === 'double') holder.push(structuredClone(holder[Number(key)]!));
    else if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (key !== 'root') delete holder[key];
  }
  return JSON.stringify(root.root);
}

const universe = fixture('hyperliquid/meta-and-asset-ctxs.json');
const candles = fixture('hyperliquid/candle-snapshot.json');

/** True: a value; false: one refusal, recorded once. */
async function read<T>(
  texts: readonly [universe: string, candles: string],
  text: string,
  ask: (client: ReturnType<typeof hyperliquid.connect>) => Promise<T>,
  check: (value: T) => void,
): Promise<boolean> {
  const { context, rejected } = fakeContext(
    'hyperliquid',
    ({ body }) => texts[body!.includes('candleSnapshot') ? 1 : 0],
  );
  try {
    check(await ask(hyperliquid.connect(context)));
    expect(rejected).toEqual([]);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof FailureError)) throw thrown;
    const { kind, path, message } = thrown.failure;
    // A changed list may lack the asset: that is no bad answer.
    if (kind === 'unsupported') return true;
    expect([kind, message.includes('stumbled')]).toEqual(['bad-response', false]);
    expect(rejected).toMatchObject([{ path, message, text }]);
    return false;
  }
}

const overviewOf = (text: string): Promise<boolean> =>
  read(
    [text, candles],
    text,
    (client) => client.overview!(['BTC', 'ETH', '1000PEPE'], noSignal),
    ({ quotes, snapshots }) => {
      expect(snapshots).toHaveLength(quotes.length * 2);
      for (const { price, price24hAgo, instrument } of quotes) {
        expect(Number.isFinite(price) && price > 0 && instrument.tickSize > 0).toBe(true);
        expect(price24hAgo === null || price24hAgo > 0).toBe(true);
      }
      for (const snapshot of snapshots) {
        const numbers =
          snapshot.kind === 'open-interest'
            ? snapshot.exchanges.map((row) => row.openInterestUsd)
            : snapshot.kind === 'funding-rates'
              ? snapshot.exchanges.flatMap((row) => [row.rate ?? 0, row.annualized ?? 0])
              : [NaN];
        expect(numbers.every(Number.isFinite)).toBe(true);
      }
    },
  );

const candlesOf = (text: string): Promise<boolean> =>
  read(
    [universe, text],
    text,
    (client) => client.candles!({ asset: 'BTC', timeframe: '15m', from: null, to: null, limit: 10 }, noSignal),
    ({ openTimes, high, low, volume }) => {
      expect([high, low, volume].every((column) => column.length === openTimes.length)).toBe(true);
      expect(openTimes.every((time, i) => time % 900_000 === 0 && (i === 0 || time > openTimes[i - 1]!))).toBe(true);
      expect(low.every((value, i) => value > 0 && value <= high[i]! && volume[i]! >= 0)).toBe(true);
    },
  );

test.each([
  ['overview', overviewOf, universe],
  ['candles', candlesOf, candles],
] as const)('%s: any text, and any change to a valid answer', async (_what, ask, valid) => {
  let good = 0;
  let refused = 0;
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => void (await ask(text))));
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      if (await ask(mutate(valid, list))) good += 1;
      else refused += 1;
    }),
    { numRuns: payloads(500) },
  );
  expect(Math.min(good, refused)).toBeGreaterThan(10);
});

test('any change to a push: candles, nothing, or recorded once', async () => {
  const valid = fixture('hyperliquid/stream-candle.json');
  let told = 0;
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      const fake = fakeContext('hyperliquid', () => universe);
      const client = hyperliquid.connect(fake.context);
      await client.overview!(['BTC'], noSignal);
      const updates: CandleUpdate[] = [];
      const stream = client.openCandleStream!({
        state: () => {},
        update: (one) => void updates.push(one),
        gap: () => {},
      });
      stream.want([{ asset: 'BTC', timeframe: '15m' }]);
      fake.sockets[0]!.open();
      fake.sockets[0]!.receive(mutate(valid, list));
      stream.close();
      expect(Math.min(updates.length, fake.rejected.length)).toBe(0);
      expect(fake.rejected.length).toBeLessThanOrEqual(1);
      for (const { message } of fake.rejected) expect(message).not.toContain('stumbled');
      for (const { candle } of updates) {
        expect(candle.low > 0 && candle.low <= candle.high && candle.volume >= 0).toBe(true);
      }
      told += updates.length;
    }),
    { numRuns: payloads(500) },
  );
  expect(told).toBeGreaterThan(20);
});
