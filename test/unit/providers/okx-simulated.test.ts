import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import { timeframes, timeframeMs, unixMs } from '../../../src-main/contract/market.ts';
import { startBinanceServer } from '../../../src-main/demo/binance/server.ts';
import { manualClock, type ManualClock } from '../../../src-main/demo/clock.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';
import type { DemoLiquidation } from '../../../src-main/demo/market/realised.ts';
import { startOkxServer } from '../../../src-main/demo/okx/server.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { createOpenSocket } from '../../../src-main/net/socket.ts';
import { providers } from '../../../src-main/providers/index.ts';
import type { CandleUpdate, StreamState } from '../../../src-main/providers/provider.ts';
import { failureOf, fakeContext, noSignal } from './context.ts';

/* Both venues over real HTTP and WebSocket, against the simulated market's servers, at a time that stands still until told. */

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const minute = 60_000;
const market = createMarket(3);
const spec = market.find('BTC')!;
const http = createHttpClient({ timeoutMs: 5_000 });
const endings: (() => void)[] = [];
type Venue = 'binance' | 'okx';
const starters = { binance: startBinanceServer, okx: startOkxServer };
let servers: Record<Venue, Awaited<ReturnType<typeof startOkxServer>>>;
let clock: ManualClock;

beforeAll(async () => {
  clock = manualClock(start);
  servers = {
    binance: await starters.binance({ market, clock }),
    okx: await starters.okx({ market, clock }),
  };
});
afterEach(async () => {
  for (const end of endings.splice(0)) end();
  await Promise.all([servers.binance.scenario('calm'), servers.okx.scenario('calm')]);
});
afterAll(async () => {
  await http.close();
  await Promise.all([servers.binance.close(), servers.okx.close()]);
});

function connected(venue: Venue) {
  const { restUrl, streamUrl } = servers[venue];
  const fake = fakeContext(venue, undefined, { restUrl, streamUrl });
  const client = providers[venue].connect({
    ...fake.context,
    http,
    openSocket: createOpenSocket(),
    now: () => clock.now(),
  });
  return { ...fake, client };
}
const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

/** Liquidations of a quarter of a minute in which there were many: of each second the last one. */
function cascade(venue: Venue): DemoLiquidation[] {
  for (let day = start; ; day += 86_400_000) {
    const all = market.realised
      .between(spec, unixMs(day), unixMs(day + 86_400_000))
      .filter((one) => one.venue === venue);
    const second = ({ time }: DemoLiquidation): number => Math.floor(time / 1000);
    const lasts = all.filter((one, index) => index === all.length - 1 || second(all[index + 1]!) !== second(one));
    const first = lasts.findIndex((one, index) => (lasts[index + 3]?.time ?? Infinity) - one.time < 15_000);
    if (first >= 0) return lasts.slice(first, first + 4);
  }
}

function follow<Update>(updates: Update[], states: StreamState[] = []) {
  return {
    state: (state: StreamState) => void states.push(state),
    update: (update: Update) => void updates.push(update),
    gap: () => {},
  };
}

describe.each(['binance', 'okx'] as const)('%s', (venue) => {
  test('open interest and funding are the market’s', async () => {
    const { client, rejected } = connected(venue);
    const own = <Row extends { venue: string }>(rows: Row[]): Row => rows.find((row) => row.venue === venue)!;
    const { usd, changePercent24h } = own(market.openInterest(spec, clock.now()));
    const [interest] = (await client.snapshots!['open-interest']!('BTC', noSignal)).exchanges;
    expect(interest!.openInterestUsd / usd).toBeCloseTo(1, 6);
    // The history has whole hours, the market's own change is of the second.
    expect(Math.abs(interest!.changePercent24h! - changePercent24h)).toBeLessThan(3);
    const funding = own(market.funding(spec, clock.now()));
    expect((await client.snapshots!['funding-rates']!('BTC', noSignal)).exchanges).toMatchObject([
      {
        exchange: venue,
        rate: venue === 'okx' ? funding.predicted : funding.rate,
        nextFundingAt: funding.nextAt,
        intervalHours: 8,
      },
    ]);
    expect(rejected).toEqual([]);
  });

  test('liquidations come as they happen, the last one of each second, each on the side it was of', async () => {
    const expected = cascade(venue);
    const then = manualClock(Math.floor(expected[0]!.time / 1000) * 1000 - 2_000);
    const server = await starters[venue]({ market, clock: then });
    endings.push(() => void server.close());
    const fake = fakeContext(venue, undefined, { restUrl: server.restUrl, streamUrl: server.streamUrl });
    const client = providers[venue].connect({ ...fake.context, http, openSocket: createOpenSocket() });
    const updates: RealisedLiquidations[] = [];
    const states: StreamState[] = [];
    const stream = client.openLiquidationStream!(follow(updates, states));
    endings.push(() => stream.close());
    stream.want([{ asset: 'BTC' }]);
    await until(() => expect(server.messages).toHaveLength(1));
    then.advance(expected.at(-1)!.time - then.now() + 1_000);
    await until(() => expect(updates).toHaveLength(expected.length));
    expect(updates.map(({ times, sides }) => [times[0], sides[0]])).toEqual(
      expected.map(({ time, side }) => [time, side === 'long' ? 1 : -1]),
    );
    expected.forEach(({ coins, price }, index) => {
      const { coins: told, prices } = updates[index]!;
      expect(prices[0]).toBeCloseTo(price, 1);
      expect(Math.abs(told[0]! - coins)).toBeLessThan(0.001);
    });
    expect(states.at(-1)).toEqual({ kind: 'live' });
    expect(fake.rejected).toEqual([]);
  });

  test.each([
    ['html', 'bad-response'],
    ['empty', 'bad-response'],
    ['truncated', 'bad-response'],
    ['missing-field', 'bad-response'],
    ['nan', 'bad-response'],
    ['wrong-type', 'bad-response'],
    ['numbers-as-strings', null],
    ['unknown-fields', null],
  ] as const)('funding as garbage of the kind %s: %s', async (variant, kind) => {
    const { client, rejected } = connected(venue);
    await servers[venue].scenario({ name: 'garbage', variant }, venue === 'okx' ? 'funding-rate' : 'premiumIndex');
    const funding = client.snapshots!['funding-rates']!('BTC', noSignal);
    expect((await failureOf(funding))?.kind ?? null).toBe(kind);
    expect(rejected).toHaveLength(kind === null ? 0 : 1);
    if (variant === 'unknown-fields') expect((await funding).extra).toContain('undocumented');
  });

  test.each([
    ['401', 'bad-request'],
    ['403', 'rate-limited'],
    ['429', 'rate-limited'],
    ['500', 'server'],
    ['drop', 'offline'],
  ] as const)('scenario %s is %s', async (scenario, kind) => {
    const { client } = connected(venue);
    await servers[venue].scenario(scenario);
    expect(await failureOf(client.test(noSignal))).toMatchObject({ kind });
  });
});

