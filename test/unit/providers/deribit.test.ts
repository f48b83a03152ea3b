import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FailureError, toFailure } from '../../../src-main/contract/failure.ts';
import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { fixedClock } from '../../../src-main/demo/clock.ts';
import { startDeribitServer } from '../../../src-main/demo/deribit/server.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import type { DemoServer } from '../../../src-main/demo/servers.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { deribit } from '../../../src-main/providers/deribit.ts';
import { payloads } from '../seed.ts';
import { arrival, fakeContext, fixture, noSignal, type Reply } from './context.ts';

const file = 'deribit/book-summary-btc.json';
type Row = Record<string, unknown>;
interface Answer {
  result: Row[];
}
const parsed = (): Answer => JSON.parse(fixture(file)) as Answer;
const changed = (change: (answer: Answer) => void): string => {
  const answer = parsed();
  change(answer);
  return JSON.stringify(answer);
};

function connected(reply: Reply) {
  const fake = fakeContext('deribit', () => reply);
  const client = deribit.connect({ ...fake.context, options: {}, restUrl: 'https://deribit.test' });
  return { ...fake, client, gex: (asset = 'BTC') => client.snapshots!.gex!(asset, noSignal) };
}

describe('the chain as gamma exposure', () => {
  test('asks for all options of the coin at once', async () => {
    const { gex, requests } = connected(fixture(file));
    await gex();
    expect(requests.map(({ url }) => url)).toEqual([
      'https://deribit.test/api/v2/public/get_book_summary_by_currency?currency=BTC&kind=option',
    ]);
  });

  test('the published option: gamma from mark_iv in percent, dollars on the index', async () => {
    const { gex, source } = connected(fixture(file));
    const profile = await gex();
    expect([...profile.strikes]).toEqual([35000, 40000]);
    expect(profile.calls[1]).toBeCloseTo(85_006.66, 2);
    expect(profile.puts[1]).toBe(0);
    // φ(d1) / (F·σ·√T) of the put: σ 62.5 %, F 38992.71, K 35000, T 0.8829734899 → 1.554e-5; × 250.5 × 36552.72² × 0.01
    expect(profile.puts[0]).toBeCloseTo(-52_022.49, 2);
    expect(profile.total).toBe(profile.calls[1]! + profile.puts[0]!);
    expect(profile).toMatchObject({
      ...{ kind: 'gex', source, asset: 'BTC', variant: '', transport: 'rest', extra: null },
      ...{ takenAt: 1699578548021, takenAtBasis: 'provider', receivedAt: arrival, confirmedAt: arrival },
      ...{ unit: 'usd-per-percent', unitBasis: 'computed', currentPrice: 36552.72 },
      ...{ callWall: 40000, putWall: 35000, regime: 'positive' },
    });
  });

  test('says how it was made; options without open interest or volatility are left out and counted', async () => {
    const profile = await connected(fixture(file)).gex();
    expect(profile.model).toEqual({
      ...{ signs: 'calls-plus-puts-minus', options: 2, omitted: 2, expiries: 1, openInterest: 619.3 },
      gamma: 'computed',
      spot: 'estimated_delivery_price, the index; each expiry at its underlying_price',
      volatility: 'mark_iv, percent',
    });
  });

  test.each(['open_interest', 'mark_iv'])('without its %s an option is left out, null or absent', async (field) => {
    const without = changed(({ result }) => {
      result[0]![field] = null;
      delete result[1]![field];
    });
    const profile = await connected(without).gex();
    expect(profile.model).toMatchObject({ options: 0, omitted: 4 });
    expect(profile).toMatchObject({ total: 0, flipLevel: null, regime: 'neutral', callWall: null, putWall: null });
  });

  test('numbers as text are numbers; fields nobody has documented are kept', async () => {
    const profile = await connected(
      changed(({ result }) => {
        result[0]!['open_interest'] = '368.8';
        result[1]!['new_field'] = 'x';
      }),
    ).gex();
    expect(profile.calls[1]).toBeCloseTo(85_006.66, 2);
    expect(JSON.parse(profile.extra!)).toEqual({ 'result[]': { new_field: [null, 'x', null, null] } });
  });

  test.each([
    ['html', '<html>busy</html>', '$'],
    ['nothing', '', '$'],
    ['half an answer', fixture(file).slice(0, 900), '$'],
    ['NaN', fixture(file).replace('368.8', 'NaN'), '$'],
    ['no list', changed((answer) => Object.assign(answer, { result: null })), '$.result'],
    ['no result', '{"jsonrpc":"2.0"}', '$.result'],
    ['no option', changed((answer) => Object.assign(answer, { result: [] })), '$.result'],
    ['a row that is none', changed(({ result }) => void (result[1] = [] as never)), '$.result[1]'],
    [
      'negative open interest',
      changed(({ result }) => (result[1]!['open_interest'] = -1)),
      '$.result[1].open_interest',
    ],
    ['a negative volatility', changed(({ result }) => (result[0]!['mark_iv'] = -61)), '$.result[0].mark_iv'],
    ['no forward', changed(({ result }) => delete result[1]!['underlying_price']), '$.result[1].underlying_price'],
    [
      'no index',
      changed(({ result }) => delete result[3]!['estimated_delivery_price']),
      '$.result[3].estimated_delivery_price',
    ],
    ['no time', changed(({ result }) => delete result[0]!['creation_timestamp']), '$.result[0].creation_timestamp'],
    [
      'another coin',
      changed(({ result }) => (result[2]!['instrument_name'] = 'ETH-27SEP24-3000-C')),
      '$.result[2].instrument_name',
    ],
    [
      'a future',
      changed(({ result }) => (result[2]!['instrument_name'] = 'BTC-PERPETUAL')),
      '$.result[2].instrument_name',
    ],
    ['too many rows', `{"result":[${Array(20_001).fill('{}').join()}]}`, '$.result'],
    ['sums beyond numbers', changed(({ result }) => (result[0]!['open_interest'] = 1e308)), '$.result'],
    ['an error that is none', '{"error":"no"}', '$.error'],
  ])('%s: refused as a whole, recorded once', async (_, text, path) => {
    const { gex, rejected } = connected(text);
    expect(await gex().catch(toFailure)).toMatchObject({ kind: 'bad-response', path });
    expect(rejected).toMatchObject([
      { text, path, endpoint: '/api/v2/public/get_book_summary_by_currency?currency=BTC&kind=option' },
    ]);
  });

  test('a coin whose options are not read is not asked for', async () => {
    const { gex, requests } = connected(fixture(file));
    expect(await gex('SOL').catch(toFailure)).toMatchObject({
      ...{ kind: 'unsupported', message: 'Halcyon reads Deribit’s options of BTC and ETH only, not of SOL.' },
    });
    expect(await gex('btc').catch(toFailure)).toMatchObject({ kind: 'bad-request' });
    expect(requests).toEqual([]);
  });

  test('Test says what came', async () => {
    expect(await connected(fixture(file)).client.test(noSignal)).toBe(
      'Asked for the BTC option chain: 2 options with open interest came back, at an index of 36,552.72.',
    );
  });
});

