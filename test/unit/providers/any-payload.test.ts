import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FailureError } from '../../../src-main/contract/failure.ts';
import type { CandleSeries } from '../../../src-main/contract/market.ts';
import type { Snapshot, SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import { binance } from '../../../src-main/providers/binance.ts';
import { kingfisher } from '../../../src-main/providers/kingfisher.ts';
import { payloads } from '../seed.ts';
import { fakeContext, fixture, noSignal } from './context.ts';

/*
 * Whatever a provider sends: a value that keeps its promises, or one `bad-response` with a path and exactly one recorded
 * payload. Never another error, never nothing.
 */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const kingfisherFiles = {
  'liquidation-map': 'kingfisher/liquidations-btc.json',
  gex: 'kingfisher/gex-btc.json',
  'open-interest': 'kingfisher/open-interest-btc.json',
  'funding-rates': 'kingfisher/funding-rates-btc.inferred.json',
  'market-depth': 'kingfisher/depth-btc.inferred.json',
  'order-flow': 'kingfisher/tof-btc.inferred.json',
} as const satisfies Partial<Record<SnapshotKind, string>>;
const kingfisherKinds = Object.keys(kingfisherFiles) as (keyof typeof kingfisherFiles)[];

const poison: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    '',
    'NaN',
    '-1',
    -1,
    0,
    1e308,
    '1e999',
    [],
    {},
    [null],
    [{}],
    '64000',
    '0.1',
    1e15,
    '__proto__',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.jsonValue() as fc.Arbitrary<Json>,
);

type Change = {
  readonly how: 'replace' | 'remove' | 'add' | 'double';
  readonly where: number;
  readonly value: Json;
  readonly name: string;
};
const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    how: fc.constantFrom('replace', 'remove', 'add', 'double'),
    where: fc.nat(1000),
    value: poison,
    name: fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', 'toString', 'timestamp', 'exchange', 'data', 'levels'),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

/** All places of a value: what holds it, and under which key. */
function places(value: Json, found: [Json[] | { [name: string]: Json }, string | number][] = []) {
  if (typeof value !== 'object' || value === null) return found;
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  for (const key of keys) {
    found.push([value, key]);
    places((value as Record<string | number, Json>)[key]!, found);
  }
  return found;
}

