import { FailureError, isRetried } from '../../contract/failure.ts';
import type { Asset, Instrument, UnixMs } from '../../contract/market.ts';
import { Unreadable } from '../parse.ts';
import type { CandleSubscription, CandleUpdate, ProviderContext, Stream, StreamListener } from '../provider.ts';
import { openChannels } from './channels.ts';
import type { Instruments } from './instruments.ts';
import { readKlinePush, streamName, type KlinePush } from './kline-push.ts';

/** A perpetual trades every few seconds; a connection without any push for so long is stuck though it answers pings. */
const stallMs = 90_000;
/** Between two attempts to learn the instruments that pushes are waiting for. */
const askAgainMs = 5_000;

/**
 * Candles as they form. Live is what brings candles: answers to requests do not count, and a few pushes in a row that
 * cannot be read end the connection. A push whose instrument is not known yet waits, only the newest of each candle,
 * until it is.
 */
export function openBinanceStream(
  context: ProviderContext,
  instruments: Instruments,
  listener: StreamListener<CandleUpdate>,
): Stream<CandleSubscription> {
  const abort = new AbortController();
  const waiting = new Map<string, KlinePush>();
  let askedAt: UnixMs | null = null;
  const channels = openChannels<CandleSubscription>(context, listener, {
    nameOf: ({ asset, timeframe }) => streamName(asset, timeframe),
    stallMs,
    receive,
    dropped: (names) => names.forEach((name) => waiting.delete(name)),
  });

  function receive(text: string): void {
    const { reader } = channels;
    const push = reader.read(text, (payload) => readKlinePush(payload, context.now()));
    if (push instanceof Unreadable) reader.record(text, push);
    if (!push || push instanceof Unreadable) return;
    reader.startOver();
    const subscription = channels.wanted(push.stream);
    if (subscription === undefined) return;
    const instrument = instruments.known(subscription.asset);
    if (instrument !== null) {
      deliver(push, instrument);
      return;
    }
    waiting.set(push.stream, push);
    void learn(subscription.asset);
  }

  function deliver({ timeframe, candle, eventTime, receivedAt }: KlinePush, instrument: Instrument): void {
    channels.markLive();
    listener.update({ instrument, timeframe, candle, eventTime, receivedAt });
  }

  async function learn(asset: Asset): Promise<void> {
    const now = context.now();
    if (askedAt !== null && now - askedAt < askAgainMs && now >= askedAt) return;
    askedAt = now;
    try {
      await instruments.of(asset, abort.signal);
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      // Asked again with a later push; the REST side of the provider tells the user what is wrong.
      if (!isRetried(thrown.failure)) waiting.clear();
      return;
    }
    for (const [name, push] of waiting) {
      const subscription = channels.wanted(name);
      const instrument = subscription && instruments.known(subscription.asset);
      if (instrument) deliver(push, instrument);
    }
    waiting.clear();
  }

  return {
    want: channels.want,
    close: () => {
      abort.abort();
      waiting.clear();
      channels.close();
    },
  };
}
