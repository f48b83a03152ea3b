import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure } from '../../../src-main/contract/failure.ts';
import { timeframeMs, unixMs, type Candle, type Quote, type Timeframe } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { cachedQuotes } from '../../../src-main/feeds/cached-quotes.ts';
import { CandleFeed, type CandleFeedListener } from '../../../src-main/feeds/candle-feed.ts';
import { Pace } from '../../../src-main/feeds/pace.ts';
import type { CandleQuery } from '../../../src-main/providers/provider.ts';
import { calm, candlesOf, connectFake, FakeProvider, feedTools, source } from './fakes.ts';

const start = 1_800_000_000_000;
const key = sourceKey(source);
const focus = (asset: string, timeframe: Timeframe = '15m') => ({ asset, timeframe });

let tools: ReturnType<typeof feedTools>;
let provider: FakeProvider;
let feed: CandleFeed;

/** Answers like a venue: every candle from its beginning to now, the close is the number of the candle. */
function venue({ timeframe, from, to, limit, asset }: CandleQuery) {
  const step = timeframeMs[timeframe];
  const now = Math.floor(Date.now() / step);
  const last = to === null ? now : Math.ceil(to / step) - 1;
  const first = Math.max(from === null ? last - limit + 1 : Math.ceil(from / step), last - limit + 1);
  const closes = Array.from({ length: Math.max(0, last - first + 1) }, (_, row) => first + row);
  return candlesOf(asset, timeframe, first * step, closes, last === now);
}

const pacedCandles = (listener?: CandleFeedListener): CandleFeed => {
  const { connection } = connectFake(provider, tools);
  return new CandleFeed(connection, tools, new Pace(connection, tools.elapsed, calm), listener);
};
const openFeed = () => {
  feed = pacedCandles();
};
const stored = (asset: string, timeframe: Timeframe, limit = 5_000) =>
  tools.store.candles.read(key, asset, timeframe, null, limit);
const eventsOf = <T>(name: string): T[] =>
  tools.events.filter(([event]) => event === name).map(([, event]) => event as T);

function tick(asset: string, timeframe: Timeframe, candle: Partial<Candle>) {
  const whole = {
    open: 1,
    high: 2,
    low: 1,
    close: 1,
    volume: 1,
    takerBuyVolume: 0,
    closed: false,
    openTime: unixMs(start),
    ...candle,
  };
  const { instrument } = candlesOf(asset, timeframe, start, [1]);
  const at = unixMs(Date.now());
  provider.candleStream!.update({ instrument, timeframe, candle: whole, eventTime: at, receivedAt: at });
}

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  tools = feedTools();
  provider = new FakeProvider();
  provider.candleAnswer = venue;
});
afterEach(() => {
  feed.close();
  tools.end();
  vi.useRealTimers();
});