function mutate(text: string, list: readonly Change[]): string {
  const root: Json = { root: JSON.parse(text) as Json };
  for (const { how, where, value: shared, name } of list) {
    const value = structuredClone(shared); // a value that two places share could come to hold itself
    const all = places(root);
    const [holder, key] = all[where % all.length]!;
    const fields = holder as Record<string | number, Json>;
    const put = (at: string | number, it: Json) =>
      Object.defineProperty(holder, at, { value: it, enumerable: true, writable: true, configurable: true });
    if (how === 'replace') put(key, value);
    else if (how === 'remove' && Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (how === 'remove' && key !== 'root') delete fields[key];
    else if (how === 'add' && Array.isArray(holder)) holder.push(value);
    else if (how === 'add' && holder !== root) put(name, value);
    else if (how === 'double' && Array.isArray(holder)) holder.push(holder[Number(key)]!);
  }
  return JSON.stringify(root['root' as never]);
}

const isFiniteOrNull = (value: number | null): boolean => value === null || Number.isFinite(value);

function expectValid(snapshot: Snapshot): void {
  expect(Number.isFinite(snapshot.takenAt)).toBe(true);
  if (snapshot.extra !== null) expect(Object.keys(JSON.parse(snapshot.extra) as object).length).toBeGreaterThan(0);
  switch (snapshot.kind) {
    case 'liquidation-map':
      expectColumns(snapshot.prices, [snapshot.longs, snapshot.shorts, snapshot.levelTimes], (price) => price > 0);
      for (const amounts of [snapshot.longs, snapshot.shorts]) {
        expect(amounts.every((amount) => Number.isFinite(amount) && amount >= 0)).toBe(true);
      }
      expect(snapshot.referencePrice).toBeGreaterThan(0);
      break;
    case 'liquidation-profile':
      expectColumns(snapshot.prices, [snapshot.amounts], (price) => price > 0);
      expect(snapshot.amounts.every((amount) => Number.isFinite(amount) && amount > 0)).toBe(true);
      break;
    case 'gex':
      expectColumns(snapshot.strikes, [snapshot.gammaExposure, snapshot.totalGamma], (strike) => strike > 0);
      expect(snapshot.gammaExposure.every(Number.isFinite)).toBe(true);
      // Only a push may come without a price, and then it tells no side.
      if (snapshot.transport === 'rest' || snapshot.currentPrice !== null) {
        expect(snapshot.currentPrice).toBeGreaterThan(0);
      } else expect(snapshot.positiveSide).toBeNull();
      expect(isFiniteOrNull(snapshot.flipLevel)).toBe(true);
      break;
    case 'open-interest':
      expect(isFiniteOrNull(snapshot.totalUsd)).toBe(true);
      for (const row of snapshot.exchanges) {
        expect(row.exchange).not.toBe('');
        expect(
          row.openInterestUsd >= 0 && isFiniteOrNull(row.change24hUsd) && isFiniteOrNull(row.changePercent24h),
        ).toBe(true);
      }
      break;
    case 'funding-rates':
      for (const { exchange, ...numbers } of snapshot.exchanges) {
        expect(exchange).not.toBe('');
        expect(Object.values(numbers).every(isFiniteOrNull)).toBe(true);
      }
      break;
    case 'market-depth':
      expect(isFiniteOrNull(snapshot.midPrice) && isFiniteOrNull(snapshot.spreadPercent)).toBe(true);
      for (const band of snapshot.bands) {
        expect(Number.isFinite(band.percent) && isFiniteOrNull(band.bidUsd) && isFiniteOrNull(band.askUsd)).toBe(true);
      }
      break;
    case 'order-flow':
      expect(isFiniteOrNull(snapshot.tof) && isFiniteOrNull(snapshot.cvdUsd)).toBe(true);
      expectColumns(snapshot.times, [snapshot.tofSeries, snapshot.cvdSeries], Number.isFinite);
  }
}

function expectColumns(keys: Float64Array, others: readonly Float64Array[], isKey: (key: number) => boolean): void {
  expect(others.every((column) => column.length === keys.length)).toBe(true);
  expect(
    keys.every((key, index) => Number.isFinite(key) && isKey(key) && (index === 0 || key > keys[index - 1]!)),
  ).toBe(true);
  expect(others.some((column) => column.includes(Infinity) || column.includes(-Infinity))).toBe(false);
}

/** A map from what came to what became of it, with the promise checked. */
async function outcome<T>(
  rejected: readonly { text: string; path: string }[],
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
    expect(thrown.failure.path).toMatch(/^\$/);
    expect(thrown.failure.message).not.toContain('stumbled');
    expect(thrown.failure.message.split('\n')).toHaveLength(1);
    expect(rejected).toMatchObject([{ text, path: thrown.failure.path }]);
    return null;
  }
}

async function expectPromiseKept(kind: SnapshotKind, text: string): Promise<boolean> {
  const { context, rejected } = fakeContext('kingfisher', () => text);
  const value = await outcome<Snapshot>(rejected, text, () =>
    kingfisher.connect(context).snapshots![kind]!('BTC', noSignal),
  );
  if (value !== null) expectValid(value);
  return value !== null;
}

describe.each(kingfisherKinds)('%s', (kind) => {
  test('any text at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => void (await expectPromiseKept(kind, text))),
    );
  });

  test('a valid answer with anything changed, removed, added or doubled', async () => {
    const valid = fixture(kingfisherFiles[kind]);
    let read = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        if (await expectPromiseKept(kind, mutate(valid, list))) read += 1;
        else refused += 1;
      }),
      { numRuns: payloads(400) },
    );
    expect(Math.min(read, refused)).toBeGreaterThan(10);
  });
});

