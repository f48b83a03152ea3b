import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failure, FailureError, type Failure } from '../../../src-main/contract/failure.ts';
import { unixMs, type Asset } from '../../../src-main/contract/market.ts';
import { InstrumentWait } from '../../../src-main/providers/parse/instrument-wait.ts';
import { providers } from '../../../src-main/providers/index.ts';
import type { CandleUpdate, ProviderClient, StreamListener } from '../../../src-main/providers/provider.ts';
import { arrival, fakeContext, fixture, settled, watched, type Reply } from './context.ts';

/* What a stream holds back until it knows the instrument, and what becomes of it when the instrument cannot be had. */

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

describe('what waits', () => {
  function waiting({ isOneAnswer = true, deliver = (): void => {} } = {}) {
    const known = new Map<Asset, string>();
    const asked: Asset[] = [];
    const delivered: [string, string][] = [];
    const givenUp: Failure[] = [];
    let now = arrival;
    let answer: (asset: Asset) => void = (asset) => void known.set(asset, `the ${asset}`);
    const wait = new InstrumentWait<string, string>({
      now: () => now,
      instruments: {
        known: (asset) => known.get(asset) ?? null,
        of: async (asset) => {
          asked.push(asset);
          await settled();
          answer(asset);
          return known.get(asset)!;
        },
      },
      isOneAnswer,
      deliver: (item, instrument) => {
        deliver();
        delivered.push([item, instrument]);
      },
      giveUp: (problem) => void givenUp.push(problem),
    });
    return {
      ...{ wait, known, asked, delivered, givenUp },
      answers: (next: (asset: Asset) => void) => void (answer = next),
      pass: (ms: number) => void (now = unixMs(now + ms)),
    };
  }
  const unsupported = () => {
    throw new FailureError(failure('unsupported', 'There is none.'));
  };
  const answered = async () => {
    await settled();
    await settled();
  };

  test('is delivered with its instrument, of each key only the newest', async () => {
    const { wait, delivered, asked } = waiting();
    wait.take('a', 'BTC', 'first');
    wait.take('a', 'BTC', 'second');
    wait.take('b', 'BTC', 'third');
    expect(delivered).toEqual([]);
    await answered();
    wait.take('a', 'BTC', 'fourth');
    expect(delivered).toEqual([
      ['second', 'the BTC'],
      ['third', 'the BTC'],
      ['fourth', 'the BTC'],
    ]);
    expect(asked).toEqual(['BTC']);
  });

  test.each([
    ['one answer tells all: one question in five seconds', true, ['BTC', 'ETH']],
    ['each has its own answer: a question for each in five seconds', false, ['BTC', 'ETH', 'ETH']],
  ])('%s', async (_, isOneAnswer, expected) => {
    const { wait, asked, pass, answers } = waiting({ isOneAnswer });
    answers(() => {
      throw new FailureError(failure('server', 'Not now.'));
    });
    wait.take('a', 'BTC', 'a');
    wait.take('b', 'ETH', 'b');
    await answered();
    pass(4_999);
    wait.take('b', 'ETH', 'b');
    pass(1);
    wait.take('b', 'ETH', 'b');
    await answered();
    expect(asked).toEqual(expected);
  });

  test('for an asset that the venue does not have is let go; the others are delivered, not lost', async () => {
    const { wait, known, delivered, answers, pass } = waiting();
    answers(() => {
      known.set('BTC', 'the BTC');
      unsupported();
    });
    wait.take('x', 'XYZ', 'gone');
    wait.take('a', 'BTC', 'kept');
    await answered();
    expect(delivered).toEqual([['kept', 'the BTC']]);
    answers((asset) => void known.set(asset, `the ${asset}`));
    pass(5_000);
    wait.take('y', 'XYZ', 'new');
    await answered();
    expect(delivered.slice(1)).toEqual([['new', 'the XYZ']]);
  });

  test('is at most a thousand; the oldest is let go', async () => {
    const { wait, delivered } = waiting();
    for (let i = 0; i <= 1_000; i += 1) wait.take(i, 'BTC', String(i));
    await answered();
    expect([delivered.length, delivered[0]]).toEqual([1_000, ['1', 'the BTC']]);
  });

  test('and was dropped, or cleared, or waits at the close, is not delivered', async () => {
    const { wait, delivered } = waiting();
    wait.take('a', 'BTC', 'a');
    wait.take('b', 'BTC', 'b');
    wait.drop((item) => item === 'a');
    await answered();
    expect(delivered).toEqual([['b', 'the BTC']]);
    for (const end of ['clear', 'close'] as const) {
      const other = waiting();
      other.wait.take('a', 'BTC', 'a');
      other.wait[end]();
      await answered();
      expect(other.delivered).toEqual([]);
    }
  });

  test('a mistake while it is delivered gives the connection up, and delivers nothing twice', async () => {
    let fails = true;
    const { wait, delivered, givenUp } = waiting({
      deliver: () => {
        if (fails) throw new TypeError('no such thing');
      },
    });
    wait.take('a', 'BTC', 'a');
    await answered();
    expect(givenUp).toMatchObject([{ kind: 'server', detail: 'TypeError: no such thing' }]);
    fails = false;
    wait.take('b', 'BTC', 'b');
    expect(delivered).toEqual([['b', 'the BTC']]);
  });

  test('after the close nothing is given up for', async () => {
    const { wait, givenUp, answers } = waiting();
    answers(() => {
      throw new TypeError('too late');
    });
    wait.take('a', 'BTC', 'a');
    wait.close();
    await answered();
    expect(givenUp).toEqual([]);
  });
});

