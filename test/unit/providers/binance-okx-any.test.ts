import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FailureError } from '../../../src-main/contract/failure.ts';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import type { CandleSeries } from '../../../src-main/contract/market.ts';
import type { FundingRates, OpenInterest } from '../../../src-main/contract/positioning.ts';
import { binance } from '../../../src-main/providers/binance.ts';
import { okx } from '../../../src-main/providers/okx.ts';
import type { Provider, StreamListener } from '../../../src-main/providers/provider.ts';
import { payloads } from '../seed.ts';
import { fakeContext, fixture, noSignal } from './context.ts';

/*
 * Whatever a venue sends: a value that keeps its promises, or one `bad-response` with a path and exactly one recorded
 * payload. Never another error, never nothing.
 */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const poisons: readonly Json[] = [
  null,
  true,
  '',
  'NaN',
  '-1',
  -1,
  0,
  '0',
  1e308,
  '1e308',
  '1e999',
  [],
  {},
  [null],
  [{}],
];
const poison = fc.oneof(
  fc.constantFrom<Json>(...poisons, 'long', 'net', 'buy', '0.1', 1e15, '__proto__'),
  fc.jsonValue() as fc.Arbitrary<Json>,
);
const changes = fc.array(fc.record({ how: fc.constantFrom('replace', 'remove', 'add'), where: fc.nat(1000), poison }), {
  minLength: 1,
  maxLength: 3,
});

/** The JSON text with some of its places replaced, removed or added to. */
function mutate(text: string, list: readonly { how: string; where: number; poison: Json }[]): string {
  const root: Record<string, Json> = { it: JSON.parse(text) as Json };
  for (const { how, where, poison: value } of list) {
    const all: [Record<string, Json>, string][] = [];
    const visit = (holder: Record<string, Json>): void => {
      for (const [key, inner] of Object.entries(holder)) {
        all.push([holder, key]);
        if (typeof inner === 'object' && inner !== null) visit(inner as Record<string, Json>);
      }
    };
    visit(root);
    const [holder, key] = all[where % all.length]!;
    if (how === 'replace') holder[key] = structuredClone(value);
    else if (how === 'add' && Array.isArray(holder)) holder.push(structuredClone(value));
    else if (how === 'add') holder[`x${where}`] = structuredClone(value);
    else if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (holder !== root) delete holder[key];
  }
  return JSON.stringify(root['it']);
}

const anyText = (valid: string) =>
  fc.oneof(
    changes.map((list) => mutate(valid, list)),
    fc.string(),
    fc.json(),
  );

const isFiniteOrNull = (value: number | null): boolean => value === null || Number.isFinite(value);

function expectOpenInterest({ takenAt, totalUsd, exchanges }: OpenInterest): void {
  expect([Number.isFinite(takenAt), totalUsd, exchanges.length]).toEqual([true, null, 1]);
  const [{ openInterestUsd, change24hUsd, changePercent24h }] = exchanges as [OpenInterest['exchanges'][number]];
  expect(openInterestUsd >= 0 && openInterestUsd < Infinity).toBe(true);
  expect(isFiniteOrNull(change24hUsd) && isFiniteOrNull(changePercent24h)).toBe(true);
}

function expectFunding({ takenAt, exchanges }: FundingRates): void {
  expect([Number.isFinite(takenAt), exchanges.length]).toEqual([true, 1]);
  const { exchange, ...numbers } = exchanges[0]!;
  expect(exchange).toMatch(/^(binance|okx)$/);
  expect(Object.values(numbers).every(isFiniteOrNull)).toBe(true);
  expect(Number.isFinite(numbers.rate)).toBe(true);
}

function expectCandles(series: CandleSeries): void {
  const { openTimes, open, high, low, close, volume } = series;
  openTimes.forEach((time, index) => {
    expect(index === 0 || time > openTimes[index - 1]!).toBe(true);
    expect(low[index]! > 0 && low[index]! <= Math.min(open[index]!, close[index]!)).toBe(true);
    expect(high[index]! < Infinity && high[index]! >= Math.max(open[index]!, close[index]!)).toBe(true);
    expect(volume[index]! >= 0 && volume[index]! < Infinity).toBe(true);
  });
  expect(series.instrument.tickSize).toBeGreaterThan(0);
}

function expectLiquidations(table: RealisedLiquidations): void {
  const { times, sides, prices, coins, usd, receivedAt } = table;
  expect(times.length).toBeGreaterThan(0);
  for (const column of [sides, prices, coins, usd, receivedAt]) {
    expect(column.length).toBe(times.length);
    expect(column.every(Number.isFinite)).toBe(true);
  }
  expect(times.every((time, index) => index === 0 || time >= times[index - 1]!)).toBe(true);
  expect(sides.every((side) => side === 1 || side === -1)).toBe(true);
  expect(prices.every((price) => price > 0)).toBe(true);
  expect(coins.every((amount) => amount > 0)).toBe(true);
  expect(usd.every((amount, index) => amount === coins[index]! * prices[index]!)).toBe(true);
}

type Ask = (provider: Provider, context: ReturnType<typeof fakeContext>['context']) => Promise<void>;
const asks = {
  'open-interest': async (provider, context) =>
    expectOpenInterest(await provider.connect(context).snapshots!['open-interest']!('BTC', noSignal)),
  'funding-rates': async (provider, context) =>
    expectFunding(await provider.connect(context).snapshots!['funding-rates']!('BTC', noSignal)),
  candles: async (provider, context) => {
    const query = { asset: 'BTC', timeframe: '1m', from: null, to: null, limit: 2 } as const;
    expectCandles(await provider.connect(context).candles!(query, noSignal));
  },
} satisfies Record<string, Ask>;

