import type { Timeframe, UnixMs } from '../../contract/market.ts';
import { InstrumentWait } from '../parse/instrument-wait.ts';
import type { CandleSubscription, CandleUpdate, ProviderContext, Stream, StreamListener } from '../provider.ts';
import type { Instruments, Perpetual } from './instruments.ts';
import { klineTopic, readKlinePush, type KlineState } from './kline-push.ts';
import { openTopics } from './topics.ts';

/** Pushed every second or so; a connection without any push for so long is stuck though it answers pings. */
const stallMs = 90_000;

interface KlinePush {
  readonly topic: string;
  readonly timeframe: Timeframe;
  readonly states: readonly KlineState[];
  readonly receivedAt: UnixMs;
}

/**
 * Candles as they form. A push whose instrument is not known yet waits, only the newest of each topic, until it is; live
 * is what has been delivered.
 */
export function openCandleStream(
  context: ProviderContext,
  instruments: Instruments,
  listener: StreamListener<CandleUpdate>,
): Stream<CandleSubscription> {
  const topicOf = ({ asset, timeframe }: CandleSubscription): string => klineTopic(asset, timeframe);
  const wait = new InstrumentWait<KlinePush, Perpetual>({
    now: context.now,
    instruments,
    isOneAnswer: false,
    deliver: ({ timeframe, states, receivedAt }, { instrument }) => {
      topics.markLive();
      for (const { candle, eventTime } of states) {
        listener.update({ instrument, timeframe, candle, eventTime, receivedAt });
      }
    },
    giveUp: (problem) => topics.refuse(problem),
  });
  const topics = openTopics<CandleSubscription, KlinePush>(context, listener, {
    topicOf,
    prefix: 'kline.',
    read: (subscription, push) => {
      const { timeframe } = subscription;
      const states = readKlinePush(push, timeframe);
      return { topic: topicOf(subscription), timeframe, states, receivedAt: context.now() };
    },
    deliver: (push) => {
      const asset = topics.wanted(push.topic)?.asset;
      if (asset !== undefined && push.states.length > 0) wait.take(push.topic, asset, push);
    },
    stallMs,
    dropped: (names) => wait.drop(({ topic }) => names.includes(topic)),
  });
  return {
    want: topics.want,
    close: () => {
      wait.close();
      topics.close();
    },
  };
}