describe('what the answers mean', () => {
  const tooMany = fixture('deribit/error-10028.json');
  const invalid = fixture('deribit/error-invalid-params.json');
  test.each([
    [400, tooMany, 'rate-limited', 'Deribit asks to slow down.'],
    [200, tooMany, 'rate-limited', 'Deribit asks to slow down.'],
    [429, '', 'rate-limited', 'Deribit asks to slow down.'],
    [400, invalid, 'bad-request', 'Deribit did not accept the request: Invalid params.'],
    [200, invalid, 'bad-request', 'Deribit did not accept the request: Invalid params.'],
    [
      400,
      '{"error":{"code":11051,"message":"system_maintenance"}}',
      'server',
      'Deribit has a problem on its side (status 400): system_maintenance.',
    ],
    [502, '<html>', 'server', 'Deribit has a problem on its side (status 502).'],
    [
      401,
      '{"error":{"code":13009,"message":"unauthorized"}}',
      'bad-request',
      'Deribit did not accept the request: unauthorized.',
    ],
    [403, '<html>', 'plan', 'Deribit does not answer from your network or region (deribit.test refused).'],
    [404, '<html>', 'bad-response', 'deribit.test does not answer as Deribit does (status 404). Check the base URL.'],
    [302, '', 'bad-response', 'deribit.test answered with a redirect to another address; not followed.'],
    [204, '', 'bad-response', 'Deribit answered with status 204, which Halcyon does not expect.'],
  ])('%d %s is %s', async (status, text, kind, message) => {
    const { gex, rejected } = connected({ status, text, headers: { 'retry-after': '7' } });
    const failed = await gex().catch(toFailure);
    expect(failed).toMatchObject({ kind, message });
    if (kind === 'rate-limited') expect(failed).toMatchObject({ retryAt: arrival + 7000 });
    expect(rejected).toHaveLength(kind === 'bad-response' ? 1 : 0);
  });
});