const files = {
  binance: {
    exchangeInfo: 'exchange-info.json',
    klines: 'klines-1m.json',
    openInterest: 'open-interest.json',
    openInterestHist: 'open-interest-hist.json',
    premiumIndex: 'premium-index.json',
    fundingInfo: 'funding-info.json',
  },
  okx: {
    instruments: 'instruments.json',
    candles: 'candles-1m.json',
    'open-interest': 'open-interest.json',
    'open-interest-history': 'open-interest-history.json',
    'mark-price': 'mark-price.json',
    'funding-rate': 'funding-rate.json',
  },
} as const;

/** What is asked, whose answer is spoilt, and whether the rest stands without it. */
const cases: readonly [keyof typeof files, keyof typeof asks, string, 'needed' | 'spare'][] = [
  ['binance', 'open-interest', 'openInterest', 'needed'],
  ['binance', 'open-interest', 'openInterestHist', 'spare'],
  ['binance', 'open-interest', 'premiumIndex', 'needed'],
  ['binance', 'funding-rates', 'premiumIndex', 'needed'],
  ['binance', 'funding-rates', 'fundingInfo', 'spare'],
  ['okx', 'candles', 'candles', 'needed'],
  ['okx', 'candles', 'instruments', 'needed'],
  ['okx', 'open-interest', 'open-interest', 'needed'],
  ['okx', 'open-interest', 'open-interest-history', 'spare'],
  ['okx', 'funding-rates', 'funding-rate', 'needed'],
];

/** A changed list may lack the asset, and a changed code is an error of the venue's: no bad answers, those. */
const otherKinds = /^(unsupported|bad-request|server|timeout|rate-limited)$/;

test.each(cases)('%s: %s with anything in place of %s', async (venue, kind, spoilt, need) => {
  const provider = { binance, okx }[venue];
  const texts: Record<string, string> = Object.fromEntries(
    Object.entries(files[venue]).map(([name, file]) => [name, fixture(`${venue}/${file}`)]),
  );
  let read = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(anyText(texts[spoilt]!), async (text) => {
      const { context, rejected } = fakeContext(venue, ({ url }) => {
        const name = new URL(url).pathname.split('/').at(-1)!;
        return name === spoilt ? text : texts[name]!;
      });
      try {
        await asks[kind](provider, context);
        read += 1;
        expect(rejected.length).toBeLessThanOrEqual(need === 'spare' ? 1 : 0);
      } catch (thrown) {
        if (!(thrown instanceof FailureError)) throw thrown;
        refused += 1;
        expect(need).toBe('needed');
        if (otherKinds.test(thrown.failure.kind)) return void expect(rejected).toEqual([]);
        expect(thrown.failure).toMatchObject({ kind: 'bad-response', path: rejected[0]!.path });
        expect(rejected).toMatchObject([{ text }]);
      }
      for (const { message } of rejected) expect(message).not.toContain('stumbled');
    }),
    { numRuns: payloads(300) },
  );
  if (need === 'needed') expect(Math.min(read, refused)).toBeGreaterThan(5);
  else expect(read).toBe(payloads(300));
});

describe.each([
  ['binance', binance, ['stream-force-order.json']],
  ['okx', okx, ['stream-liquidation-long.json', 'stream-liquidation-short.json']],
] as const)('%s liquidations', (venue, provider, pushes) => {
  test('any change to a push: told whole, ignored, or recorded once; the stream never falls over', async () => {
    let told = 0;
    let recorded = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pushes), changes, async (file, list) => {
        const { context, rejected, sockets } = fakeContext(venue, () => fixture('okx/instruments.json'));
        const client = provider.connect(context);
        if (venue === 'okx') await client.snapshots!['funding-rates']!('BTC', noSignal).catch(() => null);
        rejected.length = 0;
        const updates: RealisedLiquidations[] = [];
        const listener: StreamListener<RealisedLiquidations> = {
          state: () => {},
          update: (update) => void updates.push(update),
          gap: () => {},
        };
        const stream = client.openLiquidationStream!(listener);
        stream.want([{ asset: 'BTC' }, { asset: 'IOST' }]);
        sockets[0]!.open();
        sockets[0]!.receive(mutate(fixture(`${venue}/${file}`), list));
        stream.close();
        updates.forEach(expectLiquidations);
        for (const { message } of rejected) expect(message).not.toContain('stumbled');
        expect(updates.length === 0 || rejected.length === 0).toBe(true);
        expect(rejected.length).toBeLessThanOrEqual(1);
        told += updates.length;
        recorded += rejected.length;
      }),
      { numRuns: payloads(500) },
    );
    expect(Math.min(told, recorded)).toBeGreaterThan(30);
  });
});

test('any change to a candle push of OKX: recorded at most once, the stream never falls over', () => {
  let recorded = 0;
  fc.assert(
    fc.property(changes, (list) => {
      const { context, rejected, sockets } = fakeContext('okx');
      const stream = okx.connect(context).openCandleStream!({ state: () => {}, update: () => {}, gap: () => {} });
      stream.want([{ asset: 'BTC', timeframe: '1m' }]);
      sockets[0]!.open();
      sockets[0]!.receive(mutate(fixture('okx/stream-candle.json'), list));
      stream.close();
      expect(rejected.length).toBeLessThanOrEqual(1);
      for (const { message } of rejected) expect(message).not.toContain('stumbled');
      recorded += rejected.length;
    }),
    { numRuns: payloads(400) },
  );
  expect(recorded).toBeGreaterThan(30);
});
