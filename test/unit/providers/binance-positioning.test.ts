import { describe, expect, test } from 'vitest';
import { binance } from '../../../src-main/providers/binance.ts';
import { arrival, failureOf, fixture, type Reply } from './context.ts';
import { positioned } from './exchange.ts';

const answers = {
  exchangeInfo: fixture('binance/exchange-info.json'),
  openInterest: fixture('binance/open-interest.json'),
  premiumIndex: fixture('binance/premium-index.json'),
  fundingInfo: fixture('binance/funding-info.json'),
  openInterestHist: fixture('binance/open-interest-hist.json'),
};

const connected = (more: Partial<Record<keyof typeof answers, Reply>> = {}) =>
  positioned(binance, 'https://fapi.test', { ...answers, ...more });

const dollars = 10659.509 * 11793.63104562;

describe('open interest', () => {
  test('is coins × mark price in dollars, with the change since the same hour of the day before', async () => {
    const { openInterest, asked, source } = connected();
    expect(await openInterest()).toEqual({
      kind: 'open-interest',
      source,
      asset: 'BTC',
      variant: '',
      takenAt: 1_597_370_495_002,
      takenAtBasis: 'provider',
      receivedAt: arrival,
      confirmedAt: arrival,
      transport: 'rest',
      extra: null,
      totalUsd: null,
      exchanges: [
        {
          exchange: 'binance',
          openInterestUsd: dollars,
          change24hUsd: dollars - 150570784.07809979,
          changePercent24h: ((dollars - 150570784.07809979) / 150570784.07809979) * 100,
        },
      ],
    });
    expect(asked()).toEqual([
      '/fapi/v1/exchangeInfo',
      '/fapi/v1/premiumIndex?symbol=BTCUSDT',
      '/fapi/v1/openInterest?symbol=BTCUSDT',
      '/futures/data/openInterestHist?symbol=BTCUSDT&period=1h&limit=25',
    ]);
  });

  test.each([
    ['fails', { status: 500, text: '' }, 0],
    ['cannot be read, which is recorded', '{"a":1}', 1],
    ['does not reach back a day', '[{"sumOpenInterestValue":"1","timestamp":1597366800000}]', 0],
    ['is empty', '[]', 0],
  ])('while the history %s the value stays and its change is unknown', async (_, reply, recorded) => {
    const { openInterest, rejected } = connected({ openInterestHist: reply });
    expect((await openInterest()).exchanges).toEqual([
      { exchange: 'binance', openInterestUsd: dollars, change24hUsd: null, changePercent24h: null },
    ]);
    expect(rejected).toHaveLength(recorded);
  });

  test('a value that was zero a day ago has no percentage', async () => {
    const history = '[{"sumOpenInterestValue":"0","timestamp":1597284000000}]';
    const { openInterest } = connected({ openInterestHist: history });
    expect((await openInterest()).exchanges[0]).toMatchObject({ change24hUsd: dollars, changePercent24h: null });
  });

  test('fields nobody has documented are kept', async () => {
    const { openInterest } = connected({
      openInterest: answers.openInterest.replace('{', '{"venue":"main",'),
    });
    expect((await openInterest()).extra).toBe('{"venue":"main"}');
  });

  test.each([
    ['of another symbol', answers.openInterest.replace('BTCUSDT', 'ETHUSDT'), '$.symbol'],
    ['negative', answers.openInterest.replace('10659', '-10659'), '$.openInterest'],
    ['without its time', '{"openInterest":"1","symbol":"BTCUSDT"}', '$.time'],
    ['more dollars than a number holds', answers.openInterest.replace('10659.509', '1e308'), '$.openInterest'],
    ['null', 'null', '$'],
  ])('an answer that is %s is refused and recorded once', async (_, text, path) => {
    const { openInterest, rejected } = connected({ openInterest: text });
    expect(await failureOf(openInterest())).toMatchObject({ kind: 'bad-response', path });
    expect(rejected).toMatchObject([{ path, text, endpoint: '/fapi/v1/openInterest?symbol=BTCUSDT' }]);
  });

  test('an asset without a perpetual is unsupported, and nothing else is asked', async () => {
    const { openInterest, asked } = connected();
    expect(await failureOf(openInterest('XYZ'))).toMatchObject({ kind: 'unsupported' });
    expect(asked()).toHaveLength(1);
  });
});

describe('funding', () => {
  test('is the rate of the running interval, eight hours where the exchange lists no other', async () => {
    const { funding, source } = connected();
    expect(await funding()).toEqual({
      kind: 'funding-rates',
      source,
      asset: 'BTC',
      variant: '',
      takenAt: 1_597_370_495_002,
      takenAtBasis: 'provider',
      receivedAt: arrival,
      confirmedAt: arrival,
      transport: 'rest',
      extra: null,
      basis: 'documented',
      exchanges: [
        {
          exchange: 'binance',
          rate: 0.00038246,
          annualized: 0.00038246 * 3 * 365,
          predicted: null,
          nextFundingAt: 1_597_392_000_000,
          intervalHours: 8,
        },
      ],
    });
  });

  test('a listed interval counts: every four hours is six times a day', async () => {
    const { funding } = connected({ fundingInfo: answers.fundingInfo.replace('BLZUSDT', 'BTCUSDT') });
    expect((await funding()).exchanges[0]).toMatchObject({ intervalHours: 4, annualized: 0.00038246 * 6 * 365 });
  });

  test('while the list of intervals cannot be had, the interval and the year are unknown, the rate is not', async () => {
    const { funding } = connected({ fundingInfo: { status: 500, text: '' } });
    expect((await funding()).exchanges[0]).toMatchObject({ rate: 0.00038246, annualized: null, intervalHours: null });
  });

  test('the list is asked for once an hour', async () => {
    const { funding, asked, setNow } = connected();
    const lists = () => asked().filter((path) => path === '/fapi/v1/fundingInfo').length;
    await funding();
    await funding();
    expect(lists()).toBe(1);
    setNow(arrival + 3_600_001);
    await funding();
    expect(lists()).toBe(2);
  });

  test.each([
    ['of another symbol', answers.premiumIndex.replace('BTCUSDT', 'ETHUSDT'), '$.symbol'],
    ['without a rate', answers.premiumIndex.replace('lastFundingRate', 'rate'), '$.lastFundingRate'],
    ['with a mark price of zero', answers.premiumIndex.replace('11793.63104562', '0'), '$.markPrice'],
    ['a list', '[]', '$'],
  ])('an answer %s is refused and recorded once', async (_, text, path) => {
    const { funding, rejected } = connected({ premiumIndex: text });
    expect(await failureOf(funding())).toMatchObject({ kind: 'bad-response', path });
    expect(rejected).toMatchObject([{ path, text }]);
  });

  test('a negative rate is a rate', async () => {
    const { funding } = connected({ premiumIndex: answers.premiumIndex.replace('"0.00038246"', '"-0.0001"') });
    expect((await funding()).exchanges[0]).toMatchObject({ rate: -0.0001 });
  });
});