test('whatever comes: a whole profile, or one recorded payload', async () => {
  const fields = Object.keys(parsed().result[0]!);
  const values = fc.oneof(
    fc.constantFrom<unknown>(null, '', 'NaN', -1, 0, 1e308, '1e999', [], {}, '0.5', 1e15, 'ETH-27SEP24-3000-C'),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.jsonValue(),
  );
  const change = fc.record({ row: fc.nat(3), field: fc.constantFrom(...fields), value: values });
  let read = 0;
  let refused = 0;
  const check = async (text: string) => {
    const { gex, rejected } = connected(text);
    const outcome = await gex().catch((thrown: unknown) => thrown);
    if (outcome instanceof FailureError) {
      refused += 1;
      expect(outcome.failure).toMatchObject({ kind: 'bad-response', path: rejected[0]?.path });
      expect(outcome.failure.message).not.toContain('stumbled');
      expect(rejected).toHaveLength(1);
      return;
    }
    read += 1;
    const profile = outcome as GexProfile;
    const numbers = [
      profile.total!,
      profile.currentPrice!,
      profile.takenAt,
      ...profile.gammaExposure,
      ...profile.strikes,
    ];
    expect(numbers.every(Number.isFinite)).toBe(true);
    expect(rejected).toEqual([]);
  };
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (list) =>
      check(changed(({ result }) => list.forEach(({ row, field, value }) => (result[row]![field] = value)))),
    ),
    { numRuns: payloads(500) },
  );
  expect(Math.min(read, refused)).toBeGreaterThan(50);
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.json()), check));
});

describe('against the simulated market', () => {
  const http = createHttpClient({ timeoutMs: 5000 });
  const now = unixMs(Date.UTC(2026, 1, 1, 12, 34, 56));
  let server: DemoServer;
  beforeAll(async () => void (server = await startDeribitServer({ market: createMarket(3), clock: fixedClock(now) })));
  afterEach(() => server.scenario('calm'));
  afterAll(async () => {
    await http.close();
    await server.close();
  });
  const live = () => {
    const fake = fakeContext('deribit');
    const client = deribit.connect({ ...fake.context, options: {}, http, restUrl: server.restUrl });
    return { ...fake, client, gex: (asset: string) => client.snapshots!.gex!(asset, noSignal) };
  };

  test('BTC and ETH have a profile with a flip near the price', async () => {
    const { gex, rejected } = live();
    for (const asset of ['BTC', 'ETH']) {
      const profile = await gex(asset);
      expect(Math.abs(profile.flipLevel! / profile.currentPrice! - 1)).toBeLessThan(0.1);
      expect(profile).toMatchObject({ positiveSide: 'above', extra: null, takenAt: now });
      expect(profile.model!.options).toBeGreaterThan(200);
    }
    expect(rejected).toEqual([]);
  });

  test.each([
    ['html', 'bad-response'],
    ['empty', 'bad-response'],
    ['truncated', 'bad-response'],
    ['missing-field', 'bad-response'],
    ['nan', 'bad-response'],
    ['negative', 'bad-response'],
    ['wrong-type', 'bad-response'],
    ['numbers-as-strings', null],
    ['unknown-fields', null],
  ] as const)('garbage of the kind %s: %s', async (variant, kind) => {
    const { gex, rejected } = live();
    await server.scenario({ name: 'garbage', variant });
    const failed = await gex('BTC').then(({ extra }) => ({ kind: null, extra }), toFailure);
    expect(failed.kind).toBe(kind);
    expect(rejected).toHaveLength(kind === null ? 0 : 1);
    if (variant === 'unknown-fields')
      expect(failed).toMatchObject({ extra: expect.stringContaining('undocumented') as string });
  });

  test.each([
    ['403', 'plan'],
    ['429', 'rate-limited'],
    ['500', 'server'],
    ['drop', 'offline'],
  ] as const)('scenario %s is %s', async (scenario, kind) => {
    await server.scenario(scenario);
    expect(await live().client.test(noSignal).catch(toFailure)).toMatchObject({ kind });
  });
});