describe.each([
  ['binance', 'stream-kline.json', 'exchange-info.json', '1m'],
  ['bybit', 'stream-kline.json', 'instrument-btc.json', '1m'],
  ['okx', 'stream-candle.json', 'instruments.json', '1m'],
  ['hyperliquid', 'stream-candle.json', 'meta-and-asset-ctxs.json', '15m'],
] as const)('candles of %s whose instruments cannot be had', (id, pushed, listed, timeframe) => {
  const push = fixture(`${id}/${pushed}`);
  const instruments = fixture(`${id}/${listed}`);

  function streaming(first: () => Reply) {
    let reply = first;
    const fake = fakeContext(id, () => reply());
    const client: ProviderClient = providers[id].connect(fake.context);
    const seen = watched<CandleUpdate>();
    const stream = client.openCandleStream!(seen.listener satisfies StreamListener<CandleUpdate>);
    stream.want([{ asset: 'BTC', timeframe }]);
    const socket = fake.sockets[0]!;
    socket.open();
    return { ...fake, ...seen, stream, socket, mend: () => void (reply = () => instruments) };
  }

  test('now: the stream stays, and asks again five seconds later', async () => {
    const { socket, updates, requests, setNow, mend, stream } = streaming(() => ({ status: 500, text: '{}' }));
    socket.receive(push);
    await settled();
    mend();
    socket.receive(push);
    await settled();
    expect([updates, requests.length, socket.refusals]).toEqual([[], 1, []]);
    setNow(arrival + 5_000);
    socket.receive(push);
    await vi.waitFor(() => expect(updates).toHaveLength(1));
    expect(requests).toHaveLength(2);
    stream.close();
  });

  test('for a mistake of ours: nothing crashes, the connection says so and the next one asks again', async () => {
    const { socket, updates, requests, setNow, mend, stream } = streaming(() => {
      throw new TypeError('no such thing');
    });
    socket.receive(push);
    await vi.waitFor(() => expect(socket.refusals).toHaveLength(1));
    expect(socket.refusals).toMatchObject([
      { kind: 'server', message: 'Something went wrong inside Halcyon.', detail: 'TypeError: no such thing' },
    ]);
    mend();
    socket.lose();
    socket.open();
    setNow(arrival + 5_000);
    socket.receive(push);
    await vi.waitFor(() => expect(updates).toHaveLength(1));
    expect(requests).toHaveLength(2);
    stream.close();
  });
});