test('any change to a push: an update, ignored, or recorded once; the stream never falls over', () => {
  const pushes = [
    fixture('kingfisher/stream-liquidations.json'),
    `{"channel":"gex","asset":"BTC","data":${fixture('kingfisher/gex-btc.json')}}`,
    `{"channel":"open_interest","asset":"BTC","data":${fixture('kingfisher/open-interest-btc.json')}}`,
    `{"channel":"funding_rates","asset":"BTC","data":${fixture('kingfisher/funding-rates-btc.inferred.json')}}`,
  ];
  let updated = 0;
  fc.assert(
    fc.property(fc.constantFrom(...pushes), changes, (valid, list) => {
      const { context, rejected, sockets } = fakeContext('kingfisher');
      const updates: Snapshot[] = [];
      const stream = kingfisher.connect(context).openSnapshotStream!({
        state: () => {},
        update: ({ snapshot }) => void updates.push(snapshot),
        gap: () => {},
      });
      stream.want(
        (['liquidation-map', 'gex', 'open-interest', 'funding-rates'] as const).map((kind) => ({ kind, asset: 'BTC' })),
      );
      const [socket] = sockets;
      socket!.open();
      socket!.receive(mutate(valid, list));
      for (const snapshot of updates)
        expectValid(snapshot.kind === 'liquidation-map' ? { ...snapshot, referencePrice: 1 } : snapshot);
      for (const { message } of rejected) expect(message).not.toContain('stumbled');
      expect(updates.length + rejected.length).toBeLessThanOrEqual(1);
      updated += updates.length;
    }),
    { numRuns: payloads(1000) },
  );
  expect(updated).toBeGreaterThan(50);
});

describe('candles', () => {
  const seriesFrom = async (klines: string, info: string) => {
    const { context, rejected } = fakeContext('binance', ({ url }) => (url.endsWith('exchangeInfo') ? info : klines));
    const query = { asset: 'BTC', timeframe: '1m', from: null, to: null, limit: 500 } as const;
    const culprit = info === fixture('binance/exchange-info.json') ? klines : info;
    const series = await outcome<CandleSeries>(rejected, culprit, () =>
      binance.connect(context).candles!(query, noSignal),
    ).catch((thrown: unknown) => {
      // A changed list of instruments may lack the asset: that is no bad answer.
      if (culprit === info && String(thrown).includes("'unsupported'")) return null;
      throw thrown;
    });
    if (series !== null) {
      expectColumns(
        series.openTimes,
        [series.open, series.high, series.low, series.close, series.volume],
        (t) => t >= 0,
      );
      expect(series.low.every((low, index) => low > 0 && low <= series.high[index]!)).toBe(true);
      expect(series.instrument.tickSize).toBeGreaterThan(0);
    }
  };

  test('any change to klines', async () => {
    const [klines, info] = [fixture('binance/klines-1m.json'), fixture('binance/exchange-info.json')];
    await fc.assert(
      fc.asyncProperty(changes, (list) => seriesFrom(mutate(klines, list), info)),
      { numRuns: payloads(400) },
    );
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.json()), (text) => seriesFrom(text, info)));
  });

  test('any change to the instruments', async () => {
    const [klines, info] = [fixture('binance/klines-1m.json'), fixture('binance/exchange-info.json')];
    await fc.assert(
      fc.asyncProperty(changes, (list) => seriesFrom(klines, mutate(info, list))),
      { numRuns: payloads(400) },
    );
  });

  test('any change to a push', () => {
    const valid = fixture('binance/stream-kline.json');
    fc.assert(
      fc.property(changes, (list) => {
        const { context, rejected, sockets } = fakeContext('binance');
        const stream = binance.connect(context).openCandleStream!({ state: () => {}, update: () => {}, gap: () => {} });
        stream.want([{ asset: 'BTC', timeframe: '1m' }]);
        sockets[0]!.open();
        sockets[0]!.receive(mutate(valid, list));
        expect(rejected.length).toBeLessThanOrEqual(1);
        for (const { message } of rejected) expect(message).not.toContain('stumbled');
        stream.close();
      }),
      { numRuns: payloads(400) },
    );
  });
});