describe('a candle feed', () => {
  it('fills the focused series first, then every timeframe of every watched asset, so that all is there offline', async () => {
    openFeed();
    feed.want(['BTC', 'ETH'], focus('ETH', '4h'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(provider.candleQueries[0]).toMatchObject({ asset: 'ETH', timeframe: '4h', from: null });
    for (const asset of ['BTC', 'ETH']) {
      for (const timeframe of ['1m', '5m', '15m', '1h', '4h', '1D'] as const) {
        const expected = timeframe === '1m' ? 1_500 : 1_000;
        expect(stored(asset, timeframe)?.openTimes.length, `${asset} ${timeframe}`).toBe(expected);
      }
    }
  });

  it('asks after a pause only for what is missing', async () => {
    tools.store.candles.write(candlesOf('BTC', '15m', start - 10 * timeframeMs['15m'], [1, 2, 3]));
    openFeed();
    feed.want(['BTC'], focus('BTC'));
    await vi.advanceTimersByTimeAsync(1);
    expect(provider.candleQueries[0]).toMatchObject({ timeframe: '15m', from: start - 8 * timeframeMs['15m'] });
    expect(stored('BTC', '15m')?.openTimes).toHaveLength(11);
  });

  it('asks for a hole inside what is stored, once', async () => {
    const step = timeframeMs['15m'];
    tools.store.candles.write(candlesOf('BTC', '15m', start - 20 * step, [1, 2]));
    tools.store.candles.write(candlesOf('BTC', '15m', start - 3 * step, [1, 2]));
    openFeed();
    feed.want(['BTC'], focus('BTC'));
    await vi.advanceTimersByTimeAsync(500);
    const times = [...stored('BTC', '15m')!.openTimes];
    expect(times.every((time, row) => row === 0 || time - times[row - 1]! === step)).toBe(true);
    const holes = provider.candleQueries.filter(({ to, timeframe }) => to !== null && timeframe === '15m');
    expect(holes).toEqual([
      { asset: 'BTC', timeframe: '15m', from: start - 18 * step, to: start - 3 * step, limit: 15 },
    ]);
  });

  it('pages back from the source where the store has too few, and keeps what came', async () => {
    openFeed();
    feed.want(['BTC'], focus('BTC'));
    await vi.advanceTimersByTimeAsync(100);
    const first = stored('BTC', '15m')!.openTimes[0]!;
    const page = await feed.read('BTC', '15m', first, 300);
    expect(page?.openTimes).toHaveLength(300);
    expect(page?.openTimes.at(-1)).toBe(first - timeframeMs['15m']);
    expect(stored('BTC', '15m')?.openTimes).toHaveLength(1_300);
  });

  it('answers from the store when the source cannot be reached', async () => {
    tools.store.candles.write(candlesOf('BTC', '15m', start - 3 * timeframeMs['15m'], [7, 8, 9]));
    provider.candleAnswer = () => failure('offline', 'No network.');
    openFeed();
    feed.want(['BTC'], focus('BTC'));
    expect((await feed.read('BTC', '15m', null, 100))?.close).toEqual(Float64Array.of(7, 8, 9));
    expect((await feed.read('BTC', '15m', start - 2 * timeframeMs['15m'], 100))?.close).toEqual(Float64Array.of(7));
    expect(await feed.read('SOL', '1h', null, 100)).toBeNull();
  });

  it('tries again with growing pauses while the source is away, and is complete once it is back', async () => {
    provider.candleAnswer = () => failure('offline', 'No network.');
    openFeed();
    feed.want(['BTC'], focus('BTC'));
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    expect(provider.candleQueries.length).toBeLessThan(60);
    provider.candleAnswer = venue;
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(stored('BTC', '15m')?.openTimes.length).toBeGreaterThanOrEqual(1_000);
  });

  it('asks nothing more for an asset that the venue does not have', async () => {
    provider.candleAnswer = () => failure('unsupported', 'No perpetual for FOO.');
    openFeed();
    feed.want(['FOO'], focus('FOO'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(provider.candleQueries).toHaveLength(6);
  });

  it('declares one minute of every asset and the focused series to the stream', () => {
    openFeed();
    feed.want(['BTC', 'ETH'], focus('ETH', '1h'));
    expect(provider.candleSubscriptions).toEqual([focus('BTC', '1m'), focus('ETH', '1m'), focus('ETH', '1h')]);
  });

  it('hands ticks on, makes quotes of the minute ones, and stores a closed candle at once and a forming one soon', async () => {
    openFeed();
    feed.want(['BTC'], focus('BTC', '1m'));
    await vi.advanceTimersByTimeAsync(200);
    provider.candleStream!.state({ kind: 'live' });
    tick('BTC', '1m', { openTime: unixMs(start), close: 101.5 });
    expect(eventsOf<Quote>('quote/changed').at(-1)).toMatchObject({ price: 101.5, time: start + 200 });
    tick('BTC', '1m', { openTime: unixMs(start), close: 102.5, closed: true });
    expect(stored('BTC', '1m')!.close.at(-1)).toBe(102.5);
    tick('BTC', '1m', { openTime: unixMs(start + 60_000), close: 103.5 });
    expect(stored('BTC', '1m')!.close.at(-1)).toBe(102.5);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(stored('BTC', '1m')).toMatchObject({ lastIsForming: true });
    expect(stored('BTC', '1m')!.close.at(-1)).toBe(103.5);
  });

  it('commits the forming candle when it closes, and the next start shows its price with its age', async () => {
    openFeed();
    feed.want(['BTC'], focus('BTC', '1m'));
    await vi.advanceTimersByTimeAsync(100);
    tick('BTC', '1m', { openTime: unixMs(start), close: 555.5 });
    feed.close();
    const [quote] = cachedQuotes(tools.store, key, ['BTC', 'ETH']);
    expect(quote).toMatchObject({ price: 555.5, time: start + 100 });
  });

  it('fetches what it missed after a gap in the stream', async () => {
    openFeed();
    feed.want(['BTC'], focus('BTC', '1m'));
    await vi.advanceTimersByTimeAsync(200);
    provider.candleStream!.state({ kind: 'live' });
    const before = provider.candleQueries.length;
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(provider.candleQueries).toHaveLength(before);
    provider.candleStream!.gap();
    await vi.advanceTimersByTimeAsync(200);
    expect(stored('BTC', '1m')!.openTimes.at(-1)).toBe(start + 10 * 60_000);
  });

  it('keeps the screen fresh over REST while there is no stream', async () => {
    provider = new FakeProvider({ streams: false });
    provider.candleAnswer = venue;
    openFeed();
    feed.want(['BTC'], focus('BTC', '1m'));
    await vi.advanceTimersByTimeAsync(5 * 60_000 + 11_000);
    expect(stored('BTC', '1m')!.openTimes.at(-1)).toBe(start + 5 * 60_000);
  });

  it('shows the change against the close 24 hours before', async () => {
    openFeed();
    feed.want(['BTC'], focus('BTC', '15m'));
    await vi.advanceTimersByTimeAsync(500);
    tick('BTC', '1m', { close: 50 });
    const dayBefore = Math.floor((Date.now() - 86_400_000) / timeframeMs['1m']) - 1;
    expect(eventsOf<Quote>('quote/changed').at(-1)?.price24hAgo).toBe(dayBefore);
  });

  it('pages through a hole of any length, a screenful at a time, and leaves a gap of the venue alone', async () => {
    const step = timeframeMs['1m'];
    tools.store.candles.write(candlesOf('BTC', '1m', start - 8_000 * step, [1, 2, 3]));
    openFeed();
    feed.want(['BTC'], focus('BTC', '1m'));
    await vi.advanceTimersByTimeAsync(100);
    let before = stored('BTC', '1m', 1_000)!.openTimes[0]!;
    for (let page = 0; page < 8; page++) {
      const series = (await feed.read('BTC', '1m', before, 1_000))!;
      expect(series.openTimes.at(-1)).toBe(before - step);
      before = series.openTimes[0]!;
    }
    const times = stored('BTC', '1m', 9_000)!.openTimes;
    expect(times.every((time, row) => row === 0 || time - times[row - 1]! === step)).toBe(true);
    const asked = provider.candleQueries.length;
    provider.candleAnswer = (query) => candlesOf(query.asset, query.timeframe, 0, []);
    const oldest = times[0]!;
    tools.store.candles.write(candlesOf('BTC', '1m', oldest - 50 * step, [1, 2, 3]));
    await feed.read('BTC', '1m', oldest, 3);
    await feed.read('BTC', '1m', oldest, 3);
    expect(provider.candleQueries).toHaveLength(asked + 1);
  });

  it('asks for the newest candles also when the clock stands before what is stored', async () => {
    tools.store.candles.write(candlesOf('BTC', '1m', start + 7_200_000, [1, 2, 3]));
    openFeed();
    feed.want(['BTC'], focus('BTC', '1m'));
    await vi.advanceTimersByTimeAsync(100);
    expect(provider.candleQueries[0]).toMatchObject({ timeframe: '1m', from: null, limit: 1_500 });
  });

  it('a probe of a venue that nothing is kept of opens the series; of one that is, it brings it up to now', async () => {
    openFeed();
    await feed.probe('BTC');
    expect(stored('BTC', '1m')?.openTimes).toHaveLength(1_500);
    await feed.probe('BTC');
    expect(provider.candleQueries.map(({ timeframe, limit }) => `${timeframe} ${limit}`)).toEqual(['1m 1500', '1m 2']);
    feed.want(['BTC'], focus('BTC', '1m'));
    await vi.advanceTimersByTimeAsync(100);
    expect((await feed.read('BTC', '1m', null, 1_000))?.openTimes).toHaveLength(1_000);
  });

  it('a pause longer than a timer holds is no pause of a millisecond', async () => {
    const retryAt = unixMs(start + 30 * 86_400_000);
    provider.candleAnswer = () => failure('rate-limited', 'Next month.', { retryAt });
    const { connection } = connectFake(provider, tools);
    const call = vi.spyOn(connection, 'call');
    feed = new CandleFeed(connection, tools, new Pace(connection, tools.elapsed, calm));
    feed.want(['BTC'], focus('BTC', '1m'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(call).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(call).toHaveBeenCalledTimes(2);
  });

  it('a region that is barred is told for every asset at once', async () => {
    provider.candleAnswer = () => failure('plan', 'Not available from your region.');
    const failed: string[] = [];
    const listener = { answered: () => undefined, failed: (asset: string) => void failed.push(asset) };
    feed = pacedCandles(listener);
    feed.want(['BTC', 'ETH', 'SOL'], focus('ETH'));
    await vi.advanceTimersByTimeAsync(10);
    expect(failed).toEqual(['ETH', 'BTC', 'SOL']);
    expect(provider.candleQueries).toHaveLength(1);
  });

  it('goes on with the other series while one is answered with a server error', async () => {
    provider.candleAnswer = (query) => (query.timeframe === '1m' ? failure('server', 'Internal error.') : venue(query));
    openFeed();
    feed.want(['BTC'], focus('BTC', '1m'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stored('BTC', '1D')?.openTimes).toHaveLength(1_000);
  });

  it('asks over REST at once when the stream is lost', async () => {
    openFeed();
    feed.want(['BTC'], focus('BTC', '1m'));
    await vi.advanceTimersByTimeAsync(200);
    provider.candleStream!.state({ kind: 'live' });
    await vi.advanceTimersByTimeAsync(3 * 60_000);
    provider.candleStream!.state({ kind: 'down', failure: failure('offline', 'Cut.'), retryAt: null });
    await vi.advanceTimersByTimeAsync(11_000);
    expect(stored('BTC', '1m')!.openTimes.at(-1)).toBe(start + 3 * 60_000);
  });
});
