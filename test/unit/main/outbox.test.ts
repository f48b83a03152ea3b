import { describe, expect, it } from 'vitest';
import type { EventMessage } from '../../../src-main/contract/channels.ts';
import { unixMs, type Quote } from '../../../src-main/contract/market.ts';
import { Outbox } from '../../../src-main/outbox.ts';

function quote(asset: string, price: number): Quote {
  const source = { provider: 'binance', environment: 'production', host: 'fapi.binance.com' } as const;
  const instrument = { source, asset, symbol: `${asset}USDT`, quote: 'USDT', tickSize: 0.1 };
  return { instrument, price, time: unixMs(1), receivedAt: unixMs(1), price24hAgo: null };
}

function setUp() {
  const sent: (readonly EventMessage[])[] = [];
  const frames: (() => void)[] = [];
  const outbox = new Outbox(
    (batch) => sent.push(batch),
    (run) => frames.push(run),
  );
  const frame = () => frames.splice(0).forEach((run) => run());
  outbox.taken();
  return { outbox, sent, frames, frame };
}

describe('the outbox', () => {
  it('sends everything of a frame as one batch, in the order of what happened last', () => {
    const { outbox, sent, frame } = setUp();
    outbox.publish('quote/changed', quote('BTC', 1));
    outbox.publish('quote/changed', quote('ETH', 2));
    outbox.publish('quote/changed', quote('BTC', 3));
    frame();
    expect(sent.map((batch) => batch.map(([, event]) => (event as Quote).price))).toEqual([[2, 3]]);
  });

  it('sends nothing while the window has not taken the last batch, then the last state of each thing', () => {
    const { outbox, sent, frames, frame } = setUp();
    outbox.publish('quote/changed', quote('BTC', 1));
    frame();
    for (let price = 2; price <= 100_000; price++) outbox.publish('quote/changed', quote('BTC', price));
    frame();
    expect(sent).toHaveLength(1);
    expect(outbox.waiting).toBe(1);
    expect(frames).toHaveLength(0);
    outbox.taken();
    frame();
    expect((sent[1]![0]![1] as Quote).price).toBe(100_000);
  });

  it('keeps the states of two candles apart, so that the close of a candle is never replaced by the next one', () => {
    const { outbox, sent, frame } = setUp();
    const tick = (openTime: number, close: number) => ({
      instrument: quote('BTC', 1).instrument,
      timeframe: '1m' as const,
      candle: {
        openTime: unixMs(openTime),
        open: 1,
        high: 9,
        low: 1,
        close,
        volume: 1,
        takerBuyVolume: 0,
        closed: openTime === 0,
      },
      receivedAt: unixMs(1),
    });
    outbox.publish('candles/tick', tick(0, 5));
    outbox.publish('candles/tick', tick(60_000, 6));
    outbox.publish('candles/tick', tick(60_000, 7));
    frame();
    expect(sent[0]!.map(([, event]) => (event as ReturnType<typeof tick>).candle.close)).toEqual([5, 7]);
  });

  it('keeps everything while no window listens, and sends it to the one that does', () => {
    const { outbox, sent, frame } = setUp();
    outbox.hold();
    outbox.publish('quote/changed', quote('BTC', 1));
    frame();
    outbox.publish('quote/changed', quote('ETH', 2));
    frame();
    expect(sent).toHaveLength(0);
    outbox.taken();
    frame();
    expect(sent.map((batch) => batch.length)).toEqual([2]);
  });

  it('keeps a batch that was due when the window began to load anew', () => {
    const { outbox, sent, frame } = setUp();
    outbox.publish('quote/changed', quote('BTC', 1));
    outbox.hold();
    frame();
    expect(sent).toHaveLength(0);
    outbox.taken();
    frame();
    expect(sent).toHaveLength(1);
  });

  it('counts what a newer state replaced, and nothing else', () => {
    const { outbox, frame } = setUp();
    for (const price of [1, 2, 3]) outbox.publish('quote/changed', quote('BTC', price));
    outbox.publish('quote/changed', quote('ETH', 1));
    expect(outbox.replaced).toBe(2);
    frame();
    outbox.publish('quote/changed', quote('BTC', 4));
    expect(outbox.replaced).toBe(2);
  });

  it('replaces a budget by the provider’s newer one, a job by its name, and keeps one word of newer requests', () => {
    const { outbox, sent, frame } = setUp();
    const source = quote('BTC', 1).instrument.source;
    const budget = (provider: 'binance' | 'okx', reserve: number) => ({
      provider,
      source,
      rules: [],
      reserve,
      pausedUntil: null,
      at: unixMs(1),
    });
    const job = (name: 'check' | 'backup', done: number) =>
      ({ name, state: 'running', done, text: 'Reading.', at: unixMs(1) }) as const;
    outbox.publish('budget/changed', budget('binance', 1));
    outbox.publish('budget/changed', budget('okx', 2));
    outbox.publish('budget/changed', budget('binance', 3));
    outbox.publish('requests/changed', { newest: 1 });
    outbox.publish('requests/changed', { newest: 2 });
    outbox.publish('store/job', job('check', 0.1));
    outbox.publish('store/job', job('backup', 0.2));
    outbox.publish('store/job', job('check', 0.3));
    frame();
    expect(sent[0]).toEqual([
      ['budget/changed', budget('okx', 2)],
      ['budget/changed', budget('binance', 3)],
      ['requests/changed', { newest: 2 }],
      ['store/job', job('backup', 0.2)],
      ['store/job', job('check', 0.3)],
    ]);
    expect(outbox.replaced).toBe(3);
  });
});
