import { FailureError, isRetried } from '../../contract/failure.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import type { CandleSubscription, CandleUpdate, ProviderContext, Stream, StreamListener } from '../provider.ts';
import type { Instruments } from './instruments.ts';
import { klineTopic, readKlinePush, type KlineState } from './kline-push.ts';
import { openTopics } from './topics.ts';

/** Pushed every second or so; a connection without any push for so long is stuck though it answers pings. */
const stallMs = 90_000;
/** Between two attempts to learn the instrument that pushes are waiting for. */
const askAgainMs = 5_000;

interface KlinePush {
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
  const abort = new AbortController();
  const waiting = new Map<string, KlinePush>();
  const askedAt = new Map<Asset, UnixMs>();
  const topics = openTopics<CandleSubscription, KlinePush>(context, listener, {
    topicOf: ({ asset, timeframe }) => klineTopic(asset, timeframe),
    read: ({ timeframe }, push) => ({ states: readKlinePush(push, timeframe), receivedAt: context.now() }),
    deliver,
    stallMs,
    dropped: (names) => names.forEach((name) => waiting.delete(name)),
  });

  function deliver(push: KlinePush, topic: string): void {
    const { states, receivedAt } = push;
    const subscription = topics.wanted(topic);
    if (subscription === undefined || states.length === 0) return;
    const { asset, timeframe } = subscription;
    const instrument = instruments.known(asset)?.instrument;
    if (instrument === undefined) {
      waiting.set(topic, push);
      void learn(asset);
      return;
    }
    topics.markLive();
    for (const { candle, eventTime } of states) {
      listener.update({ instrument, timeframe, candle, eventTime, receivedAt });
    }
  }

  async function learn(asset: Asset): Promise<void> {
    const now = context.now();
    const last = askedAt.get(asset);
    if (last !== undefined && now - last < askAgainMs && now >= last) return;
    askedAt.set(asset, now);
    try {
      await instruments.of(asset, abort.signal);
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      // Asked again with a later push; the REST side of the provider tells the user what is wrong.
      if (!isRetried(thrown.failure)) for (const [topic] of waitingFor(asset)) waiting.delete(topic);
      return;
    }
    for (const [topic, push] of waitingFor(asset)) {
      waiting.delete(topic);
      deliver(push, topic);
    }
  }

  const waitingFor = (asset: Asset) => [...waiting].filter(([topic]) => topics.wanted(topic)?.asset === asset);

  return {
    want: topics.want,
    close: () => {
      abort.abort();
      waiting.clear();
      topics.close();
    },
  };
}
