import { describe, expect, test } from 'vitest';
import { okx } from '../../../src-main/providers/okx.ts';
import { arrival, failureOf, fixture, type Reply } from './context.ts';
import { positioned } from './exchange.ts';

const answers = {
  instruments: fixture('okx/instruments.json'),
  'open-interest': fixture('okx/open-interest.json'),
  'open-interest-history': fixture('okx/open-interest-history.json'),
  'mark-price': fixture('okx/mark-price.json'),
  'funding-rate': fixture('okx/funding-rate.json'),
};

const connected = (more: Partial<Record<keyof typeof answers, Reply>> = {}) =>
  positioned(okx, 'https://okx.test', { ...answers, ...more });

const head = {
  asset: 'BTC',
  variant: '',
  takenAt: 1_743_588_686_291,
  takenAtBasis: 'provider',
  receivedAt: arrival,
  confirmedAt: arrival,
  transport: 'rest',
  extra: null,
};

describe('open interest', () => {
  test('is the exchange’s own dollars, with the change since the same hour of the day before', async () => {
    const { openInterest, asked, source } = connected();
    expect(await openInterest()).toEqual({
      ...head,
      kind: 'open-interest',
      source,
      totalUsd: null,
      exchanges: [
        {
          exchange: 'okx',
          openInterestUsd: 1789100000.5,
          change24hUsd: 189_100_000,
          changePercent24h: (189_100_000 / 1600000000.5) * 100,
        },
      ],
    });
    expect(asked()).toEqual([
      '/api/v5/public/instruments?instType=SWAP',
      '/api/v5/public/open-interest?instType=SWAP&instId=BTC-USDT-SWAP',
      '/api/v5/rubik/stat/contracts/open-interest-history?instId=BTC-USDT-SWAP&period=1H&limit=25',
    ]);
  });

  test.each([['""'], ['null']])('with dollars of %s it is coins × mark price', async (usd) => {
    const { openInterest, asked } = connected({
      'open-interest': answers['open-interest'].replace('"1789100000.5"', usd),
    });
    expect((await openInterest()).exchanges[0]).toMatchObject({ openInterestUsd: 21254.194 * 84_000 });
    expect(asked().at(-1)).toBe('/api/v5/public/mark-price?instType=SWAP&instId=BTC-USDT-SWAP');
  });

  test.each([
    ['fails', { status: 500, text: '' }, 0],
    ['cannot be read, which is recorded', '{"code":"0","data":[["x"]]}', 1],
    ['is empty', '{"code":"0","data":[]}', 0],
  ])('while the history %s the value stays and its change is unknown', async (_, reply, recorded) => {
    const { openInterest, rejected } = connected({ 'open-interest-history': reply });
    expect((await openInterest()).exchanges).toEqual([
      { exchange: 'okx', openInterestUsd: 1789100000.5, change24hUsd: null, changePercent24h: null },
    ]);
    expect(rejected).toHaveLength(recorded);
  });

  test.each([
    ['of another contract', answers['open-interest'].replace('BTC-USDT', 'ETH-USDT'), '$.data[0].instId'],
    ['negative', answers['open-interest'].replace('"1789', '"-1789'), '$.data[0].oiUsd'],
    ['without its time', answers['open-interest'].replace('"ts"', '"when"'), '$.data[0].ts'],
    ['no row', '{"code":"0","data":[]}', '$.data'],
    ['null', '{"code":"0","data":null}', '$.data'],
  ])('an answer that is %s is refused and recorded once', async (_, text, path) => {
    const { openInterest, rejected } = connected({ 'open-interest': text });
    expect(await failureOf(openInterest())).toMatchObject({ kind: 'bad-response', path });
    expect(rejected).toMatchObject([{ path, text }]);
  });

  test('fields nobody has documented are kept', async () => {
    const { openInterest } = connected({ 'open-interest': answers['open-interest'].replace('"oi"', '"new":1,"oi"') });
    expect((await openInterest()).extra).toBe('{"new":1}');
  });
});

describe('funding', () => {
  test('is the rate of the next settlement; the interval is the time to the one after it', async () => {
    const { funding, source } = connected();
    expect(await funding()).toEqual({
      ...head,
      kind: 'funding-rates',
      source,
      basis: 'documented',
      exchanges: [
        {
          exchange: 'okx',
          rate: 0.0000182221218054,
          annualized: 0.0000182221218054 * 3 * 365,
          predicted: null,
          nextFundingAt: 1_743_609_600_000,
          intervalHours: 8,
        },
      ],
    });
  });

  test('funded every two hours it is twelve times a day', async () => {
    const text = answers['funding-rate'].replace('1743638400000', '1743616800000');
    const { funding } = connected({ 'funding-rate': text });
    expect((await funding()).exchanges[0]).toMatchObject({
      intervalHours: 2,
      annualized: 0.0000182221218054 * 12 * 365,
    });
  });

  test('settlements in the wrong order tell no interval', async () => {
    const text = answers['funding-rate'].replace('1743638400000', '1743609600000');
    const { funding } = connected({ 'funding-rate': text });
    expect((await funding()).exchanges[0]).toMatchObject({ intervalHours: null, annualized: null });
  });

  test.each([
    ['of another contract', answers['funding-rate'].replace('BTC-USDT', 'ETH-USDT'), '$.data[0].instId'],
    ['without a rate', answers['funding-rate'].replace('"0.0000182221218054"', '""'), '$.data[0].fundingRate'],
    ['a row of text', '{"code":"0","data":["x"]}', '$.data[0]'],
  ])('an answer %s is refused and recorded once', async (_, text, path) => {
    const { funding, rejected } = connected({ 'funding-rate': text });
    expect(await failureOf(funding())).toMatchObject({ kind: 'bad-response', path });
    expect(rejected).toMatchObject([{ path, text }]);
  });
});
