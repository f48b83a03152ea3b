import type { Instrument } from '../../contract/market.ts';
import { Unreadable } from '../parse.ts';
import { InstrumentWait } from '../parse/instrument-wait.ts';
import type { CandleSubscription, CandleUpdate, ProviderContext, Stream, StreamListener } from '../provider.ts';
import { openChannels } from './channels.ts';
import type { Instruments } from './instruments.ts';
import { readKlinePush, streamName, type KlinePush } from './kline-push.ts';

/** A perpetual trades every few seconds; a connection without any push for so long is stuck though it answers pings. */
const stallMs = 90_000;

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
  const wait = new InstrumentWait<KlinePush, Instrument>({
    now: context.now,
    instruments,
    isOneAnswer: true,
    deliver,
    giveUp: (problem) => channels.refuse(problem),
  });
  const channels = openChannels<CandleSubscription>(context, listener, {
    nameOf: ({ asset, timeframe }) => streamName(asset, timeframe),
    stallMs,
    receive,
    dropped: (names) => wait.drop(({ stream }) => names.includes(stream)),
  });

  function receive(text: string): boolean {
    const { reader } = channels;
    const push = reader.read(text, (payload) =>
      channels.isOthersAnswer(payload) ? null : readKlinePush(payload, context.now()),
    );
    if (push instanceof Unreadable) reader.record(text, push);
    if (!push || push instanceof Unreadable) return false;
    reader.startOver();
    const subscription = channels.wanted(push.stream);
    if (subscription !== undefined) wait.take(push.stream, subscription.asset, push);
    return subscription !== undefined;
  }

  function deliver({ timeframe, candle, eventTime, receivedAt }: KlinePush, instrument: Instrument): void {
    channels.markLive();
    listener.update({ instrument, timeframe, candle, eventTime, receivedAt });
  }

  return {
    want: channels.want,
    close: () => {
      wait.close();
      channels.close();
    },
  };
}