describe('okx', () => {
  test.each(timeframes)('history pages of %s and the live candle continue each other', async (timeframe) => {
    const { client, rejected } = connected('okx');
    const query = { asset: 'BTC', timeframe, from: null, to: null, limit: 650 } as const;
    const series = await client.candles!(query, noSignal);
    const { openTimes } = series;
    expect(openTimes.length).toBeGreaterThan(timeframe === '1D' ? 30 : 649);
    expect(
      openTimes.every((time, index) => index === 0 || time - openTimes[index - 1]! === timeframeMs[timeframe]),
    ).toBe(true);
    expect([openTimes.at(-1), series.lastIsForming]).toEqual([
      Math.floor(clock.now() / timeframeMs[timeframe]) * timeframeMs[timeframe],
      true,
    ]);
    const updates: CandleUpdate[] = [];
    const stream = client.openCandleStream!(follow(updates));
    endings.push(() => stream.close());
    const heard = servers.okx.messages.length;
    stream.want([{ asset: 'BTC', timeframe }]);
    await until(() => expect(servers.okx.messages.length).toBeGreaterThan(heard));
    clock.advance(1_000);
    await until(() => expect(updates.length).toBeGreaterThan(0));
    const last = updates.at(-1)!;
    expect(last.instrument).toEqual(series.instrument);
    expect(last.candle.openTime - openTimes.at(-1)!).toBeLessThanOrEqual(timeframeMs[timeframe]);
    expect(rejected).toEqual([]);
  });

  test('the same candles as at the other venue of the market, to the last coin', async () => {
    const query = { asset: 'ETH', timeframe: '5m', from: null, to: null, limit: 40 } as const;
    const [okx, binance] = await Promise.all([
      connected('okx').client.candles!(query, noSignal),
      connected('binance').client.candles!(query, noSignal),
    ]);
    expect([okx.openTimes, okx.close, okx.volume]).toEqual([binance.openTimes, binance.close, binance.volume]);
  });

  test('older than the newest 1,440 minutes comes from the history, without a seam', async () => {
    const { client } = connected('okx');
    const asked = servers.okx.requests.length;
    const { openTimes } = await client.candles!(
      { asset: 'BTC', timeframe: '1m', from: null, to: null, limit: 2_000 },
      noSignal,
    );
    expect(openTimes.length).toBe(2_000);
    expect(openTimes.at(-1)! - openTimes[0]!).toBe(1_999 * minute);
    const paths = servers.okx.requests.slice(asked).map(({ path }) => path.split('/').at(-1));
    expect(paths).toContain('history-candles');
  });

  test('an instrument that the venue does not know is unsupported', async () => {
    servers.okx.override('instruments', {
      body: {
        code: '0',
        data: [
          {
            instId: 'XYZ-USDT-SWAP',
            ctType: 'linear',
            settleCcy: 'USDT',
            ctValCcy: 'XYZ',
            ctVal: '1',
            ctMult: '1',
            tickSz: '1',
          },
        ],
      },
    });
    const { client } = connected('okx');
    const query = { asset: 'XYZ', timeframe: '1m', from: null, to: null, limit: 1 } as const;
    expect(await failureOf(client.candles!(query, noSignal))).toMatchObject({ kind: 'unsupported' });
    servers.okx.override('instruments', null);
  });
});
